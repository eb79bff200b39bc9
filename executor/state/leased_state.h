// LeasedState: the recorded facts in a place that several machines share, with leases that run out (safety S12).
//
// Owner: the wiring, over one SharedStore; it outlives its leases. Thread rule: the event loop's thread. A save is
// durable when it has returned, or says that it did not happen.
//
// A lease is a row in the shared document: holder, expiry by the clock of the place that keeps it, and a fencing serial
// that grows with every holder. It is renewed in the background for as long as the loop turns, and before each
// irreversible call. A holder that vanished keeps its lease until that has run out, and for the longest call after it
// nobody acts: the new holder waits, and observes then. What a store says may pass is tried again for a while; every
// change here may be carried out twice, because only the holder of a lease writes under it.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/event_loop.h"
#include "core/random.h"
#include "executor/state/backend.h"
#include "executor/state/holder.h"
#include "executor/state/shared_store.h"

namespace changeover {

struct LeaseTimes {
  std::chrono::milliseconds lasts{std::chrono::minutes{3}};
  std::chrono::milliseconds renewed_every{std::chrono::seconds{45}};
  std::chrono::milliseconds longest_call{std::chrono::seconds{90}};
  std::chrono::milliseconds margin{std::chrono::seconds{10}};    ///< beyond the longest call, for clocks and networks
  std::chrono::milliseconds patience{std::chrono::seconds{75}};  ///< with a place that does not answer
};

class LeasedState final : public StateBackend {
 public:
  struct Options {
    std::string spec;  ///< as the user named it, for advice
    RunIdentity me;
    LeaseTimes times{};
  };

  LeasedState(SharedStore& store, EventLoop& loop, Random& random, Options options);
  LeasedState(const LeasedState&) = delete;
  LeasedState& operator=(const LeasedState&) = delete;
  ~LeasedState() override;

  [[nodiscard]] Task<Result<Recorded>> load() override;
  /// `locked` when the lease is not ours any more; `conflict` when the record was replaced by another or older one.
  [[nodiscard]] Task<Result<void>> save(const RecordedMigration& migration) override;
  /// Waits when the holder before us vanished: at most for the longest call. Tells so before (on_wait).
  [[nodiscard]] Task<Result<std::unique_ptr<Lease>>> lock(std::string migration, std::string command) override;
  [[nodiscard]] Task<Result<void>> unlock(std::string lock_id, bool force) override;
  [[nodiscard]] Task<Result<std::map<std::string, Holder>>> holders() override;
  [[nodiscard]] Task<void> settle() override;
  void on_wait(std::function<void(const std::string&)> tell) override { tell_ = std::move(tell); }
  [[nodiscard]] std::string describe() const override { return store_.describe(); }

 private:
  class RemoteLease;
  /// A lease of ours, from before it is asked for until it is given back.
  struct Held {
    Holder holder;
    std::int64_t fence = 0;
    SteadyTime valid_until;
    bool dropped = false;
    std::optional<Error> lost;
  };
  /// The tasks of this process that change the document, one after the other.
  class Place;

  [[nodiscard]] Task<Result<StateView>> change(StateChange change);
  [[nodiscard]] Task<Result<void>> extend_all();
  [[nodiscard]] Task<Result<void>> renew(std::string id);
  [[nodiscard]] Task<void> keep_alive();
  [[nodiscard]] Task<Result<void>> wait_until_quiet(std::string migration, StateView view);
  [[nodiscard]] Error taken(const std::string& migration, const LeaseEntry* entry) const;
  [[nodiscard]] Error no_answer(Error error) const;
  void note_view(const StateView& view);

  SharedStore& store_;
  EventLoop& loop_;
  Random& random_;
  Options options_;
  std::function<void(const std::string&)> tell_;
  std::map<std::string, std::pair<std::string, Held>> held_;  ///< by lock id: migration and lease
  std::vector<Place*> line_;
  std::string lineage_;      ///< of the record when it was last read or written; "" before
  std::int64_t serial_ = 0;  ///< likewise
  std::optional<Task<void>> keeper_;
};

}  // namespace changeover
