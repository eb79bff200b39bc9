#include <algorithm>

#include "core/text.h"
#include "emulator/model/catalogue.h"
#include "emulator/model/handlers/find.h"
#include "emulator/model/handlers/handlers.h"
#include "emulator/model/paging.h"
#include "emulator/model/render.h"

namespace changeover::emulator::handlers {
Response account(Control&, const Call& call) {
  const Account& own = *call.account;
  json::Value view = user(own.email);
  for (const char* absent : {"name", "suspended_at", "delinquent_at", "default_team", "default_organization",
                             "last_login", "identity_provider", "sms_number", "country_of_residence"})
    view.set(absent, nullptr);
  for (const char* no : {"allow_tracking", "beta", "federated"}) view.set(no, false);
  for (const char* yes : {"two_factor_authentication", "verified"}) view.set(yes, true);
  if (own.suspended) view.set("suspended_at", long_ago);
  if (own.delinquent) view.set("delinquent_at", long_ago);
  return answer(view.set("created_at", long_ago).set("updated_at", long_ago));
}

Response rate_limits(Control& control, const Call& call) {
  return answer(json::Object{{"remaining", call.account->rate_limit.remaining(control.clock.steady_now())}});
}

Response delinquency(Control&, const Call& call) {
  const json::Value when = call.account->delinquent ? json::Value(long_ago) : json::Value();
  return answer(json::Object{{"scheduled_suspension_time", when}, {"scheduled_deletion_time", nullptr}});
}

Response pre_authorize(Control& control, const Call& call) {
  const App* app = app_of(control, call);
  if (app == nullptr) return no_app();
  if (call.request.header("heroku-two-factor-code") != call.account->second_factor)
    return error(403, "two_factor", "The second factor is missing or wrong.");
  call.account->pre_authorized[app->id] = control.clock.steady_now() + control.timing.pre_authorization;
  return answer(json::Value::object());
}

Response capabilities(Control&, const Call& call) {
  const json::Value& asked = call.body.is_array() ? call.body : call.body["capabilities"];
  json::Array list;
  for (const json::Value& item : asked.items()) {
    json::Value capable = item;
    list.push_back(capable.set("capable", true).set("requires_second_factor", false));
  }
  return answer(json::Object{{"capabilities", std::move(list)}});
}

Response teams(Control& control, const Call& call) {
  return named_page(call, control.estate.teams.all(), [](const Team& team) { return render(team); });
}

Response team(Control& control, const Call& call) {
  const Team* found = control.estate.teams.find(call["team"]);
  return found != nullptr ? answer(render(*found)) : no_team();
}

Response team_apps(Control& control, const Call& call) {
  const Team* found = control.estate.teams.find(call["team"]);
  if (found == nullptr) return no_team();
  std::vector<App*> list = seen(call, control.estate.apps.all());
  std::erase_if(list, [&](const App* app) { return app->team != found; });
  return named_page(call, std::move(list), [](const App& app) { return render_team_app(app); });
}

}  // namespace changeover::emulator::handlers
