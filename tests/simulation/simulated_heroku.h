// A whole Heroku in memory: the emulator's model, modelled databases and dynos, faults, on one virtual clock.
//
// Owner: a test. Thread rule: one thread. It outlives every simulated tool; what a tool leaves behind when it dies is
// in here (the model, the data plane) and on the disk. The same seed and the same calls give the same bytes.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "core/event_loop.h"
#include "core/random.h"
#include "emulator/model/model.h"
#include "emulator/modelled/data_plane.h"
#include "emulator/modelled/modelled_databases.h"
#include "emulator/modelled/modelled_processes.h"
#include "emulator/modelled/modelled_transfers.h"
#include "emulator/world.h"
#include "json/value.h"
#include "tests/simulation/simulated_time.h"
#include "tests/support/fake_files.h"

namespace changeover::simulation {

class SimulatedHeroku {
 public:
  /// The world as YAML; a mistake in it fails the test.
  explicit SimulatedHeroku(std::string_view world, emulator::DataPlaneTiming servers = {});
  SimulatedHeroku(const SimulatedHeroku&) = delete;
  SimulatedHeroku& operator=(const SimulatedHeroku&) = delete;
  ~SimulatedHeroku() = default;

  /// A server of Heroku's fails, and its standby takes over.
  void fail_over(const std::string& id);
  /// Lets time pass with no tool at work.
  void pass(std::chrono::nanoseconds time) { time_.advance(time); }
  /// Somebody else's call: an operator, a colleague, an autoscaler. Gives the answer's body; its status in `status`.
  json::Value call(const std::string& method, const std::string& path, const std::string& body = {},
                   int* status = nullptr);
  /// Somebody else uses up the account's hour, but for so many.
  void leave_requests(int left);

  [[nodiscard]] const emulator::World& world() const { return world_; }
  [[nodiscard]] SimulatedTime& time() { return time_; }
  [[nodiscard]] EventLoop& loop() { return loop_; }
  [[nodiscard]] emulator::Model& model() { return *model_; }
  [[nodiscard]] emulator::DataPlane& plane() { return plane_; }
  [[nodiscard]] testing::FakeDisk& disk() { return disk_; }
  [[nodiscard]] int& next_session() { return next_session_; }
  /// The add-on's uuid, which is also its server's id; "" when there is none.
  [[nodiscard]] std::string id_of(const std::string& addon);

 private:
  SimulatedTime time_;
  EventLoop loop_{time_, time_};
  SeededRandom random_;
  emulator::World world_;
  emulator::DataPlane plane_;
  emulator::ModelledDatabases databases_{plane_, time_};
  emulator::ModelledTransfers transfers_{plane_, time_};
  emulator::ModelledProcesses processes_{plane_, time_};
  std::unique_ptr<emulator::Model> model_;
  testing::FakeDisk disk_;
  int next_session_ = 0;
};

}  // namespace changeover::simulation
