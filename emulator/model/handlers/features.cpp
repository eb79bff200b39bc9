#include "core/text.h"
#include "emulator/model/catalogue.h"
#include "emulator/model/handlers/find.h"
#include "emulator/model/handlers/handlers.h"
#include "emulator/model/render.h"

namespace changeover::emulator::handlers {
namespace {

constexpr std::string_view preboot = "preboot";

/// The one feature that changes what dynos do.
json::Value render_preboot(const App& app) {
  return json::Object{{"id", fixed_uuid("feature:preboot")},
                      {"name", preboot},
                      {"display_name", "Preboot"},
                      {"description", "Provide seamless web dyno deploys"},
                      {"doc_url", "https://devcenter.heroku.com/articles/preboot"},
                      {"feedback_email", "feedback@example.com"},
                      {"state", "general"},
                      {"enabled", app.preboot},
                      {"created_at", format_time(app.created_at)},
                      {"updated_at", format_time(app.updated_at)}};
}

bool names_preboot(const Call& call) {
  return call["feature"] == preboot || call["feature"] == fixed_uuid("feature:preboot");
}

Response no_feature() { return not_found("feature", "Couldn't find that app feature."); }

}  // namespace

Response app_features(Control& control, const Call& call) {
  const App* app = app_of(control, call);
  return app != nullptr ? page(call, {render_preboot(*app)}, {"name", "id"}) : no_app();
}

Response app_feature(Control& control, const Call& call) {
  const App* app = app_of(control, call);
  if (app == nullptr) return no_app();
  return names_preboot(call) ? answer(render_preboot(*app)) : no_feature();
}

Response patch_app_feature(Control& control, const Call& call) {
  App* app = app_of(control, call);
  if (app == nullptr) return no_app();
  if (!names_preboot(call)) return no_feature();
  if (!call.body["enabled"].is_bool()) return invalid_params("enabled must be true or false.");
  if (call.body["enabled"].as_bool() && app->space != nullptr)
    return invalid_params("Preboot is not available to apps in a Private Space.");
  app->preboot = call.body["enabled"].as_bool();  // restarts nothing (Dev Center, "Preboot")
  app->updated_at = control.clock.wall_now();
  return answer(render_preboot(*app));
}

}  // namespace changeover::emulator::handlers
