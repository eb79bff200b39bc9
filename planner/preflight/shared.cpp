#include <algorithm>
#include <array>
#include <set>
#include <vector>

#include "core/text.h"
#include "planner/preflight/themes.h"

namespace changeover::checks {
namespace {

/// The first few names, and how many more.
std::string some_of(const std::set<std::string>& names) {
  constexpr std::size_t most = 5;
  std::vector<std::string> shown;
  for (const std::string& name : names)
    if (shown.size() < most) shown.push_back(name);
  if (names.size() > most) shown.push_back(std::to_string(names.size() - most) + " more");
  return and_list(shown);
}

/// Safety S10. One cutover of an app runs at a time; but an app that two databases move to would serve in between with
/// one of them alone, unless the spec says which comes first.
void apps_are_not_shared(const Context& c, Findings& f) {
  if (!c.cutover_due || in_downtime(c)) return;
  const Migration& m = c.situation.desired;
  std::set<std::string> at_once;
  for (const Neighbour* other : c.neighbours.ending_on(m.target.app, m.name))
    if (!c.neighbours.waits_for(m, other->migration.name) && !c.neighbours.waits_for(other->migration, m.name))
      at_once.insert(other->migration.name);
  if (!at_once.empty())
    block(f, "same-app-at-once", Group::cutover,
          "the same apply would cut over " + m.target.app + " for " + some_of(at_once) + " too",
          "say which comes first: `depends_on` in one of them, or apply them apart with --only");
  std::set<std::string> others;
  std::set<std::string> both;
  for (const std::string& app : touched_apps(m, c.situation.facts))
    for (const Neighbour* other : c.neighbours.stopping(app, m.name))
      if (!at_once.contains(other->migration.name)) {
        others.insert(other->migration.name);
        both.insert(app);
      }
  if (!both.empty())
    warn(f, "shared-apps", some_of(others) + " stops " + some_of(both) + " too: their cutovers run one after the other",
         "nothing, if the apps can be stopped more than once");
}

/// Safety S11: what one moving app writes after its cutover, another would never see.
void source_feeds_one(const Context& c, Findings& f) {
  if (!c.cutover_due || in_downtime(c) || !c.situation.facts.source) return;
  const Migration& m = c.situation.desired;
  const std::string& source = c.situation.facts.source->name;
  for (const Neighbour* other : c.neighbours.moving(c.situation.facts.source->id, m.name)) {
    const Migration& o = other->migration;
    if (m.quiesce.read_only.contains(o.target.app) || o.quiesce.read_only.contains(m.target.app)) continue;
    block(f, "source-feeds-several", Group::cutover,
          "migration " + o.name + " moves " + source + " too, to " + o.target.app + ": two copies would take writes",
          "move it once, and let the other app use the new database or read only");
  }
  for (const QuiescedApp& app : c.situation.quiesced) {
    if (!app.writer || app.is_target) continue;
    for (const Neighbour* other : c.neighbours.ending_on(app.app.name, m.name))
      block(f, "source-feeds-several", Group::cutover,
            "migration " + other->migration.name + " resumes " + app.app.name + ", which writes to " + source,
            "detach it from there first, or list it under quiesce.read_only if it never writes");
  }
}

/// Safety S4, S10: what is down now would be recorded as the way it was.
void nobody_keeps_an_app_down(const Context& c, Findings& f) {
  if (!c.cutover_due || in_downtime(c)) return;
  const Migration& m = c.situation.desired;
  for (const std::string& app : touched_apps(m, c.situation.facts))
    for (const std::string& other : c.neighbours.keeping_down(app, m.name))
      block(f, "shared-app-in-downtime", Group::cutover,
            app + " is down for migration " + other + ", whose cutover is not over",
            "bring that one to its end first: --only " + other);
}

constexpr std::array<PreflightCheck, 3> table{{
    {"shared-apps, same-app-at-once", "do other migrations touch the same apps?", apps_are_not_shared},
    {"shared-app-in-downtime", "is an app down for another migration?", nobody_keeps_an_app_down},
    {"source-feeds-several", "does anybody else move with this source?", source_feeds_one},
}};

}  // namespace

Table of_what_is_shared() { return table; }

}  // namespace changeover::checks
