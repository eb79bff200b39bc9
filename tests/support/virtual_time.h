// Time that moves only when everybody waits: the clock and the waiter of deterministic tests.
//
// Owner: the test. Thread rule: one thread. A loop that waits with nothing to wait for is a test that would hang: it
// ends the program, naming that.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <functional>

#include "core/event_loop.h"

namespace changeover::testing {

class VirtualTime final : public Clock, public Waiter {
 public:
  explicit VirtualTime(WallTime start = WallTime{std::chrono::seconds{1'790'000'000}}) : wall_(start) {}

  [[nodiscard]] WallTime wall_now() const override {
    return wall_ + std::chrono::floor<std::chrono::milliseconds>(passed_);
  }
  [[nodiscard]] SteadyTime steady_now() const override {
    return SteadyTime{std::chrono::duration_cast<SteadyTime::duration>(passed_)};
  }
  void wait(std::optional<std::chrono::nanoseconds> at_most) override {
    if (!at_most) {
      std::fputs("virtual time: the loop waits, and nothing can ever wake it\n", stderr);
      std::abort();
    }
    advance(*at_most);
  }
  void wake() override {}
  void advance(std::chrono::nanoseconds by) { passed_ += by; }

 private:
  WallTime wall_;
  std::chrono::nanoseconds passed_{0};
};

}  // namespace changeover::testing
