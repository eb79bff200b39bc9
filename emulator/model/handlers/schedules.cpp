#include <charconv>

#include "emulator/model/catalogue.h"
#include "emulator/model/handlers/data_call.h"
#include "emulator/model/handlers/handlers.h"
#include "emulator/model/retention.h"

namespace changeover::emulator::handlers {
namespace {

json::Value schedule_view(const AddOn& addon, const BackupSchedule& schedule) {
  const Retention retention = retention_of(plan_named(addon.plan).tier);
  return json::Object{
      {"uuid", schedule.id},
      {"name", schedule.name},
      {"callback_url", "https://api.data.heroku.com/xfrtuc/" + addon.app->id + "/" + schedule.name},
      {"days", json::Array{"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"}},
      {"hour", schedule.hour},
      {"timezone", schedule.time_zone_name},
      {"retain_weeks", retention.weeks},
      {"retain_months", retention.months}};
}

/// An integer, or its digits as the CLI sends them; nothing for what is no hour.
std::optional<int> hour_of(const json::Value& value) {
  int hour = -1;
  if (value.is_string()) {
    const std::string& text = value.as_string();
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), hour);
    if (problem != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  } else {
    hour = static_cast<int>(value.as_integer(-1));
  }
  return hour >= 0 && hour <= 23 ? std::optional(hour) : std::nullopt;
}

}  // namespace

Response transfer_schedules(Control& control, const Call& call) {
  const AddOn* addon = database_of(control, call);
  if (addon == nullptr) return unknown_database(control);
  json::Array list;
  if (const BackupSchedule* schedule = control.schedules.of(*addon)) list.push_back(schedule_view(*addon, *schedule));
  return answer(std::move(list));
}

Response create_transfer_schedule(Control& control, const Call& call) {
  const AddOn* addon = database_of(control, call);
  if (addon == nullptr) return unknown_database(control);
  const auto hour = hour_of(call.body["hour"]);
  if (!hour) return unprocessable("hour must be from 0 to 23.");
  const std::string zone_name = call.body["timezone"].string_or("UTC");
  auto zone = TimeZone::find(zone_name);
  if (!zone) return unprocessable("There is no time zone " + zone_name + ".");
  const std::string name = call.body["schedule_name"].string_or("DATABASE_URL");
  return answer(schedule_view(*addon, control.schedules.set(*addon, name, *hour, zone_name, *std::move(zone))), 201);
}

Response delete_transfer_schedule(Control& control, const Call& call) {
  const AddOn* addon = database_of(control, call);
  if (addon == nullptr) return unknown_database(control);
  const BackupSchedule* schedule = control.schedules.of(*addon);
  if (schedule == nullptr || schedule->id != call["schedule"])
    return error(404, "not_found", "There is no such schedule.");
  const json::Value view = schedule_view(*addon, *schedule);
  control.schedules.remove(*addon);
  return answer(view);
}

}  // namespace changeover::emulator::handlers
