// The one thread that everything runs on: coroutines wait here for time, for answers and for each other.
//
// Owner: the wiring makes one loop; everyone else takes a reference. Thread rule: one thread, except post(), which any
// thread may call. A frame that is destroyed while it waits leaves the loop by itself (Waiting's destructor), so
// dropping a Task cancels it. What blocks is behind Waiter: curl in the program, virtual time in tests.
#pragma once

#include <chrono>
#include <coroutine>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <set>
#include <tuple>
#include <utility>
#include <vector>

#include "core/clock.h"
#include "core/task.h"

namespace changeover {

/// Blocks until something outside may have happened, or `at_most` has passed (nullopt: no limit).
class Waiter {
 public:
  virtual ~Waiter() = default;
  virtual void wait(std::optional<std::chrono::nanoseconds> at_most) = 0;
  /// Ends a wait() early; any thread.
  virtual void wake() = 0;
};

class EventLoop;

/// Base of every leaf awaitable: a coroutine handle that the loop resumes once, from its own stack, never from the
/// stack of whoever woke it. Lives in the waiting frame.
class Waiting {
 public:
  explicit Waiting(EventLoop& loop) : loop_(loop) {}
  Waiting(const Waiting&) = delete;
  Waiting& operator=(const Waiting&) = delete;
  virtual ~Waiting();

  /// Makes the loop resume the coroutine soon; a second call does nothing.
  void wake();

 protected:
  void suspend(std::coroutine_handle<> handle) { handle_ = handle; }
  [[nodiscard]] EventLoop& loop() const { return loop_; }

 private:
  friend class EventLoop;
  EventLoop& loop_;
  std::coroutine_handle<> handle_;
  bool queued_ = false;
};

class EventLoop {
 public:
  EventLoop(const Clock& clock, Waiter& waiter) : clock_(clock), waiter_(waiter) {}
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;
  ~EventLoop() = default;

  [[nodiscard]] const Clock& clock() const { return clock_; }

  /// Runs the loop until `task` is done and gives its value. Not to be nested.
  template <class T>
  T run(Task<T> task) {
    bool done = false;
    auto driver = drive(std::move(task), done);
    driver.start();
    while (!done) turn();
    return driver.take();
  }

  /// Awaitable: resumes at `time` or later.
  class Sleep final : public Waiting {
   public:
    Sleep(EventLoop& loop, SteadyTime time) : Waiting(loop), time_(time) {}
    Sleep(const Sleep&) = delete;
    Sleep& operator=(const Sleep&) = delete;
    ~Sleep() override { loop().timers_.erase({time_, order_, this}); }
    [[nodiscard]] bool await_ready() const { return false; }
    void await_suspend(std::coroutine_handle<> handle) {
      suspend(handle);
      order_ = loop().next_order_++;
      loop().timers_.insert({time_, order_, this});
    }
    void await_resume() const {}

   private:
    SteadyTime time_;
    std::uint64_t order_ = 0;
  };
  [[nodiscard]] Sleep sleep_until(SteadyTime time) { return {*this, time}; }
  [[nodiscard]] Sleep sleep_for(std::chrono::nanoseconds time) {
    return {*this, clock_.steady_now() + std::chrono::duration_cast<SteadyTime::duration>(time)};
  }

  /// Runs `work` on the loop's thread soon. Any thread may call this.
  void post(std::function<void()> work);

 private:
  friend class Waiting;
  template <class T>
  static Task<T> drive(Task<T> task, bool& done) {
    if constexpr (std::is_void_v<T>) {
      co_await task;
      done = true;
    } else {
      T value = co_await task;
      done = true;
      co_return value;
    }
  }
  void turn();
  void forget(Waiting& waiting);

  const Clock& clock_;
  Waiter& waiter_;
  std::deque<Waiting*> ready_;
  /// By time, then by who came first: never by address, so that a run repeats exactly.
  std::set<std::tuple<SteadyTime, std::uint64_t, Sleep*>> timers_;
  std::uint64_t next_order_ = 0;
  std::mutex mutex_;
  std::vector<std::function<void()>> posted_;
};

/// A door that opens once; every coroutine that waits goes on then, and later ones do not wait.
class Gate {
 public:
  explicit Gate(EventLoop& loop) : loop_(loop) {}
  [[nodiscard]] bool is_open() const { return open_; }
  void open();

  class Passage final : public Waiting {
   public:
    explicit Passage(Gate& gate) : Waiting(gate.loop_), gate_(gate) {}
    Passage(const Passage&) = delete;
    Passage& operator=(const Passage&) = delete;
    ~Passage() override { std::erase(gate_.waiting_, this); }
    [[nodiscard]] bool await_ready() const { return gate_.open_; }
    void await_suspend(std::coroutine_handle<> handle) {
      suspend(handle);
      gate_.waiting_.push_back(this);
    }
    void await_resume() const {}

   private:
    Gate& gate_;
  };
  [[nodiscard]] Passage passed() { return Passage(*this); }

  /// Awaitable: resumes when the gate opens or `time` comes, whichever is first. Gives whether the gate is open.
  [[nodiscard]] Task<bool> passed_before(SteadyTime time);

 private:
  EventLoop& loop_;
  bool open_ = false;
  std::vector<Waiting*> waiting_;  ///< in the order they came
};

}  // namespace changeover
