// Quiet, marker, drained, no late write: the four looks of the proof (safety, proof steps 4 to 7). Blocking.
//
// Owner: nobody; functions on the worker's thread, over the control connection; the fence stays held meanwhile. All but
// write_marker only read. A marker that was written and could not be proven is harmless: write another.
//
// Facts these rest on (PostgreSQL 13 to 17). pg_current_snapshot's xmax is one past the newest finished id: an open
// transaction with the newest id of all is invisible in it. Hence the marker proves by contiguity: (x, x) before, its
// own id exactly x, (x+1, x+1) after means that no id but its own was open or taken from the first look to the last. A
// transaction in the first snapshot had its commit record inserted before, so the marker's flush is past it, committed
// asynchronously or not. The looks after the marker list holders of ids first and take the snapshot last, so that an id
// is either seen held or has moved xmax. nextval, large objects, new tables and row locks take ids as well (nextval
// once in 32 calls, when it writes WAL), so what no lock fences is still detected. LOCK TABLE takes none.
#pragma once

#include "core/result.h"
#include "providers/heroku/leader/backends.h"

namespace changeover::heroku {

[[nodiscard]] Result<Snapshot> read_snapshot(LeaderBackends& backends);
[[nodiscard]] Result<Quiet> look_quiet(LeaderBackends& backends);
[[nodiscard]] Result<Marker> write_marker(LeaderBackends& backends);
[[nodiscard]] Result<Drain> look_drained(LeaderBackends& backends, const Marker& marker);
[[nodiscard]] Result<LateWrites> look_late_writes(LeaderBackends& backends, const Marker& marker);

}  // namespace changeover::heroku
