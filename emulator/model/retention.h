// How long backups are kept, by tier.
//
// Owner: nobody; a pure function. Thread rule: none. Only Essential's two manual backups and one week are known from
// Heroku's own answers (heroku-api.md 3.11: num_keep, retain_weeks); the other tiers' figures are what operators
// recall.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/clock.h"

namespace changeover::emulator {

struct Retention {
  int manual = 2;  ///< the newest so many
  int weeks = 1;   ///< the first scheduled one of each, for so long; besides a week of days
  int months = 0;
};

[[nodiscard]] Retention retention_of(std::string_view tier);

/// A backup as retention sees it.
struct KeptBackup {
  std::string id;
  bool scheduled = false;
  WallTime at;
};

/// The ids that are no longer kept. `backups`: of one database, oldest first.
[[nodiscard]] std::vector<std::string> outlived(const std::vector<KeptBackup>& backups, const Retention& retention,
                                                WallTime now);

}  // namespace changeover::emulator
