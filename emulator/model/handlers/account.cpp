#include <algorithm>
#include <array>

#include "core/text.h"
#include "emulator/model/catalogue.h"
#include "emulator/model/handlers/find.h"
#include "emulator/model/handlers/handlers.h"
#include "emulator/model/paging.h"
#include "emulator/model/render.h"

namespace changeover::emulator::handlers {
namespace {

template <class T>
Response named_page(const Call& call, std::vector<T*> objects) {
  return page(
      call, std::move(objects), {"name", "id"},
      [](const T* object, const std::string& field) { return field == "id" ? object->id : object->name; },
      [](const T* object) { return render(*object); });
}

}  // namespace

Response account(Control& control, const Call&) {
  return answer(json::Object{{"id", fixed_uuid("user:" + control.account)},
                             {"email", control.account},
                             {"name", nullptr},
                             {"allow_tracking", false},
                             {"beta", false},
                             {"two_factor_authentication", true},
                             {"verified", true},
                             {"suspended_at", nullptr},
                             {"delinquent_at", nullptr},
                             {"default_team", nullptr},
                             {"default_organization", nullptr},
                             {"last_login", nullptr},
                             {"created_at", "2024-01-01T00:00:00Z"},
                             {"updated_at", "2024-01-01T00:00:00Z"}});
}

Response rate_limits(Control& control, const Call&) {
  return answer(json::Object{{"remaining", control.rate_limit.remaining(control.clock.steady_now())}});
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

Response teams(Control& control, const Call& call) { return named_page(call, control.estate.teams.all()); }

Response team(Control& control, const Call& call) {
  const Team* found = control.estate.teams.find(call["team"]);
  return found != nullptr ? answer(render(*found)) : not_found("team", "Couldn't find that team.");
}

Response team_apps(Control& control, const Call& call) {
  const Team* found = control.estate.teams.find(call["team"]);
  if (found == nullptr) return not_found("team", "Couldn't find that team.");
  std::vector<App*> list = control.estate.apps.all();
  std::erase_if(list, [&](const App* app) { return app->team != found; });
  return named_page(call, std::move(list));
}

Response spaces(Control& control, const Call& call) { return named_page(call, control.estate.spaces.all()); }

Response space(Control& control, const Call& call) {
  const Space* found = control.estate.spaces.find(call["space"]);
  return found != nullptr ? answer(render(*found)) : not_found("space", "Couldn't find that space.");
}

Response regions(Control&, const Call&) {
  constexpr std::array<std::string_view, 15> names{"california", "dublin", "eu",    "frankfurt", "london",
                                                   "montreal",   "mumbai", "ohio",  "oregon",    "paris",
                                                   "singapore",  "sydney", "tokyo", "us",        "virginia"};
  json::Array list;
  for (const std::string_view name : names) list.push_back(render_region(std::string(name)));
  return answer(std::move(list));
}

}  // namespace changeover::emulator::handlers
