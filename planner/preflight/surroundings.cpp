#include <array>

#include "planner/moved_attachments.h"

#include "planner/preflight/themes.h"

namespace changeover::checks {
namespace {

void release_phase_runs(const Context& c, Findings& f) {
  if (c.cutover_due && c.phase > Phase::live && c.situation.has_release_phase())
    warn(f, "release-phase",
         c.situation.desired.target.app + " has a release phase: it runs on the new database during the downtime",
         "make sure that it is quick and can run twice");
}

void source_stays_parked(const Context& c, Findings& f) {
  if (c.cutover_due && c.situation.desired.source.app != c.situation.desired.target.app &&
      c.situation.desired.quiesce.source_after == After::park)
    warn(f, "source-stays-parked",
         c.situation.desired.source.app + " stays in maintenance with no dynos: its database is stale but writable");
}

void other_attachments(const Context& c, Findings& f) {
  if (!c.cutover_due) return;
  for (const Attachment& attachment : by_app_and_name(c.situation.facts.source_attachments)) {
    if (attachment.name_space.empty() || moves(c.situation, attachment)) continue;
    by_hand(f, "namespaced-attachment",
            attachment.name + " of " + attachment.app.name + " is an attachment of " + attachment.name_space +
                ": it keeps pointing to the old database",
            "attach the new database under that name and namespace once it is live");
  }
}

void not_in_any_api(const Context& c, Findings& f) {
  if (!c.cutover_due) return;
  by_hand(f, "settings-and-schedules", "pg:settings, backup schedules and the maintenance window do not move",
          "compare `heroku pg:settings` and `pg:backups:schedules`, and set them on the new database");
  not_known(f, "copied-urls", "whether an app has the database's URL copied into another config var",
            "search the config vars of your apps for the source's host name");
  not_known(f, "connectors", "data links, Data Connectors, Heroku Connect and dataclips of the source");
}

void what_could_not_be_read(const Context& c, Findings& f) {
  for (const Unreadable& unreadable : c.situation.facts.unreadable)
    not_known(f, "not-readable", unreadable.what + ": " + unreadable.why);
}

constexpr std::array<PreflightCheck, 5> table{{
    {"release-phase", "what runs on promotion?", release_phase_runs},
    {"source-stays-parked", "what happens to the source app?", source_stays_parked},
    {"namespaced-attachment", "which attachments are not moved?", other_attachments},
    {"settings-and-schedules, copied-urls, connectors", "what does no API do or tell?", not_in_any_api},
    {"not-readable", "what could not be read?", what_could_not_be_read},
}};

}  // namespace

Table of_the_surroundings() { return table; }

}  // namespace changeover::checks
