#include "cmd/view/report.h"

#include <ostream>

#include "cmd/commands.h"
#include "cmd/spec_file.h"
#include "cmd/version.h"

namespace changeover {

/// From the record alone: Heroku is not asked, and no lock is taken.
ExitCode run_command(const ReportCommand& command, Shell& shell) {
  const bool json = command.format == Format::json;
  const std::optional<Desired> desired = need_spec(command.spec, {}, json, shell);
  if (!desired) return ExitCode::error;
  const auto world = shell.open_world(*desired, Reach::state, shell.environment);
  if (!world) return report(world.error(), json, shell);
  const Result<Recorded> recorded = (*world)->loop().run((*world)->state().load());
  if (!recorded) return report(recorded.error(), json, shell);
  Report made = report_of(*desired, *recorded);
  made.tool_version = tool_version;
  switch (command.format) {
    case Format::text:
      shell.out << report_as_text(made, shell.out_style);
      break;
    case Format::markdown:
      shell.out << report_as_markdown(made);
      break;
    case Format::json:
      shell.out << report_as_json(made).pretty();
      break;
  }
  return ExitCode::done;
}

}  // namespace changeover
