#include "executor/turn.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "tests/support/virtual_time.h"

namespace changeover {
namespace {

using std::chrono::milliseconds;

struct TurnTest : ::testing::Test {
  testing::VirtualTime time;
  EventLoop loop{time, time};
  std::vector<std::string> told;

  Task<void> cut_over(Turn& turn, std::string name, Touched touched, bool good = true,
                      Turn::For what = Turn::For::cutover) {
    co_await turn.take(touched, what);
    told.push_back(name + (turn.abandoned() ? " gives way" : " begins"));
    co_await loop.sleep_for(milliseconds{10});
    told.push_back(name + " ends");
    turn.give_back(touched, good);
  }
  void run(std::vector<Task<void>> tasks) { loop.run(all_of(std::move(tasks))); }
};

TEST_F(TurnTest, OneAtATimeInTheOrderTheyCame) {
  Turn turn(loop, 1);
  std::vector<Task<void>> tasks;
  for (const char* name : {"a", "b", "c"}) tasks.push_back(cut_over(turn, name, {std::string(name) + "-app"}));
  run(std::move(tasks));
  EXPECT_EQ(told, (std::vector<std::string>{"a begins", "a ends", "b begins", "b ends", "c begins", "c ends"}));
}

TEST_F(TurnTest, AsManyAsAllowedAtOnce) {
  Turn turn(loop, 2);
  std::vector<Task<void>> tasks;
  for (const char* name : {"a", "b", "c"}) tasks.push_back(cut_over(turn, name, {std::string(name) + "-app"}));
  run(std::move(tasks));
  EXPECT_EQ(told, (std::vector<std::string>{"a begins", "b begins", "a ends", "b ends", "c begins", "c ends"}));
}

TEST_F(TurnTest, TwoThatShareAnAppNeverMeetAndHoldNobodyElseUp) {
  Turn turn(loop, 3);
  std::vector<Task<void>> tasks;
  tasks.push_back(cut_over(turn, "a", {"shop", "a-space"}));
  tasks.push_back(cut_over(turn, "b", {"shop", "b-space"}));
  tasks.push_back(cut_over(turn, "c", {"c", "c-space"}));
  run(std::move(tasks));
  EXPECT_EQ(told, (std::vector<std::string>{"a begins", "c begins", "a ends", "c ends", "b begins", "b ends"}));
}

TEST_F(TurnTest, AfterOneWasGivenUpTheOthersKnow) {
  Turn turn(loop, 1);
  std::vector<Task<void>> tasks;
  tasks.push_back(cut_over(turn, "a", {"a"}, false));
  tasks.push_back(cut_over(turn, "b", {"b"}));
  run(std::move(tasks));
  EXPECT_EQ(told, (std::vector<std::string>{"a begins", "a ends", "b gives way", "b ends"}));
}

TEST_F(TurnTest, ServiceWaitsForNoNumberAndOnlyForItsApps) {
  Turn turn(loop, 1);
  const Touched down{"d-app"};
  turn.claim(down);
  const auto give_back_soon = [&]() -> Task<void> {
    co_await loop.sleep_for(milliseconds{5});
    turn.give_back(down, true);
  };
  std::vector<Task<void>> tasks;
  tasks.push_back(cut_over(turn, "a", {"a-app"}));
  tasks.push_back(cut_over(turn, "b", {"b-app"}, true, Turn::For::service));
  tasks.push_back(cut_over(turn, "d", {"d-app"}, true, Turn::For::service));
  tasks.push_back(give_back_soon());
  run(std::move(tasks));
  EXPECT_EQ(told, (std::vector<std::string>{"b begins", "d begins", "b ends", "d ends", "a begins", "a ends"}));
}

}  // namespace
}  // namespace changeover
