// The mutations: small faults seeded into our own rules, each with the story that shows it and the invariant that sees
// it. docs/simulation.md lists them, and those that no simulation can see.
//
// Owner: nobody. Thread rule: none.
#pragma once

#include <string>
#include <vector>

#include "tests/simulation/incidents.h"
#include "tests/simulation/mutant.h"

namespace changeover::simulation {

struct Mutation {
  std::string name;       ///< "NoFence"
  std::string rule;       ///< what of it is broken: "safety, The proof 3"
  std::string caught_by;  ///< how the judge's words begin: "invariant 3"
  Mutant mutant;
  Story story;  ///< held without the mutation
};
[[nodiscard]] const std::vector<Mutation>& all_mutations();

}  // namespace changeover::simulation
