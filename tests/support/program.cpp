#include "tests/support/program.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <fstream>
#include <sstream>

namespace changeover::testing {
namespace {

constexpr int look_again_ms = 5;
constexpr int cannot_start = 126;

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> list;
  for (std::string& text : texts) list.push_back(text.data());
  list.push_back(nullptr);
  return list;
}

void put_file(const std::string& path, int flags, int descriptor) {
  const int file = ::open(path.c_str(), flags | O_CLOEXEC, 0600);
  if (file < 0 || ::dup2(file, descriptor) < 0) ::_exit(cannot_start);
}

}  // namespace

bool await(const std::function<bool()>& is_so, std::chrono::milliseconds limit) {
  const auto until = std::chrono::steady_clock::now() + limit;
  while (!is_so()) {
    if (std::chrono::steady_clock::now() >= until) return false;
    ::poll(nullptr, 0, look_again_ms);
  }
  return true;
}

std::string file_text(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

Program::Program(const Start& start) {
  std::vector<std::string> words = start.command;
  std::vector<std::string> variables;
  for (const auto& [name, value] : start.environment) variables.push_back(name + "=" + value);
  const std::vector<char*> argv = pointers(words);
  const std::vector<char*> envp = pointers(variables);
  const pid_t parent = ::getpid();
  pid_ = ::fork();
  if (pid_ != 0) return;
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(cannot_start);
  put_file("/dev/null", O_RDONLY, STDIN_FILENO);
  put_file(start.out, O_WRONLY | O_CREAT | O_TRUNC, STDOUT_FILENO);
  put_file(start.err, O_WRONLY | O_CREAT | O_TRUNC, STDERR_FILENO);
  if (::chdir(start.folder.c_str()) != 0) ::_exit(cannot_start);
  ::execve(argv[0], argv.data(), envp.data());
  ::_exit(cannot_start);
}

Program::~Program() { kill(); }

void Program::signal(int number) const {
  if (pid_ > 0 && !exit_code_) ::kill(pid_, number);
}

void Program::kill() {
  if (pid_ <= 0 || exit_code_) return;
  ::kill(pid_, SIGKILL);
  int status = 0;
  while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) continue;
  exit_code_ = 128 + SIGKILL;
}

std::optional<int> Program::exit_code(std::chrono::milliseconds limit) {
  if (pid_ <= 0) return cannot_start;
  static_cast<void>(await(
      [this] {
        int status = 0;
        if (!exit_code_ && ::waitpid(pid_, &status, WNOHANG) == pid_)
          exit_code_ = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
        return exit_code_.has_value();
      },
      limit));
  return exit_code_;
}

}  // namespace changeover::testing
