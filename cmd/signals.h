// Signals that end a program, made into messages: SIGINT, SIGTERM and SIGHUP are blocked in every thread and taken by
// one, which hands them to the event loop. A run in downtime restores service before it ends; nothing is killed.
//
// Owner: the apply command, which makes it before any other thread starts (threads inherit the mask), and at most one
// of them exists at a time. Thread rule: made, used and dropped on the main thread; handlers run on the loop's thread.
// Dropping it gives the signals their former meaning back. SIGPIPE is ignored for good: a closed pipe is a failed
// write, not the end of a run.
#pragma once

#include <csignal>
#include <functional>
#include <mutex>
#include <thread>

#include "core/event_loop.h"

namespace changeover {

class Signals {
 public:
  /// `count` is 1 for the first signal, then 2, 3, ...
  using Handler = std::function<void(int signal, int count)>;

  Signals();
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;
  ~Signals();

  /// Posts every signal from now on to the loop; one that came before is posted at once. Loop and handler must outlive
  /// this object or the next call; a null handler ends it.
  void deliver_to(EventLoop* loop, Handler handler);

  /// Readable from the first signal on, for waits that do not run the loop.
  [[nodiscard]] int descriptor() const { return pipe_[0]; }

 private:
  void take();
  void post(int signal, int count);

  sigset_t blocked_{};
  sigset_t before_{};
  int pipe_[2] = {-1, -1};
  std::mutex mutex_;
  EventLoop* loop_ = nullptr;
  Handler handler_;
  int count_ = 0;
  int last_ = 0;
  bool ending_ = false;
  std::thread thread_;
};

/// "SIGINT"
[[nodiscard]] const char* signal_name(int signal);

}  // namespace changeover
