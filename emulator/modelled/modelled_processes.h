// Dynos without processes: the ProcessEngine over the DataPlane.
//
// A command is read as far as a world needs it: `changeover-writer` writes to DATABASE_URL each WRITE_EVERY_MS (5),
// in transactions that stay open TRANSACTION_MS (0), and goes on for DRAIN_MS (0) after SIGTERM; `sleep N` takes N
// seconds and `exit N` ends, both also one after the other with `;` or `&&`. Everything else runs until it is stopped.
// Owner: the program's wiring or a simulation. Thread rule: the model's thread.
#pragma once

#include <map>
#include <string>

#include "emulator/engine.h"
#include "emulator/modelled/data_plane.h"

namespace changeover::emulator {

class ModelledProcesses final : public ProcessEngine {
 public:
  ModelledProcesses(DataPlane& plane, const Clock& clock) : plane_(plane), clock_(clock) {}

  /// A number of its own each time; nobody listens there.
  [[nodiscard]] int reserve_port(const std::string&) override { return next_port_++; }
  /// Nothing is printed by what is not run.
  void keep_output(const std::string&) override {}
  [[nodiscard]] std::string output(const std::string&) const override { return {}; }
  void start(const std::string& id, const std::string& command,
             const std::map<std::string, std::string>& environment) override;
  void stop(const std::string& id, std::chrono::milliseconds grace) override;
  [[nodiscard]] ProcessStatus status(const std::string& id) const override;
  void forget(const std::string& id) override;

 private:
  struct Process {
    WriterId writer = no_writer;
    std::chrono::milliseconds drain{0};
    bool stopping = false;
    std::optional<int> exit_code;
  };
  void end_at(const std::string& id, SteadyTime time, int code);

  DataPlane& plane_;
  const Clock& clock_;
  std::map<std::string, Process> processes_;
  int next_port_ = 10'000;
};

}  // namespace changeover::emulator
