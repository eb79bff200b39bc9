// One simulated story of incidents, told to the end and judged at every step: by seed, or written by hand.
//
// Owner: nobody. Thread rule: one thread. The same story has the same end.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tests/simulation/incidents.h"
#include "tests/simulation/mutant.h"
#include "tests/simulation/scenario.h"

namespace changeover::simulation {

struct SeededEnd {
  std::string violations;  ///< a line each; empty: all invariants held
  int exit_code = 0;       ///< of the last run of the story
  std::string log{};       ///< what was told and what every run said, when it was asked for
};
enum class Telling { briefly, in_full };

/// One run with these incidents, whatever run they name.
Ended tell_run(Scenario& scenario, const Chapter& chapter, const std::vector<Incident>& incidents);
/// A restore with these.
Ended tell_restore(Scenario& scenario, const std::vector<Incident>& incidents);
[[nodiscard]] SeededEnd tell(const Story& story, const Mutant& mutant = {}, Telling telling = Telling::in_full);
/// The story of a seed; its log is only told where an invariant was violated, or in full.
[[nodiscard]] SeededEnd simulate(std::uint64_t seed, Telling telling = Telling::briefly);

}  // namespace changeover::simulation
