#include "providers/heroku/leader/fence.h"

#include <set>

#include "core/text.h"
#include "providers/heroku/leader/clients.h"
#include "providers/heroku/leader/facts.h"
#include "providers/heroku/leader/ledger.h"

namespace changeover::heroku {

namespace {

using std::chrono::milliseconds;

constexpr int tries = 3;
constexpr milliseconds look_for_blockers_every{400};
constexpr int rounds_for_new_tables = 3;

/// The settings hold for this transaction. lock_timeout counts for each lock, so statement_timeout bounds them all;
/// both must stay above deadlock_timeout (1 s), at which an autovacuum in our way is told to end.
constexpr const char* begin_sql =
    "BEGIN ISOLATION LEVEL READ COMMITTED; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '10s'";

/// Locks every lockable table that `locked` (oids) does not name yet, in name order. Gives how many it locked.
tl::expected<int, SqlError> lock_missing(Connection& fence, const Connection::Watch& watch,
                                         std::set<std::string>& locked) {
  auto tables = fence.query(user_tables_sql);
  if (!tables) return tl::unexpected(tables.error());
  std::string sql;
  std::vector<std::string> oids;
  for (const Row& row : tables->front()) {
    if (!truth(row, 4) || locked.contains(text(row, 0))) continue;
    sql +=
        (sql.empty() ? "LOCK TABLE ONLY " : ", ONLY ") + fence.quoted(text(row, 1)) + "." + fence.quoted(text(row, 2));
    oids.push_back(text(row, 0));
  }
  if (oids.empty()) return 0;
  auto done = fence.query(sql + " IN SHARE MODE", watch);
  if (!done) return tl::unexpected(done.error());
  locked.insert(oids.begin(), oids.end());
  return static_cast<int>(oids.size());
}

/// One try; the transaction is open when it succeeds, and rolled back when it does not. Gives the number of tables.
tl::expected<int, SqlError> try_once(LeaderBackends& backends, std::vector<ClientBackend>& blockers) {
  Connection& fence = backends.fence;
  auto begun = fence.query(begin_sql);
  if (!begun) return tl::unexpected(begun.error());
  const Connection::Watch watch{look_for_blockers_every, [&] {
                                  auto found = blockers_of(backends, fence.pid());
                                  if (!found.empty()) blockers = std::move(found);
                                }};
  std::set<std::string> locked;
  // Tables that were made while we waited for the locks; later ones cannot appear without a transaction id.
  for (int round = 0; round < rounds_for_new_tables; ++round) {
    auto more = lock_missing(fence, watch, locked);
    if (!more) return tl::unexpected(more.error());
    if (*more == 0) break;
  }
  return static_cast<int>(locked.size());
}

/// lock_timeout, statement_timeout or a deadlock.
bool blocked(const SqlError& error) {
  return error.state == "55P03" || error.state == "57014" || error.state == "40P01";
}

Error fence_error(const LeaderBackends& backends, const SqlError& error, const std::vector<ClientBackend>& blockers) {
  const std::string what = "cannot fence " + backends.name();
  if (error.kind != SqlError::Kind::refused) return to_error(error, what);
  if (error.state == "53200")
    return {ErrorCode::precondition,
            what + ": it has more tables than its lock table holds (out of shared memory)",
            "Use `proof: api`, or raise max_locks_per_transaction on the leader.",
            {}};
  if (!blocked(error)) return to_error(error, what);
  const std::string times = counted(tries, "try", "tries");
  if (blockers.empty())
    return {ErrorCode::precondition,
            what + ": its tables could not be locked in " + times + "; nobody was seen blocking",
            "Nothing is locked now. Run again when the leader is quieter.",
            {}};
  return {ErrorCode::precondition,
          what + ": its tables could not be locked in " + times + "; in the way: " + list_of(blockers),
          "Nothing is locked now. Stop these writers, or name their app in the spec's quiesce, then run again.",
          {}};
}

/// The locks are held: remembers by what to recognise them, and what had been written until now.
Result<void> note_hold(LeaderBackends& backends, int tables) {
  auto ledger = read_ledger(backends.control, backends.identity);
  auto start = backends.fence.query("SELECT backend_start::text FROM pg_stat_activity WHERE pid = pg_backend_pid()");
  if (ledger && start) {
    backends.hold = FenceHold{tables, text(start->front().front(), 0), *ledger};
    return {};
  }
  (void)release_fence(backends);
  if (!ledger) return fail(ledger.error());
  return fail(to_error(start.error(), "fencing " + backends.name()));
}

}  // namespace

std::string fence_sql(const LeaderBackends& backends) {
  if (!backends.hold) return "SELECT false;";
  const std::string pid = std::to_string(backends.fence.pid());
  return "SELECT (SELECT count(*) FROM pg_locks WHERE locktype = 'relation' AND mode = 'ShareLock' AND granted "
         "AND pid = " +
         pid + ") >= " + std::to_string(backends.hold->tables) +
         " AND EXISTS (SELECT 1 FROM pg_stat_activity WHERE pid = " + pid +
         " AND backend_start = " + backends.control.literal(backends.hold->session_start) + "::timestamptz);";
}

Result<void> raise_fence(LeaderBackends& backends) {
  if (backends.hold) {
    auto stands = backends.control.query(fence_sql(backends));
    if (!stands) return fail(to_error(stands.error(), "looking at the fence on " + backends.name()));
    if (truth(stands->front().front(), 0)) return {};
    backends.hold.reset();
    backends.fence.close();
  }
  if (!backends.fence.is_open())
    if (auto opened = backends.fence.open(backends.url); !opened) return opened;
  std::vector<ClientBackend> blockers;
  SqlError last;
  for (int attempt = 0; attempt < tries; ++attempt) {
    auto locked = try_once(backends, blockers);
    if (locked) return note_hold(backends, *locked);
    last = locked.error();
    // A table that was dropped between listing and locking is worth another try, and so is a blocker.
    const bool dropped = last.state == "42P01" || last.state == "3F000";
    const bool again = dropped || blocked(last);
    if (last.kind != SqlError::Kind::refused || !again) break;
  }
  return fail(fence_error(backends, last, blockers));
}

Result<void> release_fence(LeaderBackends& backends) {
  backends.hold.reset();
  if (!backends.fence.is_open()) return {};
  // When the server does not answer, closing ends the transaction as well.
  if (auto ended = backends.fence.query("ROLLBACK"); !ended) backends.fence.close();
  return {};
}

}  // namespace changeover::heroku
