// What changeover-writer --verify says: whether every acknowledged write is in a database.
//
// Owner: nobody; a function that starts the program and waits for it. Thread rule: none. Its output lies in a folder of
// its own, which is gone afterwards.
#pragma once

#include <functional>
#include <optional>
#include <string>

namespace changeover::testing {

struct LedgerVerdict {
  long long acknowledged = 0;
  long long lost = -1;
  long long unacknowledged = 0;  ///< rows that are there, and whose answer never reached a writer
  std::optional<double> downtime_ms;
  bool written_on_new = false;
};

/// A failure of the test, and nothing lost nor found, when it cannot be said. The URL is asked for again when the
/// database does not let the judge in: credentials change while it starts, as they do for an app.
[[nodiscard]] LedgerVerdict judge_ledger(const std::string& ledger, const std::function<std::string()>& database_url);

}  // namespace changeover::testing
