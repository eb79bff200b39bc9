#include <ostream>

#include "cmd/commands.h"
#include "cmd/plan_output.h"
#include "cmd/reading.h"
#include "cmd/spec_file.h"
#include "cmd/version.h"
#include "cmd/view/status.h"

namespace changeover {

ExitCode run_command(const StatusCommand& command, Shell& shell) {
  const std::optional<Desired> desired = need_spec(command.spec, command.only, command.json, shell);
  if (!desired) return ExitCode::error;
  const auto opened = shell.open_world(*desired, Reach::heroku, shell.environment);
  if (!opened) return report(opened.error(), command.json, shell);
  World& world = **opened;

  PlanOptions options;
  options.tool_version = tool_version;
  options.in_ci = is_ci(shell.environment);
  options.only = command.only;
  const Result<Reading> reading = world.loop().run(read_all(world, *desired, options));
  if (!reading) return report(reading.error(), command.json, shell);
  const auto holders = world.loop().run(world.state().holders());

  StatusInputs inputs{*desired, reading->observed, reading->recorded, reading->plan, {}};
  if (holders) inputs.holders = *holders;
  Status status = status_of(inputs);
  if (!holders) status.locks_problem = holders.error().what;
  shell.out << (command.json ? status_as_json(status).pretty() : status_as_text(status, shell.out_style));
  return ExitCode::done;
}

}  // namespace changeover
