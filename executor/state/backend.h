// Where recorded facts and locks are kept, as one port (design 9).
//
// Owner: the wiring makes one backend for a run. Thread rule: the event loop's thread. A save is durable when it has
// returned, or it has changed nothing. A lock is a lease on one migration, so that a long copy of one does not lock the
// others. Implementations: LocalStateBackend for one machine, LeasedState for what several share; all keep one contract
// (tests/unit/executor/state_contract_test.cpp).
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/result.h"
#include "core/task.h"
#include "planner/recorded.h"

namespace changeover {

/// Who holds a lease: shown to whoever is locked out.
struct Holder {
  std::string id;   ///< random, names the lock for `unlock`
  std::string who;  ///< user name, or the CI job
  std::string host;
  std::int64_t pid = 0;
  std::string command;  ///< "apply"
  WallTime since;
  std::optional<WallTime> expires;  ///< none: a local lock, free when its holder is dead (safety S12)
};

/// A held lock on one migration; dropping it lets go, at the latest in StateBackend::settle().
class Lease {
 public:
  virtual ~Lease() = default;
  /// Asserts that it is still ours and extends it; required before each irreversible call (safety S12). `locked` when
  /// another took it.
  [[nodiscard]] virtual Task<Result<void>> renew() = 0;
};

class StateBackend {
 public:
  virtual ~StateBackend() = default;

  /// Everything recorded; an empty record (serial 0) when nothing was written yet. `corrupt` for what cannot be read,
  /// also for a newer format.
  [[nodiscard]] virtual Task<Result<Recorded>> load() = 0;
  /// Writes the record of one migration; leaves those of others as they are now. Needs the migration's lease.
  [[nodiscard]] virtual Task<Result<void>> save(const RecordedMigration& migration) = 0;
  /// `locked` with the holder in words when somebody else has it.
  [[nodiscard]] virtual Task<Result<std::unique_ptr<Lease>>> lock(std::string migration, std::string command) = 0;
  /// For `unlock`: breaks the lease whose holder id is given. `force` also when the holder looks alive.
  [[nodiscard]] virtual Task<Result<void>> unlock(std::string lock_id, bool force) = 0;
  /// Gives dropped leases back where that takes a call; awaited last. What fails here runs out by itself.
  [[nodiscard]] virtual Task<void> settle() { co_return; }
  /// Who is told when lock() waits for a run that vanished.
  virtual void on_wait(std::function<void(const std::string&)> /*tell*/) {}
  /// Who holds which migration now, by its name; for `status`, which locks nothing and writes nothing. A holder that is
  /// known to be gone is left out.
  [[nodiscard]] virtual Task<Result<std::map<std::string, Holder>>> holders() = 0;
  /// For people: "local file ./orders.state.json".
  [[nodiscard]] virtual std::string describe() const = 0;
};

}  // namespace changeover
