#include <algorithm>
#include <utility>

#include "emulator/model/dynos.h"

namespace changeover::emulator {
namespace {

/// What a process type without a command does.
constexpr const char* idle_command = "exec sleep 2147483647";

}  // namespace

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
  dyno.stopping = dyno.dozing = false;
  dyno.boots_until = clock_.steady_now() + timing_.dyno_boot;
  dyno.created_at = dyno.updated_at = clock_.wall_now();
  moving_.insert(app.id);
  const bool serves = !dyno.one_off && dyno.type == "web";
  if (serves && dyno.size == "eco") {
    app.visited_at = clock_.steady_now();
    doze_later(app, dyno);
  }
  if (serves) dyno.port = engine_.reserve_port(dyno.id);
  if (serves && dyno.port == 0) return crashed(app, dyno);
  if (dyno.on_exit) engine_.keep_output(dyno.id);
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
    if (Dyno* found = find(again, id)) stop(*again, *found);
  });
}

bool Dynos::look_at(App& app, Dyno& dyno) {
  if (!dyno.running) return false;
  const ProcessStatus status = engine_.status(dyno.id);
  if (status.state == ProcessStatus::State::exited) {
    DynoEnd end{status.exit_code, dyno.on_exit ? engine_.output(dyno.id) : std::string{}};
    engine_.forget(dyno.id);
    return exited(app, dyno, std::move(end));
  }
  if (status.state == ProcessStatus::State::up && dyno.state == Dyno::State::starting &&
      clock_.steady_now() >= dyno.boots_until) {
    dyno.state = Dyno::State::up;
    dyno.updated_at = clock_.wall_now();
  }
  return false;
}

bool Dynos::exited(App& app, Dyno& dyno, DynoEnd end) {
  dyno.running = false;
  if (app.retiring.contains(dyno.id)) return true;
  // Told from a timer: the listener may start dynos of this app while we walk over them.
  if (dyno.on_exit) timers_.at(clock_.steady_now(), [tell = dyno.on_exit, end = std::move(end)] { tell(end); });
  if (!wanted(app, dyno)) return ended(app, dyno);
  if (dyno.stopping)
    start_anew(app, dyno);
  else
    crashed(app, dyno);
  return false;
}

void Dynos::start_anew(App& app, Dyno& dyno) {
  if (dyno.dozing) {
    dyno.state = Dyno::State::idle;
    dyno.stopping = false;
    dyno.updated_at = clock_.wall_now();
    return;
  }
  dyno.crashes = 0;
  start(app, dyno, *app.release(app.current_release));  // whoever has a dyno has a release
}

void Dynos::doze_later(const App& app, const Dyno& web) {
  timers_.at(app.visited_at + timing_.eco_sleep, [this, app_id = app.id, id = web.id] {
    App* again = estate_.apps.find(app_id);
    const Dyno* found = find(again, id);
    if (found == nullptr || !found->running || found->stopping) return;
    if (clock_.steady_now() < again->visited_at + timing_.eco_sleep)
      doze_later(*again, *found);
    else
      doze(*again);
  });
}

void Dynos::doze(App& app) {
  for (auto& [name, dyno] : app.dynos) {
    if (dyno.one_off || dyno.size != "eco" || !dyno.running || dyno.stopping) continue;
    stop(app, dyno);
    dyno.dozing = true;
  }
}

bool Dynos::ended(App& app, Dyno& dyno) {
  if (timing_.dyno_down.count() == 0) return true;
  dyno.state = Dyno::State::down;
  dyno.stopping = false;
  dyno.updated_at = clock_.wall_now();
  timers_.at(clock_.steady_now() + timing_.dyno_down, [this, app_id = app.id, id = dyno.id] {
    App* again = estate_.apps.find(app_id);
    if (const Dyno* found = find(again, id)) again->dynos.erase(std::string(found->name));
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
    Dyno* found = find(again, id);
    const Release* release = again != nullptr ? again->release(again->current_release) : nullptr;
    if (found != nullptr && !found->running && release != nullptr) start(*again, *found, *release);
  });
}

}  // namespace changeover::emulator
