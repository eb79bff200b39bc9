// Daily backups: at an hour of a time zone, one schedule for a database (heroku-api.md 3.11).
//
// Owner: the model. Thread rule: the model's thread. A schedule goes with its database. The hour is looked for on the
// clock of the day: a machine that slept through it makes the backup when it wakes.
#pragma once

#include <map>
#include <string>

#include "emulator/model/time_zone.h"
#include "emulator/model/transfers.h"

namespace changeover::emulator {

struct BackupSchedule {
  std::string id;
  std::string name;  ///< "DATABASE_URL"
  int hour = 0;
  std::string time_zone_name;
  TimeZone time_zone;
  WallTime due;
};

class Schedules {
 public:
  Schedules(const Clock& clock, Random& random, Timers& timers, Estate& estate, Transfers& transfers)
      : clock_(clock), random_(random), timers_(timers), estate_(estate), transfers_(transfers) {}

  /// In the place of the one there is.
  const BackupSchedule& set(const AddOn& addon, const std::string& name, int hour, const std::string& time_zone_name,
                            TimeZone time_zone);
  /// The database's, or nullptr.
  [[nodiscard]] const BackupSchedule* of(const AddOn& addon) const;
  void remove(const AddOn& addon) { by_addon_.erase(addon.id); }

 private:
  void arm(const std::string& addon_id, const std::string& schedule_id);
  void run(const std::string& addon_id, const std::string& schedule_id);

  const Clock& clock_;
  Random& random_;
  Timers& timers_;
  Estate& estate_;
  Transfers& transfers_;
  std::map<std::string, BackupSchedule> by_addon_;
};

}  // namespace changeover::emulator
