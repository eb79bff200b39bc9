// The four hours of a week in which a database may be worked on.
//
// Owner: nobody; a plain value. Thread rule: none. Always UTC, as Heroku shows it.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "core/clock.h"

namespace changeover::emulator {

struct MaintenanceWindow {
  int weekday = 2;  ///< 0: Sunday
  std::chrono::minutes start = std::chrono::hours{21};

  /// "sunday" or "sun" and "13:30" or "1:30PM"; nothing for what is neither.
  [[nodiscard]] static std::optional<MaintenanceWindow> parse(std::string_view day, std::string_view time);
  /// "Sunday 06:00".
  [[nodiscard]] static std::optional<MaintenanceWindow> parse(std::string_view description);
  /// "Tuesdays 21:00 to Wednesdays 01:00 UTC".
  [[nodiscard]] std::string text() const;
  /// The first beginning after `time`.
  [[nodiscard]] WallTime next(WallTime time) const;

  friend bool operator==(const MaintenanceWindow&, const MaintenanceWindow&) = default;
};

}  // namespace changeover::emulator
