#include <algorithm>
#include <array>
#include <optional>

#include "planner/moved_attachments.h"
#include "planner/plan_figures.h"
#include "planner/preflight/themes.h"

namespace changeover::checks {
namespace {

void source_found(const Context& c, Findings& f) {
  if (c.situation.facts.source || c.phase == Phase::retired) return;
  block(f, "source-not-found", Group::prepare, c.situation.facts.source_problem,
        "name an attachment of " + c.situation.desired.source.app + " or an add-on in source.database");
}

void apps_found(const Context& c, Findings& f) {
  for (const std::string& name : {c.situation.desired.source.app, c.situation.desired.target.app}) {
    if (c.phase == Phase::retired && name == c.situation.desired.source.app) continue;  // it may go as well
    if (c.situation.observed.app(name) == nullptr)
      block(f, "app-not-found", Group::prepare, "there is no app " + name + ", or this token may not see it",
            "check the name in the spec, and that the token's account can operate the app");
  }
}

void source_can_lead(const Context& c, Findings& f) {
  if (!c.situation.facts.source || !before_unfollow(c)) return;
  const Addon& source = *c.situation.facts.source;
  if (source.service != "heroku-postgresql") {
    block(f, "not-heroku-postgres", Group::prepare,
          source.name + " is an add-on of " + source.service + ", not Heroku Postgres",
          "name the database in source.database");
  } else if (is_advanced_tier(source.plan)) {
    block(f, "advanced-tier", Group::prepare,
          source.name + " is on the Advanced tier, which moves by data:pg:migrate, not by following",
          "this tool can not move it");
  } else if (is_essential_tier(source.plan)) {
    block(f, "tier-without-followers", Group::prepare,
          source.name + " is on " + std::string(bare_plan(source.plan)) + ", and that tier has no followers",
          "upgrade the source to a Standard or Premium plan first (pg:upgrade has its own downtime)");
  }
  const auto& database = c.situation.facts.source_database;
  if (!database) return;
  if (database->following)
    block(f, "source-is-follower", Group::prepare,
          source.name + " is itself a follower, and a follower can not be followed",
          "name its leader in source.database");
  if (c.phase == Phase::absent && !database->fork_follow.empty() && database->fork_follow != "Available")
    block(f, "follow-not-available", Group::prepare,
          source.name + " says Fork/Follow is `" + database->fork_follow + "`",
          "wait: it comes minutes to hours after a database was made, forked or unfollowed");
}

void target_can_follow(const Context& c, Findings& f) {
  const AppFacts* target = c.situation.target_app;
  if (target == nullptr || c.phase <= Phase::live) return;
  if (!target->app.space) {
    block(f, "target-not-in-space", Group::prepare,
          target->app.name + " is in the Common Runtime (" + target->app.region + "), not in a Private Space",
          "make an app in the space and name it as target.app: an app can not be moved into one");
  } else if (target->app.generation == "fir") {
    block(f, "fir-without-maintenance", Group::cutover,
          target->app.name + " is in a Fir space, where apps have no maintenance mode",
          "move it to a Cedar space, or ask Heroku whether maintenance mode has come to Fir");
  }
}

/// Of the disk: it fits, but not for long.
constexpr double nearly_full = 0.7;

void plan_fits(const Context& c, Findings& f) {
  if (c.phase != Phase::absent) return;
  const std::string& name = c.situation.desired.target.plan;
  if (c.situation.facts.stranger) return;  // nothing is made under its name, so no plan was asked for
  if (!c.situation.facts.plan) {
    block(f, "plan-not-found", Group::prepare, "Heroku offers no plan " + name,
          "`heroku addons:plans heroku-postgresql` lists them");
    return;
  }
  if (!c.situation.facts.plan->inside_space)
    block(f, "plan-not-for-spaces", Group::prepare, name + " can not be installed in a Private Space",
          "use a private-… plan, or shield-… in a Shield space");
  const auto& database = c.situation.facts.source_database;
  if (!database || !database->bytes) {
    not_known(f, "source-size", "how large the source is, so whether it fits " + name);
    return;
  }
  const std::optional<PlanCapacity> figures = figures_of_plan(name);
  if (!figures) {
    not_known(f, "plan-disk", "how much disk " + name + " has", "compare it with the source's size yourself");
    return;
  }
  const double share = share_of_disk(*database->bytes, *figures);
  const std::string sizes = "the source holds " + std::to_string(*database->bytes / 1'000'000'000) + " GB, and " +
                            name + " has " + std::to_string(figures->disk_gb) + " GB of disk";
  if (share > fullest_disk) {
    block(f, "plan-too-small", Group::prepare, sizes, "choose a plan of which the database fills at most nine tenths");
  } else if (share > nearly_full) {
    warn(f, "plan-nearly-full", sizes, "choose a larger plan, or know how fast it grows");
  }
}

/// A smaller server than the one it runs on today.
void plan_is_no_smaller(const Context& c, Findings& f) {
  if (!c.situation.facts.source || c.phase <= Phase::live) return;
  const std::string plan = c.situation.facts.copy ? c.situation.facts.copy->plan : c.situation.desired.target.plan;
  const std::optional<PlanCapacity> has = figures_of_plan(c.situation.facts.source->plan);
  const std::optional<PlanCapacity> gets = figures_of_plan(plan);
  if (!has || !gets || (gets->connections >= has->connections && gets->ram_gb >= has->ram_gb)) return;
  const auto words = [](std::string_view name, const PlanCapacity& figures) {
    return std::string(bare_plan(name)) + " has " + std::to_string(figures.connections) + " connections and " +
           std::to_string(static_cast<int>(figures.ram_gb)) + " GB of memory";
  };
  warn(f, "plan-smaller", words(plan, *gets) + ", " + words(c.situation.facts.source->plan, *has),
       "choose a plan of the same number, or make sure that the app fits in less");
}

void name_is_free(const Context& c, Findings& f) {
  if (!c.situation.facts.stranger) return;
  const Addon& other = *c.situation.facts.stranger;
  block(f, "addon-name-taken", Group::prepare,
        "there is an add-on " + other.name + " on " + other.app.name +
            " that is not this migration's copy: it does not follow the source",
        "give another target.addon_name, or if nobody needs that add-on: heroku addons:destroy " + other.name + " -a " +
            other.app.name);
}

void moved_names_are_free(const Context& c, Findings& f) {
  for (const MovedAttachment& moved : moved_attachments(c.situation)) {
    if (moved.standing != MovedAttachment::Standing::stranger) continue;
    block(f, "attachment-held-by-stranger", Group::cutover,
          moved.name + " of " + c.situation.desired.target.app + " is " + moved.holder + ", and " +
              c.situation.desired.source.app + " finds " + moved.name_space + " of its database under that name",
          "detach it there, or give it another name");
  }
}

void attachment_is_free(const Context& c, Findings& f) {
  moved_names_are_free(c, f);
  const Attachment* holder = c.situation.target_attachment;
  if (holder == nullptr || c.situation.copy_is_attached) return;
  if (c.situation.desired.target.consumer == Consumer::external) return;  // nothing is attached by us
  if (c.situation.facts.source && holder->addon.id == c.situation.facts.source->id) return;
  if (c.situation.desired.target.replaces == holder->addon.name) return;
  block(f, "attachment-held-by-stranger", Group::cutover,
        holder->name + " of " + c.situation.desired.target.app + " is " + holder->addon.name +
            ", a database this migration does not know",
        "if it may be replaced, say `replaces: " + holder->addon.name + "` under target");
}

constexpr std::array<PreflightCheck, 8> table{{
    {"source-not-found", "does the source exist?", source_found},
    {"app-not-found", "do both apps exist, and may we see them?", apps_found},
    {"tier-without-followers, advanced-tier, not-heroku-postgres, source-is-follower, follow-not-available",
     "can the source be followed?", source_can_lead},
    {"target-not-in-space, fir-without-maintenance", "can the target's app take it?", target_can_follow},
    {"plan-not-found, plan-not-for-spaces, plan-too-small, plan-nearly-full, source-size, plan-disk",
     "does the plan exist and fit?", plan_fits},
    {"plan-smaller", "is the server as large as today's?", plan_is_no_smaller},
    {"addon-name-taken", "is the copy's name ours?", name_is_free},
    {"attachment-held-by-stranger", "may DATABASE be replaced on the target?", attachment_is_free},
}};

}  // namespace

Table of_the_ends() { return table; }

}  // namespace changeover::checks
