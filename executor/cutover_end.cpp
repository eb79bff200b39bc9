// How an attempt ends: live, stranded with words for a person, or given up with service back on the source.
#include "executor/cutover.h"

#include <algorithm>
#include <utility>

#include "planner/graph.h"

namespace changeover {

/// A plan belongs to one attempt (design 7).
void Cutover::spend(RecordedMigration& record, const std::string& plan_id) {
  if (plan_id.empty()) return;
  record.spent_plans.push_back(plan_id);
  record.started_plan.clear();
}

std::string Cutover::serving() const {
  if (c_.migration.target.consumer == Consumer::app) return c_.migration.target.app + " serves";
  return "the rest is yours: give the consumer its new database, and start it";
}

Task<MigrationOutcome> Cutover::finish() {
  const bool external = c_.migration.target.consumer == Consumer::external;
  if (external) {  // the downtime goes on until somebody resumes; this is our part of it
    Result<void> noted = co_await note_end_of_downtime();
    if (!noted) tell(EventType::warning, "the end of our part could not be recorded", {}, noted.error());
  }
  const WallTime now = c_.around.loop.clock().wall_now();
  const auto downtime = downtime_;
  const auto own = own_;
  std::function<void(RecordedMigration&)> change = [&](RecordedMigration& record) {
    record.live = true;
    record.live_since = now;
    record.attempt->state = Attempt::State::finished;
    record.attempt->due_hooks = due_with(c_.migration, Hook::after_live);
    spend(record, record.attempt->plan_id);
    record.history.push_back({now, "live", downtime, own});
    if (downtime) record.history.back().downtime_expected = record.attempt->downtime_expected;
  };
  Result<void> saved = co_await c_.journal.write(change);
  co_await c_.hands.let_go(true);
  if (!saved)
    co_return outcome(Outcome::failed, "live, but that could not be recorded: " + saved.error().what, saved.error());
  std::string live = c_.plan.target.addon + " is live; " + c_.migration.target.app + " runs on it";
  if (external) live = c_.plan.target.addon + " is a database of its own and has every write; " + serving();
  std::optional<Error> hook = co_await run_due_hooks();
  if (hook) {
    live += "; but " + hook->what + ", and it is not run again";
    co_return outcome(Outcome::failed, std::move(live), std::move(hook));
  }
  co_return outcome(Outcome::done, std::move(live));
}

Task<MigrationOutcome> Cutover::end_unfinished(GraphResult result) {
  const std::string why = result.error ? result.error->what : result.why;
  const bool interrupted = halt_.reason() == Halt::Reason::signal && !result.error;
  if (live_) {
    tell(EventType::warning, "live, but not everything behind it was done: " + why, {}, result.error);
    co_return co_await finish();
  }
  // A write that reached the old database after the proof: the copy must not be used, whatever else is true.
  const auto failed_in = [&](Kind kind) {
    return result.action.find("/" + std::string(to_string(kind)) + "/") != std::string::npos;
  };
  const bool late_write = result.error && result.error->code == ErrorCode::precondition &&
                          (failed_in(Kind::leader_verify_no_late_write) || failed_in(Kind::leader_fence_permanently));
  // It can be left also behind the turn, as long as nobody can have written to it.
  const bool turned = attempt().past_point_of_no_return;
  const bool in_use = turned && (attempt().copy_opened || c_.plan.copy_in_use);
  const bool forward = late_write ? in_use : turned || attempt().unfollow_sent;
  if (attempt().downtime_ended) {
    co_await c_.hands.let_go(true);
    co_return outcome(interrupted ? Outcome::interrupted : Outcome::failed,
                      c_.migration.target.app + " is open to visitors, but the cutover did not end well: " + why,
                      result.error);
  }
  if (forward) {
    co_await c_.hands.let_go(true);
    Error error = result.error.value_or(Error{ErrorCode::cancelled, why, {}, {}});
    co_return stranded("the way is forward: " + why, std::move(error));
  }
  std::vector<Action> first;
  if (late_write) {
    const std::string& source = c_.journal.record().source.name;
    first.push_back(take_database_back(c_.migration, c_.journal.record().copy.id, &attempt(), source));
    if (turned) first.push_back(reopen_leader(c_.migration, source, {first.front().id}));
  }
  MigrationOutcome given_up = co_await give_up(why, std::move(first));
  if (given_up.outcome == Outcome::aborted) {
    if (interrupted) given_up.outcome = Outcome::interrupted;
    if (result.error) given_up.error = result.error;
  }
  co_return given_up;
}

MigrationOutcome Cutover::stranded(std::string message, Error error) const {
  error.advice = "go on with: " + c_.apply_command + (error.advice.empty() ? "" : " (" + error.advice + ")");
  return outcome(Outcome::in_downtime, std::move(message), std::move(error));
}

Task<GraphResult> Cutover::restore_app(std::vector<Action> actions) {
  Halt never(c_.around.loop);
  Scheduler scheduler(c_.around, c_.hands, *this, never, c_.migration.name);
  co_return co_await scheduler.run(std::move(actions));
}

/// Each app by itself: one that can not be restored must not keep the others down.
Task<std::optional<Error>> Cutover::restore_service(Attempt baseline) {
  std::vector<Task<GraphResult>> apps;
  for (const Baseline& app : baseline.baseline) {
    Attempt alone = baseline;
    alone.baseline = {app};
    apps.push_back(restore_app(restore_actions(c_.migration.name, alone)));
  }
  std::vector<GraphResult> results = co_await all_of(std::move(apps));
  for (GraphResult& result : results)
    if (result.end != GraphResult::End::complete)
      co_return result.error.value_or(Error{ErrorCode::unavailable, result.why, {}, {}});
  co_return std::nullopt;
}

Task<MigrationOutcome> Cutover::give_up(std::string why, std::vector<Action> first) {
  tell(EventType::abort_began, why);
  co_await c_.hands.let_go(false);
  std::function<void(Attempt&)> voided = [&why](Attempt& attempt) {
    attempt.state = Attempt::State::aborting;
    attempt.certificate.reset();
    attempt.abort_reason = why;
  };
  // Service counts for more than the record, so a failed write does not stop the restore; it is told at the end.
  Result<void> saved = co_await write(voided);
  // Except where another run has taken it over: what that one did must not be undone (safety S12).
  if (!saved && saved.error().code == ErrorCode::locked)
    co_return outcome(Outcome::locked,
                      "another run has taken this over, so nothing was restored: " + saved.error().what, saved.error());
  if (!first.empty()) {
    GraphResult undone = co_await restore_app(std::move(first));
    if (undone.end != GraphResult::End::complete)
      co_return stranded(
          "the attempt was given up (" + why + "), and its databases could not be put back: " + undone.why,
          undone.error.value_or(Error{ErrorCode::unavailable, undone.why, {}, {}}));
  }
  Attempt baseline = attempt();
  std::optional<Error> failed = co_await restore_service(std::move(baseline));
  if (failed) {
    const std::string what = failed->what;
    co_return stranded("the attempt was given up (" + why + "), and restoring failed: " + what, std::move(*failed));
  }
  const WallTime now = c_.around.loop.clock().wall_now();
  std::function<void(RecordedMigration&)> closed = [&](RecordedMigration& record) {
    record.attempt->state = Attempt::State::aborted;
    record.attempt->due_hooks = due_with(c_.migration, Hook::after_abort);
    record.attempt->certificate.reset();
    record.attempt->downtime_ended = now;
    spend(record, record.attempt->plan_id);
    record.history.push_back({now, "aborted: " + why, {}, {}});
  };
  Result<void> noted = co_await c_.journal.write(closed);
  const Baseline* source = attempt().baseline_of(c_.migration.source.app);
  const bool was_parked = source != nullptr && std::ranges::none_of(source->formation, [](const Process& process) {
                            return process.quantity > 0;
                          });
  std::string restored = was_parked ? "every app is as it was found; " + c_.migration.source.app +
                                          " had no dynos and does not serve: scale it yourself"
                                    : "service restored on the source";
  tell(EventType::abort_done, was_parked ? restored : c_.migration.source.app + " serves on the source as before");
  if (!saved || !noted) {
    Error error = !saved ? saved.error() : noted.error();
    co_return outcome(Outcome::failed, restored + ", but that could not be recorded: " + error.what, error);
  }
  std::optional<Error> hook = co_await run_due_hooks();
  if (hook) restored += "; but " + hook->what + ", and it is not run again";
  co_return outcome(Outcome::aborted, "given up, " + restored + ": " + why, std::move(hook));
}

}  // namespace changeover
