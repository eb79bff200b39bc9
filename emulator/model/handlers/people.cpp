#include <array>

#include "core/text.h"
#include "emulator/model/catalogue.h"
#include "emulator/model/handlers/find.h"
#include "emulator/model/handlers/handlers.h"
#include "emulator/model/paging.h"
#include "emulator/model/render.h"

namespace changeover::emulator::handlers {
namespace {

struct Right {
  Permission permission;
  const char* name;
  const char* description;
};
constexpr std::array<Right, 4> rights{{{Permission::view, "view", "Can view the app and its resources"},
                                       {Permission::deploy, "deploy", "Can push code to the app"},
                                       {Permission::operate, "operate", "Can operate the app"},
                                       {Permission::manage, "manage", "Can manage the app"}}};

json::Value render(const Right& right) {
  return json::Object{{"name", right.name}, {"description", right.description}};
}

json::Value collaborator(const App& app, const Account& account) {
  json::Array permissions;
  for (const Right& right : rights)
    if (account.may(app, right.permission)) permissions.push_back(render(right));
  const char* role = app.team != nullptr ? "member" : "collaborator";
  if (account.may(app, Permission::manage)) role = app.team != nullptr ? "admin" : "owner";
  return json::Object{{"app", reference(app)},
                      {"id", fixed_uuid("collaborator:" + app.name + ":" + account.email)},
                      {"role", role},
                      {"user", user(account.email).set("federated", false)},
                      {"permissions", std::move(permissions)},
                      {"created_at", format_time(app.created_at)},
                      {"updated_at", format_time(app.created_at)}};
}

json::Array collaborators(const Control& control, const App& app) {
  json::Array list;
  for (const Account& account : control.accounts.all())
    if (account.sees(app)) list.push_back(collaborator(app, account));
  return list;
}

}  // namespace

Response app_collaborators(Control& control, const Call& call) {
  const App* app = app_of(control, call);
  return app != nullptr ? page(call, collaborators(control, *app), {"id"}) : no_app();
}

Response app_collaborator(Control& control, const Call& call) {
  const App* app = app_of(control, call);
  if (app == nullptr) return no_app();
  const std::string& wanted = call["collaborator"] == "~" ? call.account->email : call["collaborator"];
  for (const json::Value& one : collaborators(control, *app))
    if (one["user"]["email"].as_string() == wanted || one["id"].as_string() == wanted) return answer(one);
  return not_found("collaborator", "Couldn't find that collaborator.");
}

Response team_members(Control& control, const Call& call) {
  if (control.estate.teams.find(call["team"]) == nullptr) return no_team();
  json::Array list;
  for (const Account& account : control.accounts.all())
    list.emplace_back(json::Object{{"id", fixed_uuid("member:" + call["team"] + ":" + account.email)},
                                   {"email", account.email},
                                   {"role", account.apps ? "collaborator" : "admin"},
                                   {"user", user(account.email).set("name", nullptr)},
                                   {"federated", false},
                                   {"identity_provider", nullptr},
                                   {"two_factor_authentication", true},
                                   {"created_at", long_ago},
                                   {"updated_at", long_ago}});
  return page(call, list, {"email"});
}

Response team_permissions(Control&, const Call& call) {
  json::Array list;
  for (const Right& right : rights) list.push_back(render(right));
  return page(call, list, {"name"});
}

}  // namespace changeover::emulator::handlers
