#include "providers/heroku/ask_all.h"

#include <algorithm>
#include <utility>

namespace changeover::heroku {
namespace {

Task<int> work_off(std::vector<Task<int>>& questions, std::size_t& next) {
  while (next < questions.size()) {
    Task<int> question = std::move(questions[next++]);
    co_await question;
  }
  co_return 0;
}

}  // namespace

Task<void> ask_all(std::vector<Task<int>> questions) {
  std::size_t next = 0;
  std::vector<Task<int>> askers;
  for (std::size_t i = 0; i < std::min(questions_at_once, questions.size()); ++i)
    askers.push_back(work_off(questions, next));
  Task<std::vector<int>> all = all_of(std::move(askers));
  co_await all;
}

}  // namespace changeover::heroku
