// The older paths of the Data API: refusals are 400 or 403 with a message alone (heroku-api.md 1.6).
#include <set>

#include "core/text.h"
#include "emulator/model/attachment_url.h"
#include "emulator/model/catalogue.h"
#include "emulator/model/handlers/data_call.h"
#include "emulator/model/handlers/handlers.h"

namespace changeover::emulator::handlers {
namespace {

std::string_view to_string(Credential::State state) {
  switch (state) {
    case Credential::State::provisioning:
      return "provisioning";
    case Credential::State::active:
      return "active";
    case Credential::State::rotating:
      return "rotating";
    case Credential::State::revoking:
      return "revoking";
  }
  return "revoking";
}

json::Value credential_view(const Database& database, const Credential& credential) {
  const std::string_view state = to_string(credential.state);
  json::Value view = json::Object{{"uuid", credential.id}, {"name", credential.name}, {"state", state},
                                  {"database", nullptr},   {"host", nullptr},         {"port", nullptr}};
  if (database.endpoint)
    view.set("database", database.endpoint->database)
        .set("host", database.endpoint->host)
        .set("port", database.endpoint->port);
  // While it rotates the old password is the one in force.
  const bool usable = credential.state == Credential::State::rotating;
  return view.set("credentials", json::Array{json::Object{{"user", credential.user},
                                                          {"password", credential.password.reveal()},
                                                          {"state", usable ? "active" : state}}});
}

/// Why nothing about the credentials of this database can change at the moment.
std::optional<Response> fixed(const AddOn& addon) {
  const Database& database = *addon.database;
  if (database.follows())
    return message("The credentials of a follower are those of its leader, " + database.leader_name + ".", 400);
  if (addon.state != AddOn::State::provisioned || !database.endpoint || database.phase != Database::Phase::running)
    return message("The database " + addon.name + " is not available yet.", 400);
  return std::nullopt;
}

std::optional<Response> default_only(const AddOn& addon) {
  if (plan_named(addon.plan).followers) return std::nullopt;
  return message("Essential-tier databases have the default credential only.", 400);
}

Response no_credential(const std::string& name) { return message("Credential " + name + " was not found.", 404); }

/// The apps where a credential is attached, or has a pool.
std::vector<std::string> apps_with(const AddOn& addon, const std::string& name) {
  std::set<std::string> apps;
  for (const Attachment* attachment : addon.attachments)
    if (credential_name(attachment->ns) == name) apps.insert(attachment->app->name);
  return {apps.begin(), apps.end()};
}

bool forced(const Call& call) { return call.body["forced"].as_bool(); }

}  // namespace

Response credentials(Control& control, const Call& call) {
  const AddOn* addon = database_of(control, call);
  if (addon == nullptr) return unknown_database(control);
  json::Array list;
  for (const Credential& credential : addon->database->credentials)
    list.push_back(credential_view(*addon->database, credential));
  return answer(std::move(list));
}

Response credential(Control& control, const Call& call) {
  const AddOn* addon = database_of(control, call);
  if (addon == nullptr) return unknown_database(control);
  const Credential* found = Credentials::find(*addon->database, call["credential"]);
  return found != nullptr ? answer(credential_view(*addon->database, *found)) : no_credential(call["credential"]);
}

Response create_credential(Control& control, const Call& call) {
  AddOn* addon = database_of(control, call);
  if (addon == nullptr) return unknown_database(control);
  if (auto refusal = default_only(*addon)) return *refusal;
  if (auto refusal = fixed(*addon)) return *refusal;
  const std::string name = call.body["name"].as_string();
  if (!Credentials::is_name(name))
    return message("A credential's name starts with a letter and holds letters, digits, - and _ only, at most 50.",
                   400);
  const Database& database = *addon->database;
  if (Credentials::find(*addon->database, name) != nullptr || name == database.credentials.front().user)
    return message("The credential " + name + " exists already.", 400);
  control.credentials.create(*addon, name);
  return message("The credential " + name + " is being made.");
}

Response destroy_credential(Control& control, const Call& call) {
  AddOn* addon = database_of(control, call);
  if (addon == nullptr) return unknown_database(control);
  const std::string& name = call["credential"];
  if (name == "default") return message("The default credential cannot be destroyed.", 403);
  if (auto refusal = fixed(*addon)) return *refusal;
  Credential* found = Credentials::find(*addon->database, name);
  if (found == nullptr) return no_credential(name);
  if (const auto apps = apps_with(*addon, name); !apps.empty())
    return message("The credential " + name + " must be detached from " + and_list(apps) + " first.", 400);
  if (found->state != Credential::State::revoking) control.credentials.destroy(*addon, *found);
  return message("The credential " + name + " is being destroyed.");
}

Response rotate_credential(Control& control, const Call& call) {
  AddOn* addon = database_of(control, call);
  if (addon == nullptr) return unknown_database(control);
  if (auto refusal = fixed(*addon)) return *refusal;
  const std::string& name = call["credential"];
  Credential* found = Credentials::find(*addon->database, name);
  if (found == nullptr) return no_credential(name);
  if (found->state != Credential::State::active) return message("The credential " + name + " is changing.", 400);
  control.credentials.rotate(*addon, *found, name == "default" || forced(call));
  return message("The credential " + name + " is being rotated.");
}

Response rotate_credentials(Control& control, const Call& call) {
  AddOn* addon = database_of(control, call);
  if (addon == nullptr) return unknown_database(control);
  if (auto refusal = fixed(*addon)) return *refusal;
  if (Credentials::under_way(*addon->database)) return message("A credential of " + addon->name + " is changing.", 400);
  for (Credential& one : addon->database->credentials) control.credentials.rotate(*addon, one, true);
  return message("All credentials are being rotated.");
}

Response repair_default(Control& control, const Call& call) {
  const AddOn* addon = database_of(control, call);
  if (addon == nullptr) return unknown_database(control);
  if (auto refusal = default_only(*addon)) return *refusal;
  if (auto refusal = fixed(*addon)) return *refusal;
  control.engine.repair_owner(addon->id);
  return message("The default credential is being repaired.");
}

}  // namespace changeover::emulator::handlers
