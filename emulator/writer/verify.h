// The proof after a changeover: is every acknowledged row in the new primary, and how long did nobody write?
//
// Owner: main.cpp. Thread rule: one thread. Only reads; nothing of the URL but host and port is ever shown.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/result.h"
#include "core/secret.h"
#include "emulator/writer/ledger.h"

namespace changeover::writer {

struct Verdict {
  std::int64_t acknowledged = 0;    ///< lines of the ledgers
  std::int64_t found = 0;           ///< of these, rows in the table
  std::int64_t unacknowledged = 0;  ///< rows whose answer was lost: neither promised nor missing
  std::vector<Acknowledgement> lost;
  std::string new_host;                   ///< host:port of DATABASE_URL
  std::optional<Microseconds> last_old;   ///< newest acknowledgement of any other host
  std::optional<Microseconds> first_new;  ///< oldest of the new one
  /// From the one to the other; negative when both were written at once. Nothing while one is missing.
  [[nodiscard]] std::optional<std::chrono::microseconds> downtime() const;
};

/// Reads the ledger files and the table `ledger` of the database at `url`.
[[nodiscard]] Result<Verdict> verify(const Secret& url, const std::vector<std::string>& ledgers);

/// "acknowledged 1200, found 1200, lost 0\ndowntime 42.310 ms, from … to …\n"
[[nodiscard]] std::string to_text(const Verdict& verdict);
/// One object on one line; numbers, `downtime_ms`, times in RFC 3339 with microseconds, the lost rows.
[[nodiscard]] std::string to_json(const Verdict& verdict);

}  // namespace changeover::writer
