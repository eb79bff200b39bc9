#include "cmd/signals.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <unistd.h>

#include <condition_variable>
#include <csignal>
#include <mutex>
#include <vector>

namespace changeover {
namespace {

/// Real time: signals come from the operating system, not from a clock.
class RealWaiter final : public Waiter {
 public:
  void wait(std::optional<std::chrono::nanoseconds> at_most) override {
    std::unique_lock lock(mutex_);
    const auto woken = [this] { return woken_; };
    if (at_most) {
      changed_.wait_for(lock, *at_most, woken);
    } else {
      changed_.wait(lock, woken);
    }
    woken_ = false;
  }
  void wake() override {
    {
      const std::lock_guard lock(mutex_);
      woken_ = true;
    }
    changed_.notify_one();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool woken_ = false;
};

struct SignalsTest : ::testing::Test {
  SystemClock clock;
  RealWaiter waiter;
  EventLoop loop{clock, waiter};
};

Task<void> until(Gate& gate) { co_await gate.passed(); }

TEST_F(SignalsTest, EachIsHandedToTheLoopAndCounted) {
  Signals signals;
  Gate twice(loop);
  std::vector<int> seen;
  signals.deliver_to(&loop, [&](int signal, int count) {
    seen.push_back(signal);
    if (count == 1) kill(getpid(), SIGTERM);
    if (count == 2) twice.open();
  });
  kill(getpid(), SIGINT);
  loop.run(until(twice));
  EXPECT_EQ(seen, (std::vector<int>{SIGINT, SIGTERM}));
  signals.deliver_to(nullptr, nullptr);
}

TEST_F(SignalsTest, OneThatCameBeforeAnybodyListenedIsNotLost) {
  Signals signals;
  kill(getpid(), SIGHUP);
  pollfd taken{signals.descriptor(), POLLIN, 0};
  ASSERT_EQ(poll(&taken, 1, -1), 1) << "the thread has it now";
  Gate came(loop);
  signals.deliver_to(&loop, [&](int signal, int count) {
    EXPECT_EQ(signal, SIGHUP);
    EXPECT_EQ(count, 1);
    came.open();
  });
  loop.run(until(came));
  signals.deliver_to(nullptr, nullptr);
}

TEST_F(SignalsTest, AfterwardsTheSignalsMeanWhatTheyDid) {
  {
    const Signals signals;
  }
  sigset_t mask;
  pthread_sigmask(SIG_SETMASK, nullptr, &mask);
  EXPECT_EQ(sigismember(&mask, SIGINT), 0);
  EXPECT_EQ(sigismember(&mask, SIGTERM), 0);
}

}  // namespace
}  // namespace changeover
