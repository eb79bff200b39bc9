#include "emulator/model/maintenances.h"

#include <algorithm>
#include <charconv>

#include "core/text.h"
#include "emulator/model/catalogue.h"
#include "emulator/model/handlers/data_call.h"
#include "emulator/model/handlers/find.h"
#include "emulator/model/handlers/handlers.h"

namespace changeover::emulator::handlers {
namespace {

constexpr int usual_history = 5;

std::string_view to_string(Maintenance::Status status) {
  switch (status) {
    case Maintenance::Status::none:
      return "none";
    case Maintenance::Status::pending:
      return "pending";
    case Maintenance::Status::running:
      return "running";
    case Maintenance::Status::completed:
      return "completed";
  }
  return "none";
}

json::Value time_or_null(const std::optional<WallTime>& time) {
  return time ? json::Value(format_time(std::chrono::floor<std::chrono::seconds>(*time))) : json::Value();
}

json::Value view(const AddOn& addon, const Maintenance& maintenance) {
  const bool is_one = maintenance.status != Maintenance::Status::none;
  const std::string window = addon.database->window.text();
  json::Array attachments;
  for (const Attachment* attachment : addon.attachments) attachments.emplace_back(attachment->name);
  json::Value seconds;
  if (maintenance.completed_at)
    seconds =
        static_cast<std::int64_t>((*maintenance.completed_at - *maintenance.started_at) / std::chrono::seconds{1});
  return json::Object{{"addon", json::Object{{"uuid", addon.id},
                                             {"name", addon.name},
                                             {"attachments", std::move(attachments)},
                                             {"kind", addon.service()},
                                             {"plan", addon.level()},
                                             {"window", window}}},
                      {"app", json::Object{{"name", addon.app->name}, {"uuid", addon.app->id}}},
                      {"window", window},
                      {"status", to_string(maintenance.status)},
                      {"required_by", time_or_null(maintenance.required_by)},
                      {"scheduled_for", time_or_null(maintenance.scheduled_for)},
                      {"method", is_one ? json::Value("changeover") : json::Value()},
                      {"addon_description", "Heroku Postgres - " + plan_named(addon.plan).human},
                      {"started_at", time_or_null(maintenance.started_at)},
                      {"completed_at", time_or_null(maintenance.completed_at)},
                      {"duration_seconds", std::move(seconds)},
                      {"reason", is_one ? json::Value(maintenance.reason) : json::Value()},
                      {"server_created_at", format_time(addon.created_at)}};
}

json::Value window_view(const AddOn& addon, const json::Value& window, const json::Value& planned) {
  return json::Object{{"window", addon.database->window.text()},
                      {"previous_window", window},
                      {"scheduled_for", time_or_null(addon.database->maintenance.scheduled_for)},
                      {"previously_scheduled_for", planned}};
}

/// A number of weeks, or its digits as the CLI sends them.
std::optional<int> weeks_of(const json::Value& value) {
  if (value.is_integer()) return static_cast<int>(value.as_integer());
  const std::string& text = value.as_string();
  int weeks = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), weeks);
  if (text.empty() || problem != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return weeks;
}

/// Why no maintenance can be run or moved; nothing when one can.
std::optional<Response> none_due(const AddOn& addon) {
  if (!plan_named(addon.plan).followers)
    return unprocessable("The maintenance of an Essential-tier database is Heroku's own affair.");
  if (addon.database->maintenance.status == Maintenance::Status::running)
    return unprocessable("The maintenance of " + addon.name + " is running.");
  if (!Maintenances::is_due(*addon.database)) return unprocessable("No maintenance of " + addon.name + " is due.");
  return std::nullopt;
}

std::string told(const AddOn& addon) {
  const Maintenance& maintenance = addon.database->maintenance;
  if (maintenance.status == Maintenance::Status::running) return "Maintenance is running.";
  if (!Maintenances::is_due(*addon.database)) return "No maintenance is required.";
  return "Maintenance is required by " + format_time(*maintenance.required_by) + " and planned for " +
         format_time(*maintenance.scheduled_for) + ".";
}

}  // namespace

Response maintenance(Control& control, const Call& call) {
  const AddOn* addon = database_of(control, call);
  return addon != nullptr ? answer(view(*addon, addon->database->maintenance)) : unknown_database(control);
}

Response maintenances(Control& control, const Call& call) {
  const App* app = app_of(control, call);
  if (app == nullptr) return unknown_database(control);
  std::vector<const AddOn*> seen;
  json::Array list;
  for (const auto& [name, attachment] : app->attachments) {
    const AddOn* addon = attachment->addon;
    if (std::ranges::find(seen, addon) != seen.end() || !control.databases.known_to_data_api(*addon)) continue;
    seen.push_back(addon);
    list.push_back(view(*addon, addon->database->maintenance));
  }
  return answer(json::Object{{"maintenances", std::move(list)}});
}

Response maintenance_history(Control& control, const Call& call) {
  const AddOn* addon = database_of(control, call);
  if (addon == nullptr) return unknown_database(control);
  const auto limit = weeks_of(json::Value(call.query("limit"))).value_or(usual_history);
  json::Array list;
  for (const Maintenance& past : addon->database->past_maintenances)
    if (static_cast<int>(list.size()) < limit) list.push_back(view(*addon, past));
  return answer(json::Object{{"maintenances", std::move(list)}});
}

Response maintenance_window(Control& control, const Call& call) {
  const AddOn* addon = database_of(control, call);
  return addon != nullptr ? answer(window_view(*addon, {}, {})) : unknown_database(control);
}

Response set_maintenance_window(Control& control, const Call& call) {
  AddOn* addon = database_of(control, call);
  if (addon == nullptr) return unknown_database(control);
  const auto window = call.body.has("description") ? MaintenanceWindow::parse(call.body["description"].as_string())
                                                   : MaintenanceWindow::parse(call.body["day_of_week"].as_string(),
                                                                              call.body["time_of_day"].as_string());
  if (!window) return unprocessable("A maintenance window is a day of the week and a time, such as Sunday 06:00.");
  const json::Value before = addon->database->window.text();
  const json::Value planned = time_or_null(addon->database->maintenance.scheduled_for);
  control.maintenances.set_window(*addon, *window);
  return answer(window_view(*addon, before, planned));
}

Response schedule_maintenance(Control& control, const Call& call) {
  AddOn* addon = database_of(control, call);
  if (addon == nullptr) return unknown_database(control);
  if (auto refusal = none_due(*addon)) return *refusal;
  const auto weeks = weeks_of(call.body["delay_weeks"]);
  if (!weeks) return unprocessable("delay_weeks must be a number of weeks.");
  const json::Value planned = time_or_null(addon->database->maintenance.scheduled_for);
  if (const auto problem = control.maintenances.delay(*addon, *weeks)) return unprocessable(*problem);
  json::Value shown = view(*addon, addon->database->maintenance);
  return answer(shown.set("previously_scheduled_for", planned).set("customer_requested", true));
}

Response run_maintenance(Control& control, const Call& call) {
  AddOn* addon = database_of(control, call);
  if (addon == nullptr) return unknown_database(control);
  if (auto refusal = none_due(*addon)) return *refusal;
  control.maintenances.run(*addon);
  return message("The maintenance of " + addon->name + " has begun.");
}

Response maintenance_message(Control& control, const Call& call) {
  const AddOn* addon = database_of(control, call);
  return addon != nullptr ? message(told(*addon)) : unknown_database(control);
}

}  // namespace changeover::emulator::handlers
