#include "emulator/model/schedules.h"

#include <algorithm>
#include <utility>

namespace changeover::emulator {
namespace {

/// At most so long between two looks at the clock of the day, which may be set while we wait.
constexpr std::chrono::minutes look{10};

}  // namespace

const BackupSchedule& Schedules::set(const AddOn& addon, const std::string& name, int hour,
                                     const std::string& time_zone_name, TimeZone time_zone) {
  BackupSchedule schedule{random_.uuid(), name, hour, time_zone_name, std::move(time_zone), {}};
  schedule.due = schedule.time_zone.next(clock_.wall_now(), hour);
  const std::string id = schedule.id;
  by_addon_[addon.id] = std::move(schedule);
  arm(addon.id, id);
  return by_addon_[addon.id];
}

const BackupSchedule* Schedules::of(const AddOn& addon) const {
  const auto found = by_addon_.find(addon.id);
  return found == by_addon_.end() ? nullptr : &found->second;
}

void Schedules::arm(const std::string& addon_id, const std::string& schedule_id) {
  const std::chrono::milliseconds left = by_addon_.at(addon_id).due - clock_.wall_now();
  timers_.at(clock_.steady_now() + std::clamp<std::chrono::milliseconds>(left, std::chrono::milliseconds{0}, look),
             [this, addon_id, schedule_id] { run(addon_id, schedule_id); });
}

void Schedules::run(const std::string& addon_id, const std::string& schedule_id) {
  const auto found = by_addon_.find(addon_id);
  if (found == by_addon_.end() || found->second.id != schedule_id) return;
  const AddOn* addon = estate_.addons.find(addon_id);
  if (addon == nullptr) {
    by_addon_.erase(found);
    return;
  }
  BackupSchedule& schedule = found->second;
  if (clock_.wall_now() >= schedule.due) {
    if (addon->state == AddOn::State::provisioned && addon->database->endpoint) transfers_.capture(*addon, schedule_id);
    schedule.due = schedule.time_zone.next(clock_.wall_now(), schedule.hour);
  }
  arm(addon_id, schedule_id);
}

}  // namespace changeover::emulator
