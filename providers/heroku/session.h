// Session: what the actions of one migration share while a run carries them out.
//
// Owner: HerokuHands, for one run of one migration. Thread rule: the event loop's thread. It holds the facts as they
// are known now: an answer of a changing call replaces the fact, so that a check after it needs no request of its own.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "executor/journal.h"
#include "executor/outside_time.h"
#include "executor/provider.h"
#include "planner/desired.h"
#include "planner/observed.h"
#include "planner/situation.h"
#include "providers/heroku/data_client.h"
#include "providers/heroku/leader/leader.h"
#include "providers/heroku/platform_client.h"

namespace changeover::heroku {

/// Everything of Heroku that a run talks to; all of it outlives the run.
struct Services {
  EventLoop& loop;
  ApiClient& api;
  PlatformClient& platform;
  DataClient& data;
  LeaderSessions& leaders;
  OutsideTime& outside;
};

/// A copy that neither waits nor has stopped following this long after a call whose fate is unknown never got it: an
/// unfollow takes 3 to 10 s, and the copy says `waiting?` meanwhile (heroku-api.md 8, 8).
inline constexpr std::chrono::seconds unfollow_lost_for_sure{10};

/// Two samples that Heroku took at different times, for what is proven by sampling.
struct SampleTrail {
  std::optional<WallTime> last;  ///< when the newest sample was taken
  int agreeing = 0;              ///< distinct samples in a row that said the same
  std::optional<std::int64_t> value;
  void clear() { *this = {}; }
};

struct Session {
  Services services;
  const Migration& desired;
  Observed observed;
  MigrationFacts facts;
  Journal& journal;

  std::unique_ptr<LeaderSession> leader{};
  bool fenced = false;
  bool verified = false;  ///< no late write, seen after the unfollow
  bool fenced_for_good = false;
  std::optional<SteadyTime> unreached_since{};  ///< the leader, when it was to be closed
  bool connections_reset = false;
  std::optional<Marker> marker{};
  std::optional<WallTime> sample_at_marker{};
  SampleTrail follower_trail{};
  SampleTrail leader_trail{};
  bool certified = false;  ///< the certificate in the journal is this session's
  bool unfollow_accepted = false;
  std::optional<SteadyTime> unfollow_unknown_since{};
  std::set<std::string> stopped_dynos{};   ///< one-off dynos that were told to end
  std::set<std::string> restored_apps{};   ///< formations that were put back
  std::set<std::string> pages_in_doubt{};  ///< apps whose maintenance page may be off: the answer did not come
  std::map<std::string, SteadyTime> waiting_for_web{};
  std::optional<int> promoted_at{};  ///< the release that Attach made

  [[nodiscard]] AppFacts& app(const std::string& name) { return observed.apps[name]; }
  /// How a cutover stops this app; nothing for an app it does not touch.
  [[nodiscard]] std::optional<QuiescedApp> quiesced(const std::string& name) const;
  /// The marker of the certificate, also of an earlier run's: a later marker could stand behind a late write.
  [[nodiscard]] std::optional<Marker> proven_marker() const;
};

/// Options of requests on the critical path: they must fail in time for the restore (safety S18).
[[nodiscard]] CallOptions critical(bool poll = false);
/// Options of requests that wait for Heroku's pace.
[[nodiscard]] CallOptions patient_poll();

/// Puts what a formation call answered, all types or only those updated, over what is known.
void merge_formation(AppFacts& app, const std::vector<Process>& answer);
/// The "formation" parameter of an action.
[[nodiscard]] std::vector<ProcessUpdate> formation_of(const Action& action);
/// Whether the app's known formation is as the updates want it.
[[nodiscard]] bool formation_is(const AppFacts& app, const std::vector<ProcessUpdate>& updates);

/// The certificate's evidence text, and back.
[[nodiscard]] std::string marker_to_text(const Marker& marker);
[[nodiscard]] std::optional<Marker> marker_from_text(std::string_view text);

}  // namespace changeover::heroku
