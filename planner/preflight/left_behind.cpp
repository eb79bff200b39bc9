#include <array>

#include "core/text.h"
#include "planner/preflight/themes.h"

namespace changeover::checks {
namespace {

using Lines = std::vector<std::string>;

void other_followers(const Context& c, Findings& f) {
  if (!c.cutover_due || !c.situation.facts.vicinity) return;
  const Lines& others = c.situation.facts.vicinity->other_followers;
  if (!others.empty())
    by_hand(f, "other-followers", and_list(others) + " will go on following the old database",
            "make followers of the new one once it can be followed, and destroy these");
}

void settings_come_along(const Context& c, Findings& f) {
  if (!c.cutover_due || !c.situation.facts.vicinity) return;
  Lines lines;
  for (const DifferingSetting& setting : c.situation.facts.vicinity->settings)
    lines.push_back(setting.name + " is " + setting.here + " here and " + setting.there + " there");
  if (!lines.empty())
    by_hand(f, "settings-differ", "settings do not move: " + and_list(lines),
            "set them on the new database: heroku pg:settings");
}

void schedules_come_along(const Context& c, Findings& f) {
  if (!c.cutover_due || !c.situation.facts.source) return;
  const Addon& source = *c.situation.facts.source;
  if (const auto& around = c.situation.facts.vicinity; around && !around->backup_schedules.empty())
    by_hand(f, "backup-schedules",
            source.name + " is backed up at " + and_list(around->backup_schedules) + ", and the new database is not",
            "heroku pg:backups:schedule for the new database");
  const auto& here = c.situation.facts.source_database;
  const auto& there = c.situation.facts.copy_database;
  if (!here || here->maintenance_window.empty()) return;
  if (there && there->maintenance_window == here->maintenance_window) return;
  const std::string gets = there && !there->maintenance_window.empty() ? "has " + there->maintenance_window
                                                                       : std::string("gets one of its own");
  by_hand(f, "maintenance-window",
          source.name + " is maintained " + here->maintenance_window + ", and the new database " + gets,
          "set it if the hour matters: heroku data:maintenances:window:update");
}

void links_come_along(const Context& c, Findings& f) {
  if (!c.cutover_due) return;
  Lines links;
  if (c.situation.facts.vicinity) links = c.situation.facts.vicinity->links;
  if (links.empty() && c.situation.facts.leader) links = c.situation.facts.leader->foreign_servers;
  if (!links.empty())
    by_hand(f, "data-links", "the source reaches other databases by " + and_list(links) + ": from the space it may not",
            "make the links anew on the new database, if they can be reached from the space");
}

/// "The database is live" is not "the service is live" (safety S24).
void domains_come_along(const Context& c, Findings& f) {
  if (!c.cutover_due || !c.situation.facts.vicinity) return;
  const Lines& domains = c.situation.facts.vicinity->domains_left;
  if (!domains.empty())
    by_hand(f, "domains-left",
            and_list(domains) + " lead to " + c.situation.desired.source.app + ", which stays parked, and not to " +
                c.situation.desired.target.app,
            "heroku domains:add on the target, then change the DNS: until then visitors see the maintenance page");
}

/// What its clients or its disk need beside a URL.
void access_comes_along(const Context& c, Findings& f) {
  if (!c.cutover_due || !c.situation.facts.source_database) return;
  const Lines& special = c.situation.facts.source_database->special;
  if (!special.empty())
    by_hand(f, "special-access", c.situation.facts.source_database->name + " has " + and_list(special),
            "set it up on the new database before its clients need it");
}

constexpr std::array<PreflightCheck, 6> table{{
    {"other-followers", "who else follows the source?", other_followers},
    {"settings-differ", "which settings do not move?", settings_come_along},
    {"backup-schedules, maintenance-window", "which hours do not move?", schedules_come_along},
    {"data-links", "which links do not move?", links_come_along},
    {"domains-left", "where do visitors go?", domains_come_along},
    {"special-access", "what do its clients need beside a URL?", access_comes_along},
}};

}  // namespace

Table of_what_is_left_behind() { return table; }

}  // namespace changeover::checks
