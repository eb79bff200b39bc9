// A fleet of any size as the planner gets it: a spec, what was observed of it, and no record; and its spec as text.
//
// Owner: the benchmark; plain values. Thread rule: none. This is a recorded observation: Observed is plain data, so a
// plan can be made again from one that was kept, without asking Heroku.
#pragma once

#include <string>

#include "planner/desired.h"
#include "planner/observed.h"

namespace changeover::bench {

[[nodiscard]] std::string fleet_spec(int databases);

struct Fleet {
  Desired desired;
  Observed observed;
};
/// All at stage replicating, none begun.
[[nodiscard]] Fleet fleet_of(int databases);

}  // namespace changeover::bench
