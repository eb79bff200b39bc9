// The checks of the preflight by theme: one file a theme, each with its own part of the table (planner/preflight.h).
//
// Owner: nobody; constant tables and the words to write a finding with. Thread rule: none. Included by this folder and
// by preflight.cpp alone.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "planner/preflight.h"

namespace changeover::checks {

using Context = PreflightContext;
using Table = std::span<const PreflightCheck>;

[[nodiscard]] Table of_the_ends();             ///< source, target, plan, names
[[nodiscard]] Table of_the_writers();          ///< who writes, and who comes back
[[nodiscard]] Table of_the_copied_urls();      ///< who can write without an attachment
[[nodiscard]] Table of_what_is_shared();       ///< with other migrations of the file
[[nodiscard]] Table of_the_leader();           ///< what SQL says of the source, and the proof
[[nodiscard]] Table of_the_moment();           ///< whether now is a time for it
[[nodiscard]] Table of_the_places();           ///< regions and networks
[[nodiscard]] Table of_what_is_left_behind();  ///< what does not come along
[[nodiscard]] Table of_the_surroundings();     ///< what else changes, and what nobody can check
[[nodiscard]] Table of_the_retirement();       ///< whether the old database may go

/// From this group on nothing is done.
inline void block(Findings& findings, std::string_view id, Group from, std::string what, std::string remedy) {
  findings.blockers.push_back({std::string(id), std::move(what), std::move(remedy), from});
}
inline void warn(Findings& findings, std::string_view id, std::string what, std::string remedy = {}) {
  findings.warnings.push_back({std::string(id), std::move(what), std::move(remedy), {}});
}
inline void by_hand(Findings& findings, std::string_view id, std::string what, std::string remedy) {
  findings.manual.push_back({std::string(id), std::move(what), std::move(remedy), {}});
}
inline void not_known(Findings& findings, std::string_view id, std::string what, std::string remedy = {}) {
  findings.unknowns.push_back({std::string(id), std::move(what), std::move(remedy), {}});
}

/// The copy may still be given up or has to be made: what makes following impossible matters.
[[nodiscard]] inline bool before_unfollow(const Context& c) { return c.phase >= Phase::drained; }

/// Downtime runs: whether it should begin is no question any more, and a blocker would only keep the app down.
[[nodiscard]] inline bool in_downtime(const Context& c) {
  const Attempt* attempt = c.situation.open_attempt();
  return attempt != nullptr && attempt->downtime_began.has_value();
}

}  // namespace changeover::checks
