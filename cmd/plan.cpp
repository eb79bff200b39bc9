#include <ostream>

#include "cmd/commands.h"
#include "cmd/plan_output.h"
#include "cmd/reading.h"
#include "cmd/spec_file.h"
#include "cmd/version.h"
#include "cmd/view/explanation_view.h"
#include "planner/explanation.h"
#include "planner/plan_file.h"

namespace changeover {
namespace {

ExitCode code_of(const Plan& plan, bool detailed) {
  if (plan.is_blocked()) return ExitCode::blocked;
  return detailed && plan.changes_anything() ? ExitCode::changes : ExitCode::done;
}

/// Why something is in the plan, instead of the plan.
ExitCode tell_why(const std::string& asked, const Desired& desired, const Reading& reading, bool json, Shell& shell) {
  const auto found = explain(desired, reading.observed, reading.recorded, reading.plan, asked);
  if (!found) return report(found.error(), json, shell);
  shell.out << (json ? explanations_as_json(*found).pretty() : explanations_as_text(*found, shell.out_style));
  return ExitCode::done;
}

}  // namespace

ExitCode run_command(const PlanCommand& command, Shell& shell) {
  const bool json = command.format == Format::json;
  const std::optional<Desired> desired = need_spec(command.spec, command.only, json, shell);
  if (!desired) return ExitCode::error;
  const auto world = shell.open_world(*desired, Reach::heroku, shell.environment);
  if (!world) return report(world.error(), json, shell);

  PlanOptions options;
  options.tool_version = tool_version;
  options.allow_destroy = command.allow_destroy;
  options.in_ci = is_ci(shell.environment);
  options.only = command.only;
  const Result<Reading> reading = (*world)->loop().run(read_all(**world, *desired, options));
  if (!reading) return report(reading.error(), json, shell);
  const Plan& plan = reading->plan;

  if (command.out) {
    const Result<void> written = shell.files.write_durably(*command.out, plan_to_json(plan).pretty());
    if (!written) return report(written.error().in("writing the plan"), json, shell);
  }
  if (command.explain) return tell_why(*command.explain, *desired, *reading, json, shell);
  shell.out << plan_in(command.format, plan, shell.out_style);
  if (command.out)
    shell.err << "The plan is in " << printable(*command.out) << ". It is applied by: changeover apply "
              << printable(command.spec) << " --plan " << printable(*command.out) << "\n";
  return code_of(plan, command.detailed_exit_code);
}

}  // namespace changeover
