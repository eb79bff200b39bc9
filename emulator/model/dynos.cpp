#include "emulator/model/dynos.h"

#include <algorithm>

namespace changeover::emulator {
namespace {

constexpr int first_port = 30'000;
constexpr int ports = 20'000;

int number_of(const Dyno& dyno) { return std::stoi(dyno.name.substr(dyno.name.rfind('.') + 1)); }

}  // namespace

bool Dynos::wanted(App& app, const Dyno& dyno) {
  if (dyno.one_off) return false;
  const ProcessType* process = app.process(dyno.type);
  return process != nullptr && number_of(dyno) <= process->quantity;
}

void Dynos::fit(App& app) {
  for (auto entry = app.dynos.begin(); entry != app.dynos.end();) {
    Dyno& dyno = entry->second;
    if (dyno.one_off || wanted(app, dyno)) {
      ++entry;
    } else if (dyno.running) {
      stop(app, dyno);
      ++entry;
    } else {
      entry = app.dynos.erase(entry);
    }
  }
  const Release* release = app.release(app.current_release);
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
  for (auto& [name, dyno] : app.dynos)
    if (!dyno.one_off) restart(app, dyno);
  fit(app);
}

void Dynos::restart_type(App& app, std::string_view type) {
  for (auto& [name, dyno] : app.dynos)
    if (!dyno.one_off && dyno.type == type) restart(app, dyno);
}

void Dynos::restart(App& app, Dyno& dyno) {
  if (dyno.running) return stop(app, dyno);  // refresh() starts it anew when the process is gone
  const Release* release = app.release(app.current_release);
  if (!dyno.one_off && release != nullptr && wanted(app, dyno)) {
    dyno.crashes = 0;
    start(app, dyno, *release);
  }
}

Dyno& Dynos::run(App& app, const std::string& type, const std::string& command, const Release& release,
                 std::function<void(int)> on_exit) {
  const std::string name = type + "." + std::to_string(next_one_off_++);
  Dyno& dyno = app.dynos[name];
  dyno.name = name;
  dyno.type = type;
  dyno.command = command;
  dyno.one_off = true;
  dyno.size = app.space != nullptr ? "private-m" : "standard-1x";
  dyno.on_exit = std::move(on_exit);
  start(app, dyno, release);
  return dyno;
}

void Dynos::start(App& app, Dyno& dyno, const Release& release) {
  if (const ProcessType* process = dyno.one_off ? nullptr : app.process(dyno.type)) {
    dyno.command = process->command;
    dyno.size = process->size;
  }
  dyno.id = random_.uuid();
  dyno.state = Dyno::State::starting;
  dyno.release_id = release.id;
  dyno.release_version = release.version;
  dyno.running = true;
  dyno.stopping = false;
  dyno.boots_until = clock_.steady_now() + timing_.dyno_boot;
  dyno.created_at = dyno.updated_at = clock_.wall_now();
  std::map<std::string, std::string> environment;
  for (const auto& [key, value] : release.config) environment[key] = value.reveal();
  environment["DYNO"] = dyno.name;
  environment["APP"] = app.name;
  if (dyno.type == "web") environment["PORT"] = std::to_string(first_port + next_port_++ % ports);
  engine_.start(dyno.id, dyno.command.empty() ? "exec sleep 2147483647" : dyno.command, environment);
  moving_.insert(app.id);
  if (timing_.dyno_boot.count() > 0) timers_.at(dyno.boots_until, [] {});  // so that next_due() names it
}

void Dynos::stop(App& app, Dyno& dyno) {
  moving_.insert(app.id);
  if (dyno.stopping) return;
  dyno.stopping = true;
  engine_.stop(dyno.id, timing_.dyno_grace);
}

void Dynos::refresh(App& app) {
  bool moving = false;
  for (auto entry = app.dynos.begin(); entry != app.dynos.end();) {
    Dyno& dyno = entry->second;
    bool gone = false;
    if (dyno.running) {
      const ProcessStatus status = engine_.status(dyno.id);
      if (status.state == ProcessStatus::State::exited) {
        engine_.forget(dyno.id);
        gone = exited(app, dyno, status.exit_code);
      } else if (status.state == ProcessStatus::State::up && dyno.state == Dyno::State::starting &&
                 clock_.steady_now() >= dyno.boots_until) {
        dyno.state = Dyno::State::up;
        dyno.updated_at = clock_.wall_now();
      }
      moving = moving || (dyno.running && (dyno.stopping || dyno.state == Dyno::State::starting));
    }
    entry = gone ? app.dynos.erase(entry) : std::next(entry);
  }
  if (moving)
    moving_.insert(app.id);
  else
    moving_.erase(app.id);
}

bool Dynos::exited(App& app, Dyno& dyno, int code) {
  dyno.running = false;
  if (dyno.one_off) {
    // Told from a timer: the listener may start dynos of this app while we walk over them.
    if (dyno.on_exit) timers_.at(clock_.steady_now(), [tell = dyno.on_exit, code] { tell(code); });
    return true;
  }
  if (!wanted(app, dyno)) return true;
  if (dyno.stopping) {
    const Release* release = app.release(app.current_release);
    dyno.crashes = 0;
    if (release != nullptr) start(app, dyno, *release);
    return release == nullptr;
  }
  dyno.state = Dyno::State::crashed;
  dyno.updated_at = clock_.wall_now();
  restart_later(app, dyno);
  return false;
}

void Dynos::restart_later(App& app, Dyno& dyno) {
  const int doublings = std::min(dyno.crashes++, 20);
  const auto pause = std::min(timing_.crash_restart * (1 << doublings), timing_.crash_restart_most);
  timers_.at(clock_.steady_now() + pause, [this, app_id = app.id, name = dyno.name, id = dyno.id] {
    App* again = estate_.apps.find(app_id);
    if (again == nullptr) return;
    const auto found = again->dynos.find(name);
    const Release* release = again->release(again->current_release);
    if (found == again->dynos.end() || found->second.id != id || found->second.running || release == nullptr) return;
    start(*again, found->second, *release);
  });
}

void Dynos::refresh_moving() {
  const std::set<std::string> apps = moving_;
  for (const std::string& id : apps)
    if (App* app = estate_.apps.find(id)) refresh(*app);
}

}  // namespace changeover::emulator
