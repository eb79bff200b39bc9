// Programs that a run starts for the operator, as a port: the hooks of a spec.
//
// Owner: the wiring makes one; a run takes a reference. Thread rule: the event loop's thread. Dropping the task of a
// program that runs ends it. Implemented by executor/system_processes.h and tests/support/fake_processes.h.
#pragma once

#include <chrono>
#include <map>
#include <string>
#include <vector>

#include "core/result.h"
#include "core/task.h"

namespace changeover {

struct ProcessOrder {
  std::vector<std::string> argv;
  std::map<std::string, std::string> environment;  ///< besides what every program of the run gets
  std::chrono::seconds limit{60};                  ///< then it is ended
};

struct ProcessEnd {
  int exit_code = 0;  ///< or 128 + signal
  bool out_of_time = false;
  std::string output;  ///< stdout and stderr as they came, its end when it is long; the run's own secrets struck out
};

class ProcessRunner {
 public:
  virtual ~ProcessRunner() = default;
  /// Runs it to its end; an error when it can not be started.
  [[nodiscard]] virtual Task<Result<ProcessEnd>> run(ProcessOrder order) = 0;
};

}  // namespace changeover
