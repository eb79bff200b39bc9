// LocalStateBackend between real processes: kill -9, and races for one lock and one file.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <functional>
#include <string>
#include <vector>

#include "executor/state/local_state.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/virtual_time.h"

namespace changeover {
namespace {

using testing::TemporaryFolder;
using testing::VirtualTime;

/// What a process of its own needs; made after the fork.
struct StateRun {
  explicit StateRun(const std::string& path)
      : loop(time, time),
        random(static_cast<std::uint64_t>(::getpid())),
        state(files, loop, random, {path, "spec.yaml", {"dana", "build-7", ::getpid()}}) {}
  Result<std::unique_ptr<Lease>> lock(const std::string& name) { return loop.run(state.lock(name, "apply")); }
  Result<void> save(const RecordedMigration& migration) { return loop.run(state.save(migration)); }

  SystemFiles files;
  VirtualTime time;
  EventLoop loop;
  SeededRandom random;
  LocalStateBackend state;
};

/// Runs `work` in a child; its result is the exit code.
pid_t in_child(const std::function<int()>& work) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(work());
  return child;
}

int exit_code_of(pid_t child) {
  int status = 0;
  if (::waitpid(child, &status, 0) != child) return -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST(StateProcesses, TheLockOfAKilledProcessIsFreeAtOnce) {
  const TemporaryFolder folder;
  const std::string path = folder.path() + "/orders.state.json";
  std::array<int, 2> ready{};
  ASSERT_EQ(::pipe(ready.data()), 0);
  const pid_t child = in_child([&] {
    StateRun run(path);
    const auto lease = run.lock("orders");
    if (!lease || ::write(ready[1], "x", 1) != 1) return 1;
    for (;;) ::pause();
  });
  char byte = 0;
  ASSERT_EQ(::read(ready[0], &byte, 1), 1);
  StateRun run(path);
  const auto refused = run.lock("orders");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::locked);
  EXPECT_NE(refused.error().what.find("process " + std::to_string(child)), std::string::npos) << refused.error().what;
  ASSERT_EQ(::kill(child, SIGKILL), 0);
  EXPECT_EQ(exit_code_of(child), -1);
  EXPECT_TRUE(*run.files.exists(path + ".orders.lock")) << "the killed process left its file";
  {
    const auto lease = run.lock("orders");
    EXPECT_TRUE(lease) << lease.error().what;
  }
  EXPECT_TRUE(run.files.list(folder.path())->empty());
  ::close(ready[0]);
  ::close(ready[1]);
}

/// Takes the lock `rounds` times. Inside it makes a file that must not be there yet: it is, when two are inside.
int race_for_the_lock(const std::string& path, int rounds) {
  StateRun run(path);
  const std::string inside = path + ".inside";
  for (int taken = 0; taken < rounds;) {
    auto lease = run.lock("orders");
    if (!lease && lease.error().code == ErrorCode::locked) continue;
    if (!lease) return 2;
    const int file = ::open(inside.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
    if (file < 0) return 3;
    ::close(file);
    if (!run.loop.run((*lease)->renew())) return 4;
    if (::unlink(inside.c_str()) != 0) return 5;
    ++taken;
  }
  return 0;
}

TEST(StateProcesses, OnlyOneIsInsideTheLock) {
  const TemporaryFolder folder;
  const std::string path = folder.path() + "/orders.state.json";
  std::vector<pid_t> children(4);
  std::ranges::generate(children, [&] { return in_child([&] { return race_for_the_lock(path, 200); }); });
  for (const pid_t child : children) EXPECT_EQ(exit_code_of(child), 0);
  StateRun run(path);
  ASSERT_TRUE(run.lock("another"));  // removes what could not be removed while others were busy
  EXPECT_TRUE(run.files.list(folder.path())->empty());
}

/// Saves the record of one migration `rounds` times.
int save_often(const std::string& path, const std::string& name, int rounds) {
  StateRun run(path);
  Result<std::unique_ptr<Lease>> lease = run.lock(name);
  while (!lease && lease.error().code == ErrorCode::locked) lease = run.lock(name);
  if (!lease) return 2;
  RecordedMigration migration;
  migration.name = name;
  for (int saved = 0; saved < rounds;) {
    migration.create_intent = std::to_string(saved + 1);
    const Result<void> done = run.save(migration);
    if (!done && done.error().code != ErrorCode::locked) return 3;
    if (done) ++saved;
  }
  return 0;
}

TEST(StateProcesses, NoSaveIsLostToAnotherMigrations) {
  const TemporaryFolder folder;
  const std::string path = folder.path() + "/fleet.state.json";
  constexpr int rounds = 25;
  std::vector<pid_t> children;
  for (const char* name : {"a", "b", "c"})
    children.push_back(in_child([&path, name] { return save_often(path, name, rounds); }));
  for (const pid_t child : children) EXPECT_EQ(exit_code_of(child), 0);
  StateRun run(path);
  const Result<Recorded> recorded = run.loop.run(run.state.load());
  ASSERT_TRUE(recorded) << recorded.error().what;
  EXPECT_EQ(recorded->serial, 3 * rounds);
  ASSERT_EQ(recorded->migrations.size(), 3U);
  for (const RecordedMigration& migration : recorded->migrations)
    EXPECT_EQ(migration.create_intent, std::to_string(rounds));
  ASSERT_TRUE(run.lock("another"));  // removes what could not be removed while others were busy
  EXPECT_EQ(*run.files.list(folder.path()), std::vector<std::string>{"fleet.state.json"});
}

}  // namespace
}  // namespace changeover
