#include "planner/retirement.h"

#include <array>

#include "core/text.h"
#include "planner/preflight/themes.h"

namespace changeover::checks {
namespace {

/// PGBackups is meant for databases up to this size (heroku-api.md 3.11).
constexpr std::int64_t backup_most_bytes = 20'000'000'000;

/// The stage asks for it, there is an old database to retire, and what that rests on was not left for later.
bool is_asked(const Context& c) {
  return c.situation.desired.stage == Stage::retired && c.phase == Phase::live && c.situation.facts.source &&
         c.situation.facts.retirement_unasked.empty();
}

std::string destroy_by_hand(const Context& c) {
  const Addon& old = *c.situation.facts.source;
  return "`heroku addons:destroy " + old.name + " -a " + old.app.name + "`";
}

void old_database_is_unwritten(const Context& c, Findings& f) {
  if (!is_asked(c)) return;
  const std::string& old = c.situation.facts.source->name;
  const auto& asked = c.situation.facts.retirement;
  const WritesSince writes = asked ? asked->writes : WritesSince{WritesSince::Verdict::not_known, "nobody asked it"};
  if (writes.verdict == WritesSince::Verdict::written)
    block(f, "old-database-written", Group::retire, old + " was written after the cutover: " + writes.why,
          "find out who wrote and carry over what is missing; then " + destroy_by_hand(c) + ", and apply again");
  if (writes.verdict == WritesSince::Verdict::not_known)
    block(f, "old-database-unknown", Group::retire,
          "it is not known whether " + old + " was written after the cutover: " + writes.why,
          "apply again when that has passed; if it does not pass, compare the two yourself, then " +
              destroy_by_hand(c) + ", and apply again");
}

void nobody_follows_it(const Context& c, Findings& f) {
  if (!is_asked(c)) return;
  const std::string& old = c.situation.facts.source->name;
  if (!c.situation.facts.source_database) {
    block(f, "old-database-unread", Group::retire, old + " could not be read, so not whether anything follows it",
          "apply again when Heroku answers");
    return;
  }
  const std::size_t followers = c.situation.facts.source_database->follower_urls_masked.size();
  if (followers > 0)
    block(f, "old-database-followed", Group::retire,
          old + " has " + counted(static_cast<long long>(followers), "follower") + " of its own",
          "make followers of the new database where they are needed, and destroy these first: `heroku pg:info` names "
          "them");
}

void no_transfer_runs(const Context& c, Findings& f) {
  if (!is_asked(c) || !c.situation.facts.retirement) return;
  const RetirementFacts& facts = *c.situation.facts.retirement;
  const std::string& old = c.situation.facts.source->name;
  if (!facts.transfers_problem.empty())
    block(f, "transfers-unknown", Group::retire,
          "the backups and copies of " + old + " could not be read: " + facts.transfers_problem,
          "apply again when Heroku answers");
  if (!facts.unfinished_transfers.empty())
    block(f, "transfer-unfinished", Group::retire,
          "a backup, copy or restore of " + old + " has not finished: " + and_list(facts.unfinished_transfers),
          "wait until it has, or cancel it: `heroku pg:backups:cancel`");
}

void nobody_is_attached(const Context& c, Findings& f) {
  if (!is_asked(c)) return;
  for (const Attachment& attachment : by_app_and_name(c.situation.facts.source_attachments)) {
    if (fate_of(c.situation, attachment) != OldAttachment::is_in_use) continue;
    const bool pays = attachment.app.id == c.situation.facts.source->app.id;
    block(f, "old-database-attached", Group::retire,
          c.situation.facts.source->name + " is " + attachment.name + " of " + attachment.app.name +
              ", which is not parked by this migration: it may be in use",
          pays ? "scale " + attachment.app.name + " to zero and turn its maintenance page on"
               : "if " + attachment.app.name + " does not need it: `heroku addons:detach " + attachment.name + " -a " +
                     attachment.app.name + "`");
  }
}

void target_restarts(const Context& c, Findings& f) {
  if (!is_asked(c) || c.situation.facts.source->app.name != c.situation.desired.target.app) return;
  warn(f, "retiring-restarts-target",
       c.situation.desired.target.app + " pays for " + c.situation.facts.source->name +
           ": destroying it makes a release there, and its dynos restart");
}

void backup_can_be_taken(const Context& c, Findings& f) {
  if (!is_asked(c) || !c.situation.desired.retire.final_backup) return;
  const Addon& old = *c.situation.facts.source;
  const auto& database = c.situation.facts.source_database;
  if (database && database->bytes && *database->bytes > backup_most_bytes)
    block(f, "final-backup-too-large", Group::retire,
          old.name + " holds " + std::to_string(*database->bytes / 1'000'000'000) +
              " GB, and Heroku's backups are meant for at most 20 GB",
          "keep its data in another way where you need it, then say `final_backup: false` under retire");
  by_hand(f, "final-backup-kept", "whether Heroku keeps the backups of " + old.app.name + " for ever is not promised",
          "download the final one: `heroku pg:backups:download -a " + old.app.name + "`");
}

void age_is_known(const Context& c, Findings& f) {
  if (!is_asked(c) || serving_since(c.situation)) return;
  block(f, "retire-age-unknown", Group::retire,
        "it is not known since when " + c.situation.desired.target.app + " runs on " + c.situation.facts.copy_name,
        "apply again when Heroku answers");
}

constexpr std::array<PreflightCheck, 7> table{{
    {"old-database-written, old-database-unknown", "was the old database written after the cutover?",
     old_database_is_unwritten},
    {"old-database-followed, old-database-unread", "does anything follow the old database?", nobody_follows_it},
    {"transfer-unfinished, transfers-unknown", "is a backup, copy or restore of it under way?", no_transfer_runs},
    {"old-database-attached", "is an app attached to it that may use it?", nobody_is_attached},
    {"retiring-restarts-target", "does the target feel it go?", target_restarts},
    {"final-backup-too-large, final-backup-kept", "can its last state be kept?", backup_can_be_taken},
    {"retire-age-unknown", "since when does the new database serve?", age_is_known},
}};

}  // namespace

Table of_the_retirement() { return table; }

}  // namespace changeover::checks
