// Running clocks in words: time that has passed, time that is left, how far something is.
//
// Owner: nobody; pure functions. Thread rule: none. For durations that stand still there is core/text.h.
#pragma once

#include <chrono>
#include <optional>
#include <string>

namespace changeover {

/// "12.4 s" up to ten minutes, then "12:05" and "1:02:05".
[[nodiscard]] std::string clock_words(std::chrono::milliseconds passed);

/// "4:59": what is left of a downtime; never below zero.
[[nodiscard]] std::string countdown(std::chrono::milliseconds left);

/// ", 62 %" for 0.62; "" when it is not known.
[[nodiscard]] std::string progress_words(const std::optional<double>& progress);

}  // namespace changeover
