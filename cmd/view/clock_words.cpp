#include "cmd/view/clock_words.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>

namespace changeover {
namespace {

using std::chrono::milliseconds;

std::string format_clock(const char* format, std::int64_t a, std::int64_t b, std::int64_t c) {
  std::array<char, 48> buffer{};
  const int length = std::snprintf(buffer.data(), buffer.size(), format, static_cast<long long>(a),
                                   static_cast<long long>(b), static_cast<long long>(c));
  return {buffer.data(), static_cast<std::size_t>(std::max(length, 0))};
}

}  // namespace

std::string clock_words(milliseconds passed) {
  const std::int64_t ms = std::max<std::int64_t>(passed.count(), 0);
  const std::int64_t s = ms / 1000;
  if (s < 600) return format_clock("%lld.%lld s", s, ms % 1000 / 100, 0);
  if (s < 3600) return format_clock("%lld:%02lld", s / 60, s % 60, 0);
  return format_clock("%lld:%02lld:%02lld", s / 3600, s / 60 % 60, s % 60);
}

std::string progress_words(const std::optional<double>& progress) {
  if (!progress) return "";
  const int whole = static_cast<int>(std::clamp(*progress, 0.0, 1.0) * 100);
  return ", " + std::to_string(whole) + " %";
}

std::string countdown(milliseconds left) {
  const std::int64_t s = std::max<std::int64_t>(left.count(), 0) / 1000;
  return format_clock("%lld:%02lld", s / 60, s % 60, 0);
}

}  // namespace changeover
