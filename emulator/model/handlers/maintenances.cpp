#include <algorithm>

#include "emulator/model/handlers/data_call.h"
#include "emulator/model/handlers/find.h"
#include "emulator/model/handlers/handlers.h"

namespace changeover::emulator::handlers {
namespace {

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
