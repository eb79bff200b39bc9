// The hooks of an attempt: when each is due, and what its failure means.
#include "executor/cutover.h"

#include <algorithm>
#include <utility>

namespace changeover {

Task<std::optional<MigrationOutcome>> Cutover::before_downtime() {
  const std::string hook(to_string(Hook::before_downtime));
  if (std::ranges::find(attempt().due_hooks, hook) == attempt().due_hooks.end()) co_return std::nullopt;
  if (command_of(c_.migration, Hook::before_downtime).empty()) {  // taken out of the spec since
    Result<void> saved = co_await no_more_due(hook);
    if (!saved) co_return outcome(Outcome::failed, "nothing was begun: " + saved.error().what, saved.error());
    co_return std::nullopt;
  }
  Task<Result<void>> program = run_hook(c_.around, c_.processes, c_.migration, Hook::before_downtime);
  std::optional<Result<void>> ran = co_await unless(c_.around.loop, halt_.gate(), std::move(program));
  std::optional<Error> none;
  if (!ran) co_return co_await close_unbegun(Outcome::interrupted, "interrupted before any downtime", none);
  if (!*ran) co_return co_await close_unbegun(Outcome::failed, "nothing was begun: " + ran->error().what, ran->error());
  const auto& window = c_.migration.cutover.window;
  const WallTime now = c_.around.loop.clock().wall_now();
  if (window && now + c_.migration.cutover.max_downtime > window->to)
    co_return co_await close_unbegun(Outcome::pending, "the window was too short after " + hook, none);
  Result<void> saved = co_await no_more_due(hook);
  if (!saved)
    co_return co_await close_unbegun(Outcome::failed, "nothing was begun: " + saved.error().what, saved.error());
  co_return std::nullopt;
}

/// No app was touched, so none is restored; what before_downtime did is undone by after_abort.
Task<MigrationOutcome> Cutover::close_unbegun(Outcome how, std::string why, std::optional<Error> error) {
  co_await c_.hands.let_go(false);
  const WallTime now = c_.around.loop.clock().wall_now();
  std::function<void(RecordedMigration&)> closed = [&](RecordedMigration& record) {
    record.attempt->state = Attempt::State::aborted;
    record.attempt->abort_reason = why;
    record.attempt->due_hooks = due_with(c_.migration, Hook::after_abort);
    spend(record, record.attempt->plan_id);
    record.history.push_back({now, "aborted: " + why, {}, {}});
  };
  Result<void> saved = co_await c_.journal.write(closed);
  if (!saved)
    co_return outcome(Outcome::failed, why + "; and that could not be recorded: " + saved.error().what, error);
  std::optional<Error> hook = co_await run_due_hooks();
  if (hook) why += "; and " + hook->what;
  co_return outcome(how, std::move(why), std::move(error));
}

Task<Result<void>> Cutover::no_more_due(std::string hook) {
  std::function<void(Attempt&)> change = [&hook](Attempt& attempt) { std::erase(attempt.due_hooks, hook); };
  co_return co_await write(change);
}

Task<std::optional<Error>> Cutover::run_due_hooks() {
  std::optional<Error> first;
  if (!c_.journal.record().attempt) co_return first;
  for (const Hook hook : {Hook::after_live, Hook::after_abort}) {
    const std::string name(to_string(hook));
    const std::vector<std::string>& due = attempt().due_hooks;
    if (std::ranges::find(due, name) == due.end()) continue;
    std::optional<Error> failed;
    if (!command_of(c_.migration, hook).empty()) {
      Result<void> ran = co_await run_hook(c_.around, c_.processes, c_.migration, hook);
      if (!ran) failed = ran.error();
    }
    Result<void> saved = co_await no_more_due(name);
    if (!failed && !saved) failed = saved.error();
    if (!failed) continue;
    tell(EventType::warning, failed->what, {}, failed);
    if (!first) first = failed;
  }
  co_return first;
}

}  // namespace changeover
