// The history stays small and tells each run once.
#include "executor/history.h"

#include <gtest/gtest.h>

namespace changeover {
namespace {

using namespace std::chrono_literals;

WallTime at(int second) { return WallTime{std::chrono::seconds{1'790'000'000 + second}}; }

RunRecord run(std::string outcome, int began, int ended) {
  return {at(ended), std::move(outcome), {}, {}, at(began), 10, 20};
}

TEST(History, WhatTheCutoverWroteIsCompletedNotRepeated) {
  std::vector<RunRecord> history{{at(8), "live", 4200ms, 37ms, {}, {}, {}}};
  add_to_history(history, run("done: it is live", 1, 9));
  ASSERT_EQ(history.size(), 1U);
  EXPECT_EQ(history[0].outcome, "live");
  EXPECT_EQ(history[0].downtime, 4200ms);
  EXPECT_EQ(history[0].requests, 10);
  EXPECT_EQ(history[0].began, at(1));
}

TEST(History, AnEntryOfAnEarlierRunIsLeftAlone) {
  std::vector<RunRecord> history{{at(8), "aborted: x", {}, {}, {}, {}, {}}};
  add_to_history(history, run("prepared", 9, 10));
  ASSERT_EQ(history.size(), 2U);
  EXPECT_FALSE(history[0].began);
}

TEST(History, RunsThatWaitAreOneEntry) {
  std::vector<RunRecord> history;
  for (int i = 0; i < 5; ++i) add_to_history(history, run("pending: the base copy", 10 * i, 10 * i + 1));
  add_to_history(history, run("done", 60, 61));
  ASSERT_EQ(history.size(), 2U);
  EXPECT_EQ(history[0].began, at(0));
  EXPECT_EQ(history[0].at, at(41));
  EXPECT_EQ(history[0].requests, 50);
  EXPECT_EQ(history[0].polls, 100);
}

TEST(History, ACopyThatWasMadeStaysMeasured) {
  RunRecord prepared = run("pending: then it holds", 1, 9);
  prepared.preparation = 8s;
  prepared.preparation_expected = TimeRange{5s, 60s};
  prepared.bytes = 12;
  std::vector<RunRecord> history{run("pending: the base copy", 0, 1)};
  add_to_history(history, prepared);
  add_to_history(history, run("pending: its window", 20, 21));
  ASSERT_EQ(history.size(), 1U);
  EXPECT_EQ(history[0].preparation, 8s);
  EXPECT_EQ(history[0].bytes, 12);
  std::vector<RunRecord> live{{at(8), "live", 4200ms, 37ms, {}, {}, {}}};
  add_to_history(live, prepared);
  EXPECT_EQ(live[0].preparation, 8s) << "the run that went live made the copy too";
  EXPECT_EQ(live[0].preparation_expected, (TimeRange{5s, 60s}));
}

TEST(History, TheOldestGo) {
  std::vector<RunRecord> history;
  for (int i = 0; i < 300; ++i) add_to_history(history, run("done", i, i));
  EXPECT_EQ(history.size(), longest_history);
  EXPECT_EQ(history.front().at, at(100));
}

}  // namespace
}  // namespace changeover
