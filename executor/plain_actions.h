// Actions outside a downtime: preparing, destroying, retiring. Nothing is journaled around them but what they note
// themselves; the lease alone is asserted before what can not be undone.
//
// Owner: the run of a migration. Thread rule: the event loop's thread. A run that is killed in the middle is gone on
// with by the next apply: what is done is seen.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "executor/journal.h"
#include "executor/outcome.h"
#include "executor/scheduler.h"

namespace changeover {

class PlainActions {
 public:
  struct Context {
    Surroundings around;
    Hands& hands;
    Journal& journal;
    Halt& halt;
    std::string migration;
    std::optional<SteadyTime> patience{};  ///< bounds waiting for Heroku
  };
  explicit PlainActions(Context context) : c_(std::move(context)) {}

  /// An outcome when the run ends with them; `interrupted` says what a signal left behind.
  [[nodiscard]] Task<std::optional<MigrationOutcome>> carry_out(std::vector<Action> actions, std::string interrupted);

 private:
  Context c_;
};

}  // namespace changeover
