// One simulated migration, from a fault to wherever it ends: the loop an operator would walk, with the judge beside it.
//
// Owner: a test. Thread rule: one thread.
#pragma once

#include <functional>
#include <memory>
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

  explicit Scenario(std::string_view world = orders_world, Mutant mutant = {});

  /// `changeover apply` with the spec at `stage`; tells how many file calls that took.
  Ended apply(std::string_view stage, const Prepare& prepare = {}, ApplyOptions options = {},
              int* file_calls = nullptr);
  /// `changeover restore`; `accepts_lost_writes`: of a copy that is gone, or that nobody runs on.
  Ended restore(bool accepts_lost_writes = false, const Prepare& prepare = {}, int* file_calls = nullptr);
  /// What the spec says beside its stage, from now on.
  void edit_spec(std::size_t edit) { edit_ = edit; }

  /// Other people, and bad luck.
  void somebody(const PeopleIncident& does);  ///< unless that is_not_promised()
  void lose_state();
  void stall(bool stalled);
  void fail_over(bool of_copy);
  void destroy_copy();  ///< as long as no application has written to it, or is about to
  /// Somebody deprovisions the old database, as `stage: retired` would.
  void destroy_source();
  /// A colleague applies while a run is at work: from inside one of its calls.
  void colleague(const std::string& stage);

  /// What a careful operator does until the database lives in the space: apply again; when the copy is spent, a new
  /// one; never anything else. Fails the judge when that does not end.
  void bring_to_live();
  /// The same for the way back: service on the source, from wherever it is; to live where there is no way back.
  void bring_back();

  [[nodiscard]] SimulatedHeroku& heroku() { return heroku_; }
  [[nodiscard]] Judge& judge() { return judge_; }
  /// Every run's story, for a failed test.
  [[nodiscard]] std::string log() const;

 private:
  /// As the message of addon-name-taken says: a copy that the state does not know any more.
  void remove_stranger();
  void remove_copy();
  void end_colleague(bool killed);
  bool does_as_told(const Ended& ended);
  bool decides_as_asked(const Ended& ended);
  [[nodiscard]] bool is_not_promised(const PeopleIncident& does);
  Watch& watch(SimulatedTool& tool, std::string_view stage);

  struct Told {
    std::string what;
    Ended ended;  ///< of an apply
  };
  struct Colleague {
    std::string stage;
    std::unique_ptr<SimulatedTool> tool{};
    Watch* watch = nullptr;
  };

  const Mutant mutant_;
  SimulatedHeroku heroku_;
  Judge judge_;
  std::size_t edit_ = 0;
  bool at_work_ = false;  ///< a run that was not killed
  std::vector<Colleague> colleagues_;
  std::vector<Told> told_;  ///< put into words for who wants to read
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
