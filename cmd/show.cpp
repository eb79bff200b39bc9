#include <ostream>

#include "cmd/commands.h"
#include "cmd/plan_output.h"
#include "cmd/view/plan_comparison.h"
#include "planner/plan_file.h"

namespace changeover {
namespace {

ExitCode compare(const ShowCommand& command, const SavedPlan& now, Shell& shell) {
  const bool json = command.format == Format::json;
  const Result<SavedPlan> before = read_saved_plan(*command.before, shell.files);
  if (!before) return report(before.error(), json, shell);
  const PlanComparison comparison = compare_plans(before->plan, now.plan);
  switch (command.format) {
    case Format::text:
      shell.out << comparison_as_text(comparison, shell.out_style);
      break;
    case Format::markdown:
      shell.out << comparison_as_markdown(comparison);
      break;
    case Format::json:
      shell.out << comparison_as_json(comparison).pretty();
      break;
  }
  return command.detailed_exit_code && !comparison.same() ? ExitCode::changes : ExitCode::done;
}

}  // namespace

ExitCode run_command(const ShowCommand& command, Shell& shell) {
  const bool json = command.format == Format::json;
  const Result<SavedPlan> saved = read_saved_plan(command.plan, shell.files);
  if (!saved) return report(saved.error(), json, shell);
  if (command.before) return compare(command, *saved, shell);
  if (json) {
    shell.out << saved->document.pretty();
  } else {
    shell.out << plan_in(command.format, saved->plan, shell.out_style);
  }
  return ExitCode::done;
}

}  // namespace changeover
