// The fence: SHARE locks on every user table, held by a session of its own (safety, proof step 3). Blocking.
//
// Owner: nobody; functions on the worker's thread. A failed fence() has rolled back and holds nothing. SHARE conflicts
// with every lock that a writer takes, and with the one that VACUUM and ANALYZE take, so autovacuum leaves fenced
// tables alone too (and gives way within deadlock_timeout, 1 s, when it is there first).
#pragma once

#include "core/result.h"
#include "providers/heroku/leader/backends.h"

namespace changeover::heroku {

/// Does nothing when the fence stands already.
[[nodiscard]] Result<void> raise_fence(LeaderBackends& backends);
[[nodiscard]] Result<void> release_fence(LeaderBackends& backends);

/// For the control connection, one row: true while the very session that raised the fence holds all its SHARE locks.
/// Row locks that others wait for, or a broken connection, do not fool it; it asks the server, not the socket.
[[nodiscard]] std::string fence_sql(const LeaderBackends& backends);

}  // namespace changeover::heroku
