#include "emulator/model/maintenances.h"

#include <algorithm>
#include <utility>

namespace changeover::emulator {
namespace {

using Status = Maintenance::Status;

constexpr std::chrono::days week{7};
constexpr int weeks_to_choose = 4;
/// At most so long between two looks at the clock of the day, which may be set while we wait.
constexpr std::chrono::minutes look{10};

}  // namespace

bool Maintenances::is_due(const Database& database) { return database.maintenance.status == Status::pending; }

void Maintenances::announce(AddOn& addon, const std::string& reason, std::optional<std::chrono::milliseconds> in) {
  Maintenance& maintenance = addon.database->maintenance;
  maintenance = {};
  maintenance.status = Status::pending;
  maintenance.reason = reason;
  maintenance.announced_at = clock_.wall_now();
  const WallTime at = in ? clock_.wall_now() + *in : addon.database->window.next(clock_.wall_now());
  maintenance.required_by = at + weeks_to_choose * week;
  plan(addon, at);
}

void Maintenances::set_window(AddOn& addon, const MaintenanceWindow& window) {
  addon.database->window = window;
  const Maintenance& maintenance = addon.database->maintenance;
  if (!is_due(*addon.database)) return;
  const WallTime week_begins = std::max(clock_.wall_now(), *maintenance.scheduled_for - week);
  plan(addon, window.next(week_begins));
}

std::optional<std::string> Maintenances::delay(AddOn& addon, int weeks) {
  Maintenance& maintenance = addon.database->maintenance;
  const WallTime at = *maintenance.scheduled_for + weeks * week;
  if (at <= clock_.wall_now()) return "That is in the past.";
  if (at > *maintenance.required_by) return "The maintenance is required before that.";
  maintenance.customer_requested = true;
  plan(addon, at);
  return std::nullopt;
}

void Maintenances::plan(AddOn& addon, WallTime time) {
  addon.database->maintenance.scheduled_for = time;
  at(addon, time, Status::pending, [this](AddOn& due) { run(due); });
}

void Maintenances::at(AddOn& addon, WallTime time, Status status, std::function<void(AddOn&)> work) {
  const std::chrono::milliseconds left = time - clock_.wall_now();
  const auto wait = std::clamp<std::chrono::milliseconds>(left, std::chrono::milliseconds{0}, look);
  timers_.at(clock_.steady_now() + wait,
             [this, id = addon.id, time, status, planned = addon.database->maintenance.scheduled_for,
              work = std::move(work)]() mutable {
               AddOn* again = estate_.addons.find(id);
               if (again == nullptr) return;
               const Maintenance& maintenance = again->database->maintenance;
               if (maintenance.status != status || maintenance.scheduled_for != planned) return;
               if (clock_.wall_now() < time) return at(*again, time, status, std::move(work));
               work(*again);
             });
}

void Maintenances::run(AddOn& addon) {
  Maintenance& maintenance = addon.database->maintenance;
  maintenance.status = Status::running;
  maintenance.started_at = clock_.wall_now();
  at(addon, clock_.wall_now() + timing_.maintenance, Status::running, [this](AddOn& done) { finish(done); });
}

void Maintenances::finish(AddOn& addon) {
  Database& database = *addon.database;
  engine_.reset_connections(addon.id);
  database.primary = random_.uuid();
  database.maintenance.status = Status::completed;
  database.maintenance.completed_at = clock_.wall_now();
  database.past_maintenances.insert(database.past_maintenances.begin(), database.maintenance);
}

}  // namespace changeover::emulator
