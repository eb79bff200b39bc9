// One seeded simulation: a story of incidents, told to the end, judged at every step.
//
// Owner: nobody. Thread rule: one thread. The same seed tells the same story with the same end.
#pragma once

#include <cstdint>
#include <string>

namespace changeover::simulation {

struct SeededEnd {
  std::string violations;  ///< a line each; empty: all invariants held
  std::string log;         ///< what was told and what every run said
  int exit_code = 0;       ///< of the last run
};

[[nodiscard]] SeededEnd simulate(std::uint64_t seed);

}  // namespace changeover::simulation
