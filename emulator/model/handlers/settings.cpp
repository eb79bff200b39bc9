#include "emulator/model/handlers/data_call.h"
#include "emulator/model/handlers/handlers.h"

namespace changeover::emulator::handlers {
namespace {

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
