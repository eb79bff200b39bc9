// What a remote state needs of the place that keeps it: the record and the leases as one document, changed by one
// writer at a time, with the time as that place sees it.
//
// Owner: the wiring makes one store for a run; LeasedState uses it. Thread rule: the event loop's thread. A change is
// whole and durable when it has returned; what a failure leaves behind is in its code: `outcome_unknown` may have been
// written, everything else has not. Implementations: HttpStore and PostgresStore.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.h"
#include "core/result.h"
#include "core/task.h"
#include "executor/state/backend.h"
#include "planner/recorded.h"

namespace changeover {

/// The lease of one migration. It stays when nobody holds it, so that its fencing serial never goes back.
struct LeaseEntry {
  std::string migration;
  std::int64_t fence = 0;               ///< one more with every holder; an older one writes nothing any more
  std::optional<Holder> holder;         ///< with `expires`
  std::optional<WallTime> quiet_until;  ///< the last call of a holder that vanished may still be under way until then
};

struct StateDocument {
  Recorded recorded;
  std::vector<LeaseEntry> leases;

  [[nodiscard]] LeaseEntry* lease_of(std::string_view migration);
};

/// The document, and what time it was there.
struct StateView {
  StateDocument document;
  WallTime now;
};

/// Changes the document in place; false: there is nothing to write. It may be called again on a newer document, and on
/// another thread, so it holds what it needs by value.
using StateChange = std::function<Result<bool>(StateDocument& document, WallTime now)>;

class SharedStore {
 public:
  virtual ~SharedStore() = default;

  /// An empty document when nothing was written yet.
  [[nodiscard]] virtual Task<Result<StateView>> read() = 0;
  /// Reads, changes and writes while nobody else writes; gives the document as it is then. The store makes lineage and
  /// serial. An error of the change itself comes back as it is, with nothing written.
  [[nodiscard]] virtual Task<Result<StateView>> change(StateChange change) = 0;
  /// Lets go of what a change that was dropped half-way left behind.
  [[nodiscard]] virtual Task<void> settle() { co_return; }
  /// For people, without a secret.
  [[nodiscard]] virtual std::string describe() const = 0;
};

/// The document as JSON text: that of record_file.h, and beside it
///   "leases": [{"migration", "fence", "holder": {...}, "quiet_until"}]
[[nodiscard]] std::string shared_text(const StateDocument& document);
/// An empty text is an empty document. `corrupt` for what is no record, in words that name the place.
[[nodiscard]] Result<StateDocument> read_shared(std::string_view text, const std::string& where);

}  // namespace changeover
