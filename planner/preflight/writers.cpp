#include <algorithm>
#include <array>

#include "core/text.h"
#include "planner/preflight/themes.h"

namespace changeover::checks {
namespace {

void writers_are_known(const Context& c, Findings& f) {
  if (!c.cutover_due) return;
  for (const QuiescedApp& app : c.situation.quiesced) {
    if (app.facts != nullptr && app.facts->formation) continue;
    if (app.facts == nullptr && (app.is_source || app.is_target)) continue;  // app-not-found says it
    block(f, "unquiesced-writer", Group::cutover,
          app.app.name + " can write to the source, and it could not be read, so it can not be stopped",
          "give the token access to it, detach it, or list it under quiesce.read_only if it never writes");
  }
}

/// Add-ons that start dynos or write behind our back (safety S9).
void nothing_restarts_writers(const Context& c, Findings& f) {
  if (!c.cutover_due) return;
  for (const QuiescedApp& app : c.situation.quiesced) {
    if (!app.writer) continue;
    const auto addons = c.situation.observed.addons_by_app.find(app.app.name);
    if (addons == c.situation.observed.addons_by_app.end()) continue;
    for (const Addon& addon : addons->second) {
      const bool scheduler = is_scheduler(addon);
      if (c.situation.desired.quiesce.scheduler_stopped.contains(app.app.name)) continue;
      if (addon.service == "herokuconnect")
        block(
            f, "connect-unacknowledged", Group::cutover,
            addon.name + " on " + app.app.name + " is Heroku Connect: it writes without any dyno, and no API pauses it",
            "pause it in its dashboard, then list " + app.app.name + " under quiesce.scheduler_stopped");
      if (!scheduler && !is_autoscaler(addon)) continue;
      block(f, scheduler ? "scheduler-unacknowledged" : "autoscaler-unacknowledged", Group::cutover,
            addon.name + " on " + app.app.name +
                (scheduler ? " starts jobs by itself, and no API stops them" : " scales dynos by itself"),
            "stop it by hand, then list " + app.app.name + " under quiesce.scheduler_stopped");
    }
  }
}

void resumed_writers(const Context& c, Findings& f) {
  if (!c.cutover_due) return;
  for (const QuiescedApp& app : c.situation.quiesced) {
    if (!app.writer || app.is_target || app.after != After::resume) continue;
    const bool attached = std::ranges::any_of(c.situation.facts.source_attachments, [&](const Attachment& attachment) {
      return attachment.app.name == app.app.name;
    });
    const auto& around = c.situation.facts.vicinity;
    const bool copied =
        around && std::ranges::find(around->copied_urls, app.app.name, &CopiedUrl::app) != around->copied_urls.end();
    if (attached || copied)
      block(f, "resumed-writer-on-old-leader", Group::cutover,
            app.app.name + " would be resumed while it " + (attached ? "is attached to" : "has a copied URL of") +
                " the old database: its writes would be lost",
            "let it be parked, or take the URL from it: detach " + c.situation.desired.source.database +
                " or unset the config var first");
  }
}

void formation_comes_back(const Context& c, Findings& f) {
  if (c.situation.desired.target.consumer == Consumer::external) return;  // it is not touched
  if (!c.cutover_due || c.situation.target_app == nullptr || !c.situation.target_app->formation) return;
  for (const auto& [type, process] : c.situation.desired.target.formation) {
    const bool known =
        std::ranges::any_of(*c.situation.target_app->formation, [&](const Process& has) { return has.type == type; });
    if (!known)
      block(f, "unknown-process-type", Group::cutover,
            c.situation.desired.target.app + " has no process type `" + type + "`",
            "correct target.formation, or deploy the app first");
  }
  const std::vector<Process> formation = resumed_formation(c.situation);
  if (std::ranges::any_of(formation, [](const Process& process) { return process.quantity > 0; })) return;
  std::string like;
  if (c.situation.source_app != nullptr && c.situation.source_app->formation)
    for (const Process& process : *c.situation.source_app->formation)
      like += (like.empty() ? "" : ", ") + process.type + ": " + std::to_string(process.quantity);
  block(f, "formation-zero", Group::cutover, c.situation.desired.target.app + " would come back with no dyno at all",
        "say target.formation in the spec" +
            (like.empty() ? "" : "; " + c.situation.desired.source.app + " runs {" + like + "} today"));
}

/// Safety S6. Nothing stops them, so the copy may have writes of theirs as soon as it takes any.
void copy_is_left_alone(const Context& c, Findings& f) {
  if (!c.cutover_due || !before_unfollow(c)) return;
  const std::vector<std::string> users = c.situation.users_of_the_copy();
  if (users.empty()) return;
  warn(f, "copy-attached-elsewhere",
       and_list(users) + " has " + c.situation.facts.copy_name +
           " attached: it can write there from the unfollow on, which is the point of no return therefore, and its "
           "long queries can hold up the copy before that",
       "detach it until the migration is live, or list it under quiesce.read_only if it never writes");
}

constexpr std::array<PreflightCheck, 5> table{{
    {"unquiesced-writer", "can every writer be stopped?", writers_are_known},
    {"scheduler-unacknowledged, autoscaler-unacknowledged, connect-unacknowledged",
     "does something start dynos or write by itself?", nothing_restarts_writers},
    {"resumed-writer-on-old-leader", "would a writer come back on the old database?", resumed_writers},
    {"copy-attached-elsewhere", "does anybody else use the copy already?", copy_is_left_alone},
    {"formation-zero, unknown-process-type", "what does the target come back with?", formation_comes_back},
}};

}  // namespace

Table of_the_writers() { return table; }

}  // namespace changeover::checks
