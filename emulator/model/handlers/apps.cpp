#include <array>

#include "core/text.h"
#include "emulator/model/app_life.h"
#include "emulator/model/catalogue.h"
#include "emulator/model/handlers/find.h"
#include "emulator/model/handlers/handlers.h"
#include "emulator/model/paging.h"
#include "emulator/model/render.h"

namespace changeover::emulator::handlers {
namespace {

constexpr std::array<std::string_view, 4> stacks{"cnb", "container", "heroku-22", "heroku-24"};

Response app_page(const Call& call, std::vector<App*> list) {
  return page(
      call, seen(call, std::move(list)), {"name", "id", "updated_at"},
      [](const App* app, const std::string& field) {
        return field == "id" ? app->id : field == "name" ? app->name : format_time(app->updated_at);
      },
      [](const App* app) { return render(*app); });
}

std::optional<Response> name_refusal(const Control& control, const std::string& name) {
  if (!is_app_name(name))
    return invalid_params(
        "Name must start with a letter, end with a letter or digit, have 3 to 30 characters and can only contain "
        "lowercase letters, digits and dashes.");
  if (control.estate.apps.find(name) != nullptr) return invalid_params("Name " + name + " is already taken.");
  return std::nullopt;
}

std::optional<Response> stack_refusal(const std::string& stack) {
  if (stack.empty() || std::ranges::find(stacks, stack) != stacks.end()) return std::nullopt;
  return invalid_params("There is no stack " + stack + ".");
}

std::optional<Response> flag_refusal(const json::Value& body, std::initializer_list<const char*> flags) {
  for (const char* flag : flags)
    if (!body[flag].is_null() && !body[flag].is_bool())
      return invalid_params(std::string(flag) + " must be true or false.");
  return std::nullopt;
}

/// Where it shall live, and whose it shall be.
std::optional<Response> place_refusal(const Control& control, const json::Value& body, NewApp& wanted) {
  if (const std::string region = identity(body["region"]); !region.empty()) {
    const Region* found = find_region(region);
    if (found == nullptr || !found->common())
      return invalid_params("Apps outside spaces live in the regions us and eu.");
    wanted.region = region;
  }
  if (const std::string team = identity(body["team"]); !team.empty()) {
    wanted.team = control.estate.teams.find(team);
    if (wanted.team == nullptr) return not_found("team", "Couldn't find that team.");
  }
  const std::string space = identity(body["space"]);
  if (space.empty()) return std::nullopt;
  wanted.space = control.estate.spaces.find(space);
  if (wanted.space == nullptr) return not_found("space", "Couldn't find that space.");
  if (wanted.space->state != Space::State::allocated)
    return invalid_params("The space " + wanted.space->name + " is not allocated yet.");
  if (wanted.team != nullptr && wanted.team != wanted.space->team)
    return invalid_params("The space " + wanted.space->name + " belongs to another team.");
  return std::nullopt;
}

Response create(Control& control, const Call& call, json::Value (*show)(const App&)) {
  if (auto refusal = text_expected(call.body, {"name"})) return *refusal;
  NewApp wanted;
  wanted.owner = call.account->email;
  wanted.name = call.body["name"].as_string();
  if (wanted.name.empty()) wanted.name = free_app_name(control.random, control.estate);
  if (auto refusal = name_refusal(control, wanted.name)) return *refusal;
  wanted.stack = identity(call.body["stack"]);
  if (auto refusal = stack_refusal(wanted.stack)) return *refusal;
  if (auto refusal = flag_refusal(call.body, {"locked", "internal_routing", "personal"})) return *refusal;
  if (auto refusal = place_refusal(control, call.body, wanted)) return *refusal;
  wanted.locked = call.body["locked"].as_bool();
  wanted.internal_routing = call.body["internal_routing"].as_bool();
  if (wanted.internal_routing && wanted.space == nullptr)
    return invalid_params("Internal routing needs an app inside a Private Space.");
  const App& made = make_app(control, std::move(wanted));
  call.account->own(made);
  return answer(show(made), 201);
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

Response create_app(Control& control, const Call& call) {
  if (auto refusal = unknown_parameters(call.body, {"name", "region", "stack", "feature_flags"})) return *refusal;
  return create(control, call, &render);
}

Response create_team_app(Control& control, const Call& call) {
  if (auto refusal = unknown_parameters(call.body, {"name", "region", "stack", "feature_flags", "locked", "personal",
                                                    "team", "space", "internal_routing", "kernel"}))
    return *refusal;
  return create(control, call, &render_team_app);
}

Response team_app(Control& control, const Call& call) {
  const App* found = app_of(control, call);
  return found != nullptr ? answer(render_team_app(*found)) : no_app();
}

Response patch_team_app(Control& control, const Call& call) {
  App* app = app_of(control, call);
  if (app == nullptr) return no_app();
  if (auto refusal = unknown_parameters(call.body, {"locked"})) return *refusal;
  if (!call.body["locked"].is_bool()) return invalid_params("locked must be true or false.");
  app->locked = call.body["locked"].as_bool();
  app->updated_at = control.clock.wall_now();
  return answer(render_team_app(*app));
}

Response patch_app(Control& control, const Call& call) {
  App* app = app_of(control, call);
  if (app == nullptr) return no_app();
  if (auto refusal = unknown_parameters(call.body, {"name", "maintenance", "build_stack"})) return *refusal;
  if (call.body.has("maintenance") && !call.body["maintenance"].is_bool())
    return invalid_params("maintenance must be true or false.");
  if (call.body.has("maintenance") && app->fir() && !control.switches.fir_maintenance)
    return invalid_params("Maintenance mode is not available for Fir apps.");
  const std::string stack = identity(call.body["build_stack"]);
  if (auto refusal = stack_refusal(stack)) return *refusal;
  if (const json::Value& name = call.body["name"]; !name.is_null() && name.as_string() != app->name) {
    if (auto refusal = name_refusal(control, name.as_string())) return *refusal;
    control.estate.apps.rename(*app, name.as_string());
  }
  app->maintenance = call.body["maintenance"].as_bool(app->maintenance);
  if (!stack.empty()) app->build_stack = stack;  // dynos get it with the next deploy
  app->updated_at = control.clock.wall_now();
  return answer(render(*app));
}

Response delete_app(Control& control, const Call& call) {
  App* app = app_of(control, call);
  if (app == nullptr) return no_app();
  Response response = answer(render(*app));
  destroy_app(control, *app);
  return response;
}

Response app_domains(Control& control, const Call& call) {
  const App* app = app_of(control, call);
  if (app == nullptr) return no_app();
  return page(call, render_domains(*app), {"hostname", "id"});
}

Response app_domain(Control& control, const Call& call) {
  const App* app = app_of(control, call);
  if (app == nullptr) return no_app();
  for (const json::Value& domain : render_domains(*app))
    if (domain["hostname"].as_string() == call["domain"] || domain["id"].as_string() == call["domain"])
      return answer(domain);
  return not_found("domain", "Couldn't find that domain name.");
}

}  // namespace changeover::emulator::handlers
