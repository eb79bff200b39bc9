// Nothing is left behind: not by a run that ends, not by one that is killed, not by one whose keeper is killed too.
#include "emulator/engine/keeper.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <fstream>
#include <string>
#include <vector>

#include "emulator/engine/process_table.h"

namespace changeover::emulator {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

template <class Condition>
bool eventually(Condition condition) {
  const auto until = std::chrono::steady_clock::now() + 15s;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > until) return false;
    poll(nullptr, 0, 5);
  }
  return true;
}

bool is_alive(pid_t pid) {
  const auto facts = process_facts(pid);
  return facts && facts->alive();
}

/// A parent folder of the test's own, so that it meets no other run.
std::string name_of(pid_t pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/comm");
  std::string name;
  file >> name;
  return name;
}

class KeeperTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = "/tmp/changeover-keeper-XXXXXX";
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    parent_ = name;
    ASSERT_EQ(chmod(name.c_str(), 0711), 0);
  }
  void TearDown() override {
    if (holder_ > 0) kill_holder();
    fs::remove_all(parent_);
  }

  void spawn_holder(int output) {
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
    std::string program = RUN_HOLDER;
    std::string parent = parent_.string();
    std::array<char*, 3> arguments{program.data(), parent.data(), nullptr};
    ASSERT_EQ(posix_spawn(&holder_, program.c_str(), &actions, nullptr, arguments.data(), environ), 0);
    posix_spawn_file_actions_destroy(&actions);
  }
  /// Starts run_holder and waits until its databases and dynos run.
  void start_holder() {
    std::array<int, 2> out{};
    ASSERT_EQ(pipe2(out.data(), O_CLOEXEC), 0);
    ASSERT_NO_FATAL_FAILURE(spawn_holder(out[1]));
    close(out[1]);
    std::string said;
    char c = 0;
    while (!said.ends_with("ready\n") && read(out[0], &c, 1) == 1) said += c;
    close(out[0]);
    ASSERT_TRUE(said.ends_with("ready\n")) << "the holder ended: " << said;
    run_ = said.substr(0, said.find('\n'));
    ASSERT_TRUE(eventually([&] { return dynos().size() == 3; }));
    servers_ = processes_inside(run_);
    ASSERT_GT(servers_.size(), 10U) << "two servers with their helpers";
    ASSERT_TRUE(std::any_of(servers_.begin(), servers_.end(), [](pid_t pid) { return name_of(pid) == "pg_dump"; }));
  }
  void kill_holder() {
    kill(holder_, SIGKILL);
    while (waitpid(holder_, nullptr, 0) < 0 && errno == EINTR) continue;
    holder_ = -1;
  }
  [[nodiscard]] std::vector<pid_t> dynos() const {
    std::ifstream file(parent_ / "dynos");
    std::vector<pid_t> found;
    for (pid_t pid = 0; file >> pid;) found.push_back(pid);
    return found;
  }

  fs::path parent_{};
  fs::path run_{};
  pid_t holder_ = -1;
  std::vector<pid_t> servers_{};
};

pid_t keeper_of(const fs::path& run) {
  for (const auto& process : fs::directory_iterator("/proc")) {
    std::ifstream name(process.path() / "comm");
    std::string word;
    if (!(name >> word) || word != "changeover-keep") continue;
    std::error_code gone;
    for (fs::directory_iterator it(process.path() / "fd", gone), end; !gone && it != end; it.increment(gone)) {
      if (fs::read_symlink(it->path(), gone) == run / "lock") return std::stoi(process.path().filename().string());
    }
  }
  return -1;
}

TEST_F(KeeperTest, ARunThatEndsLeavesNoFolder) {
  auto keeper = Keeper::start(parent_);
  ASSERT_TRUE(keeper) << keeper.error().what;
  const fs::path folder = (*keeper)->folder();
  EXPECT_TRUE(fs::exists(folder / "lock"));
  keeper->reset();
  EXPECT_FALSE(fs::exists(folder));
}

TEST_F(KeeperTest, AnotherRunLeavesALivingOneAlone) {
  const auto first = Keeper::start(parent_);
  ASSERT_TRUE(first) << first.error().what;
  const auto second = Keeper::start(parent_);
  ASSERT_TRUE(second) << second.error().what;
  EXPECT_TRUE(fs::exists((*first)->folder() / "lock"));
  EXPECT_NE((*first)->folder(), (*second)->folder());
}

TEST_F(KeeperTest, AKilledRunLeavesNoProcessAndNoFolder) {
  ASSERT_NO_FATAL_FAILURE(start_holder());
  kill_holder();
  EXPECT_TRUE(eventually([&] { return !fs::exists(run_); }));
  for (const pid_t pid : servers_) EXPECT_FALSE(is_alive(pid)) << pid;
  for (const pid_t pid : dynos()) EXPECT_FALSE(is_alive(pid)) << pid;
  EXPECT_TRUE(eventually([&] { return keeper_of(run_) == -1; }));
}

TEST_F(KeeperTest, KilledInItsFirstMomentsItLeavesNothingEither) {
  // From before there is a keeper to when there are a folder and an initdb: 20 microseconds later each time.
  for (int moment = 0; moment < 300; ++moment) {
    ASSERT_NO_FATAL_FAILURE(spawn_holder(STDERR_FILENO));
    const auto until = std::chrono::steady_clock::now() + moment * 20us;
    while (std::chrono::steady_clock::now() < until) continue;
    kill_holder();
  }
  const auto left = [&] {
    return std::count_if(fs::directory_iterator(parent_), {}, [](const fs::directory_entry& entry) {
      return entry.path().filename().string().starts_with("changeover-run-");
    });
  };
  EXPECT_TRUE(eventually([&] { return left() == 0; })) << left() << " folders";
  EXPECT_TRUE(eventually([&] { return processes_inside(parent_).empty(); }));
}

TEST_F(KeeperTest, SaysWhyThereIsNoFolder) {
  const auto started = Keeper::start(parent_ / "none");
  ASSERT_FALSE(started);
  EXPECT_NE(started.error().what.find("No such file or directory (" + (parent_ / "none").string()), std::string::npos)
      << started.error().what;
}

TEST_F(KeeperTest, TheNextRunClearsUpWhenTheKeeperWasKilledToo) {
  ASSERT_NO_FATAL_FAILURE(start_holder());
  const pid_t keeper = keeper_of(run_);
  ASSERT_GT(keeper, 0);
  kill(keeper, SIGKILL);
  ASSERT_TRUE(eventually([&] { return !is_alive(keeper); }));
  kill_holder();
  ASSERT_TRUE(is_alive(dynos().front())) << "nobody was left to end it";
  const auto next = Keeper::start(parent_);
  ASSERT_TRUE(next) << next.error().what;
  EXPECT_FALSE(fs::exists(run_));
  for (const pid_t pid : servers_) EXPECT_TRUE(eventually([&] { return !is_alive(pid); })) << pid;
  for (const pid_t pid : dynos()) EXPECT_TRUE(eventually([&] { return !is_alive(pid); })) << pid;
}

}  // namespace
}  // namespace changeover::emulator
