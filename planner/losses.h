// Losses: what going back to the source takes and costs from where a migration stands, and what an apply itself gives
// up for good.
//
// Owner: nobody; pure functions. Thread rule: none. It says in words what planner/course.h does; nothing is decided
// here.
#pragma once

#include <string>
#include <vector>

#include "planner/estimate.h"
#include "planner/plan.h"
#include "planner/situation.h"

namespace changeover {

/// From the phase that this plan begins in.
[[nodiscard]] WayBack way_back_of(const Situation& situation, Phase phase, const Experience& experience);

/// By the actions of this plan; empty when it gives up nothing.
[[nodiscard]] std::vector<std::string> given_up_by(const MigrationPlan& plan, const Situation& situation,
                                                   const Experience& experience);

}  // namespace changeover
