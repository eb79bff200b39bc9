// The account's token bucket (heroku-api.md 1.7): 4,500 at most, refilled about 75 a minute.
//
// Owner: the model. Thread rule: the model's thread.
#pragma once

#include <algorithm>
#include <chrono>

#include "core/clock.h"

namespace changeover::emulator {

class RateLimit {
 public:
  RateLimit(int capacity, double tokens_per_second, SteadyTime now)
      : capacity_(capacity), per_second_(tokens_per_second), tokens_(capacity), at_(now) {}

  /// Takes one token; false when there is none.
  [[nodiscard]] bool take(SteadyTime now) {
    refill(now);
    if (tokens_ < 1) return false;
    tokens_ -= 1;
    return true;
  }
  void give_back() { tokens_ = std::min<double>(capacity_, tokens_ + 1); }
  [[nodiscard]] int remaining(SteadyTime now) {
    refill(now);
    return static_cast<int>(tokens_);
  }

 private:
  void refill(SteadyTime now) {
    tokens_ = std::min<double>(capacity_, tokens_ + per_second_ * std::chrono::duration<double>(now - at_).count());
    at_ = now;
  }

  int capacity_;
  double per_second_;
  double tokens_;
  SteadyTime at_;
};

}  // namespace changeover::emulator
