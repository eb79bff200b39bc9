// The way to the leader's SQL: opened once for a run, and anew when it was lost.
//
// Owner: nobody; functions over the Session that owns the leader's session. Thread rule: the event loop's thread. A
// failure leaves a session that is not connected; the next call opens another.
#pragma once

#include "providers/heroku/session.h"

namespace changeover::heroku {

/// Connects to the source's server as Heroku names it now. `precondition` when it is a follower, hides other sessions,
/// or is another server than the one the certificate was made on (safety S16).
[[nodiscard]] Task<Result<void>> open_leader(Session& session);

/// Whether a leader whose fence was lost took no write since the certificate; writers are held off again from here on.
/// One that is read-only already was made so under the fence of the proof. `precondition` names who stands in the way.
[[nodiscard]] Task<Result<bool>> still_closed(Session& session);

}  // namespace changeover::heroku
