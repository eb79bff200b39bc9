// A world for tests of the commands: facts that are given, a state in memory, and hands that find everything done.
//
// Owner: the test. Thread rule: one thread. It runs on virtual time.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cmd/wiring.h"
#include "tests/support/virtual_time.h"

namespace changeover::testing {

/// What a test decides beforehand and looks at afterwards; outlives the worlds made from it.
struct WorldScript {
  Observed observed;
  std::optional<Error> observe_fails;
  int interrupts_observing = 0;  ///< a signal that is raised while it observes, which then never ends by itself
  std::optional<Error> lock_fails;
  std::optional<Error> unlock_fails;
  std::vector<PlanOffer> offers;
  Examination examination;
  std::vector<std::string> examined{};  ///< apps
  std::map<std::string, Holder> holders;
  std::optional<Error> holders_fail;
  std::string unlocked;  ///< the id that was unlocked, with "!" when forced
  Recorded recorded;
  WritesSince writes{};  ///< to the old database
  int writes_asked = 0;
  Reach reach = Reach::state;
  std::vector<std::string> performed;  ///< ids of actions
  bool done_already = true;            ///< false: every action must be performed once
};

/// Facts of the official article's case: absent, with nothing in the way of replicating.
[[nodiscard]] Observed seed_facts(const std::string& migration);

[[nodiscard]] std::unique_ptr<World> fake_world(WorldScript& script, Reach reach);

}  // namespace changeover::testing
