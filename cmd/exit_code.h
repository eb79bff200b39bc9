// Exit codes: what a script may do next (design 8).
//
// Owner: nobody; pure functions. Thread rule: none. The codes of a run come from executor/outcome.h; these are the same
// numbers under their names, and the rule for several results at once.
#pragma once

#include <vector>

#include "core/result.h"

namespace changeover {

enum class ExitCode {
  done = 0,  ///< done, or nothing to change
  error = 1,
  changes = 2,  ///< plan --detailed-exitcode: there is something to change
  stale = 3,    ///< the plan file no longer is what would be planned
  blocked = 4,
  aborted = 5,  ///< service restored on the source
  locked = 6,
  pending = 7,  ///< nothing failed: base copy, window or age; run again
  usage = 64,
  interrupted = 130  ///< with nothing left in downtime
};

/// The first of 64 1 5 6 3 4 7 2 0 that applies (design 8). An interruption comes behind 1 and 5, which say more, and
/// before everything else: what was not begun is not pending.
[[nodiscard]] ExitCode worst_of(const std::vector<ExitCode>& codes);

/// `locked` is 6, `cancelled` 130, everything else 1.
[[nodiscard]] ExitCode exit_code_of(const Error& error);

[[nodiscard]] constexpr int number_of(ExitCode code) { return static_cast<int>(code); }

}  // namespace changeover
