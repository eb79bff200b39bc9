// The invariants of design 10, looked at after every step of a simulated run.
//
// Owner: a test, beside the SimulatedHeroku it judges. Thread rule: one thread. What it finds is kept as words, once
// each, with the virtual time; it changes nothing and spends none of the account's rate limit while a run is on.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "json/value.h"
#include "tests/simulation/simulated_heroku.h"
#include "tests/simulation/simulated_tool.h"

namespace changeover::simulation {

class Judge {
 public:
  /// Before the first run: `source` is the add-on that moves, `apps` are those whose look is remembered.
  Judge(SimulatedHeroku& heroku, const std::string& source, std::vector<std::string> apps);

  /// Makes it look at every step of this run.
  void watch(SimulatedTool& tool);
  /// After a run, with time for things to settle.
  void judge_end(const Ended& ended);
  /// Invariant 4: every app is as it was before the first run.
  void judge_restored();
  /// Invariant 7: this run changed nothing.
  void judge_nothing_done(const Ended& ended);

  /// The way an operator walks does not lead anywhere.
  void gave_up(const std::string& where);

  /// The copy that runs, "" when there is none.
  [[nodiscard]] std::string copy() const;
  [[nodiscard]] const std::set<std::string>& violations() const { return violations_; }
  [[nodiscard]] std::string report() const;

 private:
  struct Look {
    bool maintenance = false;
    std::string formation;  ///< "web=2 worker=1"
    friend bool operator==(const Look&, const Look&) = default;
  };
  void look();
  void at_request(const HttpRequest& request);
  void violated(int invariant, const std::string& what);
  [[nodiscard]] Look look_of(const std::string& app);
  void no_secret_in(const std::string& text, const std::string& where);

  SimulatedHeroku& heroku_;
  std::string source_;  ///< id
  std::vector<std::string> apps_;
  std::map<std::string, Look> before_;
  int changing_requests_ = 0;  ///< of the run that is watched
  std::set<std::string> violations_;
};

}  // namespace changeover::simulation
