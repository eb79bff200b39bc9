#include "planner/findings.h"

#include <algorithm>
#include <array>

namespace changeover {
namespace {

/// Where a finding stands in a plan, and what it stops.
struct Stops {
  FindingKind kind;
  std::optional<Group> from;
};
constexpr Stops stops_all{FindingKind::blocker, Group::prepare};
constexpr Stops stops_cutover{FindingKind::blocker, Group::cutover};
constexpr Stops stops_retiring{FindingKind::blocker, Group::retire};
constexpr Stops warns{FindingKind::warning, {}};
constexpr Stops by_hand{FindingKind::manual, {}};
constexpr Stops unknown{FindingKind::unknown, {}};

constexpr FindingRow row(std::string_view id, Stops stops, std::string_view meaning, std::string_view remedy) {
  return {id, stops.kind, stops.from, meaning, remedy};
}

constexpr auto table = std::to_array<FindingRow>({
    row("source-not-found", stops_all, "there is no such database on the source app, or the token may not see it",
        "name an attachment of the app, or an add-on, in `source.database`"),
    row("app-not-found", stops_all, "one of the two apps does not exist, or the token may not see it",
        "check the name, and the rights of the token's account"),
    row("tier-without-followers", stops_all, "the source is on a tier that has no followers",
        "upgrade it to Standard or Premium first; that has its own downtime"),
    row("advanced-tier", stops_all, "the source is on the Advanced tier, which moves in another way",
        "this tool can not move it"),
    row("not-heroku-postgres", stops_all, "the named add-on is of another service", "name the database"),
    row("source-is-follower", stops_all, "the source follows another database, and a follower can not be followed",
        "name its leader"),
    row("follow-not-available", stops_all, "Heroku says that the source can not be followed now",
        "wait: minutes to hours after it was made, forked or unfollowed"),
    row("target-not-in-space", stops_all, "the target app is in the Common Runtime",
        "make an app in the space and name it"),
    row("fir-without-maintenance", stops_cutover, "the target is in a Fir space, where apps have no maintenance mode",
        "use a Cedar space"),
    row("plan-not-found", stops_all, "Heroku offers no such plan", "`heroku addons:plans heroku-postgresql`"),
    row("plan-not-for-spaces", stops_all, "the plan can not be installed in a Private Space",
        "use a `private-…` or `shield-…` plan"),
    row("plan-too-small", stops_all, "the source would fill more than nine tenths of the plan's disk",
        "choose a larger plan"),
    row("source-size", unknown, "how large the source is", "compare with the plan's disk yourself"),
    row("plan-disk", unknown, "how much disk the plan has", "compare with the source's size yourself"),
    row("addon-name-taken", stops_all, "an add-on of the copy's name exists that is not this migration's copy",
        "give another `target.addon_name`, or remove it if nobody needs it"),
    row("attachment-held-by-stranger", stops_cutover,
        "another database holds the wanted attachment on the target, or the name of a pooler or credential that moves",
        "say `target.replaces` if it may be replaced"),
    row("unquiesced-writer", stops_cutover, "an app that can write could not be read, so it can not be stopped",
        "give the token access, detach the app, or list it under `quiesce.read_only`"),
    row("scheduler-unacknowledged", stops_cutover, "a Scheduler starts jobs on a writer, and no API stops them",
        "stop the jobs, then list the app under `quiesce.scheduler_stopped`"),
    row("autoscaler-unacknowledged", stops_cutover, "an autoscaler scales a writer's dynos by itself",
        "stop it, then list the app under `quiesce.scheduler_stopped`"),
    row("resumed-writer-on-old-leader", stops_cutover,
        "an app with `after: resume` is attached to the old database, and its writes would be lost",
        "let it be parked, or detach it first"),
    row("formation-zero", stops_cutover, "the target would come back with no dyno", "say `target.formation`"),
    row("unknown-process-type", stops_cutover, "the spec names a process type that the target has not",
        "correct `target.formation`, or deploy first"),
    row("leader-not-reached", stops_cutover, "`proof: sql`, and SQL does not reach the source",
        "run where it is reached, or accept `proof: api`"),
    row("leader-not-asked", unknown, "what SQL would say of the source", "run where it is reached"),
    row("unlogged-tables", stops_cutover, "unlogged tables arrive empty", "`ALTER TABLE … SET LOGGED`, or drop them"),
    row("prepared-transactions", stops_cutover, "prepared transactions hold locks and may still commit",
        "commit them or roll them back"),
    row("source-read-only", stops_cutover, "the source is read-only by default, and the copy would be too",
        "reset the setting"),
    row("logical-slots", by_hand, "logical replication slots do not move", "make them again on the new database"),
    row("unfenced-tables", warns, "the fence can not cover tables of other roles",
        "make sure that their owners do not write during the cutover"),
    row("collation-versions", warns, "collations of another version", "`REINDEX` text indexes after the move"),
    row("proof-api", warns,
        "Heroku's samples can not show an open transaction that commits late, and the old database stays writable",
        "use `proof: sql` where the source is reached"),
    row("platform-maintenance", stops_cutover, "Heroku is doing maintenance on one of the databases",
        "wait until it is over"),
    row("platform-maintenance-planned", warns, "Heroku plans maintenance", "choose another time for the cutover"),
    row("local-state-in-ci", stops_cutover, "the state is a local file, which would be gone with the CI job",
        "use a remote state, or `keep_in_ci: true` if the file outlives the job"),
    row("baseline-lost", stops_cutover, "all writers are parked, and nothing recorded what they were before",
        "say `target.formation`, or scale them up"),
    row("parked-before", warns, "all writers are parked, and no attempt is recorded, so nothing starts them again",
        "scale them up yourself if they should serve"),
    row("shared-apps", warns, "another migration moves between the same two apps; they run one after the other",
        "nothing"),
    row("release-phase", warns, "the target's release phase runs on the new database during the downtime",
        "make sure that it is quick and can run twice"),
    row("source-stays-parked", warns, "the source app stays in maintenance; its database is stale but writable",
        "nothing, or `quiesce.source_after`"),
    row("namespaced-attachment", by_hand,
        "an app that does not move has a credential or pooler of the source, which keeps pointing to the old database",
        "attach the new database under that name and namespace"),
    row("external-promote", by_hand, "`consumer: external`: the consumer has to be given the new database's URL",
        "`heroku pg:credentials:url`, once the apply has ended"),
    row("external-resume", by_hand, "`consumer: external`: nobody is resumed, and the downtime lasts until you do it",
        "start the consumer on the new database"),
    row("settings-and-schedules", by_hand, "settings, backup schedules and the maintenance window do not move",
        "compare and set them on the new database"),
    row("copied-urls", unknown, "whether a config var holds a copy of the database's URL",
        "search your apps' config vars for its host name"),
    row("connectors", unknown, "data links, Data Connectors, Heroku Connect and dataclips of the source",
        "look at them in the dashboard"),
    row("not-readable", unknown, "a fact that was wanted could not be read", "see the reason given"),
    row("old-database-written", stops_retiring, "the old database was written after the cutover",
        "carry over what is missing, then destroy it yourself"),
    row("old-database-unknown", stops_retiring,
        "it is not known whether the old database was written after the cutover",
        "apply again; if that does not help, compare the two and destroy it yourself"),
    row("old-database-followed", stops_retiring, "the old database has followers of its own",
        "destroy them, or make them anew of the new database"),
    row("old-database-unread", stops_retiring, "the old database could not be read, so not whether it has followers",
        "apply again when Heroku answers"),
    row("transfer-unfinished", stops_retiring, "a backup, copy or restore of the old database has not finished",
        "wait until it has, or cancel it"),
    row("transfers-unknown", stops_retiring, "its backups and copies could not be read",
        "apply again when Heroku answers"),
    row("old-database-attached", stops_retiring,
        "an app that this migration did not park is attached to the old database, and may use it",
        "detach it there, or park the app that pays for the database"),
    row("retiring-restarts-target", warns,
        "the target pays for the old database, so destroying that makes a release there and its dynos restart",
        "nothing, or choose a quiet hour"),
    row("final-backup-too-large", stops_retiring,
        "the old database is larger than the 20 GB that Heroku's backups are meant for",
        "keep its data in another way, and say `retire: {final_backup: false}`"),
    row("final-backup-kept", by_hand,
        "Heroku does not promise how long it keeps the backups of a database that is gone", "download the final one"),
    row("retire-age-unknown", stops_retiring, "it is not known since when the new database serves",
        "apply again when Heroku answers"),
    row("stage-not-reachable", stops_all,
        "the stage can not be reached from where the migration stands ([phases](phases.md))", "as it says"),
    row("destroy-not-allowed", stops_retiring, "the stage needs the copy destroyed; restoring is still done",
        "apply with `--allow-destroy`, if nobody needs it"),
    row("copy-in-use", stops_all,
        "the copy follows nobody, is the target's attachment, and its app may run on it: it is never destroyed",
        "scale the app to zero if the copy may go; if it is in use, set `stage: live`"),
    row("recorded-not-in-spec", stops_all,
        "a copy was made for a migration that the spec does not name any more: it is billed, and nothing would ever "
        "remove it",
        "put the migration back, with `stage: source` and `--allow-destroy` to remove the copy"),
    row("not-known", stops_all, "a fact that the phase hangs on could not be read", "apply again when Heroku answers"),
});

}  // namespace

std::string_view to_string(FindingKind kind) {
  switch (kind) {
    case FindingKind::blocker:
      return "blocker";
    case FindingKind::warning:
      return "warning";
    case FindingKind::manual:
      return "manual";
    case FindingKind::unknown:
      return "unknown";
  }
  return "unknown";
}

std::span<const FindingRow> finding_table() { return table; }

const FindingRow* finding_row(std::string_view id) {
  const auto found = std::ranges::find(table, id, &FindingRow::id);
  return found == table.end() ? nullptr : &*found;
}

}  // namespace changeover
