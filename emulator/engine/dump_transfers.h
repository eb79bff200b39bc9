// The transfer engine with real pg_dump and pg_restore: a dump is a file in the custom format.
//
// Owner: the program's wiring, or a test; keeper and clock outlive it. Thread rule: one calling thread at a time; every
// transfer has a worker thread behind the port, and its program dies with the run. What goes wrong is the last line of
// the transfer's log. A dump lies as ID.dump in the folder until its transfer is removed; one that failed leaves none.
#pragma once

#include <condition_variable>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "core/clock.h"
#include "emulator/engine.h"
#include "emulator/engine/keeper.h"
#include "emulator/engine/sql.h"

namespace changeover::emulator {

class DumpTransfers final : public TransferEngine {
 public:
  /// `folder`: for the dumps; made with the first of them.
  DumpTransfers(const Keeper& keeper, const Clock& clock, std::filesystem::path folder);
  DumpTransfers(const DumpTransfers&) = delete;
  DumpTransfers& operator=(const DumpTransfers&) = delete;
  /// Cancels what runs; the dumps stay.
  ~DumpTransfers() override;

  void start(const std::string& id, const TransferOrder& order) override;
  void cancel(const std::string& id) override;
  void remove(const std::string& id) override;
  [[nodiscard]] TransferStatus status(const std::string& id) const override;

  /// For tests: blocks until the transfer is over, and gives its status.
  [[nodiscard]] TransferStatus await_end(const std::string& id) const;

 private:
  struct Transfer;

  void work(Transfer& transfer);
  [[nodiscard]] Result<void> dump(Transfer& transfer, const TransferEnd& from, const std::filesystem::path& file);
  [[nodiscard]] Result<void> restore(Transfer& transfer, const std::filesystem::path& file, const TransferEnd& to);
  [[nodiscard]] Result<void> erase(Transfer& transfer, const TransferEnd& target);
  /// Exit code of the program; its complaints go to the log as they come.
  [[nodiscard]] Result<int> run(Transfer& transfer, const std::string& program, std::vector<std::string> arguments,
                                const SqlSession::Target& target);
  void listen(Transfer& transfer, int descriptor);
  void note(Transfer& transfer, const std::string& line);
  void sweep();
  [[nodiscard]] std::filesystem::path file_of(const std::string& id) const { return folder_ / (id + ".dump"); }
  [[nodiscard]] Transfer* find(const std::string& id) const;

  const Keeper& keeper_;
  const Clock& clock_;
  const std::filesystem::path folder_;

  mutable std::mutex mutex_;  ///< guards the shared part of every Transfer
  mutable std::condition_variable changed_;
  std::vector<std::unique_ptr<Transfer>> transfers_;
};

}  // namespace changeover::emulator
