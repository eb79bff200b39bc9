#include <algorithm>

#include "emulator/model/attachment_url.h"
#include "emulator/model/catalogue.h"
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

std::optional<Response> attach_refusal(const App& app, const AddOn& addon, const std::optional<std::string>& ns,
                                       const std::string& confirm) {
  if (addon.state != AddOn::State::provisioned)
    return invalid_params("Add-on " + addon.name + " is not available yet. Wait until it is provisioned.");
  if (ns)
    if (const auto problem = namespace_problem(addon, *ns)) return invalid_params(*problem);
  if (addon.service() != postgres_service) return std::nullopt;
  const Plan plan = plan_named(addon.plan);
  if (plan.in_space && addon.app->space != app.space)
    return invalid_params("Add-on " + addon.name + " is reachable only from apps of its own space.");
  if (!plan.in_space && app.space != nullptr && confirm != app.name)
    return confirmation_required(
        app.name, "Add-on " + addon.name + " is not automatically networked with space " + app.space->name + ".");
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
  App* app = control.estate.apps.find(identity(call.body["app"]));
  if (app == nullptr) return no_app();
  AddOn* addon = control.estate.addons.find(identity(call.body["addon"]));
  if (addon == nullptr) return no_addon();
  const std::string confirm = call.body["confirm"].as_string();
  std::optional<std::string> ns;
  if (!call.body["namespace"].as_string().empty()) ns = call.body["namespace"].as_string();
  if (auto refusal = attach_refusal(*app, *addon, ns, confirm)) return *refusal;
  std::string name = call.body["name"].as_string();
  if (name.empty())
    name = addon->database != nullptr ? Attachments::colour_name(*app) : Attachments::default_name(*app, *addon);
  if (!is_attachment_name(name))
    return invalid_params("Attachment name " + name + " must hold upper-case letters, digits and _ only.");
  if (const auto taken = app->attachments.find(name); taken != app->attachments.end()) {
    Attachment& old = *taken->second;
    if (old.addon == addon && old.ns == ns)
      return invalid_params("Add-on " + addon->name + " is already attached as " + name + ".");
    if (confirm != app->name)
      return confirmation_required(
          app->name, "App " + app->name + " already has an attachment named " + name + ". Confirming replaces it.");
    // A rename on the same add-on leaves the billing app with an attachment.
    if (old.addon != addon && Attachments::is_last_billing(old))
      return invalid_params(name + " is the last attachment of " + old.addon->name +
                            " on the app it is billed to. Attach it under another name first.");
    control.attachments.detach(old);
  }
  if (is_pool(ns) && !control.databases.open_pool(*addon))
    return error(503, "service_unavailable", "The pooler of " + addon->name + " could not be started.");
  return answer(render(control.attachments.attach(*app, *addon, name, std::move(ns)), detail_of(call)), 201);
}

Response delete_attachment(Control& control, const Call& call) {
  Attachment* found = control.estate.attachment(call["attachment"]);
  if (found == nullptr) return no_attachment();
  if (Attachments::is_last_billing(*found))
    return invalid_params(found->name + " is the last attachment of " + found->addon->name +
                          " on the app it is billed to. Destroy the add-on instead.");
  Response response = answer(render(*found, detail_of(call)));
  control.attachments.detach(*found);
  return response;
}

Response resolve_attachment(Control& control, const Call& call) {
  const std::string wanted = identity(call.body["addon_attachment"]);
  const std::string app_name = identity(call.body["app"]);
  const std::string service = identity(call.body["addon_service"]);
  App* app = app_name.empty() ? nullptr : control.estate.apps.find(app_name);
  if (!app_name.empty() && app == nullptr) return no_app();
  std::vector<Attachment*> found;
  if (app != nullptr) {
    if (Attachment* named = Estate::attachment_named(*app, wanted)) found.push_back(named);
    if (found.empty())
      for (const auto& [name, attachment] : app->attachments)
        if (attachment->addon->name == wanted || attachment->addon->id == wanted || attachment->id == wanted)
          found.push_back(attachment);
  } else if (Attachment* by_id = control.estate.attachment(wanted)) {
    found.push_back(by_id);
  } else if (const AddOn* addon = control.estate.addons.find(wanted)) {
    found = addon->attachments;
  }
  std::erase_if(
      found, [&](const Attachment* attachment) { return !service.empty() && attachment->addon->service() != service; });
  if (found.empty()) return no_attachment();
  json::Array list;
  for (const Attachment* attachment : found) list.push_back(render(*attachment, detail_of(call)));
  return answer(std::move(list));
}

}  // namespace changeover::emulator::handlers
