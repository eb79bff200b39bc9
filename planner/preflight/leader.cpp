#include <array>

#include "core/text.h"
#include "planner/preflight/themes.h"

namespace changeover::checks {
namespace {

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
    warn(f, "proof-api",
         "proof: api compares Heroku's samples: it is slower, an open transaction that commits late can not be seen, "
         "and "
         "nothing makes the old database read-only afterwards: that its writers stay parked is all that protects it",
         "use proof: sql where the source can be reached, or make the old database read-only by hand once it is live");
}

constexpr std::array<PreflightCheck, 3> table{{
    {"leader-not-reached, leader-not-asked", "does SQL reach the leader?", leader_is_reached},
    {"unlogged-tables, prepared-transactions, source-read-only, logical-slots, unfenced-tables, collation-versions",
     "does everything in it replicate?", leader_can_be_copied},
    {"proof-api", "how strong is the proof?", proof_is_weak},
}};

}  // namespace

Table of_the_leader() { return table; }

}  // namespace changeover::checks
