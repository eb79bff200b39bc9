// Small words of text shared by everything that speaks to people: durations, times, hashes, spelling.
//
// Owner: nobody; pure functions. Thread rule: none.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.h"

namespace changeover {

/// "90s", "5m", "72h", "3d" (design 3). Whole numbers, one unit; nothing for anything else or beyond 366 days.
[[nodiscard]] std::optional<std::chrono::seconds> parse_duration(std::string_view text);

/// The largest whole unit, as a spec would write it: 90 s → "90s", 300 s → "5m".
[[nodiscard]] std::string spec_duration(std::chrono::seconds duration);

/// For people: "380 ms", "4.2 s", "3 min 20 s", "2 h 5 min".
[[nodiscard]] std::string human_duration(std::chrono::milliseconds duration);

/// RFC 3339 with any offset or Z and up to nine fraction digits; nothing when it is not a time.
[[nodiscard]] std::optional<WallTime> parse_time(std::string_view text);

/// "2026-11-22T10:00:00Z", or with ".250" when there are milliseconds.
[[nodiscard]] std::string format_time(WallTime time);

/// 64 lower-case hex digits.
[[nodiscard]] std::string sha256_hex(std::string_view bytes);

/// The candidate at most a few edits away from `word`, for "did you mean"; nothing when none is near.
[[nodiscard]] std::optional<std::string> nearest(std::string_view word, const std::vector<std::string>& candidates);

/// "a, b and c".
[[nodiscard]] std::string and_list(const std::vector<std::string>& items);

/// 1 dyno, 2 dynos.
[[nodiscard]] std::string counted(long long number, std::string_view singular, std::string_view plural = {});

}  // namespace changeover
