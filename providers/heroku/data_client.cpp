#include "providers/heroku/data_client.h"

#include <algorithm>
#include <utility>

#include "core/text.h"
#include "providers/heroku/api_error.h"
#include "providers/heroku/typed_call.h"

namespace changeover::heroku {
namespace {

using json::Value;

Call call_on(std::string method, const std::vector<std::string>& parts, CallOptions options) {
  Call call;
  call.api = Api::data;
  call.method = std::move(method);
  call.path = path_of(parts);
  call.options = options;
  return call;
}

Call database_call(std::string method, std::string addon_id, const std::string& verb, CallOptions options) {
  std::vector<std::string> parts{"client", "v11", "databases", std::move(addon_id)};
  if (!verb.empty()) parts.push_back(verb);
  return call_on(std::move(method), parts, options);
}

Result<WaitStatus> wait_status_from(const Value& value) {
  if (!value["waiting?"].is_bool()) return corrupt_answer("a wait status without `waiting?`");
  return WaitStatus{value["waiting?"].as_bool(), value["error?"].as_bool(), masked(value["message"].as_string())};
}

Result<std::map<std::string, int>> user_connections_from(const Value& value) {
  if (!value["connections"].is_object()) return corrupt_answer("user connections without `connections`");
  std::map<std::string, int> users;
  for (const auto& [user, count] : value["connections"].members()) users[user] = static_cast<int>(count.as_integer());
  return users;
}

Result<Maintenance> maintenance_from(const Value& value) {
  Maintenance maintenance;
  maintenance.status = value["status"].as_string();
  if (maintenance.status.empty()) return corrupt_answer("a maintenance without a status");
  maintenance.reason = masked(value["reason"].as_string());
  maintenance.window = value["window"].as_string();
  maintenance.scheduled_for = parse_time(value["scheduled_for"].as_string());
  maintenance.required_by = parse_time(value["required_by"].as_string());
  return maintenance;
}

/// An integer or a string of one, both are seen.
std::optional<std::int64_t> number_from(const Value& value) {
  return value.is_integer() ? std::optional(value.as_integer()) : commits_from(value);
}

Result<Transfer> transfer_from(const Value& value) {
  Transfer transfer;
  transfer.id = value["uuid"].as_string();
  const auto number = number_from(value["num"]);
  if (transfer.id.empty() || !number) return corrupt_answer("a backup without its uuid or number");
  const Value& succeeded = value["succeeded"];
  if (!succeeded.is_null() && !succeeded.is_bool())
    return corrupt_answer("a backup whose `succeeded` is neither true nor false");
  transfer.number = *number;
  transfer.is_backup = value["from_type"].as_string() == "pg_dump" && value["to_type"].as_string() == "gof3r";
  transfer.is_restore = !transfer.is_backup && value["from_type"].as_string() != "pg_dump";
  transfer.scheduled = value["schedule"].is_object();
  transfer.finished = !value["finished_at"].is_null() || !value["canceled_at"].is_null();
  transfer.succeeded = succeeded.as_bool();
  transfer.from_url = masked(value["from_url"].as_string());
  transfer.to_url = masked(value["to_url"].as_string());
  return transfer;
}

std::string plain(const Value& value) { return value.is_string() ? value.as_string() : value.dump(); }

Result<std::vector<Setting>> settings_from(const Value& value) {
  if (!value.is_object()) return corrupt_answer("settings that are no object");
  std::vector<Setting> settings;
  for (const auto& [name, setting] : value.members())
    if (setting.is_object()) settings.push_back({name, plain(setting["value"]), plain(setting["default"])});
  std::ranges::sort(settings, {}, &Setting::name);
  return settings;
}

/// The hour is a number or its digits.
Result<std::string> schedule_from(const Value& value) {
  std::string hour = plain(value["hour"]);
  if (!value["hour"].is_integer() && !value["hour"].is_string())
    return corrupt_answer("a backup schedule without hour");
  if (hour.size() == 1) hour.insert(hour.begin(), '0');
  return hour + ":00 " + value["timezone"].string_or("UTC");
}

Result<std::string> link_from(const Value& value) {
  if (value["name"].as_string().empty()) return corrupt_answer("a data link without its name");
  return value["name"].as_string();
}

}  // namespace

std::string Transfer::name() const {
  const std::string digits = std::to_string(number);
  const std::string kind = is_backup ? (scheduled ? "a" : "b") : is_restore ? "r" : "c";
  return kind + std::string(digits.size() < 3 ? 3 - digits.size() : 0, '0') + digits;
}

Task<Result<Database>> DataClient::database(std::string addon_id, CallOptions options) {
  return typed_call<Database>(api_, database_call("GET", std::move(addon_id), "", options), database_from);
}

Task<Result<WaitStatus>> DataClient::wait_status(std::string addon_id, CallOptions options) {
  return typed_call<WaitStatus>(api_, database_call("GET", std::move(addon_id), "wait_status", options),
                                wait_status_from);
}

Task<Result<void>> DataClient::unfollow(std::string addon_id, CallOptions options) {
  return plain_call(api_, database_call("PUT", std::move(addon_id), "unfollow", options));
}

Task<Result<void>> DataClient::connection_reset(std::string addon_id, CallOptions options) {
  return plain_call(api_, database_call("POST", std::move(addon_id), "connection_reset", options));
}

Task<Result<std::map<std::string, int>>> DataClient::user_connections(std::string addon_id, CallOptions options) {
  return typed_call<std::map<std::string, int>>(
      api_, database_call("GET", std::move(addon_id), "user_connections", options), user_connections_from);
}

Task<Result<std::vector<Transfer>>> DataClient::transfers(std::string app, CallOptions options) {
  return typed_list<Transfer>(api_, call_on("GET", {"client", "v11", "apps", std::move(app), "transfers"}, options),
                              transfer_from);
}

Task<Result<Transfer>> DataClient::transfer(std::string app, std::string id, CallOptions options) {
  return typed_call<Transfer>(
      api_, call_on("GET", {"client", "v11", "apps", std::move(app), "transfers", std::move(id)}, options),
      transfer_from);
}

Task<Result<Transfer>> DataClient::capture(std::string addon_id, CallOptions options) {
  return typed_call<Transfer>(api_, database_call("POST", std::move(addon_id), "backups", options), transfer_from);
}

Task<Result<Maintenance>> DataClient::maintenances(std::string addon_id, CallOptions options) {
  return typed_call<Maintenance>(api_, call_on("GET", {"data", "maintenances", "v1", std::move(addon_id)}, options),
                                 maintenance_from);
}

Task<Result<std::vector<Database>>> DataClient::followers(std::string addon_id, CallOptions options) {
  return typed_array<Database>(api_, database_call("GET", std::move(addon_id), "followers", options), database_from);
}

Task<Result<std::vector<Setting>>> DataClient::settings(std::string addon_id, CallOptions options) {
  return typed_call<std::vector<Setting>>(
      api_, call_on("GET", {"postgres", "v0", "databases", std::move(addon_id), "config"}, options), settings_from);
}

Task<Result<std::vector<std::string>>> DataClient::backup_schedules(std::string addon_id, CallOptions options) {
  return typed_array<std::string>(api_, database_call("GET", std::move(addon_id), "transfer-schedules", options),
                                  schedule_from);
}

Task<Result<std::vector<std::string>>> DataClient::links(std::string addon_id, CallOptions options) {
  return typed_array<std::string>(api_, database_call("GET", std::move(addon_id), "links", options), link_from);
}

}  // namespace changeover::heroku
