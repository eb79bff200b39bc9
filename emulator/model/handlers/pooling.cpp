#include "emulator/model/attachment_url.h"
#include "emulator/model/catalogue.h"
#include "emulator/model/handlers/attaching.h"
#include "emulator/model/handlers/data_call.h"
#include "emulator/model/handlers/handlers.h"

namespace changeover::emulator::handlers {
namespace {

constexpr const char* usual_name = "DATABASE_CONNECTION_POOL";

}  // namespace

Response pooling(Control& control, const Call& call) {
  const AddOn* addon = database_of(control, call);
  if (addon == nullptr) return unknown_database(control);
  if (!plan_named(addon->plan).followers)
    return unprocessable("Connection pooling is not available on " + addon->plan + ".");
  const bool available = addon->state == AddOn::State::provisioned;
  return answer(json::Object{{"status", available ? "available" : "unavailable"},
                             {"message", available ? "Connection pooling is available."
                                                   : "Connection pooling is available once the database is."}});
}

Response create_pooling(Control& control, const Call& call) {
  AddOn* addon = database_of(control, call);
  if (addon == nullptr) return unknown_database(control);
  App* app = control.estate.apps.find(identity(call.body["app"]));
  if (app == nullptr) return unprocessable("There is no app " + identity(call.body["app"]) + ".");
  const std::string ns = "connection-pooling:" + call.body["credential"].string_or("default");
  // This route knows no confirmation (heroku-api.md 3.9), so none is asked for.
  if (auto refusal = attach_refusal(control, *app, *addon, ns, app->name)) return unprocessable(message_of(*refusal));
  const std::string name = call.body["name"].string_or(usual_name);
  if (app->attachments.contains(name))
    return unprocessable("App " + app->name + " already has an attachment named " + name + ".");
  if (!control.databases.open_pool(*addon)) return unprocessable("The pooler could not be started.");
  control.attachments.attach(*app, *addon, name, ns);
  return answer(json::Object{{"name", name}}, 201);
}

}  // namespace changeover::emulator::handlers
