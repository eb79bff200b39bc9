// The sweep: every single fault at every step of every leg of a migration, one story each, judged to its end.
//
// Owner: nobody; pure functions over simulated worlds of their own. Thread rule: one thread. `./dev test` tells one
// story in some, `changeover-simulation --sweep` all of them.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "tests/simulation/incidents.h"
#include "tests/simulation/seeded.h"

namespace changeover::simulation {

/// The run that meets the fault, with everything before it undisturbed.
enum class Leg {
  straight,   ///< stage live from nothing
  replicate,  ///< stage replicating from nothing
  cut_over,   ///< stage live, with a copy that keeps up
  go_back,    ///< stage source, from a run that died right before the unfollow
  restore,    ///< the restore command, from there
  retire,     ///< stage retired, from live and when it is due
};

/// What the operator wants after the fault.
enum class Ending { live, source, restored, retired };

/// One fault, and its story.
struct Sweep {
  Leg leg = Leg::straight;
  Ending ending = Ending::live;
  Incident fault{};
};

/// "cut_over, then source: run 0, call 31: killed after"
[[nodiscard]] std::string to_text(const Sweep& sweep);

/// Every request of the leg × every trouble and a signal, every SQL call × killed and broken, every file call × failed
/// and killed, before, torn and after; each with every ending that leads on from there. The steps are counted in an
/// undisturbed leg, so a change of the tool changes the list.
[[nodiscard]] std::vector<Sweep> all_of(Leg leg);
[[nodiscard]] std::vector<Sweep> whole_sweep();

[[nodiscard]] SeededEnd tell(const Sweep& sweep, Telling telling = Telling::briefly);

}  // namespace changeover::simulation
