// TimeRange: how long something is expected to take, from … to.
//
// Owner: nobody; a plain value. Thread rule: none. Whole seconds: what is guessed has no fractions.
#pragma once

#include <chrono>
#include <string>

namespace changeover {

struct TimeRange {
  std::chrono::seconds from{0};
  std::chrono::seconds to{0};
  friend bool operator==(const TimeRange&, const TimeRange&) = default;
};

/// "8 s to 3 min 15 s".
[[nodiscard]] std::string in_words(const TimeRange& range);

[[nodiscard]] bool holds(const TimeRange& expected, std::chrono::milliseconds measured);
/// "as expected, 8 s to 3 min 15 s", "longer than expected, 8 s to 3 min 15 s", "shorter than expected, …".
[[nodiscard]] std::string against(const TimeRange& expected, std::chrono::milliseconds measured);

/// Outwards to figures that a person reads at a glance and that do not move with every jitter: 8 s, 3 min 15 s, 41 min,
/// 2 h 10 min.
[[nodiscard]] TimeRange rounded(const TimeRange& range);

}  // namespace changeover
