// Virtual time with a world in it: when the tool waits, the world goes on, event by event, in order.
//
// Owner: SimulatedHeroku. Thread rule: one thread. A tool that waits for nothing at all would hang: that is told by
// `hangs`, and a run of more than `longest` virtual time likewise, so that a simulation always ends.
#pragma once

#include <algorithm>
#include <functional>
#include <optional>
#include <stdexcept>

#include "core/event_loop.h"

namespace changeover::simulation {

/// Thrown through the loop when the tool would wait for ever: the one exception of the simulation, caught where a tool
/// is run.
struct Hangs : std::runtime_error {
  using std::runtime_error::runtime_error;
};

class SimulatedTime final : public Clock, public Waiter {
 public:
  static constexpr std::chrono::hours longest{24 * 60};

  /// What goes on beside the tool: when its next event is due, and the event itself.
  struct World {
    std::function<std::optional<SteadyTime>()> next_due;
    std::function<void()> tick;
  };
  void attach(World world) { world_ = std::move(world); }

  [[nodiscard]] WallTime wall_now() const override {
    return start_ + std::chrono::floor<std::chrono::milliseconds>(passed_);
  }
  [[nodiscard]] SteadyTime steady_now() const override {
    return SteadyTime{std::chrono::duration_cast<SteadyTime::duration>(passed_)};
  }
  void wait(std::optional<std::chrono::nanoseconds> at_most) override {
    if (!at_most) throw Hangs("the tool waits, and nothing can ever wake it");
    advance(*at_most);
  }
  void wake() override {}

  void advance(std::chrono::nanoseconds by) {
    const SteadyTime end = steady_now() + std::chrono::duration_cast<SteadyTime::duration>(by);
    if (end.time_since_epoch() > longest) throw Hangs("the tool is not done after 60 days");
    while (world_.next_due) {
      const std::optional<SteadyTime> due = world_.next_due();
      if (!due || *due > end) break;
      move_to(std::max(*due, steady_now()));
      world_.tick();
    }
    move_to(end);
  }

 private:
  void move_to(SteadyTime time) { passed_ = time.time_since_epoch(); }

  WallTime start_{std::chrono::seconds{1'790'000'000}};
  std::chrono::nanoseconds passed_{0};
  World world_;
};

}  // namespace changeover::simulation
