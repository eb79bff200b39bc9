#include "emulator/model/access.h"

#include <algorithm>
#include <array>

#include "emulator/model/handlers/data_call.h"
#include "emulator/model/render.h"

namespace changeover::emulator {
namespace {

/// Where the method alone does not say it: reading needs view, anything else operate.
struct Needs {
  std::string_view method;
  std::string_view pattern;
  Permission permission;
};
constexpr auto needs = std::to_array<Needs>({
    {"GET", "/apps/:app/config-vars", Permission::operate},
    {"GET", "/apps/:app/config-vars-settings", Permission::operate},
    {"GET", "/apps/:app/releases/:release/config-vars", Permission::operate},
    {"GET", "/addons/:addon/config", Permission::operate},
    {"GET", "/addons/:addon/config/:namespace", Permission::operate},
    {"POST", "/actions/addons/resolve", Permission::view},
    {"POST", "/actions/addon-attachments/resolve", Permission::view},
    {"PUT", "/apps/:app/pre-authorizations", Permission::view},
    {"POST", "/apps/:app/releases", Permission::deploy},
    {"DELETE", "/apps/:app", Permission::manage},
});
constexpr std::string_view pre_authorizations = "/apps/:app/pre-authorizations";

Permission needed(const Route& route) {
  const auto found = std::ranges::find_if(
      needs, [&](const Needs& one) { return one.method == route.method && one.pattern == route.pattern; });
  if (found != needs.end()) return found->permission;
  return route.method == "GET" ? Permission::view : Permission::operate;
}

struct Concern {
  const App* app = nullptr;
  bool by_name = false;  ///< the call names the app itself, not something on it
};

std::vector<Concern> concerns(const Control& control, const Call& call) {
  std::vector<Concern> list;
  const auto add_app = [&](const std::string& key) {
    if (const App* app = key.empty() ? nullptr : control.estate.apps.find(key)) list.push_back({app, true});
  };
  const auto add_addon = [&](const std::string& key) {
    if (const AddOn* addon = key.empty() ? nullptr : control.estate.addons.find(key)) list.push_back({addon->app});
  };
  add_app(call["app"]);
  if (call["app"].empty()) {
    add_addon(call["addon"]);
    add_addon(call["db"]);
    if (const Attachment* attachment = control.estate.attachment(call["attachment"])) list.push_back({attachment->app});
  }
  if (call.request.method == "POST") {
    add_app(identity(call.body["app"]));
    add_addon(identity(call.body["addon"]));
  }
  return list;
}

Response unseen(const Control& control, const Call& call, const Concern& concern) {
  if (is_data_path(call.request.path())) return handlers::unknown_database(control);
  if (!concern.by_name) return not_found("add_on", "Couldn't find that add-on.");
  if (control.switches.unseen_apps == Switches::UnseenApps::not_found)
    return not_found("app", "Couldn't find that app.");
  return error(403, "forbidden", "You do not have access to the app " + concern.app->name + ".");
}

Response second_factor_wanted(const App& app, bool wrong) {
  json::Value body = json::Object{
      {"id", "two_factor"},
      {"message", wrong ? "The second factor is wrong." : "A second factor must be supplied for this app."},
      {"app", reference(app)}};
  return answer(body, 403);
}

std::optional<Response> refused_second_factor(const Control& control, const Call& call, const App& app) {
  if (!app.two_factor) return std::nullopt;
  const std::string_view code = call.request.header("heroku-two-factor-code");
  if (!code.empty())
    return code == call.account->second_factor ? std::nullopt : std::optional(second_factor_wanted(app, true));
  const auto& allowed = call.account->pre_authorized;
  const auto found = allowed.find(app.id);
  if (found != allowed.end() && control.clock.steady_now() < found->second) return std::nullopt;
  return second_factor_wanted(app, false);
}

std::string_view without_parameters(std::string_view type) {
  type = type.substr(0, type.find(';'));
  while (type.starts_with(' ')) type.remove_prefix(1);
  while (type.ends_with(' ')) type.remove_suffix(1);
  return type;
}

}  // namespace

std::optional<Response> refused_version(const Request& request) {
  if (is_data_path(request.path())) return std::nullopt;
  std::string_view rest = request.header("accept");
  bool any = rest.empty();
  while (!rest.empty()) {
    const std::string_view type = rest.substr(0, rest.find(','));
    rest.remove_prefix(std::min(rest.size(), type.size() + 1));
    const std::string_view name = without_parameters(type);
    const std::size_t version = type.find("version=3");
    // "3.sdk", "3.fir" and the like are variants of version 3.
    const auto ends = [&](std::size_t at) {
      return at >= type.size() || type[at] == '.' || type[at] == ';' || type[at] == ' ';
    };
    if (name == "application/vnd.heroku+json" && version != type.npos && ends(version + 9)) return std::nullopt;
    any = any || name == "*/*" || name == "application/*" || name == "application/json" ||
          (name == "application/vnd.heroku+json" && type.find("version=") == type.npos);
  }
  if (!any) return error(406, "not_acceptable", "Set Accept: application/vnd.heroku+json; version=3 and try again.");
  // This one error has its words under "error".
  return answer(json::Object{{"id", "missing_version"},
                             {"error",
                              "Please specify a version along with Heroku's API MIME type. For example, "
                              "`Accept: application/vnd.heroku+json; version=3`.\n"}},
                400);
}

Response refused_credentials(Accounts::Refusal refusal) {
  switch (refusal) {
    case Accounts::Refusal::missing:
      return error(401, "unauthorized",
                   "There were no credentials in your `Authorization` header. Try `Authorization: Bearer <OAuth access "
                   "token>` or `Authorization: Basic <base64-encoded email + \":\" + password>`.");
    case Accounts::Refusal::expired:
      return error(401, "unauthorized", "The access token has expired.");
    case Accounts::Refusal::invalid:
      break;
  }
  return error(401, "unauthorized", "Invalid credentials provided.");
}

std::optional<Response> refused_account(const Account& account, const Request& request) {
  if (request.path().starts_with("/account")) return std::nullopt;
  if (account.suspended) return error(403, "suspended", "Your account was suspended.");
  if (account.delinquent && request.method != "GET")
    return error(402, "delinquent", "Your account is delinquent. Settle what is open before changing anything.");
  return std::nullopt;
}

Response rate_limited(const Control& control) {
  Response response =
      error(429, "rate_limit",
            "Your account reached the API rate limit. Please wait a few minutes before making new requests");
  if (control.switches.retry_after)
    response.headers.emplace_back("retry-after", std::to_string(*control.switches.retry_after));
  return response;
}

std::optional<Response> refused_apps(const Control& control, const Route& route, const Call& call) {
  const Permission permission = needed(route);
  for (const Concern& concern : concerns(control, call)) {
    const App& app = *concern.app;
    if (!call.account->sees(app)) return unseen(control, call, concern);
    if (!call.account->may(app, permission))
      return error(403, "forbidden", "You do not have permission to do this on the app " + app.name + ".");
    if (app.suspended && route.method != "GET")
      return error(403, "suspended", "The app " + app.name + " was suspended.");
    if (route.pattern == pre_authorizations || is_data_path(call.request.path())) continue;
    if (auto refusal = refused_second_factor(control, call, app)) return refusal;
  }
  return std::nullopt;
}

}  // namespace changeover::emulator
