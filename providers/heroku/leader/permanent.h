// The old leader after the cutover: read-only by default, and nobody connected (safety S9); and the way back from that.
// Blocking.
//
// Owner: nobody; functions on the worker's thread. A guard, not a wall: a session may still set itself writable. The
// settings are written in one transaction; a failure after it leaves them in place, and asking again is safe. They
// replicate, so this is only for a leader that nothing follows any more.
#pragma once

#include "core/result.h"
#include "providers/heroku/leader/backends.h"

namespace changeover::heroku {

[[nodiscard]] Result<PermanentFence> make_read_only(LeaderBackends& backends);
[[nodiscard]] Result<void> make_writable(LeaderBackends& backends);

}  // namespace changeover::heroku
