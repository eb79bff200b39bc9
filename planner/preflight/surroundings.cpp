#include <array>

#include "core/text.h"
#include "planner/moved_attachments.h"
#include "planner/preflight/themes.h"

namespace changeover::checks {
namespace {

void release_phase_runs(const Context& c, Findings& f) {
  if (c.cutover_due && c.phase > Phase::live && c.situation.has_release_phase() &&
      c.situation.desired.target.consumer == Consumer::app)
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

/// `consumer: external`: the steps behind the hand-over, in their order (design 3).
void external_steps(const Context& c, Findings& f) {
  const Migration& m = c.situation.desired;
  if (m.target.consumer != Consumer::external || (!c.cutover_due && c.phase != Phase::live)) return;
  if (m.stage < Stage::live) return;
  const std::string& copy = c.situation.facts.copy_name;
  by_hand(f, "external-promote",
          "the consumer of " + copy + " has to be given the new database once the apply has ended",
          "heroku pg:credentials:url " + copy + " -a " + m.target.app + "; the URL may change once after the unfollow");
  std::vector<std::string> resumed;
  for (const auto& [app, after] : m.quiesce.apps)
    if (after == After::resume) resumed.push_back(app);
  by_hand(f, "external-resume",
          "nobody is resumed by the apply: the downtime lasts until you start the consumer" +
              (resumed.empty() ? std::string() : " and " + and_list(resumed)),
          "start it on the new database and look that it writes; " + m.source.app + " stays parked");
}

void not_in_any_api(const Context& c, Findings& f) {
  if (!c.cutover_due) return;
  not_known(f, "connectors",
            "Data Connectors and dataclips of the source, data links from other databases, and clients outside Heroku",
            "look in the dashboard; a database in a space is reached from its space alone");
}

void what_could_not_be_read(const Context& c, Findings& f) {
  for (const Unreadable& unreadable : c.situation.facts.unreadable)
    not_known(f, "not-readable", unreadable.what + ": " + unreadable.why);
}

constexpr std::array<PreflightCheck, 6> table{{
    {"release-phase", "what runs on promotion?", release_phase_runs},
    {"source-stays-parked", "what happens to the source app?", source_stays_parked},
    {"namespaced-attachment", "which attachments are not moved?", other_attachments},
    {"external-promote, external-resume", "what is left to a person when no Heroku app reads it?", external_steps},
    {"connectors", "what does no API tell?", not_in_any_api},
    {"not-readable", "what could not be read?", what_could_not_be_read},
}};

}  // namespace

Table of_the_surroundings() { return table; }

}  // namespace changeover::checks
