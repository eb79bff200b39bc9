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
constexpr FindingRow acknowledgeable(FindingRow row) {
  row.acknowledgeable = true;
  return row;
}
constexpr FindingRow momentary(FindingRow row) {
  row.momentary = true;
  return row;
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
    row("plan-nearly-full", warns, "the source would fill more than seven tenths of the plan's disk",
        "choose a larger plan, or know how fast it grows"),
    row("plan-smaller", warns, "the plan has fewer connections or less memory than the source has today",
        "choose a plan of the same number, or make sure that the app fits"),
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
    row("connect-unacknowledged", stops_cutover,
        "Heroku Connect writes to a database of a writer without any dyno, and no API pauses it",
        "pause it, then list the app under `quiesce.scheduler_stopped`"),
    row("copied-url", stops_cutover,
        "an app holds the source's URL in a config var of its own: it can write, and no attachment shows it. Values "
        "are compared by host and database name, and never kept",
        "list the app under `quiesce.apps` or `quiesce.read_only`; on the target unset the config var"),
    row("copy-attached-elsewhere", warns,
        "an app that nothing stops has the copy attached: it can write to it from the unfollow on, which makes that "
        "the point of no return",
        "detach it until the migration is live, or list it under `quiesce.read_only`"),
    row("config-vars-unread", unknown,
        "config vars of some apps could not be read, or the account has more apps than one plan searches",
        "search them for the source's host yourself"),
    row("not-looked-at", unknown,
        "copied URLs, followers, settings, schedules, links, domains and apps beyond the account's own lists take "
        "requests of their own, and this plan holds too many migrations for that, or the account has too few requests "
        "left; a cutover that the look right before it finds to be another one does not begin",
        "plan the migration alone: `--only NAME`"),
    row("shared-apps", warns, "another migration stops the same apps; their cutovers run one after the other",
        "nothing, if the apps can be stopped more than once"),
    row("same-app-at-once", stops_cutover,
        "two migrations would cut over the same target app in one apply, and in between it would serve with one of its "
        "databases moved",
        "say which comes first by `depends_on`, or apply them apart with `--only`"),
    row("shared-app-in-downtime", stops_cutover,
        "another migration's cutover has an app of this one down and is not over: what is down now would be taken for "
        "the way it was",
        "bring the other one to its end first"),
    row("source-feeds-several", stops_cutover,
        "another migration moves the same database, or resumes an app that writes to it",
        "move the database once; detach the other app, or list it under `quiesce.read_only`"),
    row("resumed-writer-on-old-leader", stops_cutover,
        "an app with `after: resume` is attached to the old database, and its writes would be lost",
        "let it be parked, or detach it first"),
    row("formation-zero", stops_cutover, "the target would come back with no dyno", "say `target.formation`"),
    row("unknown-process-type", stops_cutover, "the spec names a process type that the target has not",
        "correct `target.formation`, or deploy first"),
    row("leader-not-reached", stops_cutover, "`proof: sql`, and SQL does not reach the source",
        "run where it is reached, or accept `proof: api`"),
    row("leader-not-asked", unknown, "what SQL would say of the source", "run where it is reached"),
    acknowledgeable(row("unlogged-tables", stops_cutover, "unlogged tables arrive empty",
                        "`ALTER TABLE … SET LOGGED`; or `acknowledge: [unlogged-tables]` if they may be empty")),
    row("prepared-transactions", stops_cutover, "prepared transactions hold locks and may still commit",
        "commit them or roll them back"),
    row("source-read-only", stops_cutover, "the source is read-only by default, and the copy would be too",
        "reset the setting"),
    acknowledgeable(
        row("logical-slots", stops_cutover,
            "logical replication slots do not move: whoever reads them would miss what is written afterwards",
            "stop the reader and drop the slot; or `acknowledge: [logical-slots]`")),
    acknowledgeable(row("collation-versions", stops_cutover,
                        "collations have other rules than when their indexes were made",
                        "`REINDEX` text indexes and refresh the versions; or `acknowledge: [collation-versions]`")),
    row("subscription-writes", stops_cutover, "logical replication writes into the source",
        "`ALTER SUBSCRIPTION … DISABLE`, and make it anew on the new database"),
    row("unfenced-tables", warns, "the fence can not cover tables of other roles",
        "make sure that their owners do not write during the cutover"),
    row("unfenced-objects", warns,
        "the fence covers neither sequences nor large objects nor tables made meanwhile; it notices when they change",
        "nothing: the cutover is then given up and service restored"),
    row("unendable-roles", warns, "roles can write whose sessions we may not end",
        "end their sessions before the cutover"),
    row("too-many-tables", warns, "there are more tables than the server has certain room to lock",
        "raise `max_locks_per_transaction`"),
    momentary(row("long-transaction", warns, "a session has had a transaction open for longer than a minute",
                  "let it end before the cutover: while it holds locks the source can not be fenced")),
    momentary(
        row("few-connections", warns, "hardly any connection is left on the source", "free some: a cutover needs two")),
    row("proof-api", warns,
        "Heroku's samples can not show an open transaction that commits late, and the old database stays writable",
        "use `proof: sql` where the source is reached"),
    row("platform-maintenance", stops_cutover,
        "Heroku is doing maintenance on one of the databases, or would within the cutover",
        "wait until it is over, or cut over at another time"),
    row("platform-maintenance-planned", warns, "Heroku plans maintenance", "choose another time for the cutover"),
    row("local-state-in-ci", stops_cutover, "the state is a local file, which would be gone with the CI job",
        "use a remote state, or `keep_in_ci: true` if the file outlives the job"),
    row("baseline-lost", stops_cutover, "all writers are parked, and nothing recorded what they were before",
        "say `target.formation`, or scale them up"),
    row("parked-before", warns, "all writers are parked, and no attempt is recorded, so nothing starts them again",
        "scale them up yourself if they should serve"),
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
    row("region-differs", warns, "the source and the space are in different regions",
        "expect a slower copy and a slower drain"),
    row("app-outside-space", warns, "an app uses the source and is not in the space: it can not reach the new database",
        "move it into the space as well, or let it go without that database"),
    row("other-followers", by_hand, "other followers go on following the old database",
        "make followers of the new one once it can be followed, and destroy these"),
    row("settings-differ", by_hand, "settings of the source do not move", "`heroku pg:settings` on the new database"),
    row("backup-schedules", by_hand, "backup schedules do not move",
        "`heroku pg:backups:schedule` for the new database"),
    row("maintenance-window", by_hand, "the maintenance window does not move",
        "`heroku data:maintenances:window:update`, if the hour matters"),
    row("data-links", by_hand, "links from the source to other databases may not reach them from the space",
        "make them anew on the new database"),
    row("domains-left", by_hand,
        "domains lead to the source app and not to the target: the database is live, the service is not",
        "`heroku domains:add` on the target, then change the DNS"),
    row("special-access", by_hand, "mutual TLS, enhanced certificates or an encryption key of the customer do not move",
        "set them up on the new database"),
    row("connectors", unknown,
        "Data Connectors, dataclips, data links from other databases, and clients outside Heroku",
        "look in the dashboard; a database in a space is reached from its space alone"),
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
