#include "emulator/engine/keeper.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>

#include "emulator/engine/keeper_process.h"

namespace changeover::emulator {
namespace {

constexpr std::string_view run_prefix = "changeover-run-";
constexpr std::uint64_t roomy_bytes = 1ULL << 30U;

std::filesystem::path best_parent() {
  const std::filesystem::path memory = "/dev/shm";
  struct statvfs room{};
  if (access(memory.c_str(), W_OK | X_OK) == 0 && statvfs(memory.c_str(), &room) == 0 &&
      static_cast<std::uint64_t>(room.f_bavail) * room.f_frsize >= roomy_bytes) {
    return memory;
  }
  std::error_code failed;
  const auto temporary = std::filesystem::temp_directory_path(failed);
  return failed ? std::filesystem::path("/tmp") : temporary;
}

/// The lock of a folder, or -1 when somebody holds it or there is none yet.
int lock_folder(const std::filesystem::path& folder, int flags) {
  const int lock = open((folder / "lock").c_str(), O_RDWR | O_CLOEXEC | flags, 0600);
  if (lock < 0) return -1;
  if (flock(lock, LOCK_EX | LOCK_NB) == 0) return lock;
  close(lock);
  return -1;
}

void sweep_dead_runs(const std::filesystem::path& parent) {
  std::error_code failed;
  for (std::filesystem::directory_iterator it(parent, failed), end; !failed && it != end; it.increment(failed)) {
    struct stat facts{};
    const bool ours = it->path().filename().string().starts_with(run_prefix) &&
                      lstat(it->path().c_str(), &facts) == 0 && S_ISDIR(facts.st_mode) && facts.st_uid == geteuid();
    if (!ours) continue;
    const int lock = lock_folder(it->path(), 0);
    if (lock < 0) continue;
    clear_noted_run(it->path());
    close(lock);
  }
}

Error system_error(std::string_view doing, std::string_view why) {
  return {ErrorCode::unavailable,
          "the emulator cannot " + std::string(doing) + ": " + std::string(why),
          "free memory, disk or processes on this machine and start it again",
          {}};
}

/// What the keeper says first: its folder, with the lock; or why there is none, without.
struct Greeting {
  std::string text;
  int lock = -1;
};

constexpr std::size_t longest_greeting = 4096;

bool send_greeting(int socket, const Greeting& greeting) {
  std::string text = greeting.text;
  iovec part{text.data(), text.size()};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> room{};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  if (greeting.lock >= 0) {
    message.msg_control = room.data();
    message.msg_controllen = room.size();
    cmsghdr* const header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof(int));
    std::memcpy(CMSG_DATA(header), &greeting.lock, sizeof(int));
  }
  return sendmsg(socket, &message, MSG_NOSIGNAL) == static_cast<ssize_t>(text.size());
}

Greeting receive_greeting(int socket) {
  std::array<char, longest_greeting> text{};
  iovec part{text.data(), text.size()};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> room{};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = room.data();
  message.msg_controllen = room.size();
  ssize_t length = 0;
  do length = recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
  while (length < 0 && errno == EINTR);
  if (length <= 0) return {"it ended at once"};
  Greeting greeting{std::string(text.data(), static_cast<std::size_t>(length))};
  const cmsghdr* const header = CMSG_FIRSTHDR(&message);
  if (header != nullptr && header->cmsg_type == SCM_RIGHTS) std::memcpy(&greeting.lock, CMSG_DATA(header), sizeof(int));
  return greeting;
}

/// In the keeper: leaves no descriptor open but the two it needs, so that nobody waits for our end of a pipe.
void close_all_but(std::array<int, 2> kept) {
  const int null = open("/dev/null", O_RDWR);
  for (int standard = 0; standard < 3; ++standard) dup2(null, standard);
  std::sort(kept.begin(), kept.end());
  unsigned first = 3;
  for (const int descriptor : kept) {
    const auto number = static_cast<unsigned>(descriptor);
    if (number > first) close_range(first, number - 1, 0);
    first = std::max(first, number + 1);
  }
  close_range(first, ~0U, 0);
}

/// The keeper's first steps. It is the keeper who makes the folder: whatever happens to the emulator from here on,
/// there is somebody to remove it.
[[noreturn]] void become_keeper(int reports, int done, const std::filesystem::path& parent) {
  close_all_but({reports, done});
  std::string name = (parent / (std::string(run_prefix) + "XXXXXX")).string();
  if (chdir("/") != 0 || mkdtemp(name.data()) == nullptr) {
    static_cast<void>(send_greeting(reports, {std::string(std::strerror(errno)) + " (" + parent.string() + ")"}));
    _exit(1);
  }
  const int lock = lock_folder(name, O_CREAT);
  const bool ready = lock >= 0 && chmod(name.c_str(), 0711) == 0 && send_greeting(reports, {name, lock});
  if (ready) keep(reports, name);
  std::error_code ignored;
  std::filesystem::remove_all(name, ignored);
  _exit(1);
}

/// Forks twice, so that the keeper is nobody's child: whoever ends our process tree does not end it.
bool fork_keeper(int reports, int done, const std::filesystem::path& parent) {
  const pid_t between = fork();
  if (between < 0) return false;
  if (between == 0) {
    setsid();
    const pid_t keeper = fork();
    if (keeper != 0) _exit(keeper < 0 ? 1 : 0);
    become_keeper(reports, done, parent);
  }
  int status = 0;
  while (waitpid(between, &status, 0) < 0 && errno == EINTR) continue;
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

}  // namespace

Result<std::unique_ptr<Keeper>> Keeper::start(std::filesystem::path parent) {
  parent = std::filesystem::absolute(parent.empty() ? best_parent() : parent);
  sweep_dead_runs(parent);
  std::array<int, 2> reports{-1, -1};
  std::array<int, 2> done{-1, -1};
  const bool forked = socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, reports.data()) == 0 &&
                      pipe2(done.data(), O_CLOEXEC) == 0 && fork_keeper(reports[1], done[1], parent);
  const std::string why = std::strerror(errno);
  for (const int theirs : {reports[1], done[1]}) {
    if (theirs >= 0) close(theirs);
  }
  const Greeting greeting = forked ? receive_greeting(reports[0]) : Greeting{why};
  if (greeting.lock >= 0) return std::unique_ptr<Keeper>(new Keeper(greeting.text, greeting.lock, reports[0], done[0]));
  for (const int ours : {reports[0], done[0]}) {
    if (ours >= 0) close(ours);
  }
  return fail(system_error("start its keeper process", greeting.text));
}

Keeper::~Keeper() {
  close(reports_);
  char nothing = 0;
  while (read(done_, &nothing, 1) < 0 && errno == EINTR) continue;
  close(done_);
  std::error_code ignored;
  if (std::filesystem::exists(folder_, ignored)) clear_noted_run(folder_);  // the keeper was killed before us
  close(lock_);
}

void Keeper::ended(pid_t pid) const {
  // A keeper that is gone is no reason to fail here: the folder's notes still serve the next run.
  static_cast<void>(send_report(reports_, ReportKind::ended, pid));
}

bool send_report(int descriptor, ReportKind kind, pid_t pid) {
  const Report report{kind, pid};
  ssize_t sent = 0;
  do sent = send(descriptor, &report, sizeof report, MSG_NOSIGNAL);
  while (sent < 0 && errno == EINTR);
  return sent == static_cast<ssize_t>(sizeof report);
}

}  // namespace changeover::emulator
