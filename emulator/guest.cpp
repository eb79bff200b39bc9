#include "emulator/guest.h"

#include <unistd.h>

#include <string_view>
#include <thread>

#include "emulator/engine/spawn.h"

extern char** environ;  // NOLINT(readability-redundant-declaration)

namespace changeover::emulator {
namespace {

std::map<std::string, std::string> our_environment() {
  std::map<std::string, std::string> environment;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    const std::size_t equals = text.find('=');
    if (equals != std::string_view::npos) environment.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  return environment;
}

}  // namespace

Result<int> run_guest(const Keeper& keeper, const std::vector<std::string>& command,
                      const std::map<std::string, std::string>& environment, const sigset_t& signals) {
  Spawn what;
  what.command = {"/bin/sh", "-c", "exec \"$@\"", "sh"};  // finds the program on PATH, as a shell would
  what.command.insert(what.command.end(), command.begin(), command.end());
  what.environment = our_environment();
  for (const auto& [name, value] : environment) what.environment[name] = value;
  what.folder = std::filesystem::current_path();
  what.keeps_output = true;
  const Result<pid_t> guest = spawn(keeper, what);
  if (!guest) return fail(guest.error());
  // Its end is turned into a signal for ourselves, so that one sigwait() hears of both.
  const pid_t self = getpid();
  std::thread watcher([pid = *guest, self] {
    await_end(pid);
    kill(self, SIGUSR1);
  });
  sigset_t awaited = signals;
  sigaddset(&awaited, SIGUSR1);
  int caught = 0;
  while (sigwait(&awaited, &caught) == 0 && caught != SIGUSR1) kill(-*guest, caught);
  watcher.join();
  return reap(keeper, *guest);
}

}  // namespace changeover::emulator
