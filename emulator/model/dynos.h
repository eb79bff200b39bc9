// Dynos: real processes behind formation, one-offs and release phases.
//
// Owner: the model. Thread rule: the model's thread. A dyno stays listed until its process is gone (heroku-api.md 2.2:
// scaling answers before dynos are gone), and as `down` for a while after when the world says so; a crashed one starts
// again after a pause that doubles with each crash in a row, until a release or a restart. With preboot the old web
// dynos go on unlisted for a while beside the new ones (Dev Center, "Preboot"). Eco dynos of an app that nobody visits
// end and are listed as `idle`. A process that the engine cannot start counts as crashed.
//
// dynos.cpp has what is wanted, dyno_life.cpp what becomes of one dyno.
#pragma once

#include <cstdint>
#include <set>
#include <string>

#include "core/random.h"
#include "emulator/model/estate.h"
#include "emulator/timers.h"
#include "emulator/world.h"

namespace changeover::emulator {

/// A dyno beside the formation: `heroku run`, a Scheduler job, a release phase.
struct OneOff {
  std::string type = "run";
  std::string command;
  std::string size;  ///< empty: the app's usual
  std::map<std::string, std::string> environment{};
  std::optional<std::chrono::milliseconds> time_to_live{};
  std::function<void(const DynoEnd&)> on_exit{};  ///< when given, what it prints is kept
};

class Dynos {
 public:
  Dynos(const Clock& clock, Random& random, const Timing& timing, Timers& timers, Estate& estate, ProcessEngine& engine)
      : clock_(clock), random_(random), timing_(timing), timers_(timers), estate_(estate), engine_(engine) {}

  /// Starts and stops until there are as many as the formation says.
  void fit(App& app);
  /// Every dyno of the formation starts anew on the current release; one-offs go on.
  void restart_all(App& app);
  /// The same after a release, where preboot counts.
  void released(App& app);
  void restart_type(App& app, std::string_view type);
  /// Restarts a dyno of the formation, removes a one-off (heroku-api.md 2.3).
  void restart(App& app, Dyno& dyno);
  /// The app is about to go: its processes are told to stop, and killed when their grace is over.
  void abandon(App& app);
  /// Runs it as "TYPE.NUMBER" on `release`.
  Dyno& run(App& app, const Release& release, OneOff what);

  /// A visitor came: eco dynos that sleep begin to wake up.
  void visited(App& app);

  /// What the one-off of `release` prints, as far as it did; nothing when it has none running.
  [[nodiscard]] std::optional<std::string> output(const App& app, const Release& release) const;
  /// Ends the one-offs of `release`.
  void end_one_offs(App& app, const Release& release);

  /// Asks the engine about this app's processes and does what follows.
  void refresh(App& app);
  /// Refreshes the apps that have a dyno between two states.
  void refresh_moving();
  [[nodiscard]] bool moving() const { return !moving_.empty(); }

 private:
  void restart_listed(App& app);
  void retire_web(App& app);
  void start(App& app, Dyno& dyno, const Release& release);
  [[nodiscard]] std::map<std::string, std::string> environment_of(const App& app, const Dyno& dyno,
                                                                  const Release& release) const;
  void stop(App& app, Dyno& dyno);
  void stop_at(SteadyTime time, const App& app, const Dyno& dyno);
  void doze_later(const App& app, const Dyno& web);
  void doze(App& app);
  /// What shall be when a dyno of the formation that was told to stop has ended.
  void start_anew(App& app, Dyno& dyno);
  /// True when its process has ended and it is no more.
  [[nodiscard]] bool look_at(App& app, Dyno& dyno);
  /// What follows an exit; true when the dyno is no more.
  [[nodiscard]] bool exited(App& app, Dyno& dyno, DynoEnd end);
  void crashed(App& app, Dyno& dyno);
  /// An ended dyno that nobody wants: true when it is not listed any more.
  [[nodiscard]] bool ended(App& app, Dyno& dyno);
  /// Listed or not; nullptr when it is no more.
  [[nodiscard]] static Dyno* find(App* app, const std::string& id);
  [[nodiscard]] static bool wanted(App& app, const Dyno& dyno);

  const Clock& clock_;
  Random& random_;
  const Timing& timing_;
  Timers& timers_;
  Estate& estate_;
  ProcessEngine& engine_;
  std::set<std::string> moving_;  ///< app ids
  int next_one_off_ = 1000;
};

}  // namespace changeover::emulator
