#include "core/text.h"
#include "emulator/model/catalogue.h"
#include "emulator/model/handlers/find.h"
#include "emulator/model/handlers/handlers.h"
#include "emulator/model/paging.h"
#include "emulator/model/render.h"

namespace changeover::emulator::handlers {
namespace {

json::Value as_json(const Config& config) {
  json::Object object;
  object.reserve(config.size());
  for (const auto& [key, value] : config) object.emplace_back(key, value.reveal());
  return object;
}

/// "Set A, B config vars", as the releases list shows it.
std::string change_words(const std::vector<std::string>& set, const std::vector<std::string>& removed) {
  const auto words = [](std::string_view verb, const std::vector<std::string>& names) {
    std::string text(verb);
    for (std::size_t i = 0; i < names.size(); ++i) text += (i == 0 ? " " : ", ") + names[i];
    return text;
  };
  std::string text;
  if (!set.empty()) text = words("Set", set);
  if (!removed.empty()) text += (text.empty() ? "" : " and ") + words(text.empty() ? "Remove" : "remove", removed);
  return text + " config vars";
}

Response app_page(const Call& call, std::vector<App*> list) {
  return page(
      call, seen(call, std::move(list)), {"name", "id", "updated_at"},
      [](const App* app, const std::string& field) {
        return field == "id" ? app->id : field == "name" ? app->name : format_time(app->updated_at);
      },
      [](const App* app) { return render(*app); });
}

}  // namespace

Response apps(Control& control, const Call& call) { return app_page(call, control.estate.apps.all()); }

Response user_apps(Control& control, const Call& call) {
  const std::string& own = call.account->email;
  if (call["user"] != "~" && call["user"] != own && call["user"] != fixed_uuid("user:" + own))
    return not_found("user", "Couldn't find that user.");
  // Owned and collaborated ones; what belongs to a team is listed by the team.
  std::vector<App*> list = control.estate.apps.all();
  std::erase_if(list, [](const App* app) { return app->team != nullptr; });
  return app_page(call, std::move(list));
}

Response app(Control& control, const Call& call) {
  const App* found = app_of(control, call);
  return found != nullptr ? answer(render(*found)) : no_app();
}

Response patch_app(Control& control, const Call& call) {
  App* app = app_of(control, call);
  if (app == nullptr) return no_app();
  if (auto refusal = unknown_parameters(call.body, {"name", "maintenance", "build_stack"})) return *refusal;
  if (call.body.has("maintenance") && !call.body["maintenance"].is_bool())
    return invalid_params("maintenance must be true or false.");
  if (call.body.has("maintenance") && app->fir() && !control.switches.fir_maintenance)
    return invalid_params("Maintenance mode is not available for Fir apps.");
  if (const std::string name = call.body["name"].as_string(); !name.empty() && name != app->name) {
    if (control.estate.apps.find(name) != nullptr) return invalid_params("Name " + name + " is already taken.");
    control.estate.apps.rename(*app, name);
  }
  app->maintenance = call.body["maintenance"].as_bool(app->maintenance);
  app->updated_at = control.clock.wall_now();
  return answer(render(*app));
}

Response app_collaborators(Control& control, const Call& call) {
  const App* app = app_of(control, call);
  if (app == nullptr) return no_app();
  json::Array permissions;
  for (const char* name : {"view", "deploy", "operate", "manage"})
    permissions.emplace_back(json::Object{{"name", name}, {"description", name}});
  const json::Array list{json::Object{{"app", reference(*app)},
                                      {"id", fixed_uuid("collaborator:" + app->name)},
                                      {"role", "admin"},
                                      {"user", user(control.account).set("federated", false)},
                                      {"permissions", std::move(permissions)},
                                      {"created_at", format_time(app->created_at)},
                                      {"updated_at", format_time(app->created_at)}}};
  return page(call, list, {"id"});
}

Response app_domains(Control& control, const Call& call) {
  const App* app = app_of(control, call);
  if (app == nullptr) return no_app();
  json::Array list;
  const auto add = [&](const std::string& hostname, const char* kind) {
    list.emplace_back(json::Object{{"id", fixed_uuid(app->name + hostname)},
                                   {"hostname", hostname},
                                   {"kind", kind},
                                   {"cname", nullptr},
                                   {"status", "succeeded"},
                                   {"acm_status", nullptr},
                                   {"acm_status_reason", nullptr},
                                   {"sni_endpoint", nullptr},
                                   {"app", reference(*app)},
                                   {"created_at", format_time(app->created_at)},
                                   {"updated_at", format_time(app->created_at)}});
  };
  add(web_host(*app), "heroku");
  for (const std::string& domain : app->domains) add(domain, "custom");
  return page(call, list, {"hostname", "id"});
}

Response config_vars(Control& control, const Call& call) {
  const App* app = app_of(control, call);
  return app != nullptr ? answer(as_json(config_of(*app))) : no_app();
}

Response patch_config_vars(Control& control, const Call& call) {
  App* app = app_of(control, call);
  if (app == nullptr) return no_app();
  std::vector<std::string> set;
  std::vector<std::string> removed;
  for (const auto& [key, value] : call.body.members()) {
    if (key.ends_with("_URL") && app->attachments.contains(key.substr(0, key.size() - 4)))
      return invalid_params("Cannot overwrite " + key + ", which belongs to an attachment. Detach it first.");
    if (!value.is_null() && !value.is_string()) return invalid_params("The value of " + key + " must be text or null.");
    (value.is_null() ? removed : set).push_back(key);
  }
  for (const auto& [key, value] : call.body.members()) {
    if (value.is_null())
      app->config.erase(key);
    else
      app->config[key] = Secret(value.as_string());
  }
  if (!set.empty() || !removed.empty()) control.releases.make(*app, change_words(set, removed), Releases::By::person);
  return answer(as_json(config_of(*app)));
}

Response release_config_vars(Control& control, const Call& call) {
  const App* app = app_of(control, call);
  if (app == nullptr) return no_app();
  for (const auto& release : app->releases)
    if (release->id == call["release"] || std::to_string(release->version) == call["release"])
      return answer(as_json(release->config));
  return not_found("release", "Couldn't find that release.");
}

}  // namespace changeover::emulator::handlers
