// What shall happen later: work sorted by time, run by a tick of its owner.
//
// Owner: the model, or a modelled engine. Thread rule: its owner's thread. Work that names an object looks it up again
// when it runs, because the object may be gone by then. Equal times run in the order they were asked for.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <utility>

#include "core/clock.h"

namespace changeover::emulator {

class Timers {
 public:
  void at(SteadyTime time, std::function<void()> work) { due_.emplace(time, std::move(work)); }

  /// Runs all that is due by `now`, also what that work asks for at once.
  void run(SteadyTime now) {
    while (!due_.empty() && due_.begin()->first <= now) {
      const auto work = std::move(due_.begin()->second);
      due_.erase(due_.begin());
      work();
    }
  }
  [[nodiscard]] std::optional<SteadyTime> next() const {
    return due_.empty() ? std::nullopt : std::optional(due_.begin()->first);
  }

 private:
  std::multimap<SteadyTime, std::function<void()>> due_;
};

}  // namespace changeover::emulator
