// SIGTERM and SIGINT as a descriptor that becomes readable when it is time to go: at once, or after a drain.
//
// Owner: the write loop. Thread rule: one calling thread; a small thread behind it waits for the signals, which every
// thread of the process must have blocked. A second signal ends the drain.
#pragma once

#include <chrono>
#include <thread>

namespace changeover::writer {

class StopSignal {
 public:
  explicit StopSignal(std::chrono::milliseconds drain);
  StopSignal(const StopSignal&) = delete;
  StopSignal& operator=(const StopSignal&) = delete;
  ~StopSignal();

  /// Blocks until `until`, or less when it is time to go; true when it is.
  [[nodiscard]] bool came_before(std::chrono::steady_clock::time_point until) const;
  [[nodiscard]] int descriptor() const { return time_to_go_; }

 private:
  void listen(std::chrono::milliseconds drain) const;

  int time_to_go_;  ///< a timer, armed by the first signal
  int signals_;
  int quit_;
  std::thread listener_;
};

}  // namespace changeover::writer
