// Task<T>: a lazy coroutine with one owner, resumed by whoever awaits it; all_of(): several at once.
//
// Owner: the awaiting frame (a Task is a move-only value; dropping it destroys the frame and so cancels the work).
// Thread rule: one thread, the event loop's. Tasks do not throw: an exception that escapes ends the program.
//
// For GCC 12 two habits: coroutine parameters are values or references that outlive the await, and arguments of a
// co_await expression are named first, never built inside it (docs/decisions/0002-coroutines.md).
#pragma once

#include <coroutine>
#include <cstddef>
#include <exception>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

namespace changeover {

template <class T>
class Task;

namespace detail {

struct PromiseBase {
  std::coroutine_handle<> continuation = std::noop_coroutine();

  struct Final {
    [[nodiscard]] bool await_ready() const noexcept { return false; }
    template <class Promise>
    std::coroutine_handle<> await_suspend(std::coroutine_handle<Promise> self) const noexcept {
      return self.promise().continuation;
    }
    void await_resume() const noexcept {}
  };
  [[nodiscard]] std::suspend_always initial_suspend() const noexcept { return {}; }
  [[nodiscard]] Final final_suspend() const noexcept { return {}; }
  [[noreturn]] void unhandled_exception() const noexcept { std::terminate(); }
};

template <class T>
struct Promise : PromiseBase {
  std::optional<T> value;
  Task<T> get_return_object();
  template <class U>
  void return_value(U&& result) {
    value.emplace(std::forward<U>(result));
  }
};

template <>
struct Promise<void> : PromiseBase {
  Task<void> get_return_object();
  void return_void() const noexcept {}
};

}  // namespace detail

template <class T = void>
class [[nodiscard]] Task {
 public:
  using promise_type = detail::Promise<T>;
  using Handle = std::coroutine_handle<promise_type>;

  Task() = default;
  explicit Task(Handle handle) : handle_(handle) {}
  Task(const Task&) = delete;
  Task& operator=(const Task&) = delete;
  Task(Task&& other) noexcept : handle_(std::exchange(other.handle_, {})) {}
  Task& operator=(Task&& other) noexcept {
    if (this != &other) {
      drop();
      handle_ = std::exchange(other.handle_, {});
    }
    return *this;
  }
  ~Task() { drop(); }

  [[nodiscard]] bool await_ready() const noexcept { return false; }
  std::coroutine_handle<> await_suspend(std::coroutine_handle<> waiting) noexcept {
    handle_.promise().continuation = waiting;
    return handle_;
  }
  T await_resume() { return take(); }

  /// Runs to the first suspension without an awaiter; take() the value when done() says so.
  void start() { handle_.resume(); }
  void start(std::coroutine_handle<> then) {
    handle_.promise().continuation = then;
    handle_.resume();
  }
  [[nodiscard]] bool done() const { return handle_ && handle_.done(); }
  T take() {
    if constexpr (!std::is_void_v<T>) return std::move(*handle_.promise().value);
  }

 private:
  void drop() {
    if (handle_) std::exchange(handle_, {}).destroy();
  }
  Handle handle_;
};

namespace detail {

template <class T>
Task<T> Promise<T>::get_return_object() {
  return Task<T>(std::coroutine_handle<Promise<T>>::from_promise(*this));
}
inline Task<void> Promise<void>::get_return_object() {
  return Task<void>(std::coroutine_handle<Promise<void>>::from_promise(*this));
}

/// Starts every task; resumes the awaiting frame when the last is done.
template <class T>
struct AllOf {
  std::vector<Task<T>>& tasks;
  std::vector<Task<void>> followers{};
  std::size_t left = 0;
  std::coroutine_handle<> waiting{};

  static Task<void> follow(Task<T>& task, AllOf& all) {
    co_await Joined{task};
    Last last{all};
    co_await last;
  }
  /// Hands over to the waiting frame when this was the last. That frame destroys the followers, so the follower that
  /// wakes it must be suspended, not running.
  struct Last {
    AllOf& all;
    [[nodiscard]] bool await_ready() const noexcept { return --all.left != 0; }
    std::coroutine_handle<> await_suspend(std::coroutine_handle<>) const noexcept { return all.waiting; }
    void await_resume() const noexcept {}
  };
  /// Awaits a task without taking its value.
  struct Joined {
    Task<T>& task;
    [[nodiscard]] bool await_ready() const noexcept { return false; }
    std::coroutine_handle<> await_suspend(std::coroutine_handle<> frame) noexcept { return task.await_suspend(frame); }
    void await_resume() const noexcept {}
  };

  [[nodiscard]] bool await_ready() const noexcept { return tasks.empty(); }
  bool await_suspend(std::coroutine_handle<> frame) {
    left = tasks.size() + 1;  // one for ourselves, so that nothing resumes us while we still start the others
    waiting = frame;
    followers.reserve(tasks.size());
    for (Task<T>& task : tasks) {
      followers.push_back(follow(task, *this));
      followers.back().start();
    }
    return --left != 0;
  }
  void await_resume() const noexcept {}
};

}  // namespace detail

/// Runs the tasks at once and gives their values in the order of the tasks.
template <class T>
Task<std::vector<T>> all_of(std::vector<Task<T>> tasks) {
  detail::AllOf<T> all{tasks};
  co_await all;
  std::vector<T> values;
  values.reserve(tasks.size());
  for (Task<T>& task : tasks) values.push_back(task.take());
  co_return values;
}

inline Task<void> all_of(std::vector<Task<void>> tasks) {
  detail::AllOf<void> all{tasks};
  co_await all;
}

}  // namespace changeover
