#include "providers/heroku/leader/clients.h"

#include <algorithm>
#include <chrono>

#include "core/text.h"

namespace changeover::heroku {

namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds ending_takes_at_most{5'000};
constexpr milliseconds idle_pools_take_at_most{1'000};
constexpr milliseconds between_passes{20};
constexpr std::size_t shown_sessions = 5;

/// pg_stat_activity as a ClientBackend; read_backend's columns.
constexpr const char* backend_columns =
    "a.pid, a.usename, a.application_name, a.state, a.backend_type, a.backend_xid IS NOT NULL, "
    "a.usesysid IS NOT NULL AND (pg_has_role(a.usesysid, 'USAGE') OR pg_has_role('pg_signal_backend', 'USAGE'))";

ClientBackend read_backend(const Row& row) {
  ClientBackend backend;
  backend.pid = static_cast<int>(number(row, 0));
  backend.role = text(row, 1);
  backend.application = text(row, 2);
  backend.state = text(row, 3);
  backend.kind = text(row, 4);
  backend.holds_xid = truth(row, 5);
  backend.may_be_ended = truth(row, 6);
  return backend;
}

std::string our_pids(const LeaderBackends& backends) {
  return "(" + std::to_string(backends.control.pid()) + ", " + std::to_string(backends.fence.pid()) + ")";
}

/// Of this database, not ours, not a superuser's: who could write. A role that was dropped counts as no superuser.
std::string foreign_clients(const LeaderBackends& backends) {
  return "FROM pg_stat_activity a LEFT JOIN pg_roles r ON r.oid = a.usesysid "
         "WHERE a.backend_type = 'client backend' AND a.datname = current_database() "
         "AND NOT coalesce(r.rolsuper, false) AND a.pid NOT IN " +
         our_pids(backends);
}

}  // namespace

Result<EndedClients> end_clients(LeaderBackends& backends) {
  // CASE, because pg_terminate_backend is an error, not false, where the right is missing.
  const std::string pass =
      "SELECT " + std::string(backend_columns) +
      ", CASE WHEN a.usesysid IS NOT NULL AND (pg_has_role(a.usesysid, 'USAGE') OR "
      "pg_has_role('pg_signal_backend', 'USAGE')) THEN pg_terminate_backend(a.pid) ELSE false END " +
      foreign_clients(backends);
  EndedClients outcome;
  const auto begun = steady_clock::now();
  while (true) {
    auto answer = backends.control.query(pass);
    if (!answer) return fail(to_error(answer.error(), "ending the client sessions on " + backends.name()));
    outcome.left.clear();
    bool told = false;
    for (const Row& row : answer->front()) {
      const ClientBackend backend = read_backend(row);
      if (truth(row, 7)) {
        told = true;
        ++outcome.ended;
      }
      if (backend.state != "idle" || backend.holds_xid) outcome.left.push_back(backend);
    }
    // The request is asynchronous: only a pass that finds nobody to tell is an end. A pool that comes back for ever,
    // and roles whose sessions we may not end, are met by the fence instead.
    const auto now = steady_clock::now();
    if (!told || now - begun >= (outcome.left.empty() ? idle_pools_take_at_most : ending_takes_at_most)) break;
    if (backends.interrupt.wait(-1, false, between_passes) == Interrupt::Wake::interrupt)
      return fail(ErrorCode::cancelled, "stopped while ending the client sessions on " + backends.name());
  }
  return outcome;
}

std::string holders_sql(const LeaderBackends& backends) {
  return "SELECT " + std::string(backend_columns) +
         " FROM pg_stat_activity a WHERE a.backend_xid IS NOT NULL AND a.pid NOT IN " + our_pids(backends) +
         "; SELECT owner FROM pg_prepared_xacts;";
}

std::vector<ClientBackend> read_holders(const Rows& sessions, const Rows& prepared) {
  std::vector<ClientBackend> holders;
  for (const Row& row : sessions) holders.push_back(read_backend(row));
  for (const Row& row : prepared) {
    ClientBackend transaction;
    transaction.role = text(row, 0);
    transaction.kind = "prepared transaction";
    transaction.holds_xid = true;
    holders.push_back(transaction);
  }
  return holders;
}

std::vector<ClientBackend> blockers_of(LeaderBackends& backends, int pid) {
  const std::string columns = backend_columns;
  auto answer = backends.control.query("SELECT " + columns + " FROM (SELECT DISTINCT unnest(pg_blocking_pids(" +
                                       std::to_string(pid) +
                                       ")) AS pid) b JOIN pg_stat_activity a ON a.pid = b.pid ORDER BY 1; "
                                       "SELECT owner FROM pg_prepared_xacts WHERE 0 = ANY (pg_blocking_pids(" +
                                       std::to_string(pid) + "))");
  // Who blocks only makes the message better; the lock's own failure is told anyway.
  if (!answer) return {};
  return read_holders((*answer)[0], (*answer)[1]);
}

std::string list_of(const std::vector<ClientBackend>& backends) {
  std::vector<std::string> names;
  for (const ClientBackend& backend : backends) {
    if (names.size() == shown_sessions && backends.size() > shown_sessions + 1) {
      names.push_back(std::to_string(backends.size() - shown_sessions) + " more");
      break;
    }
    names.push_back(to_text(backend));
  }
  return and_list(names);
}

}  // namespace changeover::heroku
