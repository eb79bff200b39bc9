// Restoration: how `restore` gives service back to the source (design 8): from the record of the attempt, or, with the
// record lost, from what the spec pins and the world shows. It never guesses.
//
// Owner: whoever asked; a plain value. Thread rule: none; pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "planner/action.h"
#include "planner/phase.h"
#include "planner/plan.h"
#include "planner/recorded.h"
#include "planner/situation.h"

namespace changeover {

struct Restoration {
  std::string refused;               ///< why service must not go back; then nothing else is set
  std::string refused_remedy;        ///< what to do instead
  bool recorded = false;             ///< the attempt is the record's; else it was put together from spec and world
  std::optional<Attempt> attempt;    ///< its baselines are what every app goes back to; none: no app has to
  std::vector<Action> first;         ///< before any dyno: DATABASE of the target back, the old database writable again
  std::vector<Finding> missing;      ///< apps that nobody knows the way back of, and what the spec must pin
  std::vector<std::string> remarks;  ///< what was left as it is

  [[nodiscard]] bool has_nothing_to_do() const { return !attempt && first.empty(); }
};

/// `accepts_lost_writes`: a person gives up what may have been written to a copy that is gone, or that nobody
/// runs on.
[[nodiscard]] Restoration plan_restoration(const Situation& situation, Phase phase, bool accepts_lost_writes = false);

/// That somebody else's dynos may have written to the copy (Situation::way_back_is_closed), in words.
[[nodiscard]] std::string opened_by_somebody(const Situation& situation);

/// What only a person can decide about a copy that was destroyed after it was opened, in words.
[[nodiscard]] std::string lost_with_the_copy(const Situation& situation);

}  // namespace changeover
