#include <algorithm>

#include "emulator/model/handlers/data_call.h"
#include "emulator/model/handlers/handlers.h"

namespace changeover::emulator::handlers {
namespace {

json::Value credential_view(const Database& database, const Credential& credential) {
  json::Value view = json::Object{{"uuid", credential.id}, {"name", credential.name}, {"state", "active"},
                                  {"database", nullptr},   {"host", nullptr},         {"port", nullptr}};
  if (database.endpoint)
    view.set("database", database.endpoint->database)
        .set("host", database.endpoint->host)
        .set("port", database.endpoint->port);
  return view.set("credentials",
                  json::Array{json::Object{
                      {"user", credential.user}, {"password", credential.password.reveal()}, {"state", "active"}}});
}

json::Value setting(json::Value value, const char* words) {
  return json::Object{{"value", value}, {"default", value}, {"desc", words}};
}

json::Value default_settings() {
  return json::Object{{"log_lock_waits", setting(true, "Logs waits for locks.")},
                      {"log_connections", setting(true, "Logs connections.")},
                      {"log_min_duration_statement", setting(2000, "Logs statements slower than this, in ms.")},
                      {"log_statement", setting("ddl", "Which statements are logged.")},
                      {"log_min_error_statement", setting("error", "Logs statements that fail.")},
                      {"track_functions", setting("none", "Which functions are counted.")},
                      {"auto_explain", setting(false, "Logs plans of slow statements.")}};
}

}  // namespace

Response credentials(Control& control, const Call& call) {
  const AddOn* addon = database_of(control, call);
  if (addon == nullptr) return unknown_database();
  json::Array list;
  for (const Credential& credential : addon->database->credentials)
    list.push_back(credential_view(*addon->database, credential));
  return answer(std::move(list));
}

Response credential(Control& control, const Call& call) {
  const AddOn* addon = database_of(control, call);
  if (addon == nullptr) return unknown_database();
  const auto& all = addon->database->credentials;
  const auto found = std::ranges::find(all, call["credential"], &Credential::name);
  return found != all.end() ? answer(credential_view(*addon->database, *found)) : message("Credential not found.", 404);
}

Response create_credential(Control& control, const Call& call) {
  AddOn* addon = database_of(control, call);
  if (addon == nullptr) return unknown_database();
  const std::string name = call.body["name"].as_string();
  auto& all = addon->database->credentials;
  if (name.empty() || std::ranges::find(all, name, &Credential::name) != all.end())
    return message("The credential's name is missing or taken.", 400);
  // The engines know one role per database, so another credential is another name for the same role.
  Credential made = all.front();
  made.id = control.random.uuid();
  made.name = name;
  all.push_back(std::move(made));
  return message("The credential " + name + " is being made.");
}

Response rotate_credentials(Control& control, const Call& call) {
  AddOn* addon = database_of(control, call);
  if (addon == nullptr) return unknown_database();
  if (addon->database->follows()) return unprocessable("The credentials of a follower are its leader's.");
  if (!addon->database->endpoint || addon->database->new_password) return unprocessable(addon->name + " is busy.");
  control.databases.rotate(*addon);
  return message("The credential is being rotated.");
}

Response settings(Control& control, const Call& call) {
  AddOn* addon = database_of(control, call);
  if (addon == nullptr) return unknown_database();
  if (addon->database->settings.is_null()) addon->database->settings = default_settings();
  return answer(addon->database->settings);
}

Response patch_settings(Control& control, const Call& call) {
  AddOn* addon = database_of(control, call);
  if (addon == nullptr) return unknown_database();
  json::Value& all = addon->database->settings;
  if (all.is_null()) all = default_settings();
  for (const auto& [key, value] : call.body.members())
    if (!all.has(key)) return unprocessable("There is no setting " + key + ".");
  for (const auto& [key, value] : call.body.members()) all.member(key).set("value", value);
  return answer(all);
}

}  // namespace changeover::emulator::handlers
