// The turn to cut over: so many at once as the spec allows, never two that touch the same app or database, and none
// after one was given up (safety S10).
//
// Owner: the run's context; everything that waits here is gone before it. Thread rule: the event loop's thread. Who
// came first goes first, except that one who has to wait for an app does not hold up those behind it.
#pragma once

#include <cstddef>
#include <list>
#include <set>
#include <string>
#include <vector>

#include "core/event_loop.h"

namespace changeover {

/// What one cutover touches, in names that are equal for equal things.
using Touched = std::set<std::string>;

class Turn {
 public:
  Turn(EventLoop& loop, int at_once) : loop_(loop), at_once_(static_cast<std::size_t>(at_once)) {}

  /// `touched` outlives the turn that it takes.
  [[nodiscard]] Task<void> take(const Touched& touched);
  /// `good`: it did not end in a way that holds up the others.
  void give_back(const Touched& touched, bool good);

  [[nodiscard]] bool ran_before() const { return ran_before_; }  ///< another may have changed what was observed
  [[nodiscard]] bool abandoned() const { return abandoned_; }    ///< one was given up: no new one begins

 private:
  struct Waiter {
    const Touched& touched;
    Gate gate;
  };
  [[nodiscard]] bool may_begin(const Touched& touched) const;

  EventLoop& loop_;
  std::size_t at_once_;
  std::vector<const Touched*> under_way_;
  std::list<Waiter> waiting_;
  bool ran_before_ = false;
  bool abandoned_ = false;
};

}  // namespace changeover
