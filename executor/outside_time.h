// How much of a stretch of time was spent waiting for somebody else: Heroku, PostgreSQL, an app that stops or boots.
//
// Owner: the wiring makes one for a run; transport, leader sessions and the scheduler report to it. Thread rule: the
// event loop's thread. Overlapping waits count once; what is left of a downtime is the tool's own.
#pragma once

#include <chrono>

#include "core/clock.h"

namespace changeover {

class OutsideTime {
 public:
  explicit OutsideTime(const Clock& clock) : clock_(clock) {}

  /// While one of these lives, time is somebody else's.
  class Span {
   public:
    explicit Span(OutsideTime& account) : account_(account) { account_.enter(); }
    Span(const Span&) = delete;
    Span& operator=(const Span&) = delete;
    ~Span() { account_.leave(); }

   private:
    OutsideTime& account_;
  };

  /// All of it up to now.
  [[nodiscard]] std::chrono::nanoseconds total() const {
    return depth_ == 0 ? total_ : total_ + (clock_.steady_now() - since_);
  }

 private:
  void enter() {
    if (depth_++ == 0) since_ = clock_.steady_now();
  }
  void leave() {
    if (--depth_ == 0) total_ += clock_.steady_now() - since_;
  }

  const Clock& clock_;
  int depth_ = 0;
  SteadyTime since_;
  std::chrono::nanoseconds total_{0};
};

}  // namespace changeover
