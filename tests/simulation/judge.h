// The invariants of design 10, looked at after every step of a simulated run.
//
// Owner: a test, beside the SimulatedHeroku it judges. Thread rule: one thread. What it finds is kept as words, once
// each; it changes nothing, and takes a token of the account's rate limit only where the target is about to serve.
// What other people did is told to it, so that it asks of the tool what a tool can do.
#pragma once

#include <deque>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "json/value.h"
#include "tests/simulation/simulated_heroku.h"
#include "tests/simulation/simulated_tool.h"

namespace changeover::simulation {

/// One run under its eyes.
struct Watch {
  std::string stage;
  bool by_sql = true;                      ///< the spec's proof
  std::chrono::seconds max_downtime{300};  ///< the spec's
  int changing_requests = 0;
  std::optional<WallTime> downtime_began{};
  bool downtime_over = false;  ///< restored, past the point of no return, or the unfollow was sent (safety S18)
  bool restores = false;       ///< it is on the way back
};

class Judge {
 public:
  /// Before the first run: `source` is the add-on that moves, `apps` are those whose look is remembered.
  Judge(SimulatedHeroku& heroku, const std::string& source, std::vector<std::string> apps);

  /// Makes it look at every step of this run; the Watch lives as long as the judge.
  Watch& watch(SimulatedTool& tool, std::string stage = "live", bool by_sql = true,
               std::chrono::seconds max_downtime = std::chrono::seconds{300});
  /// After a run.
  void judge_end(const Ended& ended, const Watch* watch = nullptr);
  /// Invariant 4: every app is as it was before the first run.
  void judge_restored();
  /// Invariant 7: this run, the last one watched, changed nothing.
  void judge_nothing_done(const Ended& ended);
  /// A colleague applied while another run was alive (safety S12).
  void judge_locked_out(const Ended& ended, const Watch& watch);
  /// The way an operator walks does not lead anywhere.
  void gave_up(const std::string& where);

  /// Other people changed apps or the source: who looks like what is theirs now.
  void people_changed() { people_changed_ = true; }
  void state_lost() { people_changed_ = state_lost_ = true; }
  void source_given_up() { source_given_up_ = true; }
  /// A person decided to lose what the copy alone has: the tool had refused to.
  void copy_given_up();
  /// While a run is at work, which may send what it was about to send.
  void copy_destroyed() { copy_destroyed_ = true; }
  /// The fence went with the leader's old server; the tool can know once it asks.
  void leader_replaced() { fence_broken_ = true; }

  /// The copy that runs, "" when there is none.
  [[nodiscard]] std::string copy() const;
  /// The source's uuid.
  [[nodiscard]] const std::string& source() const { return source_; }
  /// An application has written to the copy itself.
  [[nodiscard]] bool copy_in_use() const;
  /// The copy that is there stands alone because a run under `proof: api` let it.
  [[nodiscard]] bool unfollowed_without_fence() const { return !unfenced_copy_.empty() && unfenced_copy_ == copy(); }
  [[nodiscard]] bool people_have_changed() const { return people_changed_; }
  [[nodiscard]] const std::set<std::string>& violations() const { return violations_; }
  [[nodiscard]] std::string report() const;

 private:
  struct Look {
    bool maintenance = false;
    std::string formation;  ///< "web=2 worker=1"
    friend bool operator==(const Look&, const Look&) = default;
  };
  void look(const Watch& watch);
  void at_request(const HttpRequest& request, Watch& watch);
  void at_unfollow(Watch& watch);
  void at_serving(const Watch& watch);
  void at_event(const Event& event, Watch& watch);
  void judge_secrets(const Ended& ended);
  void judge_orphans();
  void violated(int invariant, const std::string& what);
  [[nodiscard]] Look look_of(const std::string& app);
  void no_secret_in(const std::string& text, const std::string& where);

  SimulatedHeroku& heroku_;
  std::string source_;  ///< id
  std::vector<std::string> apps_;
  std::map<std::string, Look> before_;
  std::deque<Watch> watches_;
  bool live_ = false;  ///< a run with stage live ended well, and nobody lost the state since
  bool people_changed_ = false;
  bool state_lost_ = false;
  bool fence_broken_ = false;
  std::string unfenced_copy_;
  bool source_given_up_ = false;
  std::string given_up_copy_;
  bool copy_destroyed_ = false;  ///< in this run
  std::set<std::string> violations_;
};

}  // namespace changeover::simulation
