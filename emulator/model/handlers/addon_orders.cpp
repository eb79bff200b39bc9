// What a customer orders of an add-on's provider: a new add-on, another plan.
#include "emulator/model/addon_name.h"
#include "emulator/model/confirming.h"
#include "emulator/model/following.h"
#include "emulator/model/handlers/find.h"
#include "emulator/model/handlers/handlers.h"
#include "emulator/model/render.h"

namespace changeover::emulator::handlers {
namespace {

/// What a create asks for, checked; `refusal` says what is wrong.
struct Order {
  App* app = nullptr;
  Plan plan;
  std::string name;
  std::string attachment;
  Databases::Birth birth;
  Attachment* replaced = nullptr;
};

Response refused_by_provider(const Control& control, const std::string& sentence) {
  Response response = provider_refusal(sentence);
  response.status = control.switches.data.refusal_status;
  return response;
}

std::optional<Response> check_plan(const Control& control, const Call& call, const App& app, Order& order) {
  const std::string name = identity(call.body["plan"]);
  if (name.empty()) return invalid_params("plan is missing.");
  const Plan* known = find_postgres_plan(name);
  if (known == nullptr) {
    if (name == postgres_service)
      known = find_postgres_plan("essential-0");
    else if (name.starts_with(postgres_service) || name.find(':') == name.npos)
      return invalid_params("Couldn't find either the add-on service or the add-on plan of " + name + ".");
  }
  order.plan = known != nullptr ? *known : plan_named(name);
  if (!order.plan.in_space && app.space != nullptr && known != nullptr)
    if (auto refusal = unless_confirmed(
            control, control.switches.common_into_space, app, call.body["confirm"].as_string(),
            "The plan " + order.plan.name + " is not automatically networked with space " + app.space->name + "."))
      return refusal;
  if (order.plan.in_space && app.space == nullptr)
    return refused_by_provider(
        control, order.plan.name + " installs only on an app inside a Private Space; " + app.name + " is in none.");
  if (order.plan.tier == "shield" && !app.space->shield)
    return refused_by_provider(control, order.plan.name + " installs only on an app inside a Shield Space.");
  return std::nullopt;
}

std::optional<Response> check_names(Control& control, const Call& call, Order& order) {
  order.name = call.body["name"].as_string();
  if (order.name.empty()) {
    order.name = free_addon_name(control.random, control.estate, order.plan.name);
  } else if (!is_addon_name(order.name)) {
    return invalid_params("Name " + order.name + " must start with a letter and hold letters, digits, - and _ only.");
  } else if (control.estate.addons.find(order.name) != nullptr || control.retired_names.contains(order.name)) {
    return invalid_params("Name " + order.name + " is already taken.");
  }
  order.attachment = call.body["attachment"]["name"].as_string();
  if (order.attachment.empty()) return std::nullopt;
  order.replaced = Estate::attachment_named(*order.app, order.attachment);
  if (order.replaced == nullptr) return std::nullopt;
  return replace_refusal(control, *order.replaced, nullptr, call.body["confirm"].as_string());
}

std::optional<Response> check_origin(Control& control, const Call& call, Order& order) {
  const json::Value& config = call.body["config"];
  if (is_advanced(order.plan.name))
    return refused_by_provider(control, "The Advanced tier is not open to this account.");
  if (config.has("rollback"))
    return refused_by_provider(control, "The database's history does not reach back to that point in time.");
  if (config.has("follow") && config.has("fork"))
    return refused_by_provider(control, "A database cannot both follow and be a fork.");
  for (const char* key : {"follow", "fork"}) {
    if (!config.has(key)) continue;
    const Wish wish{*order.app, order.plan, call.account, config[key].as_string()};
    const bool follows = std::string_view(key) == "follow";
    const auto found = follows ? leader_to_follow(control, wish) : database_to_fork(control, wish);
    if (!found) return refused_by_provider(control, found.error());
    (follows ? order.birth.leader : order.birth.source) = *found;
  }
  return std::nullopt;
}

AddOn& carry_out(Control& control, const Order& order) {
  auto made = std::make_unique<AddOn>();
  made->id = control.random.uuid();
  made->name = order.name;
  made->provider_id = "resource-" + made->id.substr(0, 8) + "@heroku.com";
  made->app = order.app;
  made->plan = order.plan.name;
  made->created_at = made->updated_at = control.clock.wall_now();
  AddOn& addon = control.estate.addons.add(std::move(made));
  const bool postgres = addon.service() == postgres_service;
  if (postgres)
    control.databases.create(addon, order.birth);
  else
    addon.state = AddOn::State::provisioned;
  const std::string name = order.attachment.empty() ? Attachments::default_name(*order.app, addon) : order.attachment;
  if (order.replaced != nullptr)
    control.attachments.replace(*order.replaced, addon, std::nullopt);
  else
    control.attachments.attach(*order.app, addon, name, std::nullopt);
  return addon;
}

/// Only within a tier: the others have other servers in other places (heroku-api.md 2.4).
std::optional<Response> change_plan(Control& control, AddOn& addon, const std::string& wanted) {
  const Plan* known = find_postgres_plan(wanted);
  if (addon.database == nullptr) {
    if (known != nullptr || wanted.substr(0, wanted.find(':')) != addon.service())
      return invalid_params("Plan " + wanted + " is none of " + std::string(addon.service()) + ".");
    addon.plan = wanted;
    return std::nullopt;
  }
  if (known == nullptr) return invalid_params("Couldn't find the add-on plan " + wanted + ".");
  if (known->name == addon.plan) return std::nullopt;
  const Database& database = *addon.database;
  if (known->tier != plan_named(addon.plan).tier || known->tier == "advanced")
    return refused_by_provider(control, addon.name + " cannot go from " + addon.plan + " to " + known->name +
                                            ". Make a follower on that plan and change over to it.");
  if (addon.state != AddOn::State::provisioned || database.phase != Database::Phase::running)
    return refused_by_provider(control, addon.name + " is not available yet.");
  if (database.sample && database.sample->sample.bytes > known->disk_bytes)
    return refused_by_provider(control, "The data of " + addon.name + " does not fit on " + known->name + ".");
  addon.plan = known->name;
  control.engine.reset_connections(addon.id);  // another server takes over
  return std::nullopt;
}

bool told_by_provider(const Call& call, const AddOn& addon) {
  return call.request.header("x-heroku-legacy-provider-messages") == "true" && addon.database != nullptr;
}

}  // namespace

Response create_addon(Control& control, const Call& call) {
  Order order;
  order.app = app_of(control, call);
  if (order.app == nullptr) return no_app();
  if (auto refusal = unknown_parameters(call.body, {"plan", "name", "attachment", "config", "confirm"}))
    return *refusal;
  if (auto refusal = check_plan(control, call, *order.app, order)) return *refusal;
  if (auto refusal = check_names(control, call, order)) return *refusal;
  if (auto refusal = check_origin(control, call, order)) return *refusal;
  const AddOn& made = carry_out(control, order);
  json::Value body = render(made, detail_of(call));
  if (told_by_provider(call, made))
    body.set("provision_message",
             "The database is being made. Watch it with heroku pg:wait; an empty one takes 3 to 5 minutes.");
  return answer(body, control.switches.data.create_status);
}

Response patch_addon(Control& control, const Call& call) {
  AddOn* found = addon_of(control, call);
  if (found == nullptr) return no_addon();
  if (auto refusal = unknown_parameters(call.body, {"name", "plan"})) return *refusal;
  const std::string plan = identity(call.body["plan"]);
  if (!plan.empty())
    if (auto refusal = change_plan(control, *found, plan)) return *refusal;
  if (const std::string name = call.body["name"].as_string(); !name.empty() && name != found->name) {
    if (!is_addon_name(name) || control.estate.addons.find(name) != nullptr || control.retired_names.contains(name))
      return invalid_params("Name " + name + " is already taken or not allowed.");
    control.estate.addons.rename(*found, name);
  }
  found->updated_at = control.clock.wall_now();
  json::Value body = render(*found, detail_of(call));
  if (!plan.empty() && told_by_provider(call, *found))
    body.set("provision_message", "The plan is " + found->plan + " now.");
  return answer(body);
}

}  // namespace changeover::emulator::handlers
