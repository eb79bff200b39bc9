// Who the leader is and what is in it, read before any downtime (safety, proof step 1; S14). Blocking.
//
// Owner: nobody; functions on the worker's thread. A failure leaves at most an open connection behind.
#pragma once

#include "core/result.h"
#include "providers/heroku/leader/backends.h"

namespace changeover::heroku {

/// Opens what is not open and reads the identity into `backends`.
[[nodiscard]] Result<LeaderIdentity> connect_leader(LeaderBackends& backends);

[[nodiscard]] Result<PreflightFacts> inspect_leader(LeaderBackends& backends);

/// "schema.table" as shown to people.
[[nodiscard]] std::string qualified(const std::string& schema, const std::string& name);

/// Tables of users: oid, schema, name, persistence, whether we may lock it; in name order. Foreign tables and views
/// hold no rows of ours; LOCK TABLE takes no materialised view, whose refresh is DDL and so is detected by its id.
inline constexpr const char* user_tables_sql =
    "SELECT c.oid, n.nspname, c.relname, c.relpersistence, "
    "has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'UPDATE, DELETE, TRUNCATE') "
    "FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
    "WHERE c.relkind IN ('r', 'p') AND c.relpersistence <> 't' "
    "AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_(toast|temp)' "
    "ORDER BY n.nspname COLLATE \"C\", c.relname COLLATE \"C\"";

}  // namespace changeover::heroku
