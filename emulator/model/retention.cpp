#include "emulator/model/retention.h"

#include <algorithm>
#include <set>

namespace changeover::emulator {
namespace {

using std::chrono::days;

constexpr days daily{7};
constexpr days week{7};
constexpr days month{31};

}  // namespace

Retention retention_of(std::string_view tier) {
  if (tier == "essential") return {2, 1, 0};
  if (tier == "standard") return {25, 4, 0};
  return {25, 8, 12};
}

std::vector<std::string> outlived(const std::vector<KeptBackup>& backups, const Retention& retention, WallTime now) {
  std::vector<std::string> gone;
  auto manual = std::ranges::count(backups, false, &KeptBackup::scheduled);
  std::set<std::int64_t> weeks;
  std::set<std::chrono::year_month> months;
  for (const KeptBackup& backup : backups) {
    if (!backup.scheduled) {
      if (manual-- > retention.manual) gone.push_back(backup.id);
      continue;
    }
    const auto age = now - backup.at;
    const auto day = std::chrono::floor<days>(backup.at);
    const std::chrono::year_month_day date(day);
    const bool first_of_week = weeks.insert(day.time_since_epoch() / week).second;
    const bool first_of_month = months.insert(date.year() / date.month()).second;
    const bool kept = age < daily || (first_of_week && age < retention.weeks * week) ||
                      (first_of_month && age < retention.months * month);
    if (!kept) gone.push_back(backup.id);
  }
  return gone;
}

}  // namespace changeover::emulator
