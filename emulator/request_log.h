// Which requests came, how they ended, how long they took: for people, tests and benchmarks.
//
// Owner: the HTTP surface. Thread rule: the surface's lock. No header, no body and no query is kept, so no secret is.
// The memory holds the newest `kept`; a file, when given, holds all, one JSON object a line.
#pragma once

#include <chrono>
#include <deque>
#include <fstream>
#include <string>

#include "core/clock.h"
#include "core/result.h"
#include "json/value.h"

namespace changeover::emulator {

struct LoggedRequest {
  std::string method;
  std::string path;
  int status = 0;  ///< 0: the connection was reset
  std::chrono::microseconds duration{0};
  WallTime at;
  bool faulted = false;
};

class RequestLog {
 public:
  static constexpr std::size_t kept = 20'000;

  /// `unavailable` when the file cannot be written.
  [[nodiscard]] Result<void> open(const std::string& path);
  void add(LoggedRequest request);
  /// {"next": N, "requests": [{"n", "time", "method", "path", "status", "duration_ms", "faulted"}]} from number
  /// `since` on; ask with since=next for what comes later.
  [[nodiscard]] json::Value since(long long number) const;

 private:
  [[nodiscard]] static json::Value view(long long number, const LoggedRequest& request);

  std::deque<LoggedRequest> requests_;
  long long first_ = 0;  ///< number of requests_.front()
  std::ofstream file_;
};

}  // namespace changeover::emulator
