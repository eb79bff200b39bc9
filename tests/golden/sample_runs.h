// Runs made by hand for the views: the events of an apply in the order the executor emits them.
//
// Owner: the tests. Thread rule: none.
#pragma once

#include <vector>

#include "executor/events.h"

namespace changeover::testing {

/// replicating → live without trouble: 4.2 s of downtime, 35 ms of them the tool's.
[[nodiscard]] std::vector<Event> happy_run();
/// The copy does not drain in time: service goes back to the source (exit 5).
[[nodiscard]] std::vector<Event> aborted_run();
/// The target's dynos do not start after the point of no return (exit 1, in downtime).
[[nodiscard]] std::vector<Event> run_that_ends_in_downtime();
/// The base copy is still under way and --wait is over (exit 7).
[[nodiscard]] std::vector<Event> pending_run();

}  // namespace changeover::testing
