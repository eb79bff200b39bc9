#include "providers/heroku/leader/facts.h"

namespace changeover::heroku {

namespace {

constexpr const char* identity_sql =
    "SELECT (SELECT system_identifier::text FROM pg_control_system()), pg_is_in_recovery(), "
    "CASE WHEN pg_is_in_recovery() THEN (SELECT timeline_id::bigint FROM pg_control_checkpoint()) "
    "ELSE ('x' || lpad(substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8), 16, '0'))::bit(64)::bigint END, "
    "current_setting('server_version'), current_setting('server_version_num'), current_database(), current_user, "
    "pg_has_role(current_user, 'pg_read_all_stats', 'USAGE')";

Result<void> open_one(LeaderBackends& backends, Connection& connection) {
  if (connection.is_open()) return {};
  return connection.open(backends.url);
}

/// Collations are compared by functions that grew over the versions; a server without them says nothing.
constexpr const char* collations_sql =
    "SELECT n.nspname || '.' || c.collname FROM pg_collation c JOIN pg_namespace n ON n.oid = c.collnamespace "
    "WHERE c.collversion IS DISTINCT FROM pg_collation_actual_version(c.oid) AND c.collversion IS NOT NULL "
    "ORDER BY 1 LIMIT 50";
constexpr const char* database_collation_sql =
    "SELECT 'database ' || datname FROM pg_database WHERE datname = current_database() AND datcollversion IS NOT NULL "
    "AND datcollversion IS DISTINCT FROM pg_database_collation_actual_version(oid)";

constexpr const char* counts_sql =
    "SELECT (SELECT count(*) FROM pg_prepared_xacts WHERE database = current_database()), "
    "(SELECT count(*) FROM pg_class WHERE relkind = 'S' AND relpersistence <> 't'), "
    "(SELECT count(*) FROM pg_largeobject_metadata), "
    "(SELECT count(*) FROM pg_stat_replication r WHERE r.state IN ('streaming', 'catchup') AND NOT EXISTS "
    "(SELECT 1 FROM pg_replication_slots s WHERE s.active_pid = r.pid AND s.slot_type = 'logical')), "
    "current_setting('max_locks_per_transaction')::bigint * "
    "(current_setting('max_connections')::bigint + current_setting('max_prepared_transactions')::bigint), "
    "pg_database_size(current_database()), "
    "EXISTS (SELECT 1 FROM pg_db_role_setting s JOIN pg_database d ON d.oid = s.setdatabase "
    "WHERE d.datname = current_database() AND s.setrole IN (0, (SELECT oid FROM pg_roles WHERE rolname = "
    "current_user)) "
    "AND 'default_transaction_read_only=on' = ANY (s.setconfig))";

constexpr const char* slots_sql =
    "SELECT slot_name FROM pg_replication_slots WHERE slot_type = 'logical' AND database = current_database() "
    "ORDER BY 1";

/// Roles that may log in, that may write some table, and whose sessions we have no right to end.
constexpr const char* roles_sql =
    "SELECT r.rolname FROM pg_roles r WHERE r.rolcanlogin AND NOT r.rolsuper AND NOT r.rolreplication "
    "AND r.rolname !~ '^pg_' AND NOT pg_has_role(current_user, r.oid, 'USAGE') "
    "AND NOT pg_has_role(current_user, 'pg_signal_backend', 'USAGE') "
    "AND has_database_privilege(r.oid, current_database(), 'CONNECT') "
    "AND EXISTS (SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
    "WHERE c.relkind IN ('r', 'p') AND n.nspname NOT IN ('pg_catalog', 'information_schema') "
    "AND has_table_privilege(r.oid, c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE')) ORDER BY 1";

constexpr const char* subscriptions_sql =
    "SELECT count(*) FROM pg_subscription s JOIN pg_database d ON d.oid = s.subdbid "
    "WHERE d.datname = current_database() AND s.subenabled";

constexpr const char* foreign_servers_sql = "SELECT srvname FROM pg_foreign_server ORDER BY 1 LIMIT 50";

/// Ours apart. The query text is nobody's business.
constexpr const char* long_transactions_sql =
    "SELECT pid, usename, application_name, coalesce(state, ''), backend_type, "
    "extract(epoch FROM clock_timestamp() - xact_start)::bigint FROM pg_stat_activity "
    "WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend' "
    "AND xact_start < clock_timestamp() - interval '60 seconds' ORDER BY xact_start LIMIT 10";

constexpr const char* free_connections_sql =
    "SELECT current_setting('max_connections')::bigint - current_setting('superuser_reserved_connections')::bigint "
    "- (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend')";

std::vector<std::string> first_column(const Rows& rows) {
  std::vector<std::string> names;
  for (const Row& row : rows) names.push_back(text(row, 0));
  return names;
}

OpenTransaction open_transaction(const Row& row) {
  OpenTransaction open;
  open.backend.pid = static_cast<int>(number(row, 0));
  open.backend.role = text(row, 1);
  open.backend.application = text(row, 2);
  open.backend.state = text(row, 3);
  open.backend.kind = text(row, 4);
  open.seconds = number(row, 5);
  return open;
}

}  // namespace

std::string qualified(const std::string& schema, const std::string& name) { return schema + "." + name; }

Result<LeaderIdentity> connect_leader(LeaderBackends& backends) {
  // A fence that was lost stays lost: a new session holds no lock.
  if (!backends.fence.is_open()) backends.hold.reset();
  if (auto opened = open_one(backends, backends.control); !opened) return fail(opened.error());
  if (auto opened = open_one(backends, backends.fence); !opened) return fail(opened.error());
  auto answer = backends.control.query(identity_sql);
  if (!answer) return fail(to_error(answer.error(), "asking the leader who it is"));
  const Row& row = answer->front().front();
  LeaderIdentity who;
  who.system_identifier = text(row, 0);
  who.in_recovery = truth(row, 1);
  who.timeline = number(row, 2);
  who.server_version = text(row, 3).substr(0, text(row, 3).find(' '));
  who.server_version_number = static_cast<int>(number(row, 4));
  who.database = text(row, 5);
  who.role = text(row, 6);
  who.sees_statistics = truth(row, 7);
  who.host = backends.control.host();
  who.port = backends.control.port();
  backends.identity = who;
  return who;
}

Result<PreflightFacts> inspect_leader(LeaderBackends& backends) {
  std::string sql = std::string(user_tables_sql) + ";" + counts_sql + ";" + slots_sql + ";" + roles_sql + ";" +
                    subscriptions_sql + ";" + foreign_servers_sql + ";" + long_transactions_sql + ";" +
                    free_connections_sql + ";" + collations_sql;
  if (backends.identity.server_version_number >= 150000) sql += std::string(";") + database_collation_sql;
  auto answer = backends.control.query(sql);
  if (!answer) return fail(to_error(answer.error(), "inspecting " + backends.name()));
  PreflightFacts facts;
  for (const Row& row : (*answer)[0]) {
    const std::string name = qualified(text(row, 1), text(row, 2));
    ++facts.tables;
    if (text(row, 3) == "u") facts.unlogged_tables.push_back(name);
    if (!truth(row, 4)) facts.unlockable_tables.push_back(name);
  }
  const Row& counts = (*answer)[1].front();
  facts.prepared_transactions = static_cast<int>(number(counts, 0));
  facts.sequences = static_cast<int>(number(counts, 1));
  facts.large_objects = number(counts, 2);
  facts.streaming_replicas = static_cast<int>(number(counts, 3));
  facts.lock_capacity = number(counts, 4);
  facts.database_bytes = number(counts, 5);
  facts.read_only = truth(counts, 6);
  facts.logical_slots = first_column((*answer)[2]);
  facts.unendable_roles = first_column((*answer)[3]);
  facts.subscriptions = static_cast<int>(number((*answer)[4].front(), 0));
  facts.foreign_servers = first_column((*answer)[5]);
  for (const Row& row : (*answer)[6]) facts.open_for_long.push_back(open_transaction(row));
  facts.free_connections = number((*answer)[7].front(), 0);
  for (std::size_t i = 8; i < answer->size(); ++i)
    for (std::string& name : first_column((*answer)[i])) facts.outdated_collations.push_back(std::move(name));
  return facts;
}

}  // namespace changeover::heroku
