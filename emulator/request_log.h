// Which requests came, how they ended, how long they took: for people, tests and benchmarks.
//
// Owner: the HTTP surface. Thread rule: the surface's lock. No header, no body and no query is kept, so no secret is.
// The memory holds the newest `kept`; a file, when given, holds all, one JSON object a line.
#pragma once

#include <chrono>
#include <deque>
#include <fstream>
#include <map>
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

/// A call that a fault delays at this moment. Whoever sees it with its effect done knows that the answer is not sent.
struct HeldRequest {
  std::string method;
  std::string path;
  bool effect_done = false;
};

class RequestLog {
 public:
  static constexpr std::size_t kept = 20'000;

  /// `unavailable` when the file cannot be written.
  [[nodiscard]] Result<void> open(const std::string& path);
  void add(LoggedRequest request);
  /// Gives the ticket to let it go by.
  [[nodiscard]] long long hold(HeldRequest request);
  void let_go(long long ticket);
  /// {"next": N, "requests": [{"n", "time", "method", "path", "status", "duration_ms", "faulted"}],
  /// "held": [{"method", "path", "effect_done"}]}, the requests from number `since` on; ask with since=next for what
  /// comes later.
  [[nodiscard]] json::Value since(long long number) const;
  /// The same for the newest `count`.
  [[nodiscard]] json::Value newest(long long count) const { return since(end() - count); }
  /// Number of the next request.
  [[nodiscard]] long long end() const { return first_ + static_cast<long long>(requests_.size()); }
  /// Those from `number` on, at most `most`, as JSON lines; `number` is then what to ask for next. Requests that the
  /// memory does not hold any more are one line {"skipped": N}.
  [[nodiscard]] std::string lines_since(long long& number, long long most) const;

 private:
  [[nodiscard]] static json::Value view(long long number, const LoggedRequest& request);

  std::deque<LoggedRequest> requests_;
  long long first_ = 0;  ///< number of requests_.front()
  std::map<long long, HeldRequest> held_;
  long long next_ticket_ = 0;
  std::ofstream file_;
};

}  // namespace changeover::emulator
