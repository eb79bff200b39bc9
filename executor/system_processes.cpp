#include "executor/system_processes.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <functional>
#include <thread>
#include <utility>

namespace changeover {
namespace {

using std::chrono::milliseconds;

constexpr int cannot_execute = 127;
/// Between the request to end and SIGKILL.
constexpr milliseconds grace{2000};
constexpr std::size_t output_kept = std::size_t{16} * 1024;

/// The program as PATH finds it; a name with a slash is one already.
std::string find_program(const std::string& name, const std::map<std::string, std::string>& environment) {
  if (name.find('/') != std::string::npos) return name;
  const auto path = environment.find("PATH");
  std::string_view folders =
      path == environment.end() ? "/usr/local/bin:/usr/bin:/bin" : std::string_view(path->second);
  while (!folders.empty()) {
    const std::size_t colon = std::min(folders.find(':'), folders.size());
    const std::string candidate = std::string(folders.substr(0, colon)) + "/" + name;
    if (access(candidate.c_str(), X_OK) == 0) return candidate;
    folders.remove_prefix(std::min(colon + 1, folders.size()));
  }
  return name;
}

/// All that the child needs, made before the fork: between fork and exec nothing may allocate.
struct Prepared {
  std::vector<std::string> words;
  std::vector<std::string> variables;
  std::vector<char*> argv;
  std::vector<char*> environment;

  Prepared(const ProcessOrder& order, const std::map<std::string, std::string>& inherited) : words(order.argv) {
    words.front() = find_program(words.front(), inherited);
    std::map<std::string, std::string> all = order.environment;
    all.insert(inherited.begin(), inherited.end());
    for (const auto& [name, value] : all) variables.push_back(name + "=" + value);
    for (std::string& word : words) argv.push_back(word.data());
    for (std::string& variable : variables) environment.push_back(variable.data());
    argv.push_back(nullptr);
    environment.push_back(nullptr);
  }
};

[[noreturn]] void become(const Prepared& ready, int output, pid_t parent) {
  struct sigaction usual{};
  usual.sa_handler = SIG_DFL;
  for (int signal = 1; signal < NSIG; ++signal) sigaction(signal, &usual, nullptr);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  setpgid(0, 0);
  prctl(PR_SET_PDEATHSIG, SIGKILL);  // when the thread that waits for us ends, and it ends with the tool
  if (getppid() != parent) _exit(cannot_execute);
  const int input = open("/dev/null", O_RDONLY);
  dup2(input, STDIN_FILENO);
  dup2(output, STDOUT_FILENO);
  dup2(output, STDERR_FILENO);
  close_range(3, ~0U, 0);
  execve(ready.argv.front(), ready.argv.data(), ready.environment.data());
  const char* why = std::strerror(errno);
  static_cast<void>(!write(STDERR_FILENO, why, std::strlen(why)));
  _exit(cannot_execute);
}

class Descriptor {
 public:
  explicit Descriptor(int value) : value_(value) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (value_ >= 0) close(value_);
  }
  [[nodiscard]] int get() const { return value_; }

 private:
  int value_;
};

/// One program and the thread that waits for it.
class Child {
 public:
  Child(const Clock& clock, Prepared prepared, std::chrono::seconds limit, std::function<void()> ended)
      : clock_(clock),
        prepared_(std::move(prepared)),
        limit_(limit),
        stop_(eventfd(0, EFD_CLOEXEC)),
        thread_([this, ended = std::move(ended)] {
          live();
          ended();
        }) {}
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child() {
    const std::uint64_t one = 1;
    static_cast<void>(!write(stop_.get(), &one, sizeof one));
    thread_.join();
  }
  /// After `ended` was called.
  [[nodiscard]] Result<ProcessEnd> take() { return std::move(result_); }

 private:
  void live();
  void watch(pid_t pid, int output, int process);
  void read_from(int output);

  const Clock& clock_;
  Prepared prepared_;
  std::chrono::seconds limit_;
  Descriptor stop_;
  ProcessEnd end_;
  Result<ProcessEnd> result_ = fail(ErrorCode::internal, "the program was not waited for");
  std::thread thread_;  ///< last: it uses the others
};

void Child::live() {
  std::array<int, 2> ends{-1, -1};
  if (pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK) != 0) {
    result_ = fail(ErrorCode::unavailable, std::string("no pipe: ") + std::strerror(errno));
    return;
  }
  const Descriptor reads(ends[0]);
  const pid_t parent = getpid();
  pid_t pid = -1;
  {
    const Descriptor writes(ends[1]);
    fcntl(writes.get(), F_SETFL, 0);  // the program writes as it is used to
    pid = fork();
    if (pid == 0) become(prepared_, writes.get(), parent);
  }
  if (pid < 0) {
    result_ = fail(ErrorCode::unavailable, prepared_.words.front() + " can not be started: " + std::strerror(errno));
    return;
  }
  setpgid(pid, pid);  // here too, so that a signal to the group never comes before the group
  // By number: the header of glibc 2.36 is not for C++.
  const Descriptor process(static_cast<int>(syscall(SYS_pidfd_open, pid, 0)));
  if (process.get() >= 0) watch(pid, reads.get(), process.get());
  kill(-pid, SIGKILL);  // before the id is free: afterwards it could name somebody else's group
  int status = 0;
  while (waitpid(pid, &status, 0) < 0 && errno == EINTR) continue;
  read_from(reads.get());
  end_.exit_code = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
  result_ = std::move(end_);
}

/// Until it has ended, was told to and did not, or nobody waits any more.
void Child::watch(pid_t pid, int output, int process) {
  SteadyTime until = clock_.steady_now() + limit_;
  while (true) {
    std::array<pollfd, 3> fds{{{process, POLLIN, 0}, {stop_.get(), POLLIN, 0}, {output, POLLIN, 0}}};
    const auto left = std::chrono::ceil<milliseconds>(until - clock_.steady_now());
    const int ready = poll(fds.data(), fds.size(), static_cast<int>(std::max(left, milliseconds{0}).count()));
    if (ready < 0 && errno != EINTR) return;
    if (ready > 0 && fds[2].revents != 0) read_from(output);
    if (ready > 0 && (fds[0].revents != 0 || fds[1].revents != 0)) return;
    if (ready > 0 && (fds[2].revents & POLLHUP) != 0) {
      // It closed its output and still runs: what is left to wait for is its end.
      output = -1;
    }
    if (clock_.steady_now() < until) continue;
    if (end_.out_of_time) return;
    end_.out_of_time = true;
    kill(-pid, SIGTERM);
    until = clock_.steady_now() + grace;
  }
}

void Child::read_from(int output) {
  std::array<char, 4096> bytes{};
  for (ssize_t count = 0; output >= 0 && (count = read(output, bytes.data(), bytes.size())) > 0;) {
    end_.output.append(bytes.data(), static_cast<std::size_t>(count));
    if (end_.output.size() > 2 * output_kept) end_.output.erase(0, end_.output.size() - output_kept);
  }
}

}  // namespace

Task<Result<ProcessEnd>> SystemProcesses::run(ProcessOrder order) {
  if (order.argv.empty()) co_return fail(ErrorCode::internal, "no program was named");
  Gate ended(loop_);
  struct Letter {
    Mailroom& mailroom;
    std::uint64_t id;
    ~Letter() { mailroom.forget(id); }
  };
  const Letter letter{mailroom_, mailroom_.expect(ended)};
  Child child(loop_.clock(), Prepared(order, environment_.variables), order.limit,
              [this, id = letter.id] { loop_.post([this, id] { mailroom_.deliver(id); }); });
  co_await ended.passed();
  Result<ProcessEnd> end = child.take();
  if (!end) co_return end;
  if (end->output.size() > output_kept) end->output.erase(0, end->output.size() - output_kept);
  end->output = plain_text(strike_out(std::move(end->output), environment_.secrets));
  co_return end;
}

}  // namespace changeover
