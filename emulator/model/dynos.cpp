#include "emulator/model/dynos.h"

#include <algorithm>
#include <utility>

#include "emulator/model/dyno_sizes.h"

namespace changeover::emulator {
namespace {

constexpr std::string_view web = "web";

int number_of(const Dyno& dyno) { return std::stoi(dyno.name.substr(dyno.name.rfind('.') + 1)); }

/// Preboot is for professional dynos of the Common Runtime.
bool preboots(App& app) {
  const ProcessType* process = app.process(web);
  return app.preboot && app.space == nullptr && process != nullptr && process->size != "eco" &&
         process->size != "basic";
}

}  // namespace

bool Dynos::wanted(App& app, const Dyno& dyno) {
  if (dyno.one_off) return false;
  const ProcessType* process = app.process(dyno.type);
  return process != nullptr && number_of(dyno) <= process->quantity;
}

Dyno* Dynos::find(App* app, const std::string& id) {
  if (app == nullptr) return nullptr;
  if (const auto old = app->retiring.find(id); old != app->retiring.end()) return &old->second;
  const auto found = std::ranges::find_if(app->dynos, [&](const auto& entry) { return entry.second.id == id; });
  return found == app->dynos.end() ? nullptr : &found->second;
}

void Dynos::fit(App& app) {
  const Release* release = app.release(app.current_release);
  for (auto entry = app.dynos.begin(); entry != app.dynos.end();) {
    Dyno& dyno = entry->second;
    const bool over = !dyno.one_off && !wanted(app, dyno);
    if (over && dyno.running) stop(app, dyno);
    const bool is_down = dyno.state == Dyno::State::down;
    if (is_down && !over && !dyno.one_off && release != nullptr) start(app, dyno, *release);
    entry = over && !dyno.running && !is_down ? app.dynos.erase(entry) : std::next(entry);
  }
  // Scaling down takes the old dynos of a preboot first.
  const ProcessType* serving = app.process(web);
  if (serving == nullptr || app.retiring.size() > static_cast<std::size_t>(serving->quantity))
    for (auto& [id, dyno] : app.retiring) stop(app, dyno);
  if (release == nullptr) return;
  for (const ProcessType& process : app.formation) {
    for (int number = 1; number <= process.quantity; ++number) {
      const std::string name = process.type + "." + std::to_string(number);
      const auto [entry, added] = app.dynos.try_emplace(name);
      if (!added) continue;
      entry->second.name = name;
      entry->second.type = process.type;
      start(app, entry->second, *release);
    }
  }
}

void Dynos::restart_all(App& app) {
  for (auto& [id, dyno] : app.retiring) stop(app, dyno);
  restart_listed(app);
}

void Dynos::released(App& app) {
  if (preboots(app)) retire_web(app);
  restart_listed(app);
}

void Dynos::restart_listed(App& app) {
  for (auto& [name, dyno] : app.dynos)
    if (!dyno.one_off) restart(app, dyno);
  fit(app);
}

void Dynos::retire_web(App& app) {
  for (auto entry = app.dynos.begin(); entry != app.dynos.end();) {
    const auto next = std::next(entry);
    const Dyno& dyno = entry->second;
    if (!dyno.one_off && dyno.type == web && dyno.running && !dyno.stopping && wanted(app, dyno)) {
      stop_at(clock_.steady_now() + timing_.preboot, app, dyno);
      auto node = app.dynos.extract(entry);
      node.key() = node.mapped().id;
      app.retiring.insert(std::move(node));
    }
    entry = next;
  }
}

void Dynos::restart_type(App& app, std::string_view type) {
  for (auto& [name, dyno] : app.dynos)
    if (!dyno.one_off && dyno.type == type) restart(app, dyno);
}

void Dynos::restart(App& app, Dyno& dyno) {
  dyno.dozing = false;
  if (dyno.running) return stop(app, dyno);  // refresh() starts it anew when the process is gone
  const Release* release = app.release(app.current_release);
  if (release != nullptr && wanted(app, dyno)) {
    dyno.crashes = 0;
    start(app, dyno, *release);
  }
}

void Dynos::visited(App& app) {
  app.visited_at = clock_.steady_now();
  const Release* release = app.release(app.current_release);
  for (auto& [name, dyno] : app.dynos)
    if (dyno.state == Dyno::State::idle && release != nullptr) start(app, dyno, *release);
}

void Dynos::abandon(App& app) {
  for (auto* dynos : {&app.dynos, &app.retiring}) {
    for (auto& [key, dyno] : *dynos) {
      if (!dyno.running) continue;
      stop(app, dyno);
      timers_.at(clock_.steady_now() + timing_.dyno_grace, [this, id = dyno.id] { engine_.forget(id); });
    }
    dynos->clear();
  }
  moving_.erase(app.id);
}

Dyno& Dynos::run(App& app, const Release& release, OneOff what) {
  const std::string name = what.type + "." + std::to_string(next_one_off_++);
  Dyno& dyno = app.dynos[name];
  dyno.name = name;
  dyno.type = std::move(what.type);
  dyno.command = std::move(what.command);
  dyno.size = what.size.empty() ? usual_size(app) : std::move(what.size);
  dyno.one_off = true;
  dyno.environment = std::move(what.environment);
  dyno.on_exit = std::move(what.on_exit);
  start(app, dyno, release);
  if (what.time_to_live) stop_at(clock_.steady_now() + *what.time_to_live, app, dyno);
  return dyno;
}

std::optional<std::string> Dynos::output(const App& app, const Release& release) const {
  for (const auto& [name, dyno] : app.dynos)
    if (dyno.one_off && dyno.on_exit && dyno.running && dyno.release_id == release.id) return engine_.output(dyno.id);
  return std::nullopt;
}

void Dynos::end_one_offs(App& app, const Release& release) {
  for (auto& [name, dyno] : app.dynos)
    if (dyno.one_off && dyno.on_exit && dyno.release_id == release.id) stop(app, dyno);
}

void Dynos::refresh(App& app) {
  bool moving = false;
  for (auto* dynos : {&app.dynos, &app.retiring}) {
    for (auto entry = dynos->begin(); entry != dynos->end();) {
      const Dyno& dyno = entry->second;
      const bool gone = look_at(app, entry->second);
      moving = moving || (!gone && dyno.running && (dyno.stopping || dyno.state == Dyno::State::starting));
      entry = gone ? dynos->erase(entry) : std::next(entry);
    }
  }
  if (moving)
    moving_.insert(app.id);
  else
    moving_.erase(app.id);
}

void Dynos::refresh_moving() {
  const std::set<std::string> apps = moving_;
  for (const std::string& id : apps)
    if (App* app = estate_.apps.find(id)) refresh(*app);
}

}  // namespace changeover::emulator
