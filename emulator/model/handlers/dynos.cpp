#include <algorithm>

#include "emulator/model/handlers/find.h"
#include "emulator/model/handlers/handlers.h"
#include "emulator/model/paging.h"
#include "emulator/model/render.h"

namespace changeover::emulator::handlers {
namespace {

Dyno* dyno_of(App& app, const std::string& key) {
  const auto found =
      std::ranges::find_if(app.dynos, [&](const auto& entry) { return entry.first == key || entry.second.id == key; });
  return found == app.dynos.end() ? nullptr : &found->second;
}

Response no_dyno() { return not_found("dyno", "Couldn't find that process."); }
Response accepted() { return answer(json::Value::object(), 202); }

}  // namespace

Response dynos(Control& control, const Call& call) {
  App* app = app_of(control, call);
  if (app == nullptr) return no_app();
  control.dynos.refresh(*app);
  std::vector<const Dyno*> list;
  for (const auto& [name, dyno] : app->dynos) list.push_back(&dyno);
  return page(
      call, std::move(list), {"name", "id"},
      [](const Dyno* dyno, const std::string& field) { return field == "id" ? dyno->id : dyno->name; },
      [&](const Dyno* dyno) { return render(*app, *dyno); });
}

Response dyno(Control& control, const Call& call) {
  App* app = app_of(control, call);
  if (app == nullptr) return no_app();
  control.dynos.refresh(*app);
  const Dyno* found = dyno_of(*app, call["dyno"]);
  return found != nullptr ? answer(render(*app, *found)) : no_dyno();
}

Response restart_dyno(Control& control, const Call& call) {
  App* app = app_of(control, call);
  if (app == nullptr) return no_app();
  control.dynos.refresh(*app);
  Dyno* found = dyno_of(*app, call["dyno"]);
  if (found == nullptr) return no_dyno();
  control.dynos.restart(*app, *found);
  return accepted();
}

Response restart_dynos(Control& control, const Call& call) {
  App* app = app_of(control, call);
  if (app == nullptr) return no_app();
  control.dynos.restart_all(*app);
  return accepted();
}

Response run_dyno(Control& control, const Call& call) {
  App* app = app_of(control, call);
  if (app == nullptr) return no_app();
  const std::string command = call.body["command"].as_string();
  if (command.empty()) return invalid_params("command is missing.");
  const Release* release = app->release(app->current_release);
  if (release == nullptr) return invalid_params("App " + app->name + " has no release to run.");
  return answer(render(*app, control.dynos.run(*app, call.body["type"].string_or("run"), command, *release)), 201);
}

Response stop_formation(Control& control, const Call& call) {
  App* app = app_of(control, call);
  if (app == nullptr) return no_app();
  if (app->process(call["type"]) == nullptr) return not_found("formation", "Couldn't find that process type.");
  control.dynos.restart_type(*app, call["type"]);
  return accepted();
}

}  // namespace changeover::emulator::handlers
