#include "emulator/model/upgrades.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace changeover::emulator {
namespace {

using State = Upgrade::State;

constexpr std::array<int, 5> versions{13, 14, 15, 16, 17};
constexpr int steps = 3;

int major_of(const std::string& version) {
  int major = 0;
  std::from_chars(version.data(), version.data() + version.size(), major);
  return major;
}

}  // namespace

std::optional<std::string> Upgrades::target(const Database& database, const std::string& asked) {
  const int now = database.sample ? major_of(database.sample->sample.server_version) : 0;
  const int wanted = asked.empty() ? versions.back() : major_of(asked);
  if (wanted <= now || std::ranges::find(versions, wanted) == versions.end()) return std::nullopt;
  return std::to_string(wanted);
}

void Upgrades::enter(AddOn& addon, State state, const std::string& version) {
  Upgrade& upgrade = addon.database->upgrade;
  upgrade = {state, version, clock_.steady_now(), {}};
  timers_.at(clock_.steady_now() + timing_.upgrade, [this, id = addon.id, begun = upgrade.since] {
    AddOn* again = estate_.addons.find(id);
    if (again != nullptr && again->database->upgrade.since == begun) leave(*again);
  });
}

void Upgrades::prepare(AddOn& addon, const std::string& version) { enter(addon, State::preparing, version); }

void Upgrades::dry_run(AddOn& addon, const std::string& version) { enter(addon, State::trying, version); }

void Upgrades::run(AddOn& addon, const std::string& version) {
  if (addon.database->follows()) databases_.unfollow(addon);
  enter(addon, State::running, version);
}

void Upgrades::leave(AddOn& addon) {
  Upgrade& upgrade = addon.database->upgrade;
  switch (upgrade.state) {
    case State::preparing:
      upgrade.state = State::prepared;
      upgrade.planned_for = addon.database->window.next(clock_.wall_now());
      timers_.at(clock_.steady_now() + (*upgrade.planned_for - clock_.wall_now()),
                 [this, id = addon.id, begun = upgrade.since] {
                   AddOn* again = estate_.addons.find(id);
                   if (again == nullptr || again->database->upgrade.since != begun) return;
                   if (again->database->upgrade.state == State::prepared) run(*again, again->database->upgrade.version);
                 });
      break;
    case State::running:
      engine_.reset_connections(addon.id);
      upgrade.state = State::done;
      break;
    case State::trying:
      upgrade = {};
      break;
    case State::none:
    case State::prepared:
    case State::done:
      break;
  }
}

std::optional<int> Upgrades::step(const Database& database) const {
  const State state = database.upgrade.state;
  if (state != State::preparing && state != State::trying && state != State::running) return std::nullopt;
  const auto passed = clock_.steady_now() - database.upgrade.since;
  return static_cast<int>(std::min<std::int64_t>(
      steps, 1 + steps * (passed / std::chrono::milliseconds{1}) / std::max<std::int64_t>(1, timing_.upgrade.count())));
}

}  // namespace changeover::emulator
