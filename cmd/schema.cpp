#include <ostream>

#include "cmd/commands.h"
#include "cmd/schemas.h"

namespace changeover {

ExitCode run_command(const SchemaCommand& command, Shell& shell) {
  const std::string_view text = schema_text(command.name);
  if (text.empty())
    return report({ErrorCode::not_found, "this build has no schema `" + command.name + "`", "", {}}, false, shell);
  shell.out << text;
  return ExitCode::done;
}

}  // namespace changeover
