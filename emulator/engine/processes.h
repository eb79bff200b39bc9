// The process engine with real processes: a dyno is a shell command in a process group of its own.
//
// Owner: the program's wiring, or a test; the keeper outlives it. Thread rule: one calling thread at a time; a thread
// behind the port reaps, and sends SIGKILL when a grace is over. A command that cannot start shows as exited with 126
// or 127. A dyno counts as exited when nobody of its group is left: a shell that dies before its children does not hide
// them. One that ends by itself takes its group with it; one that is being stopped lets its children use the grace.
// The destructor kills what still runs.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "emulator/engine.h"
#include "emulator/engine/keeper.h"
#include "emulator/engine/ports.h"

namespace changeover::emulator {

struct ProcessSettings {
  std::filesystem::path folder;  ///< where commands run: the world file's
  std::filesystem::path logs{};  ///< an existing folder for one file a process; empty: their output is dropped
  std::string path{};            ///< PATH of processes whose environment has none
};

class ChildProcesses final : public ProcessEngine {
 public:
  ChildProcesses(const Keeper& keeper, ProcessSettings settings);
  ChildProcesses(const ChildProcesses&) = delete;
  ChildProcesses& operator=(const ChildProcesses&) = delete;
  ~ChildProcesses() override;

  [[nodiscard]] int reserve_port(const std::string& id) override;
  /// In the logs folder, or in one of the keeper's that forget() clears.
  void keep_output(const std::string& id) override;
  [[nodiscard]] std::string output(const std::string& id) const override;
  /// A process of the same id that still runs is killed and no longer known by it.
  void start(const std::string& id, const std::string& command,
             const std::map<std::string, std::string>& environment) override;
  void stop(const std::string& id, std::chrono::milliseconds grace) override;
  /// An id that is not known reads as exited with 0.
  [[nodiscard]] ProcessStatus status(const std::string& id) const override;
  /// Kills it when it still runs.
  void forget(const std::string& id) override;

 private:
  struct Child;
  using SteadyPoint = std::chrono::steady_clock::time_point;

  void watch();
  [[nodiscard]] int milliseconds_to_next_look() const;
  void look_after(Child& child);
  void release(const std::string& id);
  [[nodiscard]] std::filesystem::path output_file(const std::string& id) const;
  void wake() const;
  [[nodiscard]] Child* find(const std::string& id) const;

  const Keeper& keeper_;
  ProcessSettings settings_;
  int wake_descriptor_;

  mutable std::mutex mutex_;  ///< guards what follows
  std::vector<std::unique_ptr<Child>> children_;
  std::map<std::string, ReservedPort> ports_;
  std::set<std::string> kept_;
  bool ending_ = false;
  std::thread watcher_;
};

}  // namespace changeover::emulator
