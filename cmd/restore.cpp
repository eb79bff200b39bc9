#include "executor/restore_run.h"

#include <memory>
#include <optional>
#include <string>

#include "cmd/commands.h"
#include "cmd/run_view.h"
#include "cmd/signals.h"
#include "cmd/spec_file.h"
#include "cmd/version.h"

namespace changeover {
namespace {

/// What the view says at the beginning; what is restored depends on what is found.
Plan one_migration(const RestoreCommand& command) {
  Plan plan;
  plan.tool_version = tool_version;
  plan.spec_file = command.spec;
  plan.migrations.emplace_back();
  plan.migrations.back().name = command.name;
  return plan;
}

/// A restore is the end of a bad run; asking first, or stopping in its middle, would only make the downtime longer.
ExitCode carry_out(RestoreRun& restore, const RestoreCommand& command, World& world, RunView& view) {
  EventLoop& loop = world.loop();
  view.begin(one_migration(command), loop.clock().wall_now());
  const MigrationOutcome outcome = view.show_while(loop, restore.carry_out());
  const auto code = static_cast<ExitCode>(exit_code(outcome.outcome));
  view.end(code, world.provider().traffic(), loop.clock().wall_now());
  return code;
}

}  // namespace

ExitCode run_command(const RestoreCommand& command, Shell& shell) {
  const std::optional<Desired> desired = need_spec(command.spec, {command.name}, command.json, shell);
  if (!desired) return ExitCode::error;
  Signals signals;  // before any other thread
  const auto opened = shell.open_world(*desired, Reach::heroku, shell.environment);
  if (!opened) return report(opened.error(), command.json, shell);
  World& world = **opened;
  RunView view(command.json, shell);
  signals.deliver_to(&world.loop(), [&view](int signal, int) {
    view.note(std::string(signal_name(signal)) + ": service is brought back first; this ends by itself");
  });
  RestoreRun restore(
      {world.loop(), world.provider(), world.state(), view, world.outside(), world.random(), world.processes()},
      *desired->find(command.name), {command.spec, command.accepts_lost_writes});
  const Result<void> looked = world.loop().run(restore.look());
  const ExitCode code = looked ? carry_out(restore, command, world, view) : report(looked.error(), command.json, shell);
  signals.deliver_to(nullptr, nullptr);
  return code;
}

}  // namespace changeover
