#include "executor/hooks.h"

#include <utility>

#include "core/text.h"

namespace changeover {

using std::chrono::milliseconds;

std::string_view to_string(Hook hook) {
  switch (hook) {
    case Hook::before_downtime:
      return "before_downtime";
    case Hook::after_live:
      return "after_live";
    case Hook::after_abort:
      return "after_abort";
  }
  return "after_abort";
}

const Migration::Command& command_of(const Migration& migration, Hook hook) {
  switch (hook) {
    case Hook::before_downtime:
      return migration.hooks.before_downtime;
    case Hook::after_live:
      return migration.hooks.after_live;
    case Hook::after_abort:
      return migration.hooks.after_abort;
  }
  return migration.hooks.after_abort;
}

std::vector<std::string> due_with(const Migration& migration, Hook hook) {
  if (command_of(migration, hook).empty()) return {};
  return {std::string(to_string(hook))};
}

namespace {

void tell(Surroundings around, const Migration& migration, Hook hook, const ProcessEnd& end, milliseconds took) {
  json::Value argv = json::Value::array();
  for (const std::string& word : command_of(migration, hook)) argv.push(word);
  Event event;
  event.type = EventType::hook_ran;
  event.at = around.loop.clock().wall_now();
  event.migration = migration.name;
  event.data = json::Value::object();
  event.data.set("hook", to_string(hook)).set("argv", std::move(argv)).set("exit_code", end.exit_code);
  event.data.set("duration_ms", static_cast<std::int64_t>(took.count()));
  if (!end.output.empty()) event.data.set("output", end.output);
  around.events.emit(event);
}

}  // namespace

Task<Result<void>> run_hook(Surroundings around, ProcessRunner& processes, const Migration& migration, Hook hook) {
  const std::string name = "hook " + std::string(to_string(hook)) + " (" + command_of(migration, hook).front() + ")";
  ProcessOrder order;
  order.argv = command_of(migration, hook);
  order.environment = {{"CHANGEOVER_HOOK", std::string(to_string(hook))},
                       {"CHANGEOVER_MIGRATION", migration.name},
                       {"CHANGEOVER_SOURCE_APP", migration.source.app},
                       {"CHANGEOVER_TARGET_APP", migration.target.app}};
  order.limit = hook_limit;
  const OutsideTime::Span outside(around.outside);
  const SteadyTime began = around.loop.clock().steady_now();
  Result<ProcessEnd> end = co_await processes.run(std::move(order));
  if (!end) co_return fail(end.error().in(name));
  tell(around, migration, hook, *end, std::chrono::floor<milliseconds>(around.loop.clock().steady_now() - began));
  if (end->out_of_time)
    co_return fail(ErrorCode::unavailable, name + " did not end within " + spec_duration(hook_limit) + " and was ended",
                   "let it start what takes longer, and not wait for it");
  if (end->exit_code != 0)
    co_return fail(ErrorCode::precondition, name + " ended with exit code " + std::to_string(end->exit_code));
  co_return Result<void>{};
}

}  // namespace changeover
