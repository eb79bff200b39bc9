// One process of the tool in a simulation: the real planner, executor, state backend and Heroku client, wired to the
// model instead of the network. It runs once and ends, or is killed in the middle as by kill -9.
//
// Owner: a test, one for each run. Thread rule: one thread. After death its locks are free and its files stay as they
// were; no destructor of it changes the world.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "executor/events.h"
#include "executor/restore_run.h"
#include "executor/run.h"
#include "executor/state/local_state.h"
#include "planner/desired.h"
#include "providers/heroku/api_client.h"
#include "providers/heroku/provider.h"
#include "providers/heroku/timed_transport.h"
#include "tests/simulation/model_transport.h"
#include "tests/simulation/modelled_leader.h"
#include "tests/simulation/mutant.h"
#include "tests/simulation/simulated_heroku.h"
#include "tests/support/fake_processes.h"

namespace changeover::simulation {

struct ApplyOptions {
  bool allow_destroy = false;
  std::optional<std::chrono::seconds> wait = std::chrono::minutes{30};  ///< outside downtime; none: for ever
};

/// How one run ended.
struct Ended {
  bool killed = false;
  std::string hangs;                ///< why it would never have ended; empty: it ended
  std::optional<Error> plan_error;  ///< it did not even plan
  std::vector<MigrationOutcome> outcomes;
  int exit_code = 0;  ///< of design 8; 137 when killed
  int requests = 0;
  std::vector<Event> events;

  /// Of a spec with one migration.
  [[nodiscard]] Outcome outcome() const { return outcomes.empty() ? Outcome::failed : outcomes.front().outcome; }
  /// For a failed test: what it said, a line an event.
  [[nodiscard]] std::string story() const;
};

class SimulatedTool {
 public:
  /// A mutant outlives it.
  SimulatedTool(SimulatedHeroku& heroku, std::string_view spec, const Mutant& mutant = no_mutant());
  SimulatedTool(const SimulatedTool&) = delete;
  SimulatedTool& operator=(const SimulatedTool&) = delete;
  ~SimulatedTool();

  /// Meddle with requests, with SQL, with the disk; set before apply().
  [[nodiscard]] ModelTransport& network() { return network_; }
  [[nodiscard]] ModelledLeaders& leaders() { return leaders_; }
  /// What its provider works with.
  [[nodiscard]] heroku::Services services() {
    return {heroku_.loop(), api_, platform_, data_, mutant_leaders_, outside_};
  }
  [[nodiscard]] testing::FakeFiles& files() { return files_; }
  [[nodiscard]] testing::FakeProcesses& hooks() { return processes_; }
  /// Told every event as it comes.
  std::function<void(const Event&)> told{};
  /// Dies at once, from inside a call that meddles or observes.
  void kill();
  /// A signal, as from SIGTERM.
  void stop() {
    if (run_) run_->stop("SIGTERM");  // a restore is never interrupted
  }

  /// `changeover plan SPEC`, under the lock as apply takes it.
  [[nodiscard]] Result<Plan> plan();
  /// `changeover apply SPEC --auto-approve`.
  [[nodiscard]] Ended apply(ApplyOptions options = {}) {
    begin(options);
    return finish();
  }
  /// The same in two halves, for one that works beside another: begin() also from inside the other's calls; finish()
  /// when no other runs the loop.
  void begin(ApplyOptions options = {});
  [[nodiscard]] Ended finish();
  /// `changeover restore SPEC NAME` of the spec's first migration.
  [[nodiscard]] Ended restore(bool accepts_lost_writes = false);

 private:
  class Heard;
  [[nodiscard]] static const Mutant& no_mutant();
  [[nodiscard]] Task<void> run_to_end(Task<Ended> work);
  [[nodiscard]] Task<int> wait_for_end();
  [[nodiscard]] Task<Ended> plan_and_apply();
  [[nodiscard]] Task<Ended> look_and_restore();
  [[nodiscard]] Task<Ended> until_killed(Task<Ended> work);
  [[nodiscard]] RunPorts ports();
  void begin_work(Task<Ended> work);
  void make_run(ApplyOptions options);

  SimulatedHeroku& heroku_;
  const Mutant& mutant_;
  Desired desired_;
  SeededRandom random_;
  Gate killed_;
  bool dead_ = false;
  testing::FakeFiles files_;
  ModelTransport network_;
  OutsideTime outside_;
  heroku::TimedTransport transport_;
  heroku::ApiClient api_;
  heroku::PlatformClient platform_;
  heroku::DataClient data_;
  ModelledLeaders leaders_;
  MutantLeaders mutant_leaders_;
  heroku::HerokuProvider provider_;
  MutantProvider mutant_provider_;
  LocalStateBackend state_;
  MutantState mutant_state_;
  testing::FakeProcesses processes_;
  std::unique_ptr<Heard> heard_;
  std::optional<Run> run_{};
  std::optional<RestoreRun> restore_{};
  Gate over_;
  Ended ended_{};
  Task<void> work_{};
};

}  // namespace changeover::simulation
