// Real programs: their end, their output, what they may see, and that none of them outlives us.
#include "executor/system_processes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <condition_variable>
#include <fstream>
#include <mutex>
#include <optional>

#include "executor/halt.h"
#include "tests/support/program.h"
#include "tests/support/temporary_folder.h"

namespace changeover {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;

/// Blocks until it is woken; these tests have no network.
class Doorbell final : public Waiter {
 public:
  void wait(std::optional<std::chrono::nanoseconds> at_most) override {
    std::unique_lock lock(mutex_);
    const auto rung = [this] { return rung_; };
    if (at_most) {
      bell_.wait_for(lock, *at_most, rung);
    } else {
      bell_.wait(lock, rung);
    }
    rung_ = false;
  }
  void wake() override {
    const std::lock_guard lock(mutex_);
    rung_ = true;
    bell_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable bell_;
  bool rung_ = false;
};

struct SystemProcessesTest : ::testing::Test {
  Result<ProcessEnd> run(const std::string& script, std::chrono::seconds limit = 20s) {
    ProcessOrder order;
    order.argv = {"sh", "-c", script};
    order.environment = {{"CHANGEOVER_HOOK", "after_live"}};
    order.limit = limit;
    return loop.run(processes.run(std::move(order)));
  }
  SystemClock clock;
  Doorbell doorbell;
  EventLoop loop{clock, doorbell};
  SystemProcesses processes{loop,
                            child_environment({{"PATH", "/usr/bin:/bin"}, {"HEROKU_API_KEY", "the-token-itself"}}, {})};
};

TEST_F(SystemProcessesTest, TellsHowItEndedAndWhatItSaid) {
  const Result<ProcessEnd> end = run("echo to stdout; echo to stderr >&2; echo $CHANGEOVER_HOOK; exit 3");
  ASSERT_TRUE(end) << end.error().what;
  EXPECT_EQ(end->exit_code, 3);
  EXPECT_FALSE(end->out_of_time);
  EXPECT_EQ(end->output, "to stdout\nto stderr\nafter_live\n");
}

TEST_F(SystemProcessesTest, GivesNoSecretAndLetsNoneOut) {
  const Result<ProcessEnd> end = run("echo [$HEROKU_API_KEY]; echo the-token-itself");
  ASSERT_TRUE(end);
  EXPECT_EQ(end->output, "[]\n***\n");
}

TEST_F(SystemProcessesTest, AProgramThatIsNotThereSaysSo) {
  ProcessOrder order;
  order.argv = {"/nowhere/at-all"};
  const Result<ProcessEnd> end = loop.run(processes.run(order));
  ASSERT_TRUE(end);
  EXPECT_EQ(end->exit_code, 127);
  EXPECT_THAT(end->output, HasSubstr("No such file"));
}

TEST_F(SystemProcessesTest, IsEndedAtItsLimitWithAllItStarted) {
  const Result<ProcessEnd> end = run("sleep 60 & echo $!; wait", 1s);
  ASSERT_TRUE(end);
  EXPECT_TRUE(end->out_of_time);
  EXPECT_EQ(end->exit_code, 128 + SIGTERM);
  const pid_t started = std::stoi(end->output);
  EXPECT_TRUE(testing::await([&] { return kill(started, 0) != 0; }, 10s)) << "what it started goes on";
}

TEST_F(SystemProcessesTest, KeepsTheEndOfALongOutput) {
  const Result<ProcessEnd> end = run("i=0; while [ $i -lt 20000 ]; do echo line $i; i=$((i+1)); done");
  ASSERT_TRUE(end);
  EXPECT_LE(end->output.size(), 16U * 1024);
  EXPECT_THAT(end->output, HasSubstr("line 19999\n"));
}

TEST_F(SystemProcessesTest, IsEndedWhenNobodyWaitsForItAnyMore) {
  const testing::TemporaryFolder folder;
  const std::string note = folder.path() + "/pid";
  Gate enough(loop);
  ProcessOrder order;
  order.argv = {"sh", "-c", "echo $$ > " + note + ".new; mv " + note + ".new " + note + "; exec sleep 60"};
  const auto dropped = [&]() -> Task<bool> {
    Task<Result<ProcessEnd>> program = processes.run(order);
    std::optional<Result<ProcessEnd>> end = co_await unless(loop, enough, std::move(program));
    co_return !end.has_value();
  };
  const auto when_it_runs = [&]() -> Task<void> {
    while (access(note.c_str(), R_OK) != 0) co_await loop.sleep_for(5ms);
    enough.open();
  };
  Task<void> watch = when_it_runs();
  watch.start();
  EXPECT_TRUE(loop.run(dropped()));
  pid_t pid = 0;
  std::ifstream(note) >> pid;
  EXPECT_NE(kill(pid, 0), 0) << "it outlived its task";
}

TEST_F(SystemProcessesTest, DiesWithTheToolThatIsKilled) {
  const testing::TemporaryFolder folder;
  const std::string note = folder.path() + "/pid";
  const pid_t tool = fork();
  if (tool == 0) {
    static_cast<void>(run("echo $$ > " + note + ".new; mv " + note + ".new " + note + "; exec sleep 60"));
    _exit(0);
  }
  ASSERT_TRUE(testing::await([&] { return access(note.c_str(), R_OK) == 0; }, 10s));
  pid_t pid = 0;
  std::ifstream(note) >> pid;
  kill(tool, SIGKILL);
  waitpid(tool, nullptr, 0);
  EXPECT_TRUE(testing::await([&] { return kill(pid, 0) != 0; }, 10s)) << "a hook outlived its tool";
}

}  // namespace
}  // namespace changeover
