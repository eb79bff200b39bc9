// LocalStateBackend: the recorded facts in one file of this machine, with locks beside it (design 9).
//
// Owner: the wiring; it outlives its leases. Thread rule: the event loop's thread. A save is durable when it has
// returned, or the file is as it was.
//
// Three kinds of files, for a state at `orders.state.json`:
//   orders.state.json               the record (record_file.h)
//   orders.state.json.NAME.lock     the lease of migration NAME: its holder as JSON, flocked for as long as it is held,
//                                   so the lock of a dead process is free at once (safety S12)
//   orders.state.json.lock          guards the short moments in which one of the others is read, changed and written;
//                                   every lease is made and removed under it, so a lock file never vanishes under
//                                   somebody who has just taken it
// The lock files are removed when they are let go. What a killed run left is taken over, or removed by the next run,
// without a word.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "core/event_loop.h"
#include "core/random.h"
#include "executor/state/backend.h"
#include "executor/state/files.h"
#include "executor/state/holder.h"

namespace changeover {

class LocalStateBackend final : public StateBackend {
 public:
  struct Options {
    std::string path;  ///< as the spec says
    std::string spec;  ///< as the user named it, for advice
    RunIdentity me;
  };

  LocalStateBackend(Files& files, EventLoop& loop, Random& random, Options options);
  LocalStateBackend(const LocalStateBackend&) = delete;
  LocalStateBackend& operator=(const LocalStateBackend&) = delete;
  ~LocalStateBackend() override;

  [[nodiscard]] Task<Result<Recorded>> load() override;
  /// `locked` when the lease is not held (any more); `conflict` when the file was replaced by another or older one
  /// since it was read.
  [[nodiscard]] Task<Result<void>> save(const RecordedMigration& migration) override;
  [[nodiscard]] Task<Result<std::unique_ptr<Lease>>> lock(std::string migration, std::string command) override;
  [[nodiscard]] Task<Result<void>> unlock(std::string lock_id, bool force) override;
  [[nodiscard]] Task<Result<std::map<std::string, Holder>>> holders() override;
  [[nodiscard]] std::string describe() const override;

  /// How long to wait for the guard; it is held for one write of the file.
  static constexpr std::chrono::seconds guard_patience{10};

 private:
  class LocalLease;
  class Guard;

  [[nodiscard]] Result<void> open();
  [[nodiscard]] Task<Result<std::unique_ptr<Guard>>> guard();
  [[nodiscard]] Result<Recorded> read_state();
  [[nodiscard]] Result<void> write_migration(const RecordedMigration& migration);
  [[nodiscard]] Result<std::unique_ptr<Lease>> take(const std::string& migration, const std::string& command);
  [[nodiscard]] Result<void> break_lock(const std::string& lock_id, bool force);
  [[nodiscard]] Result<void> remove_leftovers();
  [[nodiscard]] bool is_dead(const Holder& holder) const;
  [[nodiscard]] Result<std::map<std::string, Holder>> read_holders() const;
  [[nodiscard]] bool is_lease_file(const std::string& name) const;
  [[nodiscard]] std::string lock_path(const std::string& migration) const { return path_ + "." + migration + ".lock"; }

  Files& files_;
  EventLoop& loop_;
  Random& random_;
  Options options_;
  std::string path_;       ///< resolved; "" until open()
  bool swept_ = false;     ///< leftovers are looked for once
  bool readable_ = false;  ///< and whether the file can be read
  std::map<std::string, LocalLease*> held_;
  std::string lineage_;      ///< of the file when it was last read or written; "" before
  std::int64_t serial_ = 0;  ///< likewise
};

}  // namespace changeover
