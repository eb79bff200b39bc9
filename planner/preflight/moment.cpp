#include <array>
#include <optional>
#include <variant>

#include "core/text.h"
#include "planner/preflight/themes.h"

namespace changeover::checks {
namespace {

/// Within the cutover, as far as anybody can tell when that will be.
bool falls_into_the_cutover(const Context& c, WallTime when) {
  const Migration::Cutover& cutover = c.situation.desired.cutover;
  const WallTime from = cutover.window ? cutover.window->from : c.situation.observed.at;
  const WallTime to = cutover.window ? cutover.window->to : c.situation.observed.at + cutover.max_downtime;
  return when >= from && when < to;
}

void say_maintenance(const Context& c, Findings& f, const std::string& database, bool running,
                     std::optional<WallTime> when, const std::string& words) {
  if (running) {
    block(f, "platform-maintenance", Group::cutover, "Heroku is doing maintenance on " + database,
          "wait until it is over");
  } else if (when && falls_into_the_cutover(c, *when)) {
    block(f, "platform-maintenance", Group::cutover,
          "Heroku does maintenance on " + database + " at " + format_time(*when) + ", within the cutover",
          "cut over at another time, or let it be done first: heroku data:maintenances:run");
  } else {
    warn(f, "platform-maintenance-planned", "Heroku plans maintenance for " + database + ": " + words,
         "choose another time for the cutover");
  }
}

void platform_is_calm(const Context& c, Findings& f) {
  if (!c.cutover_due || in_downtime(c)) return;
  for (const auto& database : {c.situation.facts.source_database, c.situation.facts.copy_database}) {
    if (!database || !database->maintenance_is_due()) continue;
    const AnnouncedMaintenance* known = nullptr;
    if (c.situation.facts.vicinity)
      for (const AnnouncedMaintenance& one : c.situation.facts.vicinity->maintenances)
        if (one.database == database->name) known = &one;
    const bool running = known != nullptr
                             ? known->status == "running"
                             : database->maintenance == "running" || database->maintenance == "in progress";
    say_maintenance(c, f, database->name, running, known != nullptr ? known->scheduled_for : std::nullopt,
                    database->maintenance);
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

constexpr std::array<PreflightCheck, 3> table{{
    {"platform-maintenance, platform-maintenance-planned", "is Heroku working on it?", platform_is_calm},
    {"local-state-in-ci", "does the state outlive the job?", state_survives},
    {"baseline-lost, parked-before", "is it known what to go back to?", parked_by_whom},
}};

}  // namespace

Table of_the_moment() { return table; }

}  // namespace changeover::checks
