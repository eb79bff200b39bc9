#include <algorithm>
#include <array>

#include "core/text.h"
#include "planner/preflight/themes.h"

namespace changeover::checks {
namespace {

/// Whoever holds a copy of the URL can write, whatever the attachments say (safety S8).
void nobody_copied_the_url(const Context& c, Findings& f) {
  if (!c.cutover_due || !c.situation.facts.vicinity) return;
  const Migration& m = c.situation.desired;
  const auto attached = [&](const std::string& app) {
    return std::ranges::any_of(c.situation.facts.source_attachments,
                               [&](const Attachment& attachment) { return attachment.app.name == app; });
  };
  for (const CopiedUrl& copied : c.situation.facts.vicinity->copied_urls) {
    const std::string holds = copied.app + " holds the source's URL in " + and_list(copied.config_vars);
    if (copied.app == m.target.app) {
      block(f, "copied-url", Group::cutover, holds + ": once it runs on the new database it could write to the old one",
            "heroku config:unset " + copied.config_vars.front() + " -a " + copied.app);
      continue;
    }
    const bool known = copied.app == m.source.app || m.quiesce.apps.contains(copied.app) ||
                       m.quiesce.read_only.contains(copied.app) || attached(copied.app);
    if (!known)
      block(f, "copied-url", Group::cutover, holds + ": it can write, and quiesce does not know of it",
            "list it under quiesce.apps to have it parked, or under quiesce.read_only if it never writes; or take the "
            "URL from it");
  }
}

void every_app_was_searched(const Context& c, Findings& f) {
  if (!c.cutover_due) return;
  const MigrationFacts& facts = c.situation.facts;
  if (!facts.not_looked_at.empty()) {
    const std::string hidden = facts.only_listed_attachments ? "writers that the account's lists do not show, " : "";
    not_known(f, "not-looked-at",
              hidden + "copied URLs, other followers, settings, schedules, links and domains: " + facts.not_looked_at,
              "plan it alone: --only " + c.situation.desired.name);
    return;
  }
  if (!c.situation.facts.vicinity) return;
  const Vicinity& around = *c.situation.facts.vicinity;
  if (!around.unread_config.empty())
    not_known(f, "config-vars-unread",
              "whether " + and_list(around.unread_config) + " copied the source's URL: config vars could not be read",
              "heroku config -a APP, and look for the source's host");
  else if (around.unsearched_apps > 0)
    not_known(f, "config-vars-unread",
              "whether another app copied the source's URL: " + counted(around.unsearched_apps, "app") +
                  " of the account were not searched",
              "heroku config -a APP, and look for the source's host");
}

constexpr std::array<PreflightCheck, 2> table{{
    {"copied-url", "who copied the source's URL?", nobody_copied_the_url},
    {"config-vars-unread, not-looked-at", "was everybody asked?", every_app_was_searched},
}};

}  // namespace

Table of_the_copied_urls() { return table; }

}  // namespace changeover::checks
