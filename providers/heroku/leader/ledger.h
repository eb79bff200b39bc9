// What has been written, as far as counters tell, and the judgement whether autovacuum alone moved the leader's
// transaction ids (safety, proof step 7). read_ledger blocks; judge() is pure.
//
// Owner: nobody. Thread rule: read_ledger on the worker's thread. Nothing is left behind.
//
// Why `autovacuum_only` is sound. Between the ledger (taken under the fence, before the marker) and this look:
//  1. Whoever changed a row did it in a session that has ended since, or lives. An ended session has reported its
//     counters before it left pg_stat_activity (PostgreSQL 15 and newer; older ones lose reports, so they are never
//     believed). A living one that is idle since before the ledger has run nothing; any other living session of this
//     database that is no superuser's is a reason to refuse.
//  2. So `rows_changed`, which counts every insert, update and delete in every table but the planner's statistics and
//     the settings of databases and roles, and so covers DDL, large objects and unfenced tables too (the catalogs are
//     tables), stands still only if nothing was changed. Counters that began anew show in `counting_since`. Sequences
//     are no tables: their values are compared.
//  3. The fence stood without a break, so the user's tables cannot have been written whatever counters say. This is the
//     main argument; 1 and 2 are for what no lock covers. Without the fence nothing but an unmoved snapshot is
//     believed.
//  4. Every id that was taken is matched by a finished autovacuum or autoanalyze run (each takes one at most), so there
//     is none left over for anybody else. An id in flight is waited for, or refused.
// It refuses much that is harmless: autovacuum in another database, a platform session that takes ids. The fence keeps
// autovacuum off the user's tables, so there is seldom anything to explain.
#pragma once

#include "core/result.h"
#include "providers/heroku/leader/backends.h"

namespace changeover::heroku {

/// Before it, reports of ended sessions could be lost.
inline constexpr int first_version_with_shared_counters = 150000;

/// One round trip; tens of milliseconds with thousands of tables.
[[nodiscard]] Result<Ledger> read_ledger(Connection& connection, const LeaderIdentity& identity);

/// All that one look at the leader gives, in the order it was taken.
struct Sight {
  LeaderIdentity identity;
  Snapshot first;
  std::vector<ClientBackend> holders;    ///< of transaction ids, autovacuum's included
  std::vector<ClientBackend> strangers;  ///< sessions of this database that ran something since the ledger
  bool fence_holds = false;
  Ledger ledger;
  Snapshot last;
};

/// Whether the look itself is still: nobody holds an id and nothing moved while it was taken. If not, look again.
[[nodiscard]] bool settled(const Sight& sight);

[[nodiscard]] LateWrites judge(const Marker& marker, const Sight& sight);

}  // namespace changeover::heroku
