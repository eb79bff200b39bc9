#include <ostream>
#include <utility>
#include <vector>

#include "cmd/commands.h"
#include "cmd/spec_file.h"
#include "cmd/view/diagnostic_text.h"
#include "core/text.h"

namespace changeover {

ExitCode run_command(const ValidateCommand& command, Shell& shell) {
  std::vector<std::pair<std::string, SpecFile>> files;
  std::vector<Diagnostic> found;
  for (const std::string& path : command.specs) {
    files.emplace_back(path, read_spec_file(path, shell));
    const auto& diagnostics = files.back().second.diagnostics;
    found.insert(found.end(), diagnostics.begin(), diagnostics.end());
  }
  const ExitCode code = found.empty() ? ExitCode::done : ExitCode::error;
  if (command.json) {
    shell.out << validation_as_json(files).pretty();
    return code;
  }
  for (const auto& [path, file] : files) {
    if (!file.desired) continue;
    const std::string count = counted(static_cast<long long>(file.desired->migrations.size()), "migration");
    shell.out << paragraph(shell.out_style, "✓ ", path + ": valid, " + count, Ink::plain, Ink::green);
  }
  shell.err << diagnostics_as_text(found, shell.err_style);
  return code;
}

}  // namespace changeover
