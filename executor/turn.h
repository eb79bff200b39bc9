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

  /// A new cutover, or service for an app that is down or half stopped: that waits for no number, only until nobody
  /// else has its apps.
  enum class For { cutover, service };

  /// `touched` outlives the turn that it takes.
  [[nodiscard]] Task<void> take(const Touched& touched, For what);
  /// Before anybody takes a turn: for one that is in downtime already, which waits for nobody.
  void claim(const Touched& touched) { under_way_.push_back(&touched); }
  /// `good`: it did not end in a way that holds up the others.
  void give_back(const Touched& touched, bool good);

  [[nodiscard]] bool ran_before() const { return ran_before_; }  ///< another may have changed what was observed
  [[nodiscard]] bool abandoned() const { return abandoned_; }    ///< one was given up: no new one begins
  [[nodiscard]] int under_way() const { return static_cast<int>(under_way_.size()); }

 private:
  struct Waiter {
    const Touched& touched;
    For what;
    Gate gate;
  };
  [[nodiscard]] bool may_begin(const Touched& touched, For what) const;

  EventLoop& loop_;
  std::size_t at_once_;
  std::vector<const Touched*> under_way_;
  std::list<Waiter> waiting_;
  bool ran_before_ = false;
  bool abandoned_ = false;
};

}  // namespace changeover
