#include "emulator/admin.h"

#include <charconv>
#include <utility>

#include "emulator/model/call.h"

namespace changeover::emulator {
namespace {

constexpr std::string_view prefix = "/_emulator";

Response add_faults(const json::Value& body, Faults& faults) {
  std::vector<FaultRule> rules;
  const json::Array one{body};
  for (const json::Value& item : body.is_array() ? body.items() : one) {
    auto rule = fault_rule_from(item);
    if (!rule) return error(422, "invalid_params", rule.error().what);
    rules.push_back(*std::move(rule));
  }
  for (FaultRule& rule : rules) faults.add(std::move(rule));
  return answer(json::Object{{"added", static_cast<std::int64_t>(rules.size())}}, 201);
}

long long since_of(const Call& call) {
  const std::string text = call.query("since");
  long long since = 0;
  std::from_chars(text.data(), text.data() + text.size(), since);
  return since;
}

/// The NAME of /_emulator/databases/NAME/stall, or "".
std::string stalled_name(std::string_view path) {
  constexpr std::string_view before = "/databases/";
  constexpr std::string_view after = "/stall";
  if (!path.starts_with(before) || !path.ends_with(after) || path.size() <= before.size() + after.size()) return {};
  return percent_decoded(path.substr(before.size(), path.size() - before.size() - after.size()));
}

}  // namespace

bool is_admin_path(std::string_view path) {
  return path.starts_with(prefix) && (path.size() == prefix.size() || path[prefix.size()] == '/');
}

std::optional<long long> followed_from(const Request& request) {
  const Call call{request, {}, {}};
  const bool follows =
      request.method == "GET" && request.path() == std::string(prefix) + "/requests" && call.query("follow") == "true";
  if (!follows) return std::nullopt;
  return call.query("since").empty() ? newest_only : since_of(call);
}

json::Value status_of(const AdminView& view) {
  json::Value router = view.routed.summary();
  router.set("port", view.router_port == 0 ? json::Value() : json::Value(view.router_port));
  json::Value status = view.model.status();
  status.set("router", std::move(router));
  status.set("faults", view.faults.in_force());
  return status;
}

Response admin_answer(const Request& request, const AdminView& view) {
  Model& model = view.model;
  if (!is_clean_path(request.path())) return error(400, "bad_request", "The path is not well encoded.");
  Call call{request, {}, {}};
  if (!request.body.empty()) {
    auto body = json::parse(request.body);
    if (!body) return error(400, "bad_request", "The request body is not JSON.");
    call.body = *std::move(body);
  }
  const std::string_view path = request.path().substr(prefix.size());
  if (request.method == "GET" && path == "/status") {
    model.watch();
    return answer(status_of(view));
  }
  if (request.method == "GET" && path == "/requests") return answer(view.requests.since(since_of(call)));
  if (request.method == "GET" && path == "/router") return answer(view.routed.since(since_of(call)));
  if (request.method == "POST" && path == "/faults") return add_faults(call.body, view.faults);
  if (request.method == "DELETE" && path == "/faults") {
    view.faults.clear();
    return answer(json::Value::object());
  }
  if (const std::string name = stalled_name(path); request.method == "POST" && !name.empty()) {
    if (!call.body["stalled"].is_bool()) return error(422, "invalid_params", "stalled must be true or false.");
    if (auto done = model.stall(name, call.body["stalled"].as_bool()); !done)
      return not_found("database", done.error().what);
    return answer(json::Value::object());
  }
  return not_found("route", "The emulator has no such route; docs/emulator.md lists them.");
}

}  // namespace changeover::emulator
