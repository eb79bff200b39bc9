#include <algorithm>

#include "emulator/model/attachment_url.h"
#include "emulator/model/catalogue.h"
#include "emulator/model/confirming.h"
#include "emulator/model/handlers/attaching.h"
#include "emulator/model/handlers/find.h"
#include "emulator/model/handlers/handlers.h"
#include "emulator/model/paging.h"
#include "emulator/model/render.h"

namespace changeover::emulator::handlers {
namespace {

Response attachment_page(const Call& call, std::vector<Attachment*> list,
                         const std::vector<std::string>& fields = {"name", "id"}) {
  const Detail detail = detail_of(call);
  return named_page(
      call, seen(call, std::move(list)), [&](const Attachment& attachment) { return render(attachment, detail); },
      fields);
}

bool is_attachment_name(std::string_view name) {
  return !name.empty() && !(name.front() >= '0' && name.front() <= '9') &&
         std::ranges::all_of(name, [](char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'; });
}

/// What is wrong with the namespace, or nothing.
std::optional<std::string> namespace_problem(const AddOn& addon, const std::string& ns) {
  const Credential* credential = addon.database != nullptr && (ns.starts_with("credential:") || is_pool(ns))
                                     ? credential_of(*addon.database, ns)
                                     : nullptr;
  if (credential == nullptr || credential->state == Credential::State::provisioning ||
      credential->state == Credential::State::revoking)
    return "Add-on " + addon.name + " has no credential for the namespace " + ns + ".";
  if (is_pool(ns) && !plan_named(addon.plan).followers)
    return "Connection pooling is not available on " + addon.plan + ".";
  return std::nullopt;
}

}  // namespace

std::optional<Response> attach_refusal(const Control& control, const App& app, const AddOn& addon,
                                       const std::optional<std::string>& ns, const std::string& confirm) {
  const bool making = addon.state == AddOn::State::provisioning;
  if (addon.state != AddOn::State::provisioned && (!making || control.switches.attach_provisioning == Verdict::refuse))
    return invalid_params("Add-on " + addon.name + " is not available yet. Wait until it is provisioned.");
  if (ns)
    if (const auto problem = namespace_problem(addon, *ns)) return invalid_params(*problem);
  if (addon.service() != postgres_service) return std::nullopt;
  const bool in_space = plan_named(addon.plan).in_space;
  if (in_space && addon.app->space != app.space)
    return unless_confirmed(control, control.switches.private_outside, app, confirm,
                            "Add-on " + addon.name + " is reachable only from apps of its own space.");
  if (!in_space && app.space != nullptr)
    return unless_confirmed(
        control, control.switches.common_into_space, app, confirm,
        "Add-on " + addon.name + " is not automatically networked with space " + app.space->name + ".");
  return std::nullopt;
}

Response app_attachments(Control& control, const Call& call) {
  const App* app = app_of(control, call);
  if (app == nullptr) return no_app();
  std::vector<Attachment*> list;
  for (const auto& [name, attachment] : app->attachments) list.push_back(attachment);
  return attachment_page(call, std::move(list));
}

Response app_attachment(Control& control, const Call& call) {
  App* app = app_of(control, call);
  if (app == nullptr) return no_app();
  for (const auto& [name, attachment] : app->attachments)
    if (name == call["attachment"] || attachment->id == call["attachment"])
      return answer(render(*attachment, detail_of(call)));
  return no_attachment();
}

Response addon_attachments(Control& control, const Call& call) {
  const AddOn* addon = addon_of(control, call);
  return addon != nullptr ? attachment_page(call, addon->attachments) : no_addon();
}

// Of all apps: names repeat, so the pages go by id.
Response attachments(Control& control, const Call& call) {
  return attachment_page(call, control.estate.attachments(), {"id", "name"});
}

Response attachment(Control& control, const Call& call) {
  const Attachment* found = control.estate.attachment(call["attachment"]);
  return found != nullptr ? answer(render(*found, detail_of(call))) : no_attachment();
}

Response create_attachment(Control& control, const Call& call) {
  if (auto refusal =
          unknown_parameters(call.body, {"addon", "app", "name", "namespace", "namespace_config", "confirm"}))
    return *refusal;
  if (auto refusal = text_expected(call.body, {"name", "namespace", "confirm"})) return *refusal;
  App* app = control.estate.apps.find(identity(call.body["app"]));
  if (app == nullptr) return no_app();
  AddOn* addon = control.estate.addons.find(identity(call.body["addon"]));
  if (addon == nullptr) return no_addon();
  const std::string confirm = call.body["confirm"].as_string();
  std::optional<std::string> ns;
  if (!call.body["namespace"].as_string().empty()) ns = call.body["namespace"].as_string();
  if (auto refusal = attach_refusal(control, *app, *addon, ns, confirm)) return *refusal;
  std::string name = call.body["name"].as_string();
  if (name.empty())
    name = addon->database != nullptr ? Attachments::colour_name(*app) : Attachments::default_name(*app, *addon);
  if (!is_attachment_name(name))
    return invalid_params("Attachment name " + name + " must hold upper-case letters, digits and _ only.");
  const auto found = app->attachments.find(name);
  Attachment* taken = found == app->attachments.end() ? nullptr : found->second;
  if (taken != nullptr && taken->addon == addon && taken->ns == ns)
    return invalid_params("Add-on " + addon->name + " is already attached as " + name + ".");
  if (taken != nullptr)
    if (auto refusal = replace_refusal(control, *taken, addon, confirm)) return *refusal;
  if (is_pool(ns) && !control.databases.open_pool(*addon))
    return error(503, "service_unavailable", "The pooler of " + addon->name + " could not be started.");
  const Attachment& made = taken != nullptr ? control.attachments.replace(*taken, *addon, std::move(ns))
                                            : control.attachments.attach(*app, *addon, name, std::move(ns));
  return answer(render(made, detail_of(call)), 201);
}

Response delete_attachment(Control& control, const Call& call) {
  Attachment* found = control.estate.attachment(call["attachment"]);
  if (found == nullptr) return no_attachment();
  if (auto refusal = last_billing_refusal(control, *found, "Destroy the add-on instead.")) return *refusal;
  Response response = answer(render(*found, detail_of(call)));
  control.attachments.detach(*found);
  return response;
}

}  // namespace changeover::emulator::handlers
