// One migration within a run: what its plan asks, in order: the way back, what it waits for, preparing, the cutover,
// retiring.
//
// Owner: the Run, in a map by name; it points into the run, the spec and the plan, which outlive it. Thread rule: the
// event loop's thread. A migration that fails leaves the others alone, except those that depend on it, and the cutovers
// that have not begun.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "executor/cutover.h"
#include "executor/journal.h"
#include "executor/outcome.h"
#include "executor/run_context.h"
#include "planner/desired.h"
#include "planner/plan.h"

namespace changeover {

/// Facts older than this are read again before downtime begins.
inline constexpr std::chrono::seconds facts_stay_fresh{15};

[[nodiscard]] std::vector<Action> of_groups(const std::vector<Action>& actions, std::vector<Group> groups);
[[nodiscard]] bool is_good(Outcome outcome);
/// No new cutover begins behind one that ended like this; the account is as poor for the others.
[[nodiscard]] bool holds_up_the_others(const MigrationOutcome& ended);

class MigrationRun {
 public:
  /// `all` holds this one and the others, for what it depends on.
  MigrationRun(RunContext& run, const Migration& migration, const MigrationPlan& planned, Journal journal,
               const std::map<std::string, MigrationRun>& all);

  /// Before any of them begins: one that is in downtime has its turn already.
  void claim_turn();
  /// From its first event to its last; then there is a result.
  [[nodiscard]] Task<int> carry_out();
  [[nodiscard]] const MigrationOutcome& result() const { return result_; }

 private:
  Task<std::optional<Error>> owed_hooks();
  Task<MigrationOutcome> go();
  Task<std::optional<MigrationOutcome>> dependencies();
  Task<std::optional<MigrationOutcome>> canary();
  Task<std::optional<MigrationOutcome>> prepare();
  Task<MigrationOutcome> cut_over(bool prepared);
  Task<MigrationOutcome> cut_over_in_turn(bool prepared);
  [[nodiscard]] Touched touched() const;
  [[nodiscard]] Task<void> hold_turn(Turn::For what);
  void release_turn(bool good);
  [[nodiscard]] Task<Result<void>> still_ours();
  /// An outcome when it is not to be waited for.
  Task<std::optional<MigrationOutcome>> enough_requests();
  Task<MigrationOutcome> go_on(const Observed& facts, const MigrationPlan& plan);
  Task<MigrationOutcome> undo();
  [[nodiscard]] std::string why_undone() const;
  [[nodiscard]] bool in_downtime() const;
  [[nodiscard]] bool stopped_before_downtime() const;
  [[nodiscard]] Task<void> give_back();
  [[nodiscard]] Task<MigrationOutcome> give_up(const Observed& facts, const MigrationPlan& plan, std::string why,
                                               std::vector<Action> first = {});
  [[nodiscard]] std::string command_that_goes_on() const;
  [[nodiscard]] Cutover::Context context(Hands& hands, const MigrationPlan& plan);
  Task<MigrationOutcome> attempt(const Observed& facts, const MigrationPlan& plan);
  Task<MigrationOutcome> retire();
  Task<Result<Observed>> observe_again();
  [[nodiscard]] MigrationPlan plan_from(const Observed& facts) const;
  [[nodiscard]] std::optional<SteadyTime> patience() const;
  [[nodiscard]] std::optional<WallTime> copy_begun(const std::vector<Action>& actions) const;
  Task<Result<void>> note_ends();
  Task<void> note_run(WallTime began);
  /// Of this migration, as it was seen when the run began; null when it was not.
  [[nodiscard]] MigrationFacts* observed_facts() const;
  /// After it was destroyed: the next one is made, not taken for it.
  void forget_copy();
  [[nodiscard]] MigrationOutcome end(Outcome outcome, std::string message, std::optional<Error> error = {}) const;
  [[nodiscard]] MigrationOutcome blocked_by(const Finding& finding) const;
  void tell(EventType type, std::string message, json::Value data, std::optional<Error> error = {}) const;
  [[nodiscard]] Surroundings around() const { return {run_.ports.loop, run_.ports.events, run_.ports.outside}; }

  RunContext& run_;
  const Migration& migration_;
  const MigrationPlan& planned_;
  const std::map<std::string, MigrationRun>& all_;
  Journal journal_;
  mutable Gate over_;
  MigrationOutcome result_{};
  Touched mine_{};  ///< what the turn that it holds is for
  bool holds_turn_ = false;
  std::optional<std::chrono::milliseconds> preparation_;  ///< of the copy that this run saw through
};

}  // namespace changeover
