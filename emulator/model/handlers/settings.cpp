#include "emulator/model/catalogue.h"
#include "emulator/model/handlers/data_call.h"
#include "emulator/model/handlers/handlers.h"

namespace changeover::emulator::handlers {
namespace {

json::Value setting(const json::Value& usual, const char* words) {
  return json::Object{{"value", usual}, {"default", usual}, {"desc", words}};
}

json::Value choice(const char* usual, const char* words, json::Object values) {
  return setting(usual, words).set("values", std::move(values));
}

json::Value default_settings() {
  return json::Object{
      {"log_lock_waits", setting(true, "Logs waits for locks.")},
      {"log_connections", setting(true, "Logs connections.")},
      {"log_min_duration_statement", setting(2000, "Logs statements slower than this, in ms; -1: none.")},
      {"log_statement", choice("ddl", "Which statements are logged.",
                               {{"none", "No statement is logged."},
                                {"ddl", "Statements that define data are logged, such as CREATE, ALTER and DROP."},
                                {"mod", "Statements that define or change data are logged."},
                                {"all", "Every statement is logged."}})},
      {"log_min_error_statement", choice("error", "From which severity on the statement is logged.",
                                         {{"error", "Statements that end in an error or worse are logged."},
                                          {"log", "Statements that make a log message or worse are logged."},
                                          {"fatal", "Statements that end their session or worse are logged."},
                                          {"panic", "Statements that end every session are logged."}})},
      {"track_functions", choice("none", "Which functions are counted.",
                                 {{"none", "No function is counted."},
                                  {"pl", "Functions in a procedural language are counted."},
                                  {"all", "Functions in SQL and C are counted as well."}})},
      {"auto_explain", setting(false, "Logs the plans of statements.")},
      {"auto_explain.log_analyze", setting(false, "Adds what was measured to a logged plan.")},
      {"auto_explain.log_buffers", setting(false, "Adds the use of buffers to a logged plan.")},
      {"auto_explain.log_format", choice("text", "How a plan is written.",
                                         {{"text", "Plans are logged as text."},
                                          {"json", "Plans are logged as JSON."},
                                          {"yaml", "Plans are logged as YAML."},
                                          {"xml", "Plans are logged as XML."}})},
      {"auto_explain.log_min_duration", setting(-1, "Logs the plans of statements slower than this, in ms.")},
      {"auto_explain.log_nested_statements", setting(false, "Logs the plans of statements inside functions.")},
      {"auto_explain.log_triggers", setting(false, "Adds triggers to a logged plan.")},
      {"auto_explain.log_verbose", setting(false, "Logs plans in full.")},
      {"pgbouncer_max_client_conn", setting(10'000, "How many clients the pooler takes.")},
      {"pgbouncer_max_db_connections",
       setting(0, "How many connections the pooler makes to the database; 0: no limit.")},
      {"pgbouncer_default_pool_size", setting(0, "How many connections a pool has; 0: as the plan allows.")},
      {"pgbouncer_min_pool_size", setting(0, "How many connections a pool keeps.")},
      {"pgbouncer_server_idle_timeout", setting(600, "After how many seconds an idle connection of the pool ends.")},
      {"data_connector_details_logs", setting(false, "Logs what a data connector does.")}};
}

bool accepts(const std::string& key, const json::Value& setting, const json::Value& value) {
  const int least = key.starts_with("pgbouncer_") ? 0 : -1;  // -1 turns a duration off
  if (setting.has("values")) return value.is_string() && setting["values"].has(value.as_string());
  if (setting["default"].is_bool()) return value.is_bool();
  return value.is_integer() && value.as_integer() >= least;
}

/// Essential has no settings of its own.
std::optional<Response> none_here(const AddOn& addon) {
  if (plan_named(addon.plan).followers) return std::nullopt;
  return unprocessable("Settings are not available on Essential-tier databases.");
}

}  // namespace

Response settings(Control& control, const Call& call) {
  AddOn* addon = database_of(control, call);
  if (addon == nullptr) return unknown_database(control);
  if (auto refusal = none_here(*addon)) return *refusal;
  if (addon->database->settings.is_null()) addon->database->settings = default_settings();
  return answer(addon->database->settings);
}

Response patch_settings(Control& control, const Call& call) {
  AddOn* addon = database_of(control, call);
  if (addon == nullptr) return unknown_database(control);
  if (auto refusal = none_here(*addon)) return *refusal;
  json::Value& all = addon->database->settings;
  if (all.is_null()) all = default_settings();
  for (const auto& [key, value] : call.body.members()) {
    if (!all.has(key)) return unprocessable("There is no setting " + key + ".");
    if (!accepts(key, all[key], value)) return unprocessable(key + " cannot be " + value.dump() + ".");
  }
  for (const auto& [key, value] : call.body.members()) all.member(key).set("value", value);
  return answer(all);
}

}  // namespace changeover::emulator::handlers
