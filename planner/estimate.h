// The estimate of a plan: how long preparing and downtime are expected to take, as a range, and what that rests on.
//
// Owner: nobody; pure functions. Thread rule: none. It rests on the round trips of this observation, the source's size
// and what earlier runs measured; what Heroku itself needs is assumed where nothing was measured, and said to be. A
// range is no promise, and no plan becomes stale by it (design 7).
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <vector>

#include "planner/plan.h"
#include "planner/situation.h"

namespace changeover {

/// What the runs of one record measured, the newest first and so many of each.
struct Experience {
  struct Copy {
    std::int64_t bytes = 0;
    std::chrono::seconds took{0};
  };
  std::vector<std::chrono::milliseconds> downtimes;
  std::vector<Copy> copies;
};

[[nodiscard]] Experience experience_of(const Recorded& recorded);

[[nodiscard]] bool plans(const MigrationPlan& plan, Kind kind);

/// From nothing to a copy that keeps up; nothing when the source's size is not known.
[[nodiscard]] std::optional<TimeRange> time_of_a_copy(const Situation& situation, const Experience& experience);

/// `plan` has its actions already.
[[nodiscard]] Estimate estimate_of(const MigrationPlan& plan, const Situation& situation, const Experience& experience);

}  // namespace changeover
