// The two proofs that a copy holds every acknowledged write (safety, The proof).
//
// Owner: nobody; functions over a Session. Thread rule: the event loop's thread. Each answers like a check: waiting
// with a reason, ready when the certificate may be written, failed when the attempt must be given up.
#pragma once

#include "executor/provider.h"
#include "providers/heroku/session.h"

namespace changeover::heroku {

/// Quiet, marked, replayed past the marker by every streaming replica, and our own follower past it too.
[[nodiscard]] Task<Result<Check>> prove_by_sql(Session& session);

/// Two samples of leader and follower each, taken after the last writer was gone, that agree.
[[nodiscard]] Task<Result<Check>> prove_by_api(Session& session);

/// Before downtime: how far apart Heroku's samples of both databases are, by its own clock. `precondition` when it does
/// not say when it took them, or so seldom that the proof can not fit into max_downtime.
[[nodiscard]] Task<Result<void>> measure_sampling(Session& session);

/// Safety S2 and S21: formation, dynos and newest release of every writer, read again right now. `precondition` when
/// somebody changed one.
[[nodiscard]] Task<Result<void>> writers_still_parked(Session& session);

}  // namespace changeover::heroku
