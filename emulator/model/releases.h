// Releases: every change of what dynos run with, the release phase, and the restart that follows (heroku-api.md 2.8).
//
// Owner: the model. Thread rule: the model's thread. A release snapshots the config it was made with; while its release
// phase runs it is pending and dynos stay on the previous one; when that fails they stay for good.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <string>

#include "emulator/model/dynos.h"

namespace changeover::emulator {

class Releases {
 public:
  /// Made by a person runs the release phase, made by a provider skips it; history restarts nothing either.
  enum class By { person, provider, history };

  /// `caller` is the e-mail of whoever is served at the moment; the model keeps it up to date.
  Releases(const Clock& clock, Random& random, const Timing& timing, Timers& timers, Dynos& dynos, Estate& estate,
           const std::string& caller)
      : clock_(clock),
        random_(random),
        timing_(timing),
        timers_(timers),
        dynos_(dynos),
        estate_(estate),
        caller_(caller) {}

  /// `on_failure` is told when the release phase fails.
  Release& make(App& app, std::string description, By by, std::function<void()> on_failure = {});
  /// The same code and own config vars as `target` had; attachments stay as they are.
  Release& roll_back(App& app, const Release& target);
  Release& deploy(App& app, const std::string& slug, std::string description);
  /// The app is about to go.
  void forget(const App& app) { waiting_.erase(app.id); }
  /// A release of the provider on every app with an attachment that it concerns: "@ref:NAME WHAT A_URL, B_URL."
  void announce(
      const AddOn& addon, const std::string& what,
      const std::function<bool(const Attachment&)>& concerns = [](const Attachment&) { return true; });

 private:
  Release& make_of(App& app, std::string description, By by, std::function<void()> on_failure, std::string slug);
  void run_next_phase(App& app);
  void phase_ended(App& app, const DynoEnd& end);
  void expire(App& app, Release& release);
  void succeed(App& app, Release& release);
  [[nodiscard]] static ProcessType* release_phase(App& app);

  const Clock& clock_;
  Random& random_;
  const Timing& timing_;
  Timers& timers_;
  Dynos& dynos_;
  Estate& estate_;
  const std::string& caller_;
  struct Waiting {
    int version = 0;
    std::function<void()> on_failure;
  };
  std::map<std::string, std::deque<Waiting>> waiting_;  ///< by app id; the front one's phase runs
};

/// All config vars of an app: its own and those of attachments whose database has credentials.
[[nodiscard]] Config config_of(const App& app);

}  // namespace changeover::emulator
