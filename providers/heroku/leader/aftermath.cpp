#include "providers/heroku/leader/aftermath.h"

#include <algorithm>

#include "core/text.h"
#include "providers/heroku/leader/clients.h"
#include "providers/heroku/leader/ledger.h"
#include "providers/heroku/leader/proof.h"

namespace changeover::heroku {

namespace {

using Verdict = Aftermath::Verdict;

/// A session reports its counters when a transaction ends, at most once a second, and the rest after ten idle seconds.
constexpr const char* at_work_sql =
    "SELECT a.pid, a.usename, a.application_name, a.state, a.backend_type, a.backend_xid IS NOT NULL, false "
    "FROM pg_stat_activity a LEFT JOIN pg_roles r ON r.oid = a.usesysid WHERE a.datname = current_database() "
    "AND a.backend_type = 'client backend' AND NOT coalesce(r.rolsuper, false) "
    "AND NOT coalesce(a.state = 'idle' AND a.state_change < clock_timestamp() - interval '15 seconds', false) "
    "AND a.pid NOT IN (";

/// Nothing when the counters can be believed, else the first reason against it.
std::string doubt(const Marker& marker, const LaterSight& sight) {
  if (sight.identity.system_identifier != marker.system_identifier || sight.identity.timeline != marker.timeline ||
      sight.identity.in_recovery)
    return "another server or timeline answers than the one that was drained";
  if (!marker.ledger) return "no counters were taken when it was drained";
  if (sight.identity.server_version_number < first_version_with_shared_counters)
    return "PostgreSQL " + sight.identity.server_version + " does not count reliably enough to exclude a write";
  if (marker.ledger->counting_since.empty() || marker.ledger->counting_since != sight.ledger.counting_since)
    return "the server was restarted, or its counters were reset";
  return "";
}

/// Who could still have a change that is not counted.
std::vector<ClientBackend> unsettled(const LaterSight& sight) {
  std::vector<ClientBackend> sessions = sight.at_work;
  for (const ClientBackend& holder : sight.holders)
    if (holder.kind != "autovacuum worker" &&
        std::ranges::find(sessions, holder.pid, &ClientBackend::pid) == sessions.end())
      sessions.push_back(holder);
  return sessions;
}

}  // namespace

Aftermath judge_since(const Marker& marker, const LaterSight& sight) {
  if (const std::string against = doubt(marker, sight); !against.empty()) {
    // Without a single transaction id nothing was written, whatever the counters are worth.
    const bool same = sight.identity.system_identifier == marker.system_identifier && !sight.identity.in_recovery &&
                      sight.identity.timeline == marker.timeline;
    if (same && sight.last == marker.after && sight.holders.empty()) return {Verdict::none, "no transaction since"};
    return {Verdict::not_known, against};
  }
  const std::int64_t rows = sight.ledger.rows_changed - marker.ledger->rows_changed;
  if (rows != 0) return {Verdict::written, "its counters show " + counted(rows, "changed row")};
  const bool compared = !marker.ledger->sequences.empty() && !sight.ledger.sequences.empty();
  if (compared && marker.ledger->sequences != sight.ledger.sequences) return {Verdict::written, "a sequence moved"};
  if (const std::vector<ClientBackend> sessions = unsettled(sight); !sessions.empty())
    return {Verdict::not_known, "sessions are at work on it: " + list_of(sessions)};
  return {Verdict::none, "no row and no sequence changed"};
}

Result<Aftermath> look_since(LeaderBackends& backends, const Marker& marker) {
  if (!backends.identity.sees_statistics)
    return Aftermath{Verdict::not_known, "role " + backends.identity.role + " may not see other sessions there"};
  const std::string others =
      at_work_sql + std::to_string(backends.control.pid()) + ", " + std::to_string(backends.fence.pid()) + ");";
  auto early = backends.control.query(holders_sql(backends) + others);
  if (!early) return fail(to_error(early.error(), "looking for writes on " + backends.name()));
  LaterSight sight;
  sight.identity = backends.identity;
  sight.holders = read_holders((*early)[0], (*early)[1]);
  sight.at_work = read_holders((*early)[2], {});
  auto ledger = read_ledger(backends.control, backends.identity);
  if (!ledger) return fail(ledger.error());
  sight.ledger = *ledger;
  auto last = read_snapshot(backends);
  if (!last) return fail(last.error());
  sight.last = *last;
  return judge_since(marker, sight);
}

}  // namespace changeover::heroku
