// Cutover: one attempt, from its baseline to the latch, and the way back while there is one.
//
// Owner: the run of a migration. Thread rule: the event loop's thread. What the attempt needs after a kill is journaled
// before the call that makes it necessary: the baseline before the first change (safety S4), the begin of downtime
// before the first maintenance page (S17), the certificate and the intent before the unfollow (S1), the point of no
// return before it is crossed (S6). It ends live, restored on the source, or forward-only with words for a person.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/random.h"
#include "executor/hooks.h"
#include "executor/journal.h"
#include "executor/outcome.h"
#include "executor/scheduler.h"
#include "planner/desired.h"
#include "planner/plan.h"

namespace changeover {

class Cutover final : public ActionObserver {
 public:
  struct Context {
    Surroundings around;
    Hands& hands;
    Journal& journal;
    Random& random;
    Halt& signal;
    const Migration& migration;
    const MigrationPlan& plan;
    std::vector<std::string> apps;  ///< whose baseline is recorded
    std::string plan_id;
    std::string apply_command;  ///< what goes on with it
    ProcessRunner& processes;   ///< for the hooks
  };

  explicit Cutover(Context context);

  [[nodiscard]] Task<MigrationOutcome> run(std::vector<Action> actions);

  /// Restores what this or an earlier run began: voids the certificate, carries out `first` (the databases), then puts
  /// every app back to its baseline. `aborted` when service is back on the source.
  [[nodiscard]] Task<MigrationOutcome> give_up(std::string why, std::vector<Action> first);

  /// The hooks that an attempt which is over still owes, each until it has ended: whatever it says, it ran. The first
  /// failure.
  [[nodiscard]] Task<std::optional<Error>> run_due_hooks();

  /// Forward only, or not restored, and service is not back: said first, with the command that goes on.
  [[nodiscard]] MigrationOutcome stranded(std::string message, Error error) const;

 private:
  [[nodiscard]] Task<Result<void>> before_change(const Action& action) override;
  [[nodiscard]] Task<Result<void>> after_change(const Action& action, const Result<void>& outcome) override;
  [[nodiscard]] Task<Result<void>> done(const Action& action) override;

  [[nodiscard]] Task<Result<void>> open_attempt(const std::vector<Action>& actions);
  [[nodiscard]] Task<Result<void>> complete_baseline();
  /// before_downtime, and whether the downtime may still begin after it; an outcome when it does not.
  [[nodiscard]] Task<std::optional<MigrationOutcome>> before_downtime();
  [[nodiscard]] Task<MigrationOutcome> close_unbegun(Outcome how, std::string why, std::optional<Error> error);
  [[nodiscard]] Task<Result<void>> no_more_due(std::string hook);
  [[nodiscard]] Task<GraphResult> restore_app(std::vector<Action> actions);
  [[nodiscard]] Task<std::optional<Error>> restore_service(Attempt baseline);
  void start_clock(SteadyTime began);
  [[nodiscard]] Task<Result<void>> note_downtime();
  [[nodiscard]] Task<Result<void>> note_end_of_downtime();
  [[nodiscard]] Task<MigrationOutcome> finish();
  [[nodiscard]] std::string serving() const;
  static void spend(RecordedMigration& record, const std::string& plan_id);
  [[nodiscard]] Task<MigrationOutcome> end_unfinished(GraphResult result);
  [[nodiscard]] Task<Result<void>> write(std::function<void(Attempt&)> change);
  [[nodiscard]] const Attempt& attempt() const { return *c_.journal.record().attempt; }
  [[nodiscard]] MigrationOutcome outcome(Outcome outcome, std::string message, std::optional<Error> error = {}) const;
  Task<void> watch_deadline();
  Task<void> watch_signal();
  void tell(EventType type, std::string message, json::Value data = {}, std::optional<Error> error = {});

  Context c_;
  Halt halt_;
  bool live_ = false;  ///< verified live: nothing behind it can undo that
  std::unique_ptr<Gate> downtime_noted_;
  std::optional<SteadyTime> downtime_began_;
  std::chrono::nanoseconds outside_before_{0};
  Task<void> deadline_;
  std::vector<std::pair<std::string, std::chrono::milliseconds>> parts_;
  std::optional<std::chrono::milliseconds> downtime_;
  std::optional<std::chrono::milliseconds> own_;
};

}  // namespace changeover
