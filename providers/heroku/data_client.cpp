#include "providers/heroku/data_client.h"

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

}  // namespace

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

Task<Result<Maintenance>> DataClient::maintenances(std::string addon_id, CallOptions options) {
  return typed_call<Maintenance>(api_, call_on("GET", {"data", "maintenances", "v1", std::move(addon_id)}, options),
                                 maintenance_from);
}

}  // namespace changeover::heroku
