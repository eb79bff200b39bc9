// What happens to a migration in a seeded simulation: troubles of the network, of SQL, of the disk, and other people.
//
// Owner: nobody; plain values and pure functions of a seed. Thread rule: none.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "core/random.h"
#include "tests/simulation/scenario.h"
#include "tests/support/fake_files.h"

namespace changeover::simulation {

/// At request `number` of run `run`, the network does this.
struct NetworkIncident {
  std::size_t trouble = 0;  ///< of all_troubles()
};
/// At SQL call `number`.
struct SqlIncident {
  enum class Kind { killed, broken, slow };
  Kind kind = Kind::killed;
};
/// At file call `number`.
struct DiskIncident {
  testing::FakeFiles::Failure failure;
};
/// Right before request `number`, somebody else does this.
struct PeopleIncident {
  std::string what;  ///< for the log
  std::string method;
  std::string path;  ///< with COPY for the copy's uuid, where there is one
  std::string body;
  bool touches_source = false;  ///< may bring writers back to the source
};
/// Right before request `number`: the state file is gone.
struct StateLost {};
/// Right before request `number`: SIGTERM.
struct Signalled {};
/// Right before request `number`: replay of the copy stands still, or goes on.
struct Stall {
  bool stalled = true;
};

struct Incident {
  int run = 0;     ///< of the scenario's runs, from 0
  int number = 1;  ///< the call it comes with
  std::variant<NetworkIncident, SqlIncident, DiskIncident, PeopleIncident, StateLost, Signalled, Stall> what;
};

/// "run 0, request 31: killed after"
[[nodiscard]] std::string to_text(const Incident& incident);

/// Two to five of them, and the stages of the runs they come in.
struct Story {
  std::vector<std::string> stages;  ///< of each run: "live", "source", "replicating"
  std::vector<Incident> incidents;
};
[[nodiscard]] Story story_of(std::uint64_t seed);

}  // namespace changeover::simulation
