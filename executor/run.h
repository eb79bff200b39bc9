// A run: one apply over the migrations of a spec, from lock to exit code.
//
// Owner: the command that applies. Thread rule: the event loop's thread; stop() may be called there at any time. A run
// that ends, however it ends, leaves a state from which the next one goes on (design 5).
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/random.h"
#include "executor/halt.h"
#include "executor/provider.h"
#include "executor/scheduler.h"
#include "executor/state/backend.h"
#include "planner/planner.h"

namespace changeover {

enum class Outcome {
  done,         ///< the stage is reached; 0
  no_changes,   ///< it was so already; 0
  pending,      ///< nothing failed, something has to pass first: run again; 7
  blocked,      ///< 4
  stale,        ///< the world is not the plan's any more; 3
  aborted,      ///< service restored on the source; 5
  locked,       ///< 6
  failed,       ///< 1
  in_downtime,  ///< the way is forward, and service is not back: 1, said first
  interrupted,  ///< by a signal, with nothing left in downtime; 130
};
[[nodiscard]] std::string_view to_string(Outcome outcome);
[[nodiscard]] int exit_code(Outcome outcome);
/// The first of 1 5 6 3 4 7 0 that applies (design 8); 130 when that is all that happened.
[[nodiscard]] int exit_code(const std::vector<Outcome>& outcomes);

struct MigrationOutcome {
  std::string name;
  Outcome outcome = Outcome::no_changes;
  std::string message;
  std::optional<Error> error;
};

/// What the record knows of a plan file (design 7).
enum class PlanStanding {
  fresh,    ///< never begun: it must equal what would be planned now
  started,  ///< begun and not ended: it is resumed, and our own steps have changed the facts since
  spent,    ///< its attempt is over
};

struct RunOptions {
  PlanOptions plan;
  std::optional<std::chrono::seconds> wait;  ///< bounds waiting outside downtime; none: forever
  std::string spec_path;                     ///< for the commands that messages name
  std::string plan_id;                       ///< of the plan file, when there is one
};

struct RunPorts {
  EventLoop& loop;
  Provider& provider;
  StateBackend& state;
  EventSink& events;
  OutsideTime& outside;
  Random& random;
};

class Run {
 public:
  Run(RunPorts ports, const Desired& desired, RunOptions options);
  ~Run();
  Run(const Run&) = delete;
  Run& operator=(const Run&) = delete;

  /// Takes the locks of all chosen migrations, loads the record, observes and plans. `locked` when another run holds
  /// one.
  [[nodiscard]] Task<Result<Plan>> plan();
  /// After plan().
  [[nodiscard]] PlanStanding standing_of(const std::string& plan_id) const;
  /// Carries out what plan() gave. Every migration has an outcome.
  [[nodiscard]] Task<std::vector<MigrationOutcome>> apply(const Plan& plan);
  /// A signal: in downtime before the unfollow service is restored; otherwise what is being changed is let finish.
  void stop(std::string why);

 private:
  struct Turn;
  struct MigrationRun;
  [[nodiscard]] std::vector<const Migration*> chosen() const;
  /// After it was destroyed: the next one is made, not taken for it.
  void forget_copy(const std::string& name);

  RunPorts ports_;
  const Desired& desired_;
  RunOptions options_;
  Halt halt_;
  Recorded recorded_;
  Observed observed_;
  std::map<std::string, std::unique_ptr<Lease>> leases_;
  std::unique_ptr<Turn> turn_;
};

}  // namespace changeover
