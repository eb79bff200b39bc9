// One simulated migration, from a fault to wherever it ends: the loop an operator would walk, with the judge beside it.
//
// Owner: a test. Thread rule: one thread.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "tests/simulation/judge.h"
#include "tests/simulation/simulated_heroku.h"
#include "tests/simulation/simulated_tool.h"
#include "tests/simulation/worlds.h"

namespace changeover::simulation {

struct PeopleIncident;

class Scenario {
 public:
  /// Prepares one run before it begins: meddling, a disk that fails.
  using Prepare = std::function<void(SimulatedTool& tool)>;

  explicit Scenario(std::string_view world = orders_world);

  /// `changeover apply` with the spec at `stage`; tells how many file calls that took.
  Ended apply(std::string_view stage, const Prepare& prepare = {}, ApplyOptions options = {},
              int* file_calls = nullptr);
  /// Other people, and bad luck.
  void somebody(const PeopleIncident& does);
  void lose_state();
  void stall(bool stalled);

  /// What a careful operator does until the database lives in the space: apply again; when the copy is spent, a new
  /// one; never anything else. Fails the judge when that does not end.
  void bring_to_live();
  /// The same for the way back: service on the source, from wherever it is.
  void bring_back();

  [[nodiscard]] SimulatedHeroku& heroku() { return heroku_; }
  [[nodiscard]] Judge& judge() { return judge_; }
  /// Every run's story, for a failed test.
  [[nodiscard]] const std::string& log() const { return log_; }

 private:
  /// As the message of addon-name-taken says: a copy that the state does not know any more.
  void remove_stranger();

  SimulatedHeroku heroku_;
  Judge judge_;
  std::string log_;
};

/// One kind of trouble with one request.
struct Trouble {
  std::string name;
  Meddling meddling;
};
/// killed before, killed after, answer lost, request lost, refused, 500, 503 with HTML, 429, 401, time-out, stale,
/// slow.
[[nodiscard]] const std::vector<Trouble>& all_troubles();

/// Meddles with request `number` alone.
[[nodiscard]] Scenario::Prepare at_request(int number, Meddling meddling);

}  // namespace changeover::simulation
