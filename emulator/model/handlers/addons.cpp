#include <algorithm>

#include "core/text.h"
#include "emulator/model/addon_name.h"
#include "emulator/model/attachment_url.h"
#include "emulator/model/confirming.h"
#include "emulator/model/following.h"
#include "emulator/model/handlers/find.h"
#include "emulator/model/handlers/handlers.h"
#include "emulator/model/paging.h"
#include "emulator/model/render.h"

namespace changeover::emulator::handlers {
namespace {

Response addon_page(const Call& call, std::vector<AddOn*> addons) {
  const Detail detail = detail_of(call);
  return named_page(call, std::move(addons), [&](const AddOn& addon) { return render(addon, detail); });
}

/// What a create asks for, checked; `refusal` says what is wrong.
struct Order {
  App* app = nullptr;
  Plan plan;
  std::string name;
  std::string attachment;
  AddOn* leader = nullptr;
  Attachment* replaced = nullptr;
};

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
    return provider_refusal(order.plan.name + " installs only on an app inside a Private Space; " + app.name +
                            " is in none.");
  if (order.plan.tier == "shield" && !app.space->shield)
    return provider_refusal(order.plan.name + " installs only on an app inside a Shield Space.");
  return std::nullopt;
}

std::optional<Response> check_names(Control& control, const Call& call, Order& order) {
  order.name = call.body["name"].as_string();
  if (order.name.empty()) {
    order.name = free_addon_name(control.random, control.estate, order.plan.name);
  } else if (!is_addon_name(order.name)) {
    return invalid_params("Name " + order.name + " must start with a letter and hold letters, digits, - and _ only.");
  } else if (control.estate.addons.find(order.name) != nullptr) {
    return invalid_params("Name " + order.name + " is already taken.");
  }
  order.attachment = call.body["attachment"]["name"].as_string();
  if (order.attachment.empty()) return std::nullopt;
  order.replaced = Estate::attachment_named(*order.app, order.attachment);
  if (order.replaced == nullptr) return std::nullopt;
  return replace_refusal(control, *order.replaced, nullptr, call.body["confirm"].as_string());
}

std::optional<Response> check_follow(Control& control, const Call& call, Order& order) {
  const json::Value& config = call.body["config"];
  for (const char* unsupported : {"fork", "rollback"})
    if (config.has(unsupported)) return provider_refusal(std::string("The emulator does not ") + unsupported + ".");
  if (!config.has("follow")) return std::nullopt;
  auto leader = leader_to_follow(control, *order.app, order.plan, config["follow"].as_string());
  if (!leader) return provider_refusal(leader.error());
  order.leader = *leader;
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
    control.databases.create(addon, order.leader, {});
  else
    addon.state = AddOn::State::provisioned;
  const std::string name = order.attachment.empty() ? Attachments::default_name(*order.app, addon) : order.attachment;
  if (order.replaced != nullptr)
    control.attachments.replace(*order.replaced, addon, std::nullopt);
  else
    control.attachments.attach(*order.app, addon, name, std::nullopt);
  return addon;
}

}  // namespace

Response app_addons(Control& control, const Call& call) {
  const App* app = app_of(control, call);
  if (app == nullptr) return no_app();
  // Also those billed elsewhere and attached here (heroku-api.md 2.4).
  std::vector<AddOn*> list;
  for (const auto& [name, attachment] : app->attachments)
    if (std::ranges::find(list, attachment->addon) == list.end()) list.push_back(attachment->addon);
  return addon_page(call, std::move(list));
}

Response addons(Control& control, const Call& call) {
  return addon_page(call, seen(call, control.estate.addons.all()));
}

Response team_addons(Control& control, const Call& call) {
  const Team* team = control.estate.teams.find(call["team"]);
  if (team == nullptr) return not_found("team", "Couldn't find that team.");
  std::vector<AddOn*> list = seen(call, control.estate.addons.all());
  std::erase_if(list, [&](const AddOn* addon) { return addon->app->team != team; });
  return addon_page(call, std::move(list));
}

Response addon(Control& control, const Call& call) {
  AddOn* found = addon_of(control, call);
  if (!call["app"].empty()) {
    App* app = app_of(control, call);
    if (app == nullptr) return no_app();
    const Attachment* named = Estate::attachment_named(*app, call["addon"]);
    if (found == nullptr && named != nullptr) found = named->addon;
    const auto here = [&](const Attachment* attachment) { return attachment->app == app; };
    if (found != nullptr && found->app != app && std::ranges::none_of(found->attachments, here)) found = nullptr;
  }
  return found != nullptr ? answer(render(*found, detail_of(call))) : no_addon();
}

Response create_addon(Control& control, const Call& call) {
  Order order;
  order.app = app_of(control, call);
  if (order.app == nullptr) return no_app();
  if (auto refusal = unknown_parameters(call.body, {"plan", "name", "attachment", "config", "confirm"}))
    return *refusal;
  if (auto refusal = check_plan(control, call, *order.app, order)) return *refusal;
  if (auto refusal = check_names(control, call, order)) return *refusal;
  if (auto refusal = check_follow(control, call, order)) return *refusal;
  const AddOn& made = carry_out(control, order);
  json::Value body = render(made, detail_of(call));
  if (call.request.header("x-heroku-legacy-provider-messages") == "true" && made.database != nullptr)
    body.set("provision_message",
             "The database is being made. Watch it with heroku pg:wait; an empty one takes 3 to 5 minutes.");
  return answer(body, 201);
}

Response patch_addon(Control& control, const Call& call) {
  AddOn* found = addon_of(control, call);
  if (found == nullptr) return no_addon();
  if (auto refusal = unknown_parameters(call.body, {"name", "plan"})) return *refusal;
  if (const std::string plan = identity(call.body["plan"]); !plan.empty() && plan != found->plan)
    return provider_refusal("The emulator does not change plans; make a follower on " + plan + " instead.");
  if (const std::string name = call.body["name"].as_string(); !name.empty() && name != found->name) {
    if (!is_addon_name(name) || control.estate.addons.find(name) != nullptr)
      return invalid_params("Name " + name + " is already taken or not allowed.");
    control.estate.addons.rename(*found, name);
  }
  found->updated_at = control.clock.wall_now();
  return answer(render(*found, detail_of(call)));
}

Response destroy_addon(Control& control, const Call& call) {
  AddOn* found = addon_of(control, call);
  App* app = app_of(control, call);
  if (app == nullptr) return no_app();
  if (found == nullptr || found->app != app) return no_addon();
  const bool force = call.body["force"].as_bool();
  const auto foreign = [&](const Attachment* attachment) { return attachment->app != app; };
  const bool refuse = !force && control.switches.attached_elsewhere == Verdict::refuse;
  if (refuse && std::ranges::any_of(found->attachments, foreign))
    return invalid_params("Add-on " + found->name + " is attached to other apps. Detach it there or use force.");
  if (found->state == AddOn::State::deprovisioning) return answer(render(*found, detail_of(call)), 202);
  found->state = AddOn::State::deprovisioning;
  found->updated_at = control.clock.wall_now();
  control.attachments.detach_all(*found);
  const bool asynchronous = found->database != nullptr && control.timing.deprovision.count() > 0;
  if (!asynchronous) found->state = AddOn::State::deprovisioned;
  Response response = answer(render(*found, detail_of(call)), asynchronous ? 202 : 200);
  const auto end = [&control, id = found->id] {
    AddOn* gone = control.estate.addons.find(id);
    if (gone == nullptr) return;
    if (gone->database != nullptr) control.databases.destroy(*gone);
    control.estate.addons.remove(*gone);
  };
  if (asynchronous)
    control.timers.at(control.clock.steady_now() + control.timing.deprovision, end);
  else
    end();
  return response;
}

Response addon_config(Control& control, const Call& call) {
  const AddOn* found = addon_of(control, call);
  if (found == nullptr) return no_addon();
  json::Array list;
  if (found->database != nullptr && found->database->endpoint) {
    const std::string space = call["namespace"];
    const Credential* credential = credential_of(*found->database, space.empty() ? std::nullopt : std::optional(space));
    if (credential != nullptr)
      list.emplace_back(
          json::Object{{"name", "URL"}, {"value", postgres_url(*found->database->endpoint, *credential).reveal()}});
  }
  return page(call, list, {"name"});
}

}  // namespace changeover::emulator::handlers
