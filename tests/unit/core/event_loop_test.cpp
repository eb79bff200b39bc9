#include "core/event_loop.h"

#include <gtest/gtest.h>

#include <string>
#include <thread>

#include "tests/support/virtual_time.h"

namespace changeover {
namespace {

using std::chrono::milliseconds;
using testing::VirtualTime;

struct EventLoopTest : ::testing::Test {
  VirtualTime time;
  EventLoop loop{time, time};
};

Task<std::string> after(EventLoop& loop, milliseconds delay, std::string word) {
  co_await loop.sleep_for(delay);
  co_return word;
}

TEST_F(EventLoopTest, SleepersWakeInOrderOfTimeAndRunAtOnce) {
  std::vector<Task<std::string>> tasks;
  tasks.push_back(after(loop, milliseconds{30}, "slow"));
  tasks.push_back(after(loop, milliseconds{10}, "quick"));
  const auto words = loop.run(all_of(std::move(tasks)));
  EXPECT_EQ(words, (std::vector<std::string>{"slow", "quick"}));
  EXPECT_EQ(time.steady_now().time_since_epoch(), milliseconds{30});
}

Task<void> note_after(EventLoop& loop, milliseconds delay, int number, std::vector<int>& order) {
  co_await loop.sleep_for(delay);
  order.push_back(number);
}

TEST_F(EventLoopTest, SleepersOfOneMomentWakeInTheOrderTheyCame) {
  std::vector<int> order;
  std::vector<int> wanted;
  std::vector<Task<void>> tasks;
  for (int number = 0; number < 50; ++number) {
    wanted.push_back(number);
    tasks.push_back(note_after(loop, milliseconds{10}, number, order));
  }
  loop.run(all_of(std::move(tasks)));
  EXPECT_EQ(order, wanted);
}

TEST_F(EventLoopTest, DroppingATaskCancelsItsSleep) {
  bool woke = false;
  {
    Task<void> sleeper = [](EventLoop& l, bool& flag) -> Task<void> {
      co_await l.sleep_for(milliseconds{5});
      flag = true;
    }(loop, woke);
    sleeper.start();
  }
  loop.run(after(loop, milliseconds{20}, "later"));
  EXPECT_FALSE(woke);
}

TEST_F(EventLoopTest, AGateLetsEveryoneThroughOnce) {
  Gate gate(loop);
  auto opener = [](EventLoop& l, Gate& g) -> Task<int> {
    co_await l.sleep_for(milliseconds{7});
    g.open();
    co_return 0;
  };
  auto walker = [](Gate& g) -> Task<int> {
    co_await g.passed();
    co_await g.passed();  // stays open
    co_return 1;
  };
  std::vector<Task<int>> tasks;
  tasks.push_back(walker(gate));
  tasks.push_back(opener(loop, gate));
  tasks.push_back(walker(gate));
  EXPECT_EQ(loop.run(all_of(std::move(tasks))), (std::vector<int>{1, 0, 1}));
}

TEST_F(EventLoopTest, AGateCanBeAwaitedWithADeadline) {
  Gate gate(loop);
  EXPECT_FALSE(loop.run(gate.passed_before(time.steady_now() + milliseconds{15})));
  EXPECT_EQ(time.steady_now().time_since_epoch(), milliseconds{15});
  gate.open();
  EXPECT_TRUE(loop.run(gate.passed_before(time.steady_now() + milliseconds{15})));
}

TEST_F(EventLoopTest, WorkPostedFromAnotherThreadRunsOnTheLoop) {
  std::thread::id ran_on;
  Gate gate(loop);
  std::thread poster([&] {
    loop.post([&] {
      ran_on = std::this_thread::get_id();
      gate.open();
    });
  });
  poster.join();
  loop.run(gate.passed_before(time.steady_now() + milliseconds{1000}));
  EXPECT_EQ(ran_on, std::this_thread::get_id());
}

TEST_F(EventLoopTest, AThousandSleepsInARowDoNotGrowTheStack) {
  auto many = [](EventLoop& l) -> Task<int> {
    int count = 0;
    for (; count < 100'000; ++count) co_await l.sleep_for(milliseconds{1});
    co_return count;
  };
  EXPECT_EQ(loop.run(many(loop)), 100'000);
}

}  // namespace
}  // namespace changeover
