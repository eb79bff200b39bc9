#include <unistd.h>

#include <iostream>
#include <string>
#include <variant>
#include <vector>

#include "cmd/command_line.h"
#include "cmd/commands.h"
#include "cmd/shell.h"
#include "cmd/view/diagnostic_text.h"
#include "cmd/wiring.h"

int main(int argc, char** argv) {
  using namespace changeover;
  const SystemEnvironment environment;
  SystemFiles files;
  Shell shell{std::cout,
              std::cerr,
              style_of(STDOUT_FILENO, environment),
              style_of(STDERR_FILENO, environment),
              is_terminal(STDERR_FILENO, environment),
              STDIN_FILENO,
              isatty(STDIN_FILENO) == 1 && isatty(STDERR_FILENO) == 1,
              environment,
              files,
              open_world,
              start_rehearsal};

  const auto command = parse_command_line({argv + 1, argv + argc});
  if (!command) {
    shell.err << usage_as_text(command.error().what, command.error().hint, shell.err_style);
    return number_of(ExitCode::usage);
  }
  const ExitCode code = std::visit([&](const auto& options) { return run_command(options, shell); }, *command);
  std::cout.flush();
  if (!std::cout && code == ExitCode::done) {
    shell.err << "error: the result could not be written to stdout\n";
    return number_of(ExitCode::error);
  }
  return number_of(code);
}
