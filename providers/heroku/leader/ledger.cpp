#include "providers/heroku/leader/ledger.h"

#include "core/text.h"
#include "providers/heroku/leader/clients.h"

namespace changeover::heroku {

namespace {

/// Reading a sequence locks it until the statement ends. Beside the fence's locks many would not fit, so above 1,000
/// none is read; aggregate arguments under FILTER are not evaluated for the rest.
///
/// ANALYZE writes pg_statistic and pg_statistic_ext_data and their TOAST tables; vacuum's own notes in pg_class and
/// pg_database are written in place and not counted. pg_db_role_setting is where the permanent fence is written.
constexpr const char* counters_sql =
    "WITH statistics AS (SELECT oid FROM pg_class WHERE oid IN ('pg_statistic'::regclass, "
    "'pg_statistic_ext_data'::regclass, 'pg_db_role_setting'::regclass) UNION ALL SELECT reltoastrelid FROM pg_class "
    "WHERE oid IN ('pg_statistic'::regclass, 'pg_statistic_ext_data'::regclass, 'pg_db_role_setting'::regclass)) "
    "SELECT coalesce(sum(pg_stat_get_tuples_inserted(c.oid) + pg_stat_get_tuples_updated(c.oid) + "
    "pg_stat_get_tuples_deleted(c.oid)) FILTER (WHERE c.oid NOT IN (SELECT oid FROM statistics)), 0)::bigint, "
    "coalesce(sum(pg_stat_get_autovacuum_count(c.oid) + pg_stat_get_autoanalyze_count(c.oid)), 0)::bigint, "
    "(SELECT CASE WHEN count(*) <= 1000 AND coalesce(bool_and(has_sequence_privilege(s.seqrelid, 'USAGE, SELECT')), "
    "true) "
    "THEN md5(coalesce(string_agg(s.seqrelid::text || '=' || coalesce(pg_sequence_last_value(s.seqrelid)::text, ''), "
    "',' "
    "ORDER BY s.seqrelid) FILTER (WHERE s.few), '')) END FROM (SELECT seqrelid, "
    "count(*) OVER () <= 1000 AND has_sequence_privilege(seqrelid, 'USAGE, SELECT') AS few FROM pg_sequence) s), "
    "pg_postmaster_start_time()::text || ' ' || "
    "coalesce((SELECT stats_reset::text FROM pg_stat_database WHERE datname = current_database()), ''), "
    "clock_timestamp()::text, current_setting('track_counts') = 'on' "
    "FROM pg_class c WHERE c.relkind IN ('r', 't', 'm', 'p')";

std::string to_text(const Snapshot& snapshot) {
  return std::to_string(snapshot.xmin) + ":" + std::to_string(snapshot.xmax);
}

/// Nothing when autovacuum alone explains the move, else the first reason against it.
std::string objection(const Marker& marker, const Sight& sight) {
  if (!sight.holders.empty()) return "a transaction that can write is open: " + list_of(sight.holders);
  if (!settled(sight)) return "it kept moving while we looked";
  if (!marker.ledger) return "no fence stood when the marker was written";
  if (!sight.fence_holds) return "the fence did not stand all the time";
  if (sight.identity.server_version_number < first_version_with_shared_counters)
    return "PostgreSQL " + sight.identity.server_version + " does not count reliably enough to exclude a write";
  const Ledger& before = *marker.ledger;
  const Ledger& now = sight.ledger;
  if (before.counting_since.empty() || before.counting_since != now.counting_since)
    return "the server's counters began anew in between";
  if (!sight.strangers.empty()) return "other sessions were at work: " + list_of(sight.strangers);
  if (before.rows_changed != now.rows_changed)
    return "the counters show " + counted(now.rows_changed - before.rows_changed, "changed row");
  if (before.sequences.empty() || now.sequences.empty()) return "not all sequences may be read, or there are too many";
  if (before.sequences != now.sequences) return "a sequence moved";
  const std::int64_t taken = sight.last.xmax - marker.after.xmax;
  const std::int64_t runs = now.maintenance_runs - before.maintenance_runs;
  if (taken < 0) return "its transaction ids went backwards";
  if (taken > runs)
    return counted(taken, "transaction id") + " taken, but only " + counted(runs, "autovacuum run") + " seen";
  return "";
}

}  // namespace

Result<Ledger> read_ledger(Connection& connection, const LeaderIdentity& identity) {
  auto answer = connection.query(counters_sql);
  if (!answer) return fail(to_error(answer.error(), "reading the write counters of the leader at " + identity.host));
  const Row& row = answer->front().front();
  Ledger ledger;
  ledger.rows_changed = number(row, 0);
  ledger.maintenance_runs = number(row, 1);
  ledger.sequences = text(row, 2);
  if (truth(row, 5)) ledger.counting_since = text(row, 3);
  ledger.taken_at = text(row, 4);
  return ledger;
}

bool settled(const Sight& sight) {
  return sight.holders.empty() && sight.first == sight.last && sight.last.none_open();
}

LateWrites judge(const Marker& marker, const Sight& sight) {
  LateWrites late;
  late.snapshot = sight.last;
  if (sight.identity.system_identifier != marker.system_identifier || sight.identity.timeline != marker.timeline ||
      sight.identity.in_recovery) {
    late.why = "the leader was replaced since the marker (another server or timeline answers)";
    return late;
  }
  // Holders were listed before the last snapshot: an id taken before the listing is in the list or finished, and a
  // finished one moves xmax.
  if (sight.last == marker.after && sight.holders.empty()) {
    late.verdict = LateWrites::Verdict::none;
    late.why = "no transaction since the marker";
    return late;
  }
  const std::string moved = "the leader's snapshot moved from " + to_text(marker.after) + " to " + to_text(sight.last);
  const std::string against = objection(marker, sight);
  if (against.empty()) {
    late.verdict = LateWrites::Verdict::autovacuum_only;
    late.why = moved + ", which " +
               counted(sight.ledger.maintenance_runs - marker.ledger->maintenance_runs, "autovacuum run") +
               " explains; no row and no sequence changed under the fence";
  } else {
    late.why = moved + "; " + against;
  }
  return late;
}

}  // namespace changeover::heroku
