// A restore: service of one migration back on the source, before the point of no return, also without state (design 8).
//
// Owner: the command that restores. Thread rule: the event loop's thread. It plans nothing that could be undone later:
// it reads, journals that the attempt is given up, and puts every app back. A restore that is killed is gone on with by
// the next one, or by apply.
#pragma once

#include <memory>
#include <string>

#include "executor/cutover.h"
#include "executor/outcome.h"
#include "executor/run_context.h"
#include "planner/restoration.h"

namespace changeover {

struct RestoreOptions {
  std::string spec_path;             ///< for the commands that messages name
  bool accepts_lost_writes = false;  ///< of a copy that is gone
};

class RestoreRun {
 public:
  RestoreRun(RunPorts ports, const Migration& migration, RestoreOptions options);

  /// Takes the lock, reads record and world, and decides. Changes nothing; an error: nothing is known, or another run
  /// holds the lock.
  [[nodiscard]] Task<Result<void>> look();
  /// After look(). `done` when service is back on the source.
  [[nodiscard]] Task<MigrationOutcome> carry_out();

 private:
  [[nodiscard]] Task<MigrationOutcome> restore();
  [[nodiscard]] Task<Result<void>> note_attempt();
  [[nodiscard]] Task<MigrationOutcome> nothing_of_ours(Cutover& cutover);
  [[nodiscard]] MigrationOutcome what_is_missing() const;
  [[nodiscard]] MigrationOutcome judged(MigrationOutcome given_up) const;
  [[nodiscard]] MigrationOutcome end(Outcome outcome, std::string message, std::optional<Error> error = {}) const;
  void tell(EventType type, std::string message, json::Value data = {}, std::optional<Error> error = {}) const;

  RunPorts ports_;
  Migration migration_;  ///< as the spec says, but for its stage: what leads back is the way of stage source
  bool accepts_lost_writes_;
  std::string command_;  ///< what goes on with it
  std::unique_ptr<Lease> lease_;
  std::unique_ptr<Journal> journal_;
  Observed observed_;
  Phase phase_ = Phase::absent;
  Restoration restoration_;
};

}  // namespace changeover
