#include "planner/preflight.h"

#include <algorithm>
#include <array>
#include <map>

#include "core/text.h"

namespace changeover {
namespace {

using Context = PreflightContext;

void block(Findings& findings, std::string_view id, Group from, std::string what, std::string remedy) {
  findings.blockers.push_back({std::string(id), std::move(what), std::move(remedy), from});
}
void warn(Findings& findings, std::string_view id, std::string what, std::string remedy = {}) {
  findings.warnings.push_back({std::string(id), std::move(what), std::move(remedy), {}});
}
void by_hand(Findings& findings, std::string_view id, std::string what, std::string remedy) {
  findings.manual.push_back({std::string(id), std::move(what), std::move(remedy), {}});
}
void not_known(Findings& findings, std::string_view id, std::string what, std::string remedy = {}) {
  findings.unknowns.push_back({std::string(id), std::move(what), std::move(remedy), {}});
}

/// The copy may still be given up or has to be made: what makes following impossible matters.
bool before_unfollow(const Context& c) { return c.phase >= Phase::drained; }

// ---- the two ends
// ----------------------------------------------------------------------------------------------------

void source_found(const Context& c, Findings& f) {
  if (c.situation.facts.source || c.phase == Phase::retired) return;
  block(f, "source-not-found", Group::prepare, c.situation.facts.source_problem,
        "name an attachment of " + c.situation.desired.source.app + " or an add-on in source.database");
}

void apps_found(const Context& c, Findings& f) {
  for (const std::string& name : {c.situation.desired.source.app, c.situation.desired.target.app})
    if (c.situation.observed.app(name) == nullptr)
      block(f, "app-not-found", Group::prepare, "there is no app " + name + ", or this token may not see it",
            "check the name in the spec, and that the token's account can operate the app");
}

void source_can_lead(const Context& c, Findings& f) {
  if (!c.situation.facts.source || !before_unfollow(c)) return;
  const Addon& source = *c.situation.facts.source;
  const std::string plan = source.plan.substr(std::min(source.plan.find(':') + 1, source.plan.size()));
  if (source.service != "heroku-postgresql") {
    block(f, "not-heroku-postgres", Group::prepare,
          source.name + " is an add-on of " + source.service + ", not Heroku Postgres",
          "name the database in source.database");
  } else if (plan.starts_with("advanced") || plan.starts_with("performance")) {
    block(f, "advanced-tier", Group::prepare,
          source.name + " is on the Advanced tier, which moves by data:pg:migrate, not by following",
          "this tool can not move it");
  } else if (plan.starts_with("essential") || plan.starts_with("mini") || plan.starts_with("basic") ||
             plan.starts_with("hobby") || plan.starts_with("dev")) {
    block(f, "tier-without-followers", Group::prepare,
          source.name + " is on " + plan + ", and that tier has no followers",
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

/// heroku-api.md 6: disk by plan number, GB.
std::optional<int> disk_of_plan(std::string_view plan) {
  static const std::map<std::string, int, std::less<>> disks = {
      {"0", 64},      {"2", 256},  {"3", 512},  {"4", 768},  {"5", 1024},   {"6", 1536},   {"l-6", 2048},
      {"xl-6", 3072}, {"7", 2048}, {"8", 3072}, {"9", 4096}, {"l-9", 5120}, {"xl-9", 6144}};
  const std::string_view bare = plan.substr(std::min(plan.find(':') + 1, plan.size()));
  const auto found = disks.find(bare.substr(std::min(bare.find('-') + 1, bare.size())));
  return found == disks.end() ? std::nullopt : std::optional<int>(found->second);
}

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
  const std::optional<int> disk = disk_of_plan(name);
  if (!disk) {
    not_known(f, "plan-disk", "how much disk " + name + " has", "compare it with the source's size yourself");
  } else if (static_cast<double>(*database->bytes) > 0.9e9 * *disk) {
    block(f, "plan-too-small", Group::prepare,
          "the source holds " + std::to_string(*database->bytes / 1'000'000'000) + " GB, and " + name + " has " +
              std::to_string(*disk) + " GB of disk",
          "choose a plan of which the database fills at most nine tenths");
  }
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

void attachment_is_free(const Context& c, Findings& f) {
  const Attachment* holder = c.situation.target_attachment;
  if (holder == nullptr || c.situation.copy_is_attached) return;
  if (c.situation.facts.source && holder->addon.id == c.situation.facts.source->id) return;
  if (c.situation.desired.target.replaces == holder->addon.name) return;
  block(f, "attachment-held-by-stranger", Group::cutover,
        holder->name + " of " + c.situation.desired.target.app + " is " + holder->addon.name +
            ", a database this migration does not know",
        "if it may be replaced, say `replaces: " + holder->addon.name + "` under target");
}

// ---- who writes
// ------------------------------------------------------------------------------------------------------

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

/// Add-ons that start dynos behind our back (safety S9).
void nothing_restarts_writers(const Context& c, Findings& f) {
  if (!c.cutover_due) return;
  for (const QuiescedApp& app : c.situation.quiesced) {
    if (!app.writer) continue;
    const auto addons = c.situation.observed.addons_by_app.find(app.app.name);
    if (addons == c.situation.observed.addons_by_app.end()) continue;
    for (const Addon& addon : addons->second) {
      const bool scheduler = is_scheduler(addon);
      if (!scheduler && !is_autoscaler(addon)) continue;
      if (c.situation.desired.quiesce.scheduler_stopped.contains(app.app.name)) continue;
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
    if (attached)
      block(f, "resumed-writer-on-old-leader", Group::cutover,
            app.app.name + " would be resumed while it is attached to the old database: its writes would be lost",
            "let it be parked, or detach it from " + c.situation.desired.source.database + " first");
  }
}

void formation_comes_back(const Context& c, Findings& f) {
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

// ---- the proof
// -------------------------------------------------------------------------------------------------------

void leader_is_reached(const Context& c, Findings& f) {
  if (c.situation.desired.cutover.proof != Proof::sql || !before_unfollow(c)) return;
  if (c.situation.desired.stage == Stage::source) return;
  if (c.situation.facts.leader_problem) {
    block(f, "leader-not-reached", Group::cutover,
          "the source can not be reached over SQL: " + *c.situation.facts.leader_problem,
          "run where the source can be reached, or accept the weaker `proof: api`");
  } else if (!c.situation.facts.leader && c.situation.facts.source) {
    not_known(f, "leader-not-asked",
              "what SQL would say of the source: unlogged tables, prepared transactions, tables of other roles");
  }
}

void leader_can_be_copied(const Context& c, Findings& f) {
  if (!c.situation.facts.leader || !before_unfollow(c)) return;
  const LeaderFacts& leader = *c.situation.facts.leader;
  if (!leader.unlogged_tables.empty())
    block(f, "unlogged-tables", Group::cutover,
          "these tables are unlogged and would arrive empty: " + and_list(leader.unlogged_tables),
          "ALTER TABLE … SET LOGGED on the source, or drop them");
  if (leader.prepared_transactions > 0)
    block(f, "prepared-transactions", Group::cutover,
          counted(leader.prepared_transactions, "prepared transaction") +
              " on the source: they hold locks and may still commit",
          "COMMIT PREPARED or ROLLBACK PREPARED them");
  if (leader.read_only)
    block(f, "source-read-only", Group::cutover,
          "the source is read-only by default, and so would the copy be: a setting of the database replicates",
          "ALTER DATABASE … RESET default_transaction_read_only, and ALTER ROLE … IN DATABASE … RESET likewise");
  if (leader.logical_slots > 0)
    by_hand(f, "logical-slots",
            counted(leader.logical_slots, "logical replication slot") + " on the source do not move with it",
            "make them again on the new database");
  if (!leader.unlockable_tables.empty())
    warn(f, "unfenced-tables", "the fence can not cover tables of other roles: " + and_list(leader.unlockable_tables),
         "make sure that whoever owns them does not write during the cutover");
  if (!leader.collation_mismatches.empty())
    warn(f, "collation-versions", "collations of another version: " + and_list(leader.collation_mismatches),
         "REINDEX the text indexes after the move");
}

void proof_is_weak(const Context& c, Findings& f) {
  if (c.cutover_due && c.situation.desired.cutover.proof == Proof::api)
    warn(
        f, "proof-api",
        "proof: api compares Heroku's samples: it is slower, and an open transaction that commits late can not be seen",
        "use proof: sql where the source can be reached");
}

// ---- the moment
// ------------------------------------------------------------------------------------------------------

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

void not_built_yet(const Context& c, Findings& f) {
  const Migration& m = c.situation.desired;
  if (m.target.consumer == Consumer::external && c.cutover_due)
    block(f, "external-consumer", Group::cutover,
          "consumer: external is read, but this version does not carry out such a cutover",
          "promote by hand, or wait for a later version");
  if (!(m.hooks.before_downtime.empty() && m.hooks.after_live.empty() && m.hooks.after_abort.empty()) && c.cutover_due)
    block(f, "hooks", Group::cutover, "hooks are read, but this version does not run them",
          "take them out of the spec and run them yourself");
  if (m.stage == Stage::retired && c.phase == Phase::live)
    block(f, "retire", Group::retire, "stage retired is read, but this version does not retire the old database",
          "heroku pg:backups:capture, then heroku addons:destroy " + m.source.database + ", when you are sure");
}

// ---- what else changes
// -----------------------------------------------------------------------------------------------

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
    if (attachment.name_space.empty()) continue;
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

constexpr std::array<PreflightCheck, 24> checks{{
    {"source-not-found", "does the source exist?", source_found},
    {"app-not-found", "do both apps exist, and may we see them?", apps_found},
    {"tier-without-followers, advanced-tier, not-heroku-postgres, source-is-follower, follow-not-available",
     "can the source be followed?", source_can_lead},
    {"target-not-in-space, fir-without-maintenance", "can the target's app take it?", target_can_follow},
    {"plan-not-found, plan-not-for-spaces, plan-too-small, source-size, plan-disk", "does the plan exist and fit?",
     plan_fits},
    {"addon-name-taken", "is the copy's name ours?", name_is_free},
    {"attachment-held-by-stranger", "may DATABASE be replaced on the target?", attachment_is_free},
    {"unquiesced-writer", "can every writer be stopped?", writers_are_known},
    {"scheduler-unacknowledged, autoscaler-unacknowledged", "does something start dynos by itself?",
     nothing_restarts_writers},
    {"resumed-writer-on-old-leader", "would a writer come back on the old database?", resumed_writers},
    {"formation-zero, unknown-process-type", "what does the target come back with?", formation_comes_back},
    {"leader-not-reached, leader-not-asked", "does SQL reach the leader?", leader_is_reached},
    {"unlogged-tables, prepared-transactions, source-read-only, logical-slots, unfenced-tables, collation-versions",
     "does everything in it replicate?", leader_can_be_copied},
    {"proof-api", "how strong is the proof?", proof_is_weak},
    {"platform-maintenance, platform-maintenance-planned", "is Heroku working on it?", platform_is_calm},
    {"local-state-in-ci", "does the state outlive the job?", state_survives},
    {"baseline-lost, parked-before", "is it known what to go back to?", parked_by_whom},
    {"shared-apps", "do other migrations touch the same apps?", apps_are_not_shared},
    {"external-consumer, hooks, retire", "does this version do what the spec asks?", not_built_yet},
    {"release-phase", "what runs on promotion?", release_phase_runs},
    {"source-stays-parked", "what happens to the source app?", source_stays_parked},
    {"namespaced-attachment", "which attachments are not moved?", other_attachments},
    {"settings-and-schedules, copied-urls, connectors", "what does no API do or tell?", not_in_any_api},
    {"not-readable", "what could not be read?", what_could_not_be_read},
}};

}  // namespace

std::span<const PreflightCheck> preflight_checks() { return checks; }

Findings preflight(const PreflightContext& context) {
  Findings findings;
  for (const PreflightCheck& check : checks) check.run(context, findings);
  return findings;
}

}  // namespace changeover
