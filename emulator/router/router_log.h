// What the router did with each visitor's request, as Heroku's router says it in an app's log.
//
// Owner: the HTTP surface. Thread rule: the surface's lock. No header, body or query is kept. The memory holds the
// newest `kept`; a file, when given, gets a line each:
//
//     2026-11-22T10:00:00Z heroku[router]: at=info method=GET path="/" host=shop.localhost dyno=web.1 connect=0ms …
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <fstream>
#include <map>
#include <string>

#include "core/clock.h"
#include "core/result.h"
#include "json/value.h"

namespace changeover::emulator {

struct RoutedRequest {
  std::string method;
  std::string path;
  std::string host;
  std::string app;          ///< empty: no app has that host
  std::string dyno;         ///< empty: it reached none
  std::string code;         ///< "H80"; empty when there is none
  std::string description;  ///< of the code, or why there is no page
  int status = 0;
  std::size_t bytes = 0;
  std::chrono::milliseconds connect{0};
  std::chrono::milliseconds service{0};
  WallTime at;
};

class RouterLog {
 public:
  static constexpr std::size_t kept = 5'000;

  /// `unavailable` when the file cannot be written.
  [[nodiscard]] Result<void> open(const std::string& path);
  void add(RoutedRequest request);
  /// {"next": N, "requests": [...]}, those from number `since` on.
  [[nodiscard]] json::Value since(long long number) const;
  /// {"requests": N, "codes": {"H80": 3}, "last": {...} or null}.
  [[nodiscard]] json::Value summary() const;

 private:
  [[nodiscard]] long long end() const { return first_ + static_cast<long long>(requests_.size()); }

  std::deque<RoutedRequest> requests_;
  long long first_ = 0;  ///< number of requests_.front()
  std::map<std::string, std::int64_t> codes_;
  std::ofstream file_;
};

/// As the router's line in the log, from "at=" on.
[[nodiscard]] std::string log_line(const RoutedRequest& request);

}  // namespace changeover::emulator
