// The world of a rehearsal: what was observed of the real account, as a world file for changeover-emulator.
//
// Owner: nobody; pure functions. Thread rule: none. Names, plans, formations and attachments are the real ones; data
// are a few rows, and dynos are writers that note every acknowledged row. No id, config value or URL of the account is
// in it.
#pragma once

#include <string>
#include <vector>

#include "planner/desired.h"
#include "planner/observed.h"

namespace changeover {

/// More dynos of a process type than this are not started.
inline constexpr int most_rehearsed_dynos = 2;

/// For these migrations, in the order of observed.migrations; those without a source are left out.
[[nodiscard]] std::string rehearsal_world(const std::vector<Migration>& migrations, const Observed& observed);

/// The file below ${DATA} that the writers of a migration note their rows in.
[[nodiscard]] std::string ledger_file(const std::string& migration);

}  // namespace changeover
