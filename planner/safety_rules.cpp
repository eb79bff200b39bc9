#include "planner/safety_rules.h"

#include <algorithm>
#include <array>

namespace changeover {
namespace {

constexpr auto rules = std::to_array<SafetyRule>({
    {"S1", "Drain certificate",
     "A copy that follows nobody is used only with a certificate, written durably before the unfollow, for this copy "
     "of this leader, and with every writer still parked. Otherwise it is spent: never promoted, only destroyed."},
    {"S2", "No gap between drained and detached",
     "Right before the unfollow every writer's dynos, formation and newest release are read again; behind it the old "
     "database is looked at before any write can reach the new one."},
    {"S3", "The latch",
     "Once live, formation and maintenance are yours again. A database that an app runs on is never destroyed, also "
     "with the state lost."},
    {"S4", "The baseline",
     "How your apps ran is recorded before the first change and never overwritten. In CI a local state file blocks a "
     "cutover unless you say that it is kept."},
    {"S5", "No downtime at a random hour",
     "No downtime begins unasked: the first apply holds at replicating unless `unattended`, and a window lets a "
     "cutover begin only where it can end."},
    {"S6", "Point of no return",
     "The point of no return is computed for each plan, shown, and recorded before it is crossed. A copy that is "
     "destroyed before it was opened gives service back on the source; one that may have taken writes, also from a "
     "dyno that somebody else started, never does in silence."},
    {"S7", "A plan file is never code", "A plan file is compared, never executed."},
    {"S8", "Every stopped app has an afterwards",
     "Every stopped app is parked or resumed as the spec says; one that would come back on the old database is "
     "refused."},
    {"S9", "The parked source stays parked",
     "The old database is made read-only before the new one takes its first write (`proof: sql`). Schedulers and "
     "autoscalers block until you acknowledge them."},
    {"S10", "Shared apps",
     "Migrations that touch the same apps run one after the other; two that would cut over one app in one apply are "
     "blocked."},
    {"S11", "One source, several apps",
     "One source that feeds several moving apps is blocked, unless each is read-only, parked or moves with it."},
    {"S12", "A lease can not fence Heroku",
     "Before each call that can not be taken back the lock is renewed; a run that lost it stops."},
    {"S13", "A name that somebody else holds",
     "A DATABASE, pooler or credential name that somebody else holds on the target is never taken."},
    {"S14", "What does not replicate",
     "What does not replicate (unlogged tables, prepared transactions, logical slots) is found before."},
    {"S15", "Names",
     "The copy has a name that only this migration derives, and a foreign add-on is never taken for it."},
    {"S16", "The leader is replaced",
     "A leader that was replaced gives the attempt up before the unfollow and makes the copy spent behind it."},
    {"S17", "When downtime began is known",
     "The record holds when downtime began: a later run past `max_downtime` restores first, and a signal restores at "
     "once."},
    {"S18", "Restoring takes time too",
     "Restoring begins early enough to end within `max_downtime`. Behind the unfollow the way is forward."},
    {"S19", "The unfollow's answer is lost", "An unfollow whose answer was lost is looked for, not repeated."},
    {"S20", "What live means",
     "Live means attached, on a release that succeeded, with dynos on that release; the copy's URL may change once."},
    {"S21", "Somebody else deploys",
     "A deploy by somebody else gives up before the unfollow; behind it the run stops and says so. A release phase "
     "counts as a writer."},
    {"S22", "What a client is", "\"No client\" means none that can write: idle pools and readers are let be."},
    {"S23", "No leaks",
     "Nothing is created twice or forgotten: what makes a migration itself is frozen while its copy exists."},
    {"S24", "Domains",
     "Domains of the source app that the target lacks are listed: a database that is live is not yet a service that is "
     "live."},
    {"S25", "The page goes last",
     "The maintenance page goes only when a web dyno is up on the current release; a boot that fails keeps it."},
    {"S26", "The page in a space",
     "In a space the target's web dynos stay to show the page, unless it writes to the source or the spec stops them."},
    {"S27", "Nobody reads from the follower",
     "Nothing of ours reads from the follower: a session that reaches one ends."},
    {"S28", "Retiring",
     "The old database goes by `stage: retired` alone, by its uuid, after a final backup, never by force."},
    {"S29", "A young primary",
     "A young primary has no standby and can not be followed for hours: retiring waits for it."},
    {"S30", "Requests enough",
     "A cutover does not begin with fewer than twice its requests left, nor when an app can not be read right before."},
});

}  // namespace

std::span<const SafetyRule> safety_rules() { return rules; }

const SafetyRule* safety_rule(std::string_view id) {
  const auto found = std::ranges::find(rules, id, &SafetyRule::id);
  return found == rules.end() ? nullptr : &*found;
}

}  // namespace changeover
