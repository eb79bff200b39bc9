// What the migrations of one run share: ports, options, the order to stop, what was read before it began, and the turn
// to cut over.
//
// Owner: a Run makes one; its migrations take references. Thread rule: the event loop's thread.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/random.h"
#include "executor/halt.h"
#include "executor/processes.h"
#include "executor/provider.h"
#include "executor/scheduler.h"
#include "executor/state/backend.h"
#include "executor/turn.h"
#include "planner/planner.h"

namespace changeover {

struct RunOptions {
  PlanOptions plan;
  std::optional<std::chrono::seconds> wait;  ///< bounds waiting outside downtime; none: forever
  std::string spec_path;                     ///< for the commands that messages name
  std::string plan_id;                       ///< of the plan file, when there is one
};

struct RunPorts {
  EventLoop& loop;
  Provider& provider;
  StateBackend& state;
  EventSink& events;
  OutsideTime& outside;
  Random& random;
  ProcessRunner& processes;
};

struct RunContext {
  RunPorts ports;
  const Desired& desired;
  RunOptions options;
  Halt halt;
  Recorded recorded;  ///< as it was loaded, under the locks
  Observed observed;  ///< what the plan rests on
  Turn turn;
  std::map<std::string, std::string> left_out{};  ///< migrations that this run must not touch, and why

  RunContext(RunPorts given, const Desired& spec, RunOptions chosen)
      : ports(given),
        desired(spec),
        options(std::move(chosen)),
        halt(given.loop),
        turn(given.loop, spec.fleet.max_parallel_cutovers) {}
};

}  // namespace changeover
