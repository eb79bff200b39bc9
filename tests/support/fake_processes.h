// Programs that never start: what they would print and how they would end is what the test says.
//
// Owner: the test. Thread rule: one thread, on virtual time.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "core/event_loop.h"
#include "executor/processes.h"

namespace changeover::testing {

class FakeProcesses final : public ProcessRunner {
 public:
  explicit FakeProcesses(EventLoop& loop) : loop_(loop) {}

  Task<Result<ProcessEnd>> run(ProcessOrder order) override {
    const std::string name = order.argv.front();
    if (on_start) on_start(name);
    started.push_back(order);
    co_await loop_.sleep_for(takes);
    if (cannot_start.contains(name)) co_return fail(cannot_start.at(name));
    const auto end = ends.find(name);
    co_return end == ends.end() ? ProcessEnd{} : end->second;
  }

  std::map<std::string, ProcessEnd> ends;  ///< by argv[0]; else well
  std::map<std::string, Error> cannot_start;
  std::chrono::milliseconds takes{10};
  std::function<void(const std::string&)> on_start;
  std::vector<ProcessOrder> started;

 private:
  EventLoop& loop_;
};

}  // namespace changeover::testing
