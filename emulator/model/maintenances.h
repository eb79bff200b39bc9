// What Heroku does to a database on its own account, in its window or when it is told to (heroku-api.md 3.11).
//
// Owner: the model. Thread rule: the model's thread. One that runs ends every connection of the database once, as the
// failover of a real one does; nothing else of the server changes.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "core/random.h"
#include "emulator/model/estate.h"
#include "emulator/timers.h"
#include "emulator/world.h"

namespace changeover::emulator {

class Maintenances {
 public:
  Maintenances(const Clock& clock, Random& random, const Timing& timing, Timers& timers, Estate& estate,
               DatabaseEngine& engine)
      : clock_(clock), random_(random), timing_(timing), timers_(timers), estate_(estate), engine_(engine) {}

  /// Due in the next window, or after `in`.
  void announce(AddOn& addon, const std::string& reason, std::optional<std::chrono::milliseconds> in = {});
  /// What is planned moves with it.
  void set_window(AddOn& addon, const MaintenanceWindow& window);
  /// Later by so many weeks, or earlier; an error's text when that is before now or after it is required.
  [[nodiscard]] std::optional<std::string> delay(AddOn& addon, int weeks);
  void run(AddOn& addon);

  [[nodiscard]] static bool is_due(const Database& database);

 private:
  void plan(AddOn& addon, WallTime at);
  /// Runs `work` at that time of day unless the maintenance has changed by then.
  void at(AddOn& addon, WallTime time, Maintenance::Status status, std::function<void(AddOn&)> work);
  void finish(AddOn& addon);

  const Clock& clock_;
  Random& random_;
  const Timing& timing_;
  Timers& timers_;
  Estate& estate_;
  DatabaseEngine& engine_;
};

}  // namespace changeover::emulator
