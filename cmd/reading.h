// Looking at everything a plan needs without changing anything: the record, the world, and the plan made of both.
//
// Owner: the command. Thread rule: the event loop's thread. No lock is taken, so it may be done while a run applies.
#pragma once

#include "cmd/wiring.h"
#include "core/result.h"
#include "core/task.h"
#include "planner/planner.h"

namespace changeover {

struct Reading {
  Recorded recorded;
  Observed observed;
  Plan plan;
};

[[nodiscard]] Task<Result<Reading>> read_all(World& world, const Desired& desired, PlanOptions options);

}  // namespace changeover
