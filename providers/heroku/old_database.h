// The old database after the cutover: who wrote to it, what still reads it, which backup is ours (safety S9, S28).
//
// Owner: nobody; functions over the services. Thread rule: the event loop's thread. They only read; what can not be had
// is told as not known, never as fine.
#pragma once

#include <string>
#include <vector>

#include "planner/observed.h"
#include "planner/recorded.h"
#include "providers/heroku/session.h"

namespace changeover::heroku {

/// Against the certificate: by SQL under `proof: sql`, else by Heroku's own samples, which can not tell a write from
/// Heroku's housekeeping.
[[nodiscard]] Task<WritesSince> writes_since_cutover(Services services, const Migration& migration,
                                                     const MigrationFacts& facts, const RecordedMigration* recorded);

/// Everything that retiring asks beside what every plan asks; `origins` gets when.
[[nodiscard]] Task<RetirementFacts> read_retirement(Services services, const Migration& migration,
                                                    const MigrationFacts& facts,
                                                    const std::vector<Attachment>& on_target,
                                                    const RecordedMigration* recorded, Origins& origins);

/// Whether a transfer is the final backup that was noted, or the one whose answer was lost.
[[nodiscard]] bool is_final_backup(const Transfer& transfer, const std::optional<Retirement>& noted,
                                   const std::optional<Database>& old);

}  // namespace changeover::heroku
