// Journal: the record of one migration while a run changes it; what is written here is durable before the run goes on.
//
// Owner: the run of that migration. Thread rule: the event loop's thread. After a failed write the record in memory is
// as it was before the change, and the run must not go on.
#pragma once

#include <functional>

#include "core/result.h"
#include "core/task.h"
#include "executor/state/backend.h"
#include "planner/recorded.h"

namespace changeover {

class Journal {
 public:
  Journal(StateBackend& backend, Lease& lease, RecordedMigration record)
      : backend_(backend), lease_(lease), record_(std::move(record)) {}

  [[nodiscard]] const RecordedMigration& record() const { return record_; }
  /// Applies the change and saves it.
  [[nodiscard]] Task<Result<void>> write(std::function<void(RecordedMigration&)> change);
  /// Renews the lease: before each irreversible call.
  [[nodiscard]] Task<Result<void>> assert_held() { return lease_.renew(); }

 private:
  StateBackend& backend_;
  Lease& lease_;
  RecordedMigration record_;
};

}  // namespace changeover
