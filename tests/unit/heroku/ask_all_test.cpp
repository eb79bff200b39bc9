// Many questions, so many at a time.
#include "providers/heroku/ask_all.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>

#include "core/event_loop.h"
#include "tests/support/virtual_time.h"

namespace changeover::heroku {
namespace {

struct Counts {
  std::size_t now = 0;
  std::size_t most = 0;
  std::size_t done = 0;
};

Task<int> question(EventLoop& loop, Counts& counts, int number) {
  counts.most = std::max(counts.most, ++counts.now);
  co_await loop.sleep_for(std::chrono::milliseconds{1 + number % 7});
  --counts.now;
  ++counts.done;
  co_return 0;
}

Counts asked(int number) {
  testing::VirtualTime time;
  EventLoop loop{time, time};
  Counts counts;
  std::vector<Task<int>> questions;
  for (int i = 0; i < number; ++i) questions.push_back(question(loop, counts, i));
  loop.run(ask_all(std::move(questions)));
  return counts;
}

TEST(AskAll, AsksEveryQuestionAndNeverTooManyAtOnce) {
  const Counts many = asked(500);
  EXPECT_EQ(many.done, 500U);
  EXPECT_EQ(many.most, questions_at_once);
  EXPECT_EQ(asked(5).most, 5U);
  EXPECT_EQ(asked(0).done, 0U);
}

}  // namespace
}  // namespace changeover::heroku
