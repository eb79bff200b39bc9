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

/// The network does this to the request.
struct NetworkIncident {
  std::size_t trouble = 0;  ///< of all_troubles()
};
struct SqlIncident {
  enum class Kind { killed, broken, slow };
  Kind kind = Kind::killed;
};
/// At file call `number`.
struct DiskIncident {
  testing::FakeFiles::Failure failure;
};
/// Somebody else does this.
struct PeopleIncident {
  std::string what;  ///< for the log
  std::string method;
  std::string path;  ///< with COPY for the copy's uuid, where there is one
  std::string body;
};
/// The state file is gone.
struct StateLost {};
/// SIGTERM.
struct Signalled {};
/// Replay of the copy stands still, or goes on.
struct Stall {
  bool stalled = true;
};
/// Another server takes the leader's place, or the copy's; sessions and locks are gone with the old one.
struct FailOver {
  bool of_copy = false;
};
/// Somebody destroys the copy, as long as no application has written to it, or is about to.
struct CopyDestroyed {};
/// A colleague applies too, with this stage, while this run is at work.
struct SecondOperator {
  std::string stage;
};

struct Incident {
  int run = 0;     ///< of the story's runs, from 0
  int number = 1;  ///< right before the call with this number: a request, for SqlIncident an SQL call, …
  std::variant<NetworkIncident, SqlIncident, DiskIncident, PeopleIncident, StateLost, Signalled, Stall, FailOver,
               CopyDestroyed, SecondOperator>
      what;
  /// Instead of a number: the first request "METHOD part-of-url", or the first SQL call "SQL method".
  std::string at{};
};

/// "run 0, call 31: killed after"
[[nodiscard]] std::string to_text(const Incident& incident);

/// One apply.
struct Chapter {
  std::string stage = "live";  ///< "live", "source", "replicating"
  std::size_t edit = 0;        ///< of spec_edits()
};

struct Story {
  std::size_t world = 0;  ///< of orders_worlds()
  std::vector<Chapter> runs;
  std::vector<Incident> incidents;
  bool ends_on_source = false;  ///< the operator goes back in the end, if there is a way back
};
/// Two to five incidents in one to four runs.
[[nodiscard]] Story story_of(std::uint64_t seed);

}  // namespace changeover::simulation
