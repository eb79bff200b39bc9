// Halt: one order to stop what is under way, with its reason; and a race against it.
//
// Owner: a run (signals) and each attempt (deadline). Thread rule: the event loop's thread. What is being asked is
// dropped at once; what is being changed is let finish, because an answer that is not awaited is an unknown world.
#pragma once

#include <optional>
#include <string>
#include <utility>

#include "core/event_loop.h"
#include "core/task.h"

namespace changeover {

class Halt {
 public:
  enum class Reason { none, signal, deadline, failure };

  explicit Halt(EventLoop& loop) : gate_(loop) {}
  void order(Reason reason, std::string why) {
    if (gate_.is_open()) return;
    reason_ = reason;
    why_ = std::move(why);
    gate_.open();
  }
  [[nodiscard]] bool ordered() const { return gate_.is_open(); }
  [[nodiscard]] Reason reason() const { return reason_; }
  [[nodiscard]] const std::string& why() const { return why_; }
  [[nodiscard]] Gate& gate() { return gate_; }

 private:
  Gate gate_;
  Reason reason_ = Reason::none;
  std::string why_;
};

namespace detail {

template <class T>
Task<void> keep_value(Task<T> task, std::optional<T>& value, Gate& finished) {
  value.emplace(co_await task);
  finished.open();
}
inline Task<void> pass_on(Gate& from, Gate& to) {
  co_await from.passed();
  to.open();
}

}  // namespace detail

/// The task's value, or nothing when the gate opened first; the task is dropped then. When the gate is open already it
/// is not started, unless `begun_anyway`: then it still gives what it knows without waiting.
template <class T>
Task<std::optional<T>> unless(EventLoop& loop, Gate& stop, Task<T> task, bool begun_anyway = false) {
  std::optional<T> value;
  if (stop.is_open() && !begun_anyway) co_return value;
  Gate either(loop);
  Task<void> work = detail::keep_value(std::move(task), value, either);
  work.start();
  Task<void> watch = detail::pass_on(stop, either);
  watch.start();
  co_await either.passed();
  co_return value;
}

}  // namespace changeover
