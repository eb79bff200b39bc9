// Dynos: real processes behind formation, one-offs and release phases.
//
// Owner: the model. Thread rule: the model's thread. A dyno stays listed until its process is gone (heroku-api.md 2.2:
// scaling answers before dynos are gone); a crashed one starts again after a growing pause. A process that the engine
// cannot start counts as crashed.
#pragma once

#include <cstdint>
#include <set>
#include <string>

#include "core/random.h"
#include "emulator/model/estate.h"
#include "emulator/timers.h"
#include "emulator/world.h"

namespace changeover::emulator {

class Dynos {
 public:
  Dynos(const Clock& clock, Random& random, const Timing& timing, Timers& timers, Estate& estate, ProcessEngine& engine)
      : clock_(clock), random_(random), timing_(timing), timers_(timers), estate_(estate), engine_(engine) {}

  /// Starts and stops until there are as many as the formation says.
  void fit(App& app);
  /// Every dyno of the formation starts anew on the current release; one-offs go on.
  void restart_all(App& app);
  void restart_type(App& app, std::string_view type);
  /// Restarts a dyno of the formation, removes a one-off (heroku-api.md 2.3).
  void restart(App& app, Dyno& dyno);
  /// A one-off "TYPE.NUMBER" on `release`; `on_exit` is told the exit code.
  Dyno& run(App& app, const std::string& type, const std::string& command, const Release& release,
            std::function<void(int)> on_exit = {});

  /// Asks the engine about this app's processes and does what follows.
  void refresh(App& app);
  /// Refreshes the apps that have a dyno between two states.
  void refresh_moving();
  [[nodiscard]] bool moving() const { return !moving_.empty(); }

 private:
  void start(App& app, Dyno& dyno, const Release& release);
  void stop(App& app, Dyno& dyno);
  /// What follows an exit; true when the dyno is no more.
  [[nodiscard]] bool exited(App& app, Dyno& dyno, int code);
  void restart_later(App& app, Dyno& dyno);
  [[nodiscard]] static bool wanted(App& app, const Dyno& dyno);

  const Clock& clock_;
  Random& random_;
  const Timing& timing_;
  Timers& timers_;
  Estate& estate_;
  ProcessEngine& engine_;
  std::set<std::string> moving_;  ///< app ids
  int next_one_off_ = 1000;
  int next_port_ = 0;
};

}  // namespace changeover::emulator
