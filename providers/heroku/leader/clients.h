// The sessions of others on the leader: who they are, and ending them (safety S22; measured.md: one pass of
// pg_terminate_backend is no fence). Blocking.
//
// Owner: nobody; functions on the worker's thread. A failure in the middle leaves some sessions ended; asking again is
// safe.
#pragma once

#include "core/result.h"
#include "providers/heroku/leader/backends.h"

namespace changeover::heroku {

[[nodiscard]] Result<EndedClients> end_clients(LeaderBackends& backends);

/// Sessions of any kind, in any database, that hold a transaction id, and prepared transactions. Two statements of
/// rows; read them with read_holders.
[[nodiscard]] std::string holders_sql(const LeaderBackends& backends);
[[nodiscard]] std::vector<ClientBackend> read_holders(const Rows& sessions, const Rows& prepared);

/// Who stands in the way of the session `pid`'s lock, asked over the control connection; empty when nobody does.
[[nodiscard]] std::vector<ClientBackend> blockers_of(LeaderBackends& backends, int pid);

/// "a (…), b (…) and 3 more".
[[nodiscard]] std::string list_of(const std::vector<ClientBackend>& backends);

}  // namespace changeover::heroku
