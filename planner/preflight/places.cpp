#include <array>
#include <set>
#include <utility>

#include "planner/preflight/themes.h"

namespace changeover::checks {
namespace {

/// Where the Common Runtime's regions are, in the words of spaces (heroku-api.md 2.9).
std::string_view space_region(std::string_view region) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 2> common{{{"us", "virginia"}, {"eu", "dublin"}}};
  for (const auto& [name, where] : common)
    if (name == region) return where;
  return region;
}

void regions_are_one(const Context& c, Findings& f) {
  const AppFacts* source = c.situation.source_app;
  const AppFacts* target = c.situation.target_app;
  if (source == nullptr || target == nullptr || c.phase <= Phase::live) return;
  if (c.situation.desired.stage == Stage::source) return;
  if (source->app.region.empty() || target->app.region.empty()) return;
  if (space_region(source->app.region) == space_region(target->app.region)) return;
  warn(f, "region-differs",
       "the source is in " + source->app.region + " and the target in " + target->app.region +
           ": the base copy crosses the distance, and so does everything that stays behind",
       "expect a slower copy and a slower drain, or use a space near the source");
}

/// A database in a space is reached from its space alone.
void everybody_reaches_the_space(const Context& c, Findings& f) {
  const AppFacts* target = c.situation.target_app;
  if (!c.cutover_due || target == nullptr || !target->app.space) return;
  std::set<std::string> said{c.situation.desired.source.app, c.situation.desired.target.app};
  for (const Attachment& attachment : by_app_and_name(c.situation.facts.source_attachments)) {
    const AppFacts* app = c.situation.observed.app(attachment.app.name);
    if (app == nullptr || app->app.space == target->app.space || !said.insert(attachment.app.name).second) continue;
    warn(f, "app-outside-space",
         attachment.app.name + " uses the source and is not in " + target->app.space->name +
             ": it can not reach the new database",
         "move it into the space as well, or let it go without that database");
  }
}

constexpr std::array<PreflightCheck, 2> table{{
    {"region-differs", "is the space near the source?", regions_are_one},
    {"app-outside-space", "who can not reach the new database?", everybody_reaches_the_space},
}};

}  // namespace

Table of_the_places() { return table; }

}  // namespace changeover::checks
