#include "emulator/engine/processes.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <fstream>
#include <utility>

#include "emulator/engine/process_table.h"
#include "emulator/engine/spawn.h"

namespace changeover::emulator {
namespace {

using Steady = std::chrono::steady_clock;

/// How often a group without its leader is looked at: nothing wakes us when the rest of it ends.
constexpr int group_look_ms = 5;
constexpr int cannot_start = 126;

std::string file_name(std::string id) {
  std::replace(id.begin(), id.end(), '/', '_');
  return id + ".log";
}

}  // namespace

struct ChildProcesses::Child {
  std::string id{};  ///< empty once released
  pid_t pid = 0;
  int descriptor = -1;  ///< pidfd: readable when the leader has ended; -1 where the kernel has none
  bool leader_reaped = false;
  bool killed = false;
  std::optional<SteadyPoint> kill_at{};
  ProcessStatus status{};

  [[nodiscard]] bool over() const { return status.state == ProcessStatus::State::exited; }
  void kill_group() {
    if (over()) return;
    kill(-pid, SIGKILL);
    killed = true;
    kill_at.reset();
  }
};

ChildProcesses::ChildProcesses(const Keeper& keeper, ProcessSettings settings)
    : keeper_(keeper), settings_(std::move(settings)), wake_descriptor_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  watcher_ = std::thread([this] { watch(); });
}

ChildProcesses::~ChildProcesses() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
    for (const auto& child : children_) child->kill_group();
  }
  wake();
  watcher_.join();
  close(wake_descriptor_);
}

int ChildProcesses::reserve_port(const std::string& id) {
  std::optional<ReservedPort> port = ReservedPort::take();
  if (!port) return 0;
  const std::lock_guard lock(mutex_);
  return ports_.insert_or_assign(id, *std::move(port)).first->second.number();
}

std::filesystem::path ChildProcesses::output_file(const std::string& id) const {
  return (settings_.logs.empty() ? keeper_.folder() : settings_.logs) / file_name(id);
}

void ChildProcesses::keep_output(const std::string& id) {
  const std::lock_guard lock(mutex_);
  kept_.insert(id);
}

std::string ChildProcesses::output(const std::string& id) const {
  const std::lock_guard lock(mutex_);
  if (!kept_.contains(id)) return {};
  std::ifstream file(output_file(id), std::ios::binary);
  std::string text(most_output, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(file.gcount()));
  return text;
}

void ChildProcesses::start(const std::string& id, const std::string& command,
                           const std::map<std::string, std::string>& environment) {
  Spawn what;
  what.command = {"/bin/sh", "-c", command};
  what.environment = environment;
  what.environment.emplace("PATH", settings_.path);
  what.folder = settings_.folder;
  auto child = std::make_unique<Child>();
  child->id = id;
  const std::lock_guard lock(mutex_);
  if (!settings_.logs.empty() || kept_.contains(id)) what.output = output_file(id);
  release(id);
  if (const auto pid = spawn(keeper_, what); pid) {
    child->pid = *pid;
    // By number: the header of glibc 2.36 declares pidfd_open for C alone.
    child->descriptor = static_cast<int>(syscall(SYS_pidfd_open, *pid, 0));
    child->status.state = ProcessStatus::State::up;
  } else {
    child->status = {ProcessStatus::State::exited, cannot_start};
  }
  children_.push_back(std::move(child));
  wake();
}

void ChildProcesses::stop(const std::string& id, std::chrono::milliseconds grace) {
  const std::lock_guard lock(mutex_);
  Child* const child = find(id);
  if (child == nullptr || child->status.state != ProcessStatus::State::up) return;
  child->status.state = ProcessStatus::State::stopping;
  child->kill_at = Steady::now() + grace;
  kill(-child->pid, SIGTERM);
  wake();
}

ProcessStatus ChildProcesses::status(const std::string& id) const {
  const std::lock_guard lock(mutex_);
  const Child* const child = find(id);
  return child == nullptr ? ProcessStatus{ProcessStatus::State::exited, 0} : child->status;
}

void ChildProcesses::forget(const std::string& id) {
  const std::lock_guard lock(mutex_);
  release(id);
  ports_.erase(id);
  std::error_code ignored;
  if (kept_.erase(id) > 0 && settings_.logs.empty()) std::filesystem::remove(output_file(id), ignored);
  wake();
}

/// With mutex_ held.
void ChildProcesses::release(const std::string& id) {
  if (Child* const child = find(id); child != nullptr) {
    child->kill_group();
    child->id.clear();
  }
}

ChildProcesses::Child* ChildProcesses::find(const std::string& id) const {
  const auto found =
      std::find_if(children_.begin(), children_.end(), [&](const auto& child) { return child->id == id; });
  return found == children_.end() ? nullptr : found->get();
}

void ChildProcesses::wake() const {
  const std::uint64_t one = 1;
  static_cast<void>(!write(wake_descriptor_, &one, sizeof one));
}

/// The life of the watching thread.
void ChildProcesses::watch() {
  std::vector<pollfd> watched;
  std::unique_lock lock(mutex_);
  while (true) {
    for (const auto& child : children_) look_after(*child);
    std::erase_if(children_, [](const auto& child) { return child->over() && child->id.empty(); });
    const bool all_over =
        std::all_of(children_.begin(), children_.end(), [](const auto& child) { return child->over(); });
    if (ending_ && all_over) return;

    watched.assign(1, pollfd{wake_descriptor_, POLLIN, 0});
    for (const auto& child : children_) {
      if (!child->leader_reaped && child->descriptor >= 0) watched.push_back({child->descriptor, POLLIN, 0});
    }
    const int timeout = milliseconds_to_next_look();
    lock.unlock();
    poll(watched.data(), watched.size(), timeout);
    std::uint64_t count = 0;
    static_cast<void>(!read(wake_descriptor_, &count, sizeof count));
    lock.lock();
  }
}

/// -1: until woken. With mutex_ held.
int ChildProcesses::milliseconds_to_next_look() const {
  constexpr int never = -1;
  int soonest = never;
  for (const auto& child : children_) {
    if (child->over()) continue;
    int look = never;
    if (child->kill_at) {
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(*child->kill_at - Steady::now()).count();
      look = static_cast<int>(std::clamp<std::int64_t>(left, 0, 60'000));
    }
    if (child->leader_reaped || child->descriptor < 0)
      look = look == never ? group_look_ms : std::min(look, group_look_ms);
    if (look != never) soonest = soonest == never ? look : std::min(soonest, look);
  }
  return soonest;
}

/// With mutex_ held.
void ChildProcesses::look_after(Child& child) {
  if (child.over()) return;
  if (child.kill_at && *child.kill_at <= Steady::now()) child.kill_group();
  if (!child.leader_reaped) {
    siginfo_t info{};
    const int seen = waitid(P_PID, static_cast<id_t>(child.pid), &info, WEXITED | WNOHANG | WNOWAIT);
    if (seen != 0 || info.si_pid != child.pid) return;
    if (child.status.state == ProcessStatus::State::up) child.kill_group();
    int status = 0;
    while (waitpid(child.pid, &status, 0) < 0 && errno == EINTR) continue;
    child.status.exit_code = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
    child.leader_reaped = true;
    if (child.descriptor >= 0) close(std::exchange(child.descriptor, -1));
  }
  if (group_alive(child.pid)) return;
  child.status.state = ProcessStatus::State::exited;
  keeper_.ended(child.pid);
}

}  // namespace changeover::emulator
