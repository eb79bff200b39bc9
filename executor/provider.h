// What the executor needs of a provider: facts to plan with, and hands that check and perform actions.
//
// Owner: the wiring makes the Provider; a run owns the Hands of its migration. Thread rule: the event loop's thread.
// Implemented by providers/heroku and, for the executor's own tests, by tests/support/fake_provider.h.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/result.h"
#include "core/task.h"
#include "executor/journal.h"
#include "planner/action.h"
#include "planner/desired.h"
#include "planner/observed.h"
#include "planner/plan.h"
#include "planner/recorded.h"

namespace changeover {

/// What the world says about one action.
struct Check {
  enum class Verdict {
    satisfied,  ///< the world is as the action wants it
    ready,      ///< it is not, and perform() may be called now
    waiting,    ///< under way: look again
    failed,     ///< it can not become so
  };
  Verdict verdict = Verdict::ready;
  std::string why;
  std::optional<double> progress;             ///< 0 … 1 where it can be told
  std::chrono::milliseconds look_again{50};   ///< earliest useful next look
  std::chrono::milliseconds look_most{1000};  ///< and the longest pause between two looks
  std::optional<Error> error;                 ///< when failed

  static Check satisfied(std::string why = {}) { return {Verdict::satisfied, std::move(why), {}, {}, {}, {}}; }
  static Check ready(std::string why = {}) { return {Verdict::ready, std::move(why), {}, {}, {}, {}}; }
  static Check failed(Error error) { return {Verdict::failed, error.what, {}, {}, {}, error}; }
};

/// Whether a check may answer from what is already known (the last answer of a changing call, the observation before
/// the attempt), or must ask the world.
enum class Look { known, fresh };

/// One migration's actions.
class Hands {
 public:
  virtual ~Hands() = default;

  /// A failure to ask (`unavailable`, `rate_limited`, …) is an Error; the executor asks again within its budget.
  [[nodiscard]] virtual Task<Result<Check>> check(const Action& action, Look look) = 0;
  /// Changes the world once. `outcome_unknown` when the answer was lost: the executor checks with Look::fresh.
  [[nodiscard]] virtual Task<Result<void>> perform(const Action& action) = 0;
  /// Opens what the critical path needs before downtime begins: warm connections, the SQL session; and verifies what
  /// must hold right then (safety S30, The proof 1). An error means: do not begin.
  /// Without `needs_leader` the SQL session is opened when it can be, and its failure is no error.
  [[nodiscard]] virtual Task<Result<void>> make_ready(bool needs_leader) = 0;
  /// Whether the account has the requests that so many cutovers at once begin with (safety S30), and those of the look
  /// before: satisfied, or waiting and until when.
  [[nodiscard]] virtual Task<Check> affords_cutover(int at_once) = 0;
  /// Lets go of fences and sessions; the first thing an abort does. `forward`: the copy is the one that will serve, so
  /// whoever waits behind the fence is ended first and can not write to the old database.
  [[nodiscard]] virtual Task<void> let_go(bool forward) = 0;
  /// The baselines of the apps a cutover touches, as they are now (safety S4).
  [[nodiscard]] virtual Task<Result<std::vector<Baseline>>> baselines(std::vector<std::string> apps) = 0;
};

/// How much of a run's time was somebody else's, and how many requests were sent.
struct Traffic {
  int requests = 0;  ///< without polls
  int polls = 0;
  std::chrono::nanoseconds outside{0};  ///< time with at least one call to Heroku or PostgreSQL under way
};

/// Of so few migrations everything is read, whatever their stage: who restores, rehearses or begins to write a spec
/// looks at few. Of a fleet, what no stage of its migrations rests on is left out.
inline constexpr std::size_t observed_in_full = 20;

class Provider {
 public:
  virtual ~Provider() = default;

  /// Reads the facts that these migrations rest on, nothing twice, in parallel.
  [[nodiscard]] virtual Task<Result<Observed>> observe(const std::vector<const Migration*>& migrations,
                                                       const Recorded& recorded) = 0;
  /// Whether the old database of a live migration was written since its cutover, asked now (safety S9): for `status`.
  /// `facts` of an observation; what can not be told is `not_known` with the reason.
  [[nodiscard]] virtual Task<WritesSince> old_database_writes(const Migration& migration, const MigrationFacts& facts,
                                                              const RecordedMigration& recorded) = 0;
  /// Hands for one migration, working from these facts; `facts` is copied, the journal must outlive the hands.
  [[nodiscard]] virtual std::unique_ptr<Hands> hands(const Migration& migration, const Observed& facts,
                                                     Journal& journal) = 0;
  [[nodiscard]] virtual Traffic traffic() const = 0;
};

}  // namespace changeover
