#include <ostream>

#include "cmd/commands.h"
#include "cmd/spec_file.h"

namespace changeover {

ExitCode run_command(const UnlockCommand& command, Shell& shell) {
  const std::optional<Desired> desired = need_spec(command.spec, {}, false, shell);
  if (!desired) return ExitCode::error;
  const auto world = shell.open_world(*desired, Reach::state, shell.environment);
  if (!world) return report(world.error(), false, shell);
  const Result<void> unlocked = (*world)->loop().run((*world)->state().unlock(command.lock_id, command.force));
  if (!unlocked) return report(unlocked.error(), false, shell);
  shell.out << paragraph(shell.out_style, "",
                         "The lock " + command.lock_id + " is gone from " + (*world)->state().describe() + ".");
  return ExitCode::done;
}

}  // namespace changeover
