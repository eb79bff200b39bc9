// Retiring: the old database's last backup, then its end, with a fresh look at everything between the two.
//
// Owner: the run of a migration, for one apply. Thread rule: the event loop's thread. Hours may lie between the
// backup's begin and its end, so whoever owns this observes and plans again before destroy(). A run that is killed
// anywhere is finished by the next apply: the backup is journaled, all else is seen.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "executor/journal.h"
#include "executor/outcome.h"
#include "executor/plain_actions.h"
#include "planner/desired.h"

namespace changeover {

class Retiring {
 public:
  struct Context {
    Surroundings around;
    Journal& journal;
    Halt& halt;
    const Migration& migration;
    std::optional<SteadyTime> patience;  ///< bounds waiting for Heroku
  };
  explicit Retiring(Context context) : c_(context) {}

  /// All that can still be undone: the backup, the attachments. An outcome when the run ends with it.
  [[nodiscard]] Task<std::optional<MigrationOutcome>> make_ready(Hands& hands, const std::vector<Action>& actions);
  /// What can not, and the note of it.
  [[nodiscard]] Task<MigrationOutcome> destroy(Hands& hands, const std::vector<Action>& actions);
  /// Notes that the old database is gone, once.
  [[nodiscard]] static Task<Result<void>> note(Journal& journal, WallTime now);

 private:
  [[nodiscard]] Task<std::optional<MigrationOutcome>> carry_out(Hands& hands, std::vector<Action> actions);
  [[nodiscard]] MigrationOutcome end(Outcome outcome, std::string message, std::optional<Error> error = {}) const {
    return {c_.migration.name, outcome, std::move(message), std::move(error)};
  }

  Context c_;
};

}  // namespace changeover
