#include <ostream>

#include "cmd/commands.h"
#include "cmd/plan_output.h"
#include "cmd/spec_file.h"
#include "cmd/version.h"
#include "planner/plan_file.h"
#include "planner/planner.h"

namespace changeover {
namespace {

std::vector<const Migration*> chosen_from(const Desired& desired, const std::set<std::string>& only) {
  std::vector<const Migration*> chosen;
  for (const Migration& migration : desired.migrations)
    if (only.empty() || only.contains(migration.name)) chosen.push_back(&migration);
  return chosen;
}

/// Reads only: no lock is taken, so a plan may be made while another run applies.
Task<Result<Plan>> make_plan(World& world, const Desired& desired, const PlanOptions& options) {
  Result<Recorded> recorded = co_await world.state().load();
  if (!recorded) co_return fail(recorded.error());
  const std::vector<const Migration*> chosen = chosen_from(desired, options.only);
  Result<Observed> observed = co_await world.provider().observe(chosen, *recorded);
  if (!observed) co_return fail(observed.error());
  co_return plan_migrations(desired, *observed, *recorded, options);
}

ExitCode code_of(const Plan& plan, bool detailed) {
  if (plan.is_blocked()) return ExitCode::blocked;
  return detailed && plan.changes_anything() ? ExitCode::changes : ExitCode::done;
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
  const Result<Plan> plan = (*world)->loop().run(make_plan(**world, *desired, options));
  if (!plan) return report(plan.error(), json, shell);

  if (command.out) {
    const Result<void> written = shell.files.write_durably(*command.out, plan_to_json(*plan).pretty());
    if (!written) return report(written.error().in("writing the plan"), json, shell);
  }
  shell.out << plan_in(command.format, *plan, shell.out_style);
  if (command.out)
    shell.err << "The plan is in " << printable(*command.out) << ". It is applied by: changeover apply "
              << printable(command.spec) << " --plan " << printable(*command.out) << "\n";
  return code_of(*plan, command.detailed_exit_code);
}

}  // namespace changeover
