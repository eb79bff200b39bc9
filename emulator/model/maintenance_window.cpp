#include "emulator/model/maintenance_window.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>

namespace changeover::emulator {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

constexpr hours length{4};
constexpr int days_a_week = 7;
constexpr std::array<std::string_view, days_a_week> days{"Sunday",   "Monday", "Tuesday", "Wednesday",
                                                         "Thursday", "Friday", "Saturday"};

std::string lower(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return result;
}

std::optional<int> weekday_of(std::string_view text) {
  const std::string word = lower(text);
  for (int day = 0; day < days_a_week; ++day) {
    const std::string name = lower(days[static_cast<std::size_t>(day)]);
    if (word == name || word == name + "s" || word == name.substr(0, 3)) return day;
  }
  return std::nullopt;
}

std::optional<int> number(std::string_view text) {
  int value = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || problem != std::errc{} || end != text.data() + text.size() || value < 0) return std::nullopt;
  return value;
}

std::optional<minutes> time_of(std::string_view text) {
  const std::string word = lower(text);
  std::string_view rest = word;
  const bool morning = rest.ends_with("am");
  const bool afternoon = rest.ends_with("pm");
  if (morning || afternoon) rest.remove_suffix(2);
  const std::size_t colon = rest.find(':');
  auto hour = number(rest.substr(0, colon));
  const auto minute = colon == rest.npos ? std::optional(0) : number(rest.substr(colon + 1));
  if (!hour || !minute || *minute > 59) return std::nullopt;
  if (morning || afternoon) {
    if (*hour < 1 || *hour > 12) return std::nullopt;
    hour = *hour % 12 + (afternoon ? 12 : 0);
  }
  if (*hour > 23) return std::nullopt;
  return hours{*hour} + minutes{*minute};
}

std::string clock_text(minutes time) {
  std::array<char, 8> text{};
  const int count = static_cast<int>((time % hours{24}).count());
  std::snprintf(text.data(), text.size(), "%02d:%02d", count / 60 % 24, count % 60);
  return text.data();
}

}  // namespace

std::optional<MaintenanceWindow> MaintenanceWindow::parse(std::string_view day, std::string_view time) {
  const auto weekday = weekday_of(day);
  const auto start = time_of(time);
  if (!weekday || !start) return std::nullopt;
  return MaintenanceWindow{*weekday, *start};
}

std::optional<MaintenanceWindow> MaintenanceWindow::parse(std::string_view description) {
  const std::size_t space = description.find(' ');
  if (space == description.npos) return std::nullopt;
  return parse(description.substr(0, space), description.substr(space + 1));
}

std::string MaintenanceWindow::text() const {
  const minutes end = start + length;
  const auto last = static_cast<std::size_t>((weekday + (end >= hours{24} ? 1 : 0)) % days_a_week);
  return std::string(days[static_cast<std::size_t>(weekday)]) + "s " + clock_text(start) + " to " +
         std::string(days[last]) + "s " + clock_text(end) + " UTC";
}

WallTime MaintenanceWindow::next(WallTime time) const {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const int today = static_cast<int>(std::chrono::weekday(day).c_encoding());
  WallTime at = day + std::chrono::days{(weekday - today + days_a_week) % days_a_week} + start;
  if (at <= time) at += std::chrono::days{days_a_week};
  return at;
}

}  // namespace changeover::emulator
