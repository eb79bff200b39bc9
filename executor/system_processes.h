// Programs on this machine. Each runs in a process group of its own, with our environment less its secrets, and ends
// with us: at its limit, when its task is dropped, and by the kernel when we are killed.
//
// Owner: the wiring. Thread rule: the event loop's thread; a thread a program waits for its end and only posts to the
// loop, which must outlive this object. What a program started by itself is ended with its group; only our own death by
// SIGKILL reaches no further than the program.
#pragma once

#include "core/event_loop.h"
#include "core/mailroom.h"
#include "executor/child_environment.h"
#include "executor/processes.h"

namespace changeover {

class SystemProcesses final : public ProcessRunner {
 public:
  SystemProcesses(EventLoop& loop, ChildEnvironment environment) : loop_(loop), environment_(std::move(environment)) {}
  [[nodiscard]] Task<Result<ProcessEnd>> run(ProcessOrder order) override;

 private:
  EventLoop& loop_;
  ChildEnvironment environment_;
  Mailroom mailroom_;
};

}  // namespace changeover
