#include "cmd/rehearsal.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <utility>
#include <vector>

namespace changeover {
namespace {

namespace fs = std::filesystem;

constexpr int patience_ms = 120'000;  ///< for some output of a child; a cluster takes a second to be made
constexpr int cannot_start = 126;
constexpr std::size_t most_output = 1U << 20U;

/// A program with its output on a pipe; it does not outlive us.
class Child {
 public:
  Child(std::vector<std::string> command, std::vector<std::string> variables, const std::string& errors);
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child() { end(); }

  /// The next line; nothing at its end or when it is silent for too long.
  [[nodiscard]] std::optional<std::string> line();
  /// Waits for its end and gives the exit code.
  int wait();

 private:
  void end();
  pid_t pid_ = -1;
  int output_ = -1;
  std::string pending_;
};

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> list;
  for (std::string& text : texts) list.push_back(text.data());
  list.push_back(nullptr);
  return list;
}

Child::Child(std::vector<std::string> command, std::vector<std::string> variables, const std::string& errors) {
  const std::vector<char*> argv = pointers(command);
  const std::vector<char*> envp = pointers(variables);
  std::array<int, 2> ends{-1, -1};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return;
  const pid_t parent = ::getpid();
  pid_ = ::fork();
  if (pid_ == 0) {
    // Only calls that are safe between fork and exec.
    ::prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (::getppid() != parent) ::_exit(cannot_start);
    ::setpgid(0, 0);  // Ctrl-C is ours: what is under way is brought to an end before the emulator ends
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    const int nothing = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
    const int file = ::open(errors.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (nothing < 0 || file < 0 || ::dup2(nothing, STDIN_FILENO) < 0 || ::dup2(ends[1], STDOUT_FILENO) < 0 ||
        ::dup2(file, STDERR_FILENO) < 0)
      ::_exit(cannot_start);
    ::execve(argv[0], argv.data(), envp.data());
    ::_exit(cannot_start);
  }
  ::close(ends[1]);
  output_ = ends[0];
}

std::optional<std::string> Child::line() {
  while (output_ >= 0 && pending_.size() < most_output) {
    if (const std::size_t end = pending_.find('\n'); end != std::string::npos) {
      std::string line = pending_.substr(0, end);
      pending_.erase(0, end + 1);
      return line;
    }
    pollfd waiting{output_, POLLIN, 0};
    const int ready = ::poll(&waiting, 1, patience_ms);
    if (ready < 0 && errno == EINTR) continue;
    if (ready <= 0) return std::nullopt;
    std::array<char, 4096> bytes{};
    const auto length = ::read(output_, bytes.data(), bytes.size());
    if (length < 0 && errno == EINTR) continue;
    if (length <= 0) return std::nullopt;
    pending_.append(bytes.data(), static_cast<std::size_t>(length));
  }
  return std::nullopt;
}

int Child::wait() {
  int status = 0;
  while (pid_ > 0 && ::waitpid(pid_, &status, 0) < 0 && errno == EINTR) continue;
  pid_ = -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/// SIGTERM makes the emulator end everything it started before itself.
void Child::end() {
  if (pid_ > 0) {
    ::kill(pid_, SIGTERM);
    wait();
  }
  if (output_ >= 0) ::close(output_);
  output_ = -1;
}

std::string text_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

/// Beside this program, else on the PATH.
std::optional<std::string> find_program(const std::string& name, const Environment& environment) {
  std::error_code problem;
  const fs::path self = fs::read_symlink("/proc/self/exe", problem);
  std::vector<std::string> folders;
  if (!problem) folders.push_back(self.parent_path());
  std::istringstream path(environment.get("PATH").value_or(""));
  for (std::string folder; std::getline(path, folder, ':');) folders.push_back(folder);
  for (const std::string& folder : folders)
    if (!folder.empty() && ::access((folder + "/" + name).c_str(), X_OK) == 0) return folder + "/" + name;
  return std::nullopt;
}

class EmulatorRehearsal final : public Rehearsal {
 public:
  EmulatorRehearsal(std::string folder, std::string writer, std::vector<std::string> variables)
      : folder_(std::move(folder)),
        writer_(std::move(writer)),
        variables_(std::move(variables)),
        environment_(std::map<std::string, std::string>{}) {}
  EmulatorRehearsal(const EmulatorRehearsal&) = delete;
  EmulatorRehearsal& operator=(const EmulatorRehearsal&) = delete;
  ~EmulatorRehearsal() override {
    emulator_.reset();
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
  }

  [[nodiscard]] Result<void> start(const std::string& program, const std::string& world);

  [[nodiscard]] const Environment& environment() const override { return environment_; }
  [[nodiscard]] std::string folder() const override { return folder_; }
  [[nodiscard]] Result<std::string> verify(const std::string& ledger, const Secret& database) override;

 private:
  std::string folder_;
  std::string writer_;
  std::vector<std::string> variables_;
  RehearsalEnvironment environment_;
  std::unique_ptr<Child> emulator_;
};

Result<void> EmulatorRehearsal::start(const std::string& program, const std::string& world) {
  const std::string world_file = folder_ + "/world.yaml";
  std::ofstream(world_file, std::ios::binary) << world;
  emulator_ = std::make_unique<Child>(
      std::vector<std::string>{program, "--world", world_file, "--data", folder_ + "/data", "--quiet"}, variables_,
      folder_ + "/emulator.err");
  std::map<std::string, std::string> exported{{"NO_PROXY", "localhost,127.0.0.1"}};
  while (const std::optional<std::string> line = emulator_->line()) {
    const std::size_t equals = line->find('=');
    if (line->starts_with("export ") && equals != std::string::npos)
      exported[line->substr(7, equals - 7)] = line->substr(equals + 1);
    if (!line->starts_with("ready on port ")) continue;
    environment_ = RehearsalEnvironment(std::move(exported));
    return {};
  }
  std::string said = text_of(folder_ + "/emulator.err");
  while (!said.empty() && said.back() == '\n') said.pop_back();
  const bool no_servers = said.find("are not on this machine") != std::string::npos;
  return fail(ErrorCode::precondition, "changeover-emulator did not start" + (said.empty() ? "" : ": " + said),
              no_servers ? "it needs PostgreSQL's server programs: apt-get install postgresql-15 postgresql-client-15"
                         : "nothing was changed anywhere; report this output if the world file is at fault");
}

Result<std::string> EmulatorRehearsal::verify(const std::string& ledger, const Secret& database) {
  std::vector<std::string> variables = variables_;
  variables.push_back("DATABASE_URL=" + database.reveal());
  Child judge({writer_, "--verify", "--ledger", folder_ + "/data/" + ledger}, std::move(variables),
              folder_ + "/verify.err");
  std::string said;
  while (const std::optional<std::string> line = judge.line()) said += (said.empty() ? "" : "\n") + *line;
  if (judge.wait() == 0) return said;
  const std::string errors = text_of(folder_ + "/verify.err");
  return fail(ErrorCode::corrupt, "the rehearsal lost writes, or they could not be compared: " + said + " " + errors,
              "do not apply; keep this output and report it");
}

}  // namespace

std::optional<std::string> RehearsalEnvironment::get(const std::string& name) const {
  const auto found = variables_.find(name);
  return found == variables_.end() ? std::nullopt : std::optional(found->second);
}

Result<std::string> RehearsalEnvironment::read_file(const std::string& path) const {
  return fail(ErrorCode::not_found, "a rehearsal reads no file " + path);
}

Result<std::unique_ptr<Rehearsal>> start_rehearsal(const std::string& world, const Environment& environment) {
  std::vector<std::string> programs;
  for (const char* name : {"changeover-emulator", "changeover-writer"}) {
    const std::optional<std::string> found = find_program(name, environment);
    if (!found)
      return fail(ErrorCode::precondition, std::string(name) + " is neither beside changeover nor on the PATH",
                  "install it beside changeover; it is built with it (cmake --build --preset dev)");
    programs.push_back(*found);
  }
  std::vector<std::string> variables;
  for (const char* name : {"PATH", "HOME", "TMPDIR", "LANG", "LC_ALL"})
    if (const auto value = environment.get(name)) variables.push_back(std::string(name) + "=" + *value);
  std::string folder = environment.get("TMPDIR").value_or("/tmp") + "/changeover-simulate-XXXXXX";
  if (::mkdtemp(folder.data()) == nullptr)
    return fail(ErrorCode::unavailable, "cannot make a folder like " + folder, "set TMPDIR to a folder to write in");
  auto rehearsal = std::make_unique<EmulatorRehearsal>(folder, programs[1], std::move(variables));
  Result<void> started = rehearsal->start(programs[0], world);
  if (!started) return fail(started.error());
  return std::unique_ptr<Rehearsal>(std::move(rehearsal));
}

}  // namespace changeover
