// A bell between two threads: the loop's thread rings it, and the worker's blocking waits end at once.
//
// Owner: the worker. Thread rule: any thread may call anything. What a failure leaves behind: without a descriptor
// (the process is out of them) the bell still counts, and waits end at their own time.
#pragma once

#include <atomic>
#include <chrono>

namespace changeover::postgres {

class Interrupt {
 public:
  Interrupt();
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;
  ~Interrupt();

  void raise();
  void clear();
  [[nodiscard]] bool raised() const { return raised_; }

  enum class Wake { socket, time, interrupt };
  /// Blocks until `socket` (negative: none) can be read, or written if so asked, or the time is over, or the bell
  /// rings.
  [[nodiscard]] Wake wait(int socket, bool or_write, std::chrono::milliseconds at_most) const;
  /// The same without the bell.
  [[nodiscard]] static Wake wait_deaf(int socket, bool or_write, std::chrono::milliseconds at_most);

 private:
  int descriptor_;
  std::atomic<bool> raised_{false};
};

}  // namespace changeover::postgres
