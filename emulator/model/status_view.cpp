#include <algorithm>

#include "emulator/model/control.h"
#include "emulator/model/model.h"
#include "emulator/model/render.h"

namespace changeover::emulator {
namespace {

std::string_view to_string(Database::Phase phase) {
  switch (phase) {
    case Database::Phase::waiting_for_leader:
      return "waiting_for_leader";
    case Database::Phase::starting:
      return "starting";
    case Database::Phase::running:
      return "running";
    case Database::Phase::unfollowing:
      return "unfollowing";
    case Database::Phase::promoting:
      return "promoting";
    case Database::Phase::rotating:
      return "rotating";
    case Database::Phase::failed:
      return "failed";
  }
  return "failed";
}

/// As the engine read it last, which the API may publish later.
json::Value lag_of(const Control& control, const AddOn& addon) {
  if (!addon.database->follows() || addon.database->phase != Database::Phase::running) return {};
  const auto sample = control.engine.latest_sample(addon.id);
  return sample && sample->commits_behind ? json::Value(*sample->commits_behind) : json::Value();
}

json::Value database_status(const Control& control, const AddOn& addon) {
  const Database& database = *addon.database;
  json::Value value = json::Object{{"name", addon.name},
                                   {"id", addon.id},
                                   {"app", addon.app->name},
                                   {"plan", addon.plan},
                                   {"phase", to_string(database.phase)},
                                   {"follows", database.follows() ? json::Value(database.leader_name) : json::Value()},
                                   {"waiting", control.databases.waiting(addon)}};
  if (database.endpoint) value.set("port", database.endpoint->port);
  value.set("lag", lag_of(control, addon));
  if (database.phase == Database::Phase::failed) value.set("failure", control.engine.status(addon.id).failure);
  return value;
}

json::Value app_status(const App& app) {
  json::Array processes;
  json::Array others;
  for (const ProcessType& process : app.formation) {
    const auto up = std::ranges::count_if(app.dynos, [&](const auto& entry) {
      return !entry.second.one_off && entry.second.type == process.type && entry.second.state == Dyno::State::up;
    });
    processes.emplace_back(
        json::Object{{"type", process.type}, {"wanted", process.quantity}, {"up", std::int64_t{up}}});
  }
  for (const auto& [name, dyno] : app.dynos)
    if (dyno.one_off) others.emplace_back(name);
  for (const auto& [id, dyno] : app.retiring) others.emplace_back("old " + dyno.name);
  return json::Object{{"name", app.name},
                      {"space", app.space != nullptr ? json::Value(app.space->name) : json::Value()},
                      {"maintenance", app.maintenance},
                      {"current_release", app.current_release},
                      {"processes", std::move(processes)},
                      {"others", std::move(others)}};
}

json::Value dyno_status(const App& app, const Dyno& dyno, bool retiring) {
  return json::Object{{"app", app.name},
                      {"name", dyno.name},
                      {"state", render(app, dyno)["state"]},
                      {"release", dyno.release_version},
                      {"stopping", dyno.stopping},
                      {"retiring", retiring}};
}

}  // namespace

json::Value Model::status() const {
  json::Array databases;
  for (const AddOn* addon : control_->estate.addons.all())
    if (addon->database != nullptr) databases.push_back(database_status(*control_, *addon));
  json::Array dynos;
  json::Array apps;
  for (const App* app : control_->estate.apps.all()) {
    apps.push_back(app_status(*app));
    for (const auto& [name, dyno] : app->dynos) dynos.push_back(dyno_status(*app, dyno, false));
    for (const auto& [id, dyno] : app->retiring) dynos.push_back(dyno_status(*app, dyno, true));
  }
  return json::Object{{"ready", ready_},
                      {"failure", failure()},
                      {"moving", moving()},
                      {"apps", std::move(apps)},
                      {"databases", std::move(databases)},
                      {"dynos", std::move(dynos)}};
}

}  // namespace changeover::emulator
