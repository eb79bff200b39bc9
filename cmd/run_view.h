// How an apply is shown: as text or as JSON lines, from its first event to its last.
//
// Owner: the apply command. Thread rule: the event loop's thread. The executor emits what happens to migrations; the
// frame around it, run_started and run_done, is emitted here, where the command's own facts are known.
#pragma once

#include <memory>
#include <string>

#include "cmd/exit_code.h"
#include "cmd/shell.h"
#include "cmd/view/event_json.h"
#include "cmd/view/event_text.h"
#include "executor/events.h"
#include "executor/provider.h"
#include "planner/plan.h"

namespace changeover {

class RunView final : public EventSink {
 public:
  RunView(bool json, Shell& shell);

  void emit(const Event& event) override;
  void begin(const Plan& plan, WallTime at);
  void end(ExitCode code, const Traffic& traffic, WallTime at);
  /// A line for the person at the terminal, between the events.
  void note(const std::string& text);

  /// Runs the task, and lets time be seen meanwhile.
  template <class T>
  T show_while(EventLoop& loop, Task<T> task) {
    Task<void> ticker = tick(loop);
    ticker.start();
    return loop.run(std::move(task));
  }

 private:
  Task<void> tick(EventLoop& loop);

  std::ostream& err_;
  std::unique_ptr<EventText> text_;
  std::unique_ptr<EventJson> json_;
  std::chrono::milliseconds between_ticks_;
  std::int64_t migrations_ = 0;
};

}  // namespace changeover
