// The history of a migration's runs, as the record keeps it for `report`.
//
// Owner: the record. Thread rule: none; pure functions. It stays small: a run that waits again for the same thing is
// one entry with the runs before it, and the oldest entries go.
#pragma once

#include <cstddef>
#include <vector>

#include "executor/outcome.h"
#include "executor/provider.h"
#include "planner/recorded.h"

namespace changeover {

inline constexpr std::size_t longest_history = 200;

[[nodiscard]] RunRecord history_entry(const MigrationOutcome& outcome, WallTime began, WallTime ended,
                                      const Traffic& traffic);

/// Adds a run that ended. The entry that its cutover has written already, later than the run began, is completed
/// instead: its outcome and downtime stand.
void add_to_history(std::vector<RunRecord>& history, RunRecord run);

}  // namespace changeover
