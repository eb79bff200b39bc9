#include "providers/heroku/leader/proof.h"

#include <algorithm>
#include <chrono>

#include "providers/heroku/leader/clients.h"
#include "providers/heroku/leader/facts.h"
#include "providers/heroku/leader/fence.h"
#include "providers/heroku/leader/ledger.h"

namespace changeover::heroku {

namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr int marker_tries = 3;
constexpr milliseconds autovacuum_takes_at_most{3'000};
constexpr milliseconds between_looks{100};

constexpr const char* snapshot_sql =
    "SELECT pg_snapshot_xmin(pg_current_snapshot())::text, pg_snapshot_xmax(pg_current_snapshot())::text;";

/// Which server answers: identifier, timeline (0 in recovery), recovery.
constexpr const char* server_sql =
    "SELECT (SELECT system_identifier::text FROM pg_control_system()), CASE WHEN pg_is_in_recovery() THEN 0 ELSE "
    "('x' || lpad(substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8), 16, '0'))::bit(64)::bigint END, "
    "pg_is_in_recovery();";

/// F is read after the commit, so it is at or past it. On a page's border it may cut a record in two that nobody
/// flushes for a while; such an F would be waited for in vain.
constexpr const char* marker_sql =
    "BEGIN; SELECT pg_current_xact_id()::text, pg_logical_emit_message(true, 'changeover', 'drained')::text; COMMIT; "
    "SELECT f.lsn::text, (f.lsn - '0/0'::pg_lsn) % current_setting('wal_block_size')::numeric = 0 "
    "FROM (SELECT pg_current_wal_flush_lsn() AS lsn) f;";

Snapshot read(const Row& row) { return {number(row, 0), number(row, 1)}; }

Result<void> require_sight(const LeaderBackends& backends) {
  if (backends.identity.sees_statistics) return {};
  return fail(ErrorCode::unauthorized,
              "role " + backends.identity.role + " may not see other sessions on " + backends.name() +
                  ", so nothing can be proven there",
              "Use the default credential (a member of pg_monitor), or `proof: api`.");
}

/// Catalogs and other databases are not fenced, and an autovacuum there is over in a moment.
bool autovacuum_only(const std::vector<ClientBackend>& holders) {
  return std::ranges::all_of(holders, [](const ClientBackend& holder) { return holder.kind == "autovacuum worker"; });
}

std::string why_not_quiet(const std::vector<ClientBackend>& holders, const Snapshot& snapshot) {
  if (!holders.empty()) return "a transaction that can write is open: " + list_of(holders);
  if (!snapshot.none_open())
    return "a transaction is open: snapshot " + std::to_string(snapshot.xmin) + ":" + std::to_string(snapshot.xmax);
  return "";
}

/// A fence that broke and was raised anew stands, but not since the marker.
bool same_fence(const LeaderBackends& backends, const Marker& marker) {
  return backends.hold && marker.ledger && backends.hold->ledger == *marker.ledger;
}

/// Sessions of this database that could hold unreported changes: all but those idle since before `since`.
std::string strangers_sql(const LeaderBackends& backends, const std::string& since) {
  const std::string idle_since_then =
      since.empty() ? "false"
                    : "a.state = 'idle' AND a.state_change < " + backends.control.literal(since) + "::timestamptz";
  return "SELECT a.pid, a.usename, a.application_name, a.state, a.backend_type, a.backend_xid IS NOT NULL, false "
         "FROM pg_stat_activity a LEFT JOIN pg_roles r ON r.oid = a.usesysid WHERE a.datname = current_database() "
         "AND a.backend_type NOT IN ('autovacuum worker', 'walsender') "
         "AND NOT (a.backend_type = 'client backend' AND coalesce(r.rolsuper, false)) "
         "AND NOT coalesce(" +
         idle_since_then + ", false) AND a.pid NOT IN (" + std::to_string(backends.control.pid()) + ", " +
         std::to_string(backends.fence.pid()) + ");";
}

Result<Sight> look(LeaderBackends& backends, const Marker& marker) {
  const std::string since = marker.ledger ? marker.ledger->taken_at : "";
  auto early = backends.control.query(std::string(snapshot_sql) + holders_sql(backends) +
                                      strangers_sql(backends, since) + fence_sql(backends) + server_sql);
  if (!early) return fail(to_error(early.error(), "looking for late writes on " + backends.name()));
  Sight sight;
  sight.identity = backends.identity;
  sight.first = read((*early)[0].front());
  sight.holders = read_holders((*early)[1], (*early)[2]);
  sight.strangers = read_holders((*early)[3], {});
  sight.fence_holds = same_fence(backends, marker) && truth((*early)[4].front(), 0);
  const Row& server = (*early)[5].front();
  sight.identity.system_identifier = text(server, 0);
  sight.identity.timeline = number(server, 1);
  sight.identity.in_recovery = truth(server, 2);
  // The counters cost; they are read only when there is something to explain.
  if (sight.first != marker.after) {
    auto ledger = read_ledger(backends.control, backends.identity);
    if (!ledger) return fail(ledger.error());
    sight.ledger = *ledger;
  }
  auto last = read_snapshot(backends);
  if (!last) return fail(last.error());
  sight.last = *last;
  return sight;
}

struct MarkerTrial {
  Marker marker;
  std::string why;  ///< against it; empty when it proves quiet
  bool only_autovacuum = false;
};

Result<MarkerTrial> try_marker(LeaderBackends& backends) {
  auto answer = backends.control.query(holders_sql(backends) + server_sql + snapshot_sql + marker_sql + snapshot_sql);
  if (!answer) return fail(to_error(answer.error(), "writing the marker on " + backends.name()));
  const auto holders = read_holders((*answer)[0], (*answer)[1]);
  const Row& server = (*answer)[2].front();
  const Snapshot before = read((*answer)[3].front());
  const Row& position = (*answer)[5].front();
  MarkerTrial trial;
  Marker& marker = trial.marker;
  marker.system_identifier = text(server, 0);
  marker.timeline = number(server, 1);
  marker.xid = number((*answer)[4].front(), 0);
  marker.fence_lsn = text(position, 0);
  marker.after = read((*answer)[6].front());
  if (backends.hold) marker.ledger = backends.hold->ledger;
  const bool alone =
      before.none_open() && marker.xid == before.xmax && marker.after == Snapshot{marker.xid + 1, marker.xid + 1};
  trial.why = why_not_quiet(holders, before);
  if (trial.why.empty() && !alone) trial.why = "another transaction ran beside the marker";
  if (trial.why.empty() && truth(position, 1)) trial.why = "its log position was not settled";
  trial.only_autovacuum = autovacuum_only(holders);
  return trial;
}

}  // namespace

Result<Snapshot> read_snapshot(LeaderBackends& backends) {
  auto answer = backends.control.query(snapshot_sql);
  if (!answer) return fail(to_error(answer.error(), "reading the snapshot of " + backends.name()));
  return read(answer->front().front());
}

Result<Quiet> look_quiet(LeaderBackends& backends) {
  if (auto able = require_sight(backends); !able) return fail(able.error());
  auto answer = backends.control.query(holders_sql(backends) + snapshot_sql);
  if (!answer) return fail(to_error(answer.error(), "looking whether " + backends.name() + " is quiet"));
  Quiet quiet;
  quiet.snapshot = read((*answer)[2].front());
  quiet.why = why_not_quiet(read_holders((*answer)[0], (*answer)[1]), quiet.snapshot);
  quiet.quiet = quiet.why.empty();
  return quiet;
}

Result<Marker> write_marker(LeaderBackends& backends) {
  if (auto able = require_sight(backends); !able) return fail(able.error());
  const auto deadline = steady_clock::now() + autovacuum_takes_at_most;
  for (int attempt = 1;; ++attempt) {
    auto trial = try_marker(backends);
    if (!trial) return fail(trial.error());
    if (trial->why.empty()) return trial->marker;
    if (attempt >= marker_tries && (!trial->only_autovacuum || steady_clock::now() >= deadline))
      return fail(ErrorCode::precondition, backends.name() + " is not quiet: " + trial->why,
                  "Something still writes. Stop it, or name its app in the spec's quiesce, then run again.");
    if (backends.interrupt.wait(-1, false, between_looks) == Interrupt::Wake::interrupt)
      return fail(ErrorCode::cancelled, "stopped while marking " + backends.name());
  }
}

Result<Drain> look_drained(LeaderBackends& backends, const Marker& marker) {
  if (auto able = require_sight(backends); !able) return fail(able.error());
  const std::string replicas =
      "SELECT r.application_name, r.state, r.replay_lsn::text, coalesce(r.replay_lsn >= " +
      backends.control.literal(marker.fence_lsn) +
      "::pg_lsn, false) FROM pg_stat_replication r WHERE NOT EXISTS (SELECT 1 FROM pg_replication_slots s "
      "WHERE s.active_pid = r.pid AND s.slot_type = 'logical') ORDER BY r.pid;";
  auto answer =
      backends.control.query(replicas + holders_sql(backends) + fence_sql(backends) + server_sql + snapshot_sql);
  if (!answer) return fail(to_error(answer.error(), "looking whether " + backends.name() + " is drained"));
  Drain drain;
  for (const Row& row : (*answer)[0])
    drain.replicas.push_back({text(row, 0), text(row, 1), text(row, 2), truth(row, 3)});
  drain.fence_holds = same_fence(backends, marker) && truth((*answer)[3].front(), 0);
  const Row& server = (*answer)[4].front();
  const Snapshot now = read((*answer)[5].front());
  drain.why = why_not_quiet(read_holders((*answer)[1], (*answer)[2]), now);
  if (drain.why.empty() && now != marker.after)
    drain.why = "a transaction ran since the marker: xmax " + std::to_string(marker.after.xmax) + " became " +
                std::to_string(now.xmax);
  if (text(server, 0) != marker.system_identifier || number(server, 1) != marker.timeline)
    drain.why = "the leader was replaced since the marker";
  drain.unmoved = drain.why.empty();
  if (drain.unmoved && !drain.fence_holds) drain.why = "the fence of the marker does not stand any more";
  return drain;
}

Result<LateWrites> look_late_writes(LeaderBackends& backends, const Marker& marker) {
  if (auto able = require_sight(backends); !able) return fail(able.error());
  const auto deadline = steady_clock::now() + autovacuum_takes_at_most;
  while (true) {
    auto sight = look(backends, marker);
    if (!sight) return fail(sight.error());
    LateWrites late = judge(marker, *sight);
    const bool worth_waiting =
        late.verdict == LateWrites::Verdict::unexplained && !settled(*sight) && autovacuum_only(sight->holders);
    if (!worth_waiting || steady_clock::now() >= deadline) return late;
    if (backends.interrupt.wait(-1, false, between_looks) == Interrupt::Wake::interrupt)
      return fail(ErrorCode::cancelled, "stopped while looking for late writes on " + backends.name());
  }
}

}  // namespace changeover::heroku
