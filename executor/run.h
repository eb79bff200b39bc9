// A run: one apply over the migrations of a spec, from lock to exit code.
//
// Owner: the command that applies. Thread rule: the event loop's thread; stop() may be called there at any time. A run
// that ends, however it ends, leaves a state from which the next one goes on (design 5).
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "executor/outcome.h"
#include "executor/run_context.h"

namespace changeover {

/// What the record knows of a plan file (design 7).
enum class PlanStanding {
  fresh,    ///< never begun: it must equal what would be planned now
  started,  ///< begun and not ended: it is resumed, and our own steps have changed the facts since
  spent,    ///< its attempt is over
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
  /// After plan(): of the file as a whole. One that is over for some migrations and begun for others is begun.
  [[nodiscard]] PlanStanding standing_of(const std::string& plan_id) const;
  /// The attempt that the file was for is over for this migration.
  [[nodiscard]] bool is_spent(const std::string& plan_id, const std::string& migration) const;
  /// Its apps are down: service counts for more than what is wrong with others.
  [[nodiscard]] bool is_down(const std::string& migration) const;
  /// Before apply(): a migration that ends `stale`, untouched.
  void leave_out(const std::string& migration, std::string why);
  /// Carries out what plan() gave. Every migration has an outcome.
  [[nodiscard]] Task<std::vector<MigrationOutcome>> apply(const Plan& plan);
  /// A signal: in downtime before the unfollow service is restored; otherwise what is being changed is let finish.
  void stop(std::string why);

 private:
  RunContext run_;
  std::map<std::string, std::unique_ptr<Lease>> leases_;
};

}  // namespace changeover
