#include "emulator/engine/spawn.h"

#include <fcntl.h>
#include <grp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>

namespace changeover::emulator {
namespace {

constexpr int cannot_prepare = 126;
constexpr int cannot_execute = 127;

/// All that the child needs, made before the fork: between fork and exec nothing may allocate.
struct Prepared {
  std::vector<char*> arguments;
  std::vector<char*> environment;
  const char* folder = nullptr;
  int input = -1;
  int output = -1;
  int error = -1;
  bool keeps_output = false;
  int reports = -1;
};

std::vector<char*> pointers(std::vector<std::string>& strings) {
  std::vector<char*> result;
  result.reserve(strings.size() + 1);
  for (std::string& string : strings) result.push_back(string.data());
  result.push_back(nullptr);
  return result;
}

[[noreturn]] void give_up(int code, const char* why) {
  static_cast<void>(!write(STDERR_FILENO, why, std::strlen(why)));
  _exit(code);
}

void reset_signals() {
  struct sigaction usual{};
  usual.sa_handler = SIG_DFL;
  for (int signal = 1; signal < NSIG; ++signal) sigaction(signal, &usual, nullptr);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
}

/// The raw calls: glibc's own would talk to threads that do not exist in the child.
bool step_down(const Account& account) {
  return syscall(SYS_setgroups, 0, nullptr) == 0 && syscall(SYS_setgid, account.group) == 0 &&
         syscall(SYS_setuid, account.user) == 0;
}

[[noreturn]] void become(const Spawn& what, const Prepared& ready, pid_t parent) {
  reset_signals();
  setpgid(0, 0);
  dup2(ready.input, STDIN_FILENO);
  if (!ready.keeps_output) {
    dup2(ready.output, STDOUT_FILENO);
    dup2(ready.error, STDERR_FILENO);
  }
  if (!send_report(ready.reports, what.kind, getpid())) give_up(cannot_prepare, "the keeper process is gone\n");
  if (what.account && !step_down(*what.account)) give_up(cannot_prepare, "cannot step down to the other user\n");
  if (what.parent_death_signal != 0) {
    prctl(PR_SET_PDEATHSIG, what.parent_death_signal);  // after setuid, which clears it
    if (getppid() != parent) _exit(cannot_prepare);
  }
  if (chdir(ready.folder) != 0) give_up(cannot_prepare, "cannot enter the working folder\n");
  close_range(3, ~0U, 0);
  execve(ready.arguments.front(), ready.arguments.data(), ready.environment.data());
  give_up(cannot_execute, "cannot execute the program\n");
}

}  // namespace

Result<pid_t> spawn(const Keeper& keeper, const Spawn& what) {
  std::vector<std::string> arguments = what.command;
  std::vector<std::string> environment;
  for (const auto& [name, value] : what.environment) environment.push_back(name + "=" + value);
  const std::string folder = what.folder.string();
  const std::string sink = what.output.empty() ? "/dev/null" : what.output.string();
  Prepared ready;
  ready.arguments = pointers(arguments);
  ready.environment = pointers(environment);
  ready.folder = folder.c_str();
  ready.reports = keeper.report_descriptor();
  ready.input = open("/dev/null", O_RDONLY | O_CLOEXEC);
  ready.keeps_output = what.keeps_output;
  ready.output = open(sink.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
  const int opened[] = {ready.input, ready.output};
  ready.error = what.error_descriptor >= 0 ? what.error_descriptor : ready.output;
  if (what.input_descriptor >= 0) ready.input = what.input_descriptor;
  if (what.output_descriptor >= 0) ready.output = what.output_descriptor;
  const pid_t parent = getpid();
  // A signal that comes before the child has reset its handlers must not run ours there.
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  const pid_t child = ready.output < 0 ? -1 : fork();
  if (child == 0) become(what, ready, parent);
  const int problem = errno;
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  for (const int descriptor : opened) {
    if (descriptor >= 0) close(descriptor);
  }
  if (child < 0) {
    return fail(ErrorCode::unavailable, "cannot start " + arguments.front() + ": " + std::strerror(problem),
                "check the folder of its output and the machine's limit of processes");
  }
  setpgid(child, child);  // here too, so that a signal to the group never comes before the group
  return child;
}

void await_end(pid_t pid) {
  siginfo_t info;
  while (waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOWAIT) < 0 && errno == EINTR) continue;
}

int reap(const Keeper& keeper, pid_t pid) {
  kill(-pid, SIGKILL);  // before the id is free: afterwards it could name somebody else's group
  int status = 0;
  while (waitpid(pid, &status, 0) < 0 && errno == EINTR) continue;
  keeper.ended(pid);
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

Result<int> run_to_end(const Keeper& keeper, const Spawn& what) {
  const auto pid = spawn(keeper, what);
  if (!pid) return fail(pid.error());
  await_end(*pid);
  return reap(keeper, *pid);
}

}  // namespace changeover::emulator
