// How a migration ended in a run, and the exit code that this gives (design 8).
//
// Owner: nobody; plain values and pure functions. Thread rule: none.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace changeover {

enum class Outcome {
  done,         ///< the stage is reached; 0
  no_changes,   ///< it was so already; 0
  pending,      ///< nothing failed, something has to pass first: run again; 7
  blocked,      ///< 4
  stale,        ///< the world is not the plan's any more; 3
  aborted,      ///< service restored on the source; 5
  locked,       ///< 6
  failed,       ///< 1
  in_downtime,  ///< the way is forward, and service is not back: 1, said first
  interrupted,  ///< by a signal, with nothing left in downtime; 130
};
[[nodiscard]] std::string_view to_string(Outcome outcome);
[[nodiscard]] int exit_code(Outcome outcome);
/// The first of 1 5 6 3 4 7 0 that applies (design 8); 130 when that is all that happened.
[[nodiscard]] int exit_code(const std::vector<Outcome>& outcomes);

struct MigrationOutcome {
  std::string name;
  Outcome outcome = Outcome::no_changes;
  std::string message;
  std::optional<Error> error;
};

}  // namespace changeover
