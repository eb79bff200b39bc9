#include <array>
#include <variant>

#include "planner/preflight/themes.h"

namespace changeover::checks {
namespace {

void platform_is_calm(const Context& c, Findings& f) {
  if (!c.cutover_due) return;
  for (const auto& database : {c.situation.facts.source_database, c.situation.facts.copy_database}) {
    if (!database || database->maintenance.empty()) continue;
    if (database->maintenance == "not required" || database->maintenance == "completed" ||
        database->maintenance == "none")
      continue;
    if (database->maintenance == "running")
      block(f, "platform-maintenance", Group::cutover, "Heroku is doing maintenance on " + database->name,
            "wait until it is over");
    else
      warn(f, "platform-maintenance-planned",
           "Heroku plans maintenance for " + database->name + ": " + database->maintenance);
  }
}

void state_survives(const Context& c, Findings& f) {
  if (!c.cutover_due || !c.in_ci) return;
  const auto* local = std::get_if<LocalState>(&c.desired.state);
  if (local != nullptr && !local->keep_in_ci)
    block(f, "local-state-in-ci", Group::cutover,
          "the state is a local file, and CI is set: it would be gone with the job, and the recorded formation with it",
          "use a remote state, or say `keep_in_ci: true` when the file outlives the job");
}

void parked_by_whom(const Context& c, Findings& f) {
  if (c.situation.open_attempt() != nullptr || c.situation.restore_is_due()) return;
  if (c.phase != Phase::quiesced && c.phase != Phase::drained) return;
  if (!c.cutover_due || !c.situation.desired.target.formation.empty()) {
    warn(f, "parked-before",
         "all writers are parked already, and no attempt is recorded, so nothing here starts them again",
         "scale them up yourself if they should serve");
    return;
  }
  block(f, "baseline-lost", Group::cutover, "all writers are parked, and no run recorded what they were before",
        "say target.formation in the spec, or scale the writers up again");
}

/// Two migrations of one file that would cut over the same app at once (safety S10), or feed from one source (S11).
void apps_are_not_shared(const Context& c, Findings& f) {
  if (!c.cutover_due) return;
  for (const Migration& other : c.desired.migrations) {
    if (other.name == c.situation.desired.name || other.stage < Stage::live) continue;
    if (other.source.app == c.situation.desired.source.app && other.target.app == c.situation.desired.target.app) {
      warn(f, "shared-apps",
           "migration " + other.name + " moves between the same two apps: they run one after the other");
    }
  }
}

constexpr std::array<PreflightCheck, 4> table{{
    {"platform-maintenance, platform-maintenance-planned", "is Heroku working on it?", platform_is_calm},
    {"local-state-in-ci", "does the state outlive the job?", state_survives},
    {"baseline-lost, parked-before", "is it known what to go back to?", parked_by_whom},
    {"shared-apps", "do other migrations touch the same apps?", apps_are_not_shared},
}};

}  // namespace

Table of_the_moment() { return table; }

}  // namespace changeover::checks
