// The old leader after the cutover: whether anything was written to it since the marker. The look blocks; judge_since()
// is pure.
//
// Owner: nobody. Thread rule: look_since on the worker's thread. Only reads.
//
// Transaction ids tell nothing after hours: autovacuum takes them, and no fence keeps it off any more. The counters of
// the ledger do: they stand still unless a row was changed. They lag behind a session by up to ten seconds, so one that
// was at work a moment ago makes the answer `not_known`, and so does a server whose counters began anew.
#pragma once

#include "core/result.h"
#include "providers/heroku/leader/backends.h"

namespace changeover::heroku {

/// One look, in the order it was taken.
struct LaterSight {
  LeaderIdentity identity;
  std::vector<ClientBackend> holders;  ///< of transaction ids, autovacuum's included
  std::vector<ClientBackend> at_work;  ///< clients whose changes may not be counted yet
  Ledger ledger;
  Snapshot last;
};

[[nodiscard]] Aftermath judge_since(const Marker& marker, const LaterSight& sight);

[[nodiscard]] Result<Aftermath> look_since(LeaderBackends& backends, const Marker& marker);

}  // namespace changeover::heroku
