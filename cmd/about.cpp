#include <ostream>

#include "cmd/commands.h"
#include "cmd/help.h"
#include "cmd/version.h"
#include "cmd/view/diagnostic_text.h"

namespace changeover {

ExitCode run_command(const HelpCommand& command, Shell& shell) {
  shell.out << help_text(command.about);
  return ExitCode::done;
}

ExitCode run_command(const VersionCommand& /*command*/, Shell& shell) {
  shell.out << "changeover " << tool_version << "\n";
  return ExitCode::done;
}

ExitCode report(const Error& error, bool json, Shell& shell) {
  if (json) {
    shell.out << error_as_json(error).pretty();
  } else {
    shell.err << error_as_text(error, shell.err_style);
  }
  return exit_code_of(error);
}

}  // namespace changeover
