#include "emulator/model/dynos.h"

#include <algorithm>
#include <utility>

#include "emulator/model/dyno_sizes.h"

namespace changeover::emulator {
namespace {

constexpr std::string_view web = "web";
/// What a process type without a command does.
constexpr const char* idle_command = "exec sleep 2147483647";

int number_of(const Dyno& dyno) { return std::stoi(dyno.name.substr(dyno.name.rfind('.') + 1)); }

bool wanted(App& app, const Dyno& dyno) {
  if (dyno.one_off) return false;
  const ProcessType* process = app.process(dyno.type);
  return process != nullptr && number_of(dyno) <= process->quantity;
}

/// Preboot is for professional dynos of the Common Runtime.
bool preboots(App& app) {
  const ProcessType* process = app.process(web);
  return app.preboot && app.space == nullptr && process != nullptr && process->size != "eco" &&
         process->size != "basic";
}

/// Listed or not, or nullptr.
Dyno* find_by_id(App& app, const std::string& id) {
  if (const auto old = app.retiring.find(id); old != app.retiring.end()) return &old->second;
  const auto found = std::ranges::find_if(app.dynos, [&](const auto& entry) { return entry.second.id == id; });
  return found == app.dynos.end() ? nullptr : &found->second;
}

}  // namespace

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
  if (dyno.running) return stop(app, dyno);  // refresh() starts it anew when the process is gone
  const Release* release = app.release(app.current_release);
  if (release != nullptr && wanted(app, dyno)) {
    dyno.crashes = 0;
    start(app, dyno, *release);
  }
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

std::map<std::string, std::string> Dynos::environment_of(const App& app, const Dyno& dyno,
                                                         const Release& release) const {
  std::map<std::string, std::string> environment;
  for (const auto& [key, value] : release.config) environment[key] = value.reveal();
  for (const auto& [key, value] : dyno.environment) environment[key] = value;
  environment["DYNO"] = dyno.name;
  environment["APP"] = app.name;
  if (dyno.port != 0) environment["PORT"] = std::to_string(dyno.port);
  return environment;
}

void Dynos::start(App& app, Dyno& dyno, const Release& release) {
  const ProcessType* process = dyno.one_off ? nullptr : app.process(dyno.type);
  if (process != nullptr) {
    dyno.command = process->command;
    dyno.size = process->size;
    if (process->drain) dyno.environment["DRAIN_MS"] = std::to_string(process->drain->count());
  }
  dyno.id = random_.uuid();
  dyno.state = Dyno::State::starting;
  dyno.release_id = release.id;
  dyno.release_version = release.version;
  dyno.running = true;
  dyno.stopping = false;
  dyno.boots_until = clock_.steady_now() + timing_.dyno_boot;
  dyno.created_at = dyno.updated_at = clock_.wall_now();
  moving_.insert(app.id);
  const bool serves = !dyno.one_off && dyno.type == web;
  if (serves) dyno.port = engine_.reserve_port(dyno.id);
  if (serves && dyno.port == 0) return crashed(app, dyno);
  engine_.start(dyno.id, dyno.command.empty() ? idle_command : dyno.command, environment_of(app, dyno, release));
  if (timing_.dyno_boot.count() > 0) timers_.at(dyno.boots_until, [] {});  // so that next_due() names it
}

void Dynos::stop(App& app, Dyno& dyno) {
  if (!dyno.running) return;
  moving_.insert(app.id);
  if (dyno.stopping) return;
  dyno.stopping = true;
  engine_.stop(dyno.id, timing_.dyno_grace);
}

void Dynos::stop_at(SteadyTime time, const App& app, const Dyno& dyno) {
  timers_.at(time, [this, app_id = app.id, id = dyno.id] {
    App* again = estate_.apps.find(app_id);
    Dyno* found = again != nullptr ? find_by_id(*again, id) : nullptr;
    if (found != nullptr) stop(*again, *found);
  });
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

bool Dynos::look_at(App& app, Dyno& dyno) {
  if (!dyno.running) return false;
  const ProcessStatus status = engine_.status(dyno.id);
  if (status.state == ProcessStatus::State::exited) {
    engine_.forget(dyno.id);
    return exited(app, dyno, status.exit_code);
  }
  if (status.state == ProcessStatus::State::up && dyno.state == Dyno::State::starting &&
      clock_.steady_now() >= dyno.boots_until) {
    dyno.state = Dyno::State::up;
    dyno.updated_at = clock_.wall_now();
  }
  return false;
}

bool Dynos::exited(App& app, Dyno& dyno, int code) {
  dyno.running = false;
  if (app.retiring.contains(dyno.id)) return true;
  // Told from a timer: the listener may start dynos of this app while we walk over them.
  if (dyno.on_exit) timers_.at(clock_.steady_now(), [tell = dyno.on_exit, code] { tell(code); });
  if (!wanted(app, dyno)) return ended(app, dyno);
  if (dyno.stopping) {
    const Release* release = app.release(app.current_release);
    dyno.crashes = 0;
    if (release != nullptr) start(app, dyno, *release);
    return release == nullptr;
  }
  crashed(app, dyno);
  return false;
}

bool Dynos::ended(App& app, Dyno& dyno) {
  if (timing_.dyno_down.count() == 0) return true;
  dyno.state = Dyno::State::down;
  dyno.stopping = false;
  dyno.updated_at = clock_.wall_now();
  timers_.at(clock_.steady_now() + timing_.dyno_down, [this, app_id = app.id, id = dyno.id] {
    App* again = estate_.apps.find(app_id);
    const Dyno* found = again != nullptr ? find_by_id(*again, id) : nullptr;
    if (found != nullptr) again->dynos.erase(std::string(found->name));
  });
  return false;
}

void Dynos::crashed(App& app, Dyno& dyno) {
  // Up for long: this crash is none in a row.
  if (dyno.state == Dyno::State::up && clock_.steady_now() - dyno.boots_until >= timing_.crash_restart_most)
    dyno.crashes = 0;
  dyno.running = false;
  dyno.state = Dyno::State::crashed;
  dyno.updated_at = clock_.wall_now();
  const int doublings = std::min(dyno.crashes++, 20);
  const auto pause = std::min(timing_.crash_restart * (1 << doublings), timing_.crash_restart_most);
  timers_.at(clock_.steady_now() + pause, [this, app_id = app.id, id = dyno.id] {
    App* again = estate_.apps.find(app_id);
    Dyno* found = again != nullptr ? find_by_id(*again, id) : nullptr;
    const Release* release = again != nullptr ? again->release(again->current_release) : nullptr;
    if (found != nullptr && !found->running && release != nullptr) start(*again, *found, *release);
  });
}

void Dynos::refresh_moving() {
  const std::set<std::string> apps = moving_;
  for (const std::string& id : apps)
    if (App* app = estate_.apps.find(id)) refresh(*app);
}

}  // namespace changeover::emulator
