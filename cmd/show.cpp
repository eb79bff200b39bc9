#include <ostream>

#include "cmd/commands.h"
#include "cmd/plan_output.h"
#include "planner/plan_file.h"

namespace changeover {

ExitCode run_command(const ShowCommand& command, Shell& shell) {
  const bool json = command.format == Format::json;
  const Result<SavedPlan> saved = read_saved_plan(command.plan, shell.files);
  if (!saved) return report(saved.error(), json, shell);
  if (json) {
    shell.out << saved->document.pretty();
  } else {
    shell.out << plan_in(command.format, saved->plan, shell.out_style);
  }
  return ExitCode::done;
}

}  // namespace changeover
