// What one does with a database that runs: its connections, its data, how it fares.
#include <charconv>

#include "core/text.h"
#include "emulator/model/catalogue.h"
#include "emulator/model/handlers/data_call.h"
#include "emulator/model/handlers/handlers.h"

namespace changeover::emulator::handlers {
namespace {

std::optional<Response> essential(const AddOn& addon) {
  if (plan_named(addon.plan).followers) return std::nullopt;
  return unprocessable("That is not available on Essential-tier databases.");
}

/// A process id as a number or its digits; nothing for what is none.
std::optional<int> pid_of(const json::Value& value) {
  if (value.is_integer()) return static_cast<int>(value.as_integer());
  const std::string& text = value.as_string();
  int pid = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), pid);
  if (problem != std::errc{} || end != text.data() + text.size() || pid <= 0) return std::nullopt;
  return pid;
}

}  // namespace

Response connection_reset(Control& control, const Call& call) {
  const AddOn* addon = database_of(control, call);
  if (addon == nullptr) return unknown_database(control);
  if (!addon->database->endpoint) return unprocessable(addon->name + " is still being prepared.");
  control.engine.reset_connections(addon->id);
  return message("Connections to " + addon->name + " are being ended.");
}

Response user_connections(Control& control, const Call& call) {
  const AddOn* addon = database_of(control, call);
  if (addon == nullptr) return unknown_database(control);
  json::Value users = json::Value::object();
  if (const auto& sample = addon->database->sample)
    for (const auto& [user, count] : sample->sample.connections_of) users.set(user, count);
  return answer(json::Object{{"connections", std::move(users)}});
}

Response bastion(Control& control, const Call& call) {
  if (database_of(control, call) == nullptr) return unknown_database(control);
  // A database in a space is on loopback here like any other, and with neither of them the CLI goes there straight.
  return answer(json::Object{{"host", nullptr}, {"private_key", nullptr}});
}

Response terminate_process(Control& control, const Call& call) {
  const AddOn* addon = database_of(control, call);
  if (addon == nullptr) return unknown_database(control);
  if (!addon->database->endpoint) return unprocessable(addon->name + " is still being prepared.");
  const auto pid = pid_of(call.body["pid"]);
  if (!pid) return unprocessable("pid must be the number of a process.");
  control.engine.terminate(addon->id, *pid);
  return message("Process " + std::to_string(*pid) + " is being ended.");
}

Response reset_database(Control& control, const Call& call) {
  const AddOn* addon = database_of(control, call);
  if (addon == nullptr) return unknown_database(control);
  const Database& database = *addon->database;
  if (database.follows())
    return unprocessable(addon->name + " follows " + database.leader_name + " and cannot be reset.");
  if (!database.endpoint || database.phase != Database::Phase::running)
    return unprocessable(addon->name + " is still being prepared.");
  std::vector<std::string> extensions;
  for (const json::Value& name : call.body["extensions"].items()) extensions.push_back(name.as_string());
  control.engine.reset(addon->id, extensions);
  return message("All data of " + addon->name + " is being erased.");
}

Response database_metrics(Control& control, const Call& call) {
  const AddOn* addon = database_of(control, call);
  if (addon == nullptr) return unknown_database(control);
  if (auto refusal = essential(*addon)) return *refusal;
  // Nothing of the server's machine is measured here, and where nothing is measured Heroku has nulls too.
  json::Value point = json::Value::object();
  for (const char* key : {"load_avg_1m", "load_avg_5m", "load_avg_15m", "memory_total", "memory_free", "memory_cached",
                          "postgres_memory", "at"})
    point.set(key, nullptr);
  return answer(json::Array{std::move(point)});
}

Response burst_status(Control& control, const Call& call) {
  const AddOn* addon = database_of(control, call);
  if (addon == nullptr) return unknown_database(control);
  if (auto refusal = essential(*addon)) return *refusal;
  // A disk that nobody strains: all of its credit, and none of it going.
  return answer(json::Object{
      {"addon_name", addon->name},
      {"addon_id", addon->id},
      {"at", format_time(control.clock.wall_now())},
      {"burst_status", json::Object{{"volumebalance", json::Object{{"latest_value", 100.0}, {"slope", 0.0}}}}}});
}

Response expensive_queries(Control& control, const Call& call) {
  const AddOn* addon = database_of(control, call);
  if (addon == nullptr) return unknown_database(control);
  if (auto refusal = essential(*addon)) return *refusal;
  return answer(json::Object{{"queries", json::Value::array()}});  // the servers keep no statistics of statements
}

}  // namespace changeover::emulator::handlers
