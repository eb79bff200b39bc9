#include <algorithm>

#include "core/text.h"
#include "emulator/model/handlers/data_call.h"
#include "emulator/model/handlers/find.h"
#include "emulator/model/handlers/handlers.h"

namespace changeover::emulator::handlers {
namespace {

json::Value transfer_view(const Control& control, const Transfer& transfer) {
  const bool done = control.clock.steady_now() >= transfer.finished_at;
  const json::Value finished =
      done ? json::Value(format_time(transfer.created_at + control.timing.backup)) : json::Value();
  return json::Object{{"uuid", transfer.id},
                      {"num", transfer.number},
                      {"from_name", transfer.addon_name},
                      {"from_type", "pg_dump"},
                      {"from_url", nullptr},
                      {"to_name", "BACKUP"},
                      {"to_type", "gof3r"},
                      {"to_url", nullptr},
                      {"options", json::Value::object()},
                      {"source_bytes", transfer.bytes},
                      {"processed_bytes", done ? transfer.bytes : std::int64_t{0}},
                      {"succeeded", done ? json::Value(true) : json::Value()},
                      {"warnings", 0},
                      {"created_at", format_time(transfer.created_at)},
                      {"started_at", format_time(transfer.created_at)},
                      {"finished_at", finished},
                      {"canceled_at", nullptr},
                      {"updated_at", format_time(transfer.created_at)},
                      {"deleted_at", nullptr},
                      {"purged_at", nullptr},
                      {"num_keep", 2},
                      {"schedule", nullptr},
                      {"logs", json::Value::array()}};
}

json::Value transfer_list(const Control& control, const App& app, const std::string& addon_name) {
  json::Array list;
  const auto found = control.transfers.find(app.id);
  if (found != control.transfers.end())
    for (const Transfer& transfer : found->second)
      if (addon_name.empty() || transfer.addon_name == addon_name) list.push_back(transfer_view(control, transfer));
  return list;
}

json::Value maintenance_view(const AddOn& addon) {
  const bool due = addon.database->maintenance_due;
  return json::Object{{"addon", json::Object{{"uuid", addon.id},
                                             {"name", addon.name},
                                             {"kind", addon.service()},
                                             {"plan", addon.level()},
                                             {"window", "Tuesdays 21:00 to Wednesdays 01:00 UTC"}}},
                      {"app", json::Object{{"name", addon.app->name}, {"uuid", addon.app->id}}},
                      {"status", due ? "pending" : "none"},
                      {"method", due ? json::Value("changeover") : json::Value()},
                      {"reason", due ? json::Value("A server update is due.") : json::Value()},
                      {"required_by", nullptr},
                      {"scheduled_for", nullptr},
                      {"window", "Tuesdays 21:00 to Wednesdays 01:00 UTC"},
                      {"started_at", nullptr},
                      {"completed_at", nullptr},
                      {"duration_seconds", nullptr}};
}

}  // namespace

Response capture_backup(Control& control, const Call& call) {
  const AddOn* addon = database_of(control, call);
  if (addon == nullptr) return unknown_database();
  auto& all = control.transfers[addon->app->id];
  Transfer transfer;
  transfer.id = control.random.uuid();
  transfer.addon_name = addon->name;
  transfer.number = static_cast<int>(all.size()) + 1;
  transfer.bytes = addon->database->sample ? addon->database->sample->sample.bytes : 0;
  transfer.created_at = control.clock.wall_now();
  transfer.finished_at = control.clock.steady_now() + control.timing.backup;
  all.push_back(transfer);
  return answer(transfer_view(control, transfer), 201);
}

Response database_transfers(Control& control, const Call& call) {
  const AddOn* addon = database_of(control, call);
  return addon != nullptr ? answer(transfer_list(control, *addon->app, addon->name)) : unknown_database();
}

Response app_transfers(Control& control, const Call& call) {
  const App* app = app_of(control, call);
  return app != nullptr ? answer(transfer_list(control, *app, {})) : unknown_database();
}

Response app_transfer(Control& control, const Call& call) {
  const App* app = app_of(control, call);
  if (app == nullptr) return unknown_database();
  for (const Transfer& transfer : control.transfers[app->id])
    if (transfer.id == call["transfer"] || std::to_string(transfer.number) == call["transfer"])
      return answer(transfer_view(control, transfer));
  return unknown_database();
}

Response transfer_schedules(Control& control, const Call& call) {
  return database_of(control, call) != nullptr ? answer(json::Value::array()) : unknown_database();
}

Response maintenance(Control& control, const Call& call) {
  const AddOn* addon = database_of(control, call);
  return addon != nullptr ? answer(maintenance_view(*addon)) : unknown_database();
}

Response maintenances(Control& control, const Call& call) {
  const App* app = app_of(control, call);
  if (app == nullptr) return unknown_database();
  json::Array list;
  for (const auto& [name, attachment] : app->attachments) {
    const AddOn& addon = *attachment->addon;
    const bool seen = std::ranges::any_of(
        list, [&](const json::Value& item) { return item["addon"]["uuid"].as_string() == addon.id; });
    if (!seen && control.databases.known_to_data_api(addon)) list.push_back(maintenance_view(addon));
  }
  return answer(json::Object{{"maintenances", std::move(list)}});
}

}  // namespace changeover::emulator::handlers
