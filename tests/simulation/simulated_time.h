// Virtual time with a world in it: when the tool waits, the world goes on, event by event, in order.
//
// Owner: SimulatedHeroku. Thread rule: one thread. A tool that waits for nothing at all would hang, and one that is not
// done after `longest` as good as: `on_hang` is told why and has to end it, so that a simulation always ends.
#pragma once

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <optional>
#include <string>

#include "core/event_loop.h"

namespace changeover::simulation {

class SimulatedTime final : public Clock, public Waiter {
 public:
  static constexpr std::chrono::hours longest{24};

  /// What goes on beside the tool: when its next event is due, and the event itself.
  struct World {
    std::function<std::optional<SteadyTime>()> next_due;
    std::function<void()> tick;
  };
  void attach(World world) { world_ = std::move(world); }
  /// From now on.
  void on_hang(std::function<void(const std::string& why)> told) {
    on_hang_ = std::move(told);
    since_ = passed_;
  }

  [[nodiscard]] WallTime wall_now() const override {
    return start_ + std::chrono::floor<std::chrono::milliseconds>(passed_);
  }
  [[nodiscard]] SteadyTime steady_now() const override {
    return SteadyTime{std::chrono::duration_cast<SteadyTime::duration>(passed_)};
  }
  void wait(std::optional<std::chrono::nanoseconds> at_most) override {
    if (!at_most) return hang("it waits, and nothing can ever wake it");
    advance(*at_most);
    if (on_hang_ && passed_ - since_ > longest) hang("it is not done after a day");
  }
  void wake() override {}

  void advance(std::chrono::nanoseconds by) {
    const SteadyTime end = steady_now() + std::chrono::duration_cast<SteadyTime::duration>(by);
    while (world_.next_due) {
      const std::optional<SteadyTime> due = world_.next_due();
      if (!due || *due > end) break;
      move_to(std::max(*due, steady_now()));
      world_.tick();
    }
    move_to(end);
  }

 private:
  void hang(const std::string& why) {
    if (!on_hang_) {
      std::fprintf(stderr, "simulated time: %s, and nobody is told\n", why.c_str());
      std::abort();
    }
    on_hang_(why);
  }
  void move_to(SteadyTime time) { passed_ = time.time_since_epoch(); }

  WallTime start_{std::chrono::seconds{1'790'000'000}};
  std::chrono::nanoseconds passed_{0};
  std::chrono::nanoseconds since_{0};
  World world_;
  std::function<void(const std::string&)> on_hang_;
};

}  // namespace changeover::simulation
