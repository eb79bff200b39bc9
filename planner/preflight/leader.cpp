#include <algorithm>
#include <array>
#include <cstdint>

#include "core/text.h"
#include "planner/preflight/themes.h"

namespace changeover::checks {
namespace {

/// Fewer free ones may be gone when a cutover needs its two.
constexpr std::int64_t spare_connections = 3;

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
          "ALTER TABLE … SET LOGGED on the source, or say `acknowledge: [unlogged-tables]` if they may");
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
    block(f, "logical-slots", Group::cutover,
          counted(leader.logical_slots, "logical replication slot") +
              " on the source: they do not move, and whoever reads them would miss what is written afterwards",
          "stop the reader and drop the slot, or see to it by hand and say `acknowledge: [logical-slots]`");
  if (!leader.collation_mismatches.empty())
    block(f, "collation-versions", Group::cutover,
          "collations whose rules have changed since their indexes were made: " + and_list(leader.collation_mismatches),
          "REINDEX the text indexes and refresh the versions, or say `acknowledge: [collation-versions]`");
  if (leader.subscriptions > 0)
    block(f, "subscription-writes", Group::cutover,
          counted(leader.subscriptions, "subscription") + " of the source: logical replication writes into it",
          "ALTER SUBSCRIPTION … DISABLE, and make it anew on the new database");
}

/// What the fence covers, and what it only notices (safety, The proof).
void fence_covers_everything(const Context& c, Findings& f) {
  if (!c.cutover_due || !c.situation.facts.leader || !before_unfollow(c)) return;
  const LeaderFacts& leader = *c.situation.facts.leader;
  if (!leader.unlockable_tables.empty())
    warn(f, "unfenced-tables", "the fence can not cover tables of other roles: " + and_list(leader.unlockable_tables),
         "make sure that whoever owns them does not write during the cutover");
  if (leader.sequences > 0 || leader.large_objects > 0)
    warn(f, "unfenced-objects",
         "the fence covers neither sequences nor large objects (" + counted(leader.sequences, "sequence") + ", " +
             counted(leader.large_objects, "large object") +
             ") nor tables made meanwhile: a change of one is noticed, and the cutover is then given up");
  if (!leader.unendable_roles.empty())
    warn(f, "unendable-roles",
         "these roles can write, and we may not end their sessions: " + and_list(leader.unendable_roles),
         "end their sessions yourself before the cutover; one that writes makes it give up");
  if (leader.lock_capacity > 0 && leader.tables > leader.lock_capacity)
    warn(f, "too-many-tables",
         counted(leader.tables, "table") + " to lock, and the server has certain room for " +
             std::to_string(leader.lock_capacity),
         "raise max_locks_per_transaction, or the fence may fail and the cutover is given up");
}

/// Of the moment alone: gone by the next plan, perhaps.
void leader_is_at_ease(const Context& c, Findings& f) {
  if (!c.cutover_due || !c.situation.facts.leader || !before_unfollow(c)) return;
  const LeaderFacts& leader = *c.situation.facts.leader;
  for (const LongTransaction& one : leader.long_transactions)
    warn(f, "long-transaction",
         "pid " + std::to_string(one.pid) + " (role " + one.role + ", " + one.state +
             ") has had a transaction open for " + human_duration(one.age),
         "let it end before the cutover: while it holds locks the source can not be fenced");
  if (leader.free_connections && *leader.free_connections < spare_connections)
    warn(f, "few-connections",
         "only " + counted(static_cast<int>(*leader.free_connections), "connection") +
             " left on the source with our two open",
         "free some: a cutover needs two, and without them it does not begin");
}

void proof_is_weak(const Context& c, Findings& f) {
  if (c.cutover_due && c.situation.desired.cutover.proof == Proof::api)
    warn(f, "proof-api",
         "proof: api compares Heroku's samples: it is slower, an open transaction that commits late can not be seen, "
         "and "
         "nothing makes the old database read-only afterwards: that its writers stay parked is all that protects it",
         "use proof: sql where the source can be reached, or make the old database read-only by hand once it is live");
}

constexpr std::array<PreflightCheck, 5> table{{
    {"leader-not-reached, leader-not-asked", "does SQL reach the leader?", leader_is_reached},
    {"unlogged-tables, prepared-transactions, source-read-only, logical-slots, collation-versions, subscription-writes",
     "does everything in it replicate?", leader_can_be_copied},
    {"unfenced-tables, unfenced-objects, unendable-roles, too-many-tables", "does the fence hold everybody off?",
     fence_covers_everything},
    {"long-transaction, few-connections", "is the leader at ease now?", leader_is_at_ease},
    {"proof-api", "how strong is the proof?", proof_is_weak},
}};

}  // namespace

Table of_the_leader() { return table; }

}  // namespace changeover::checks
