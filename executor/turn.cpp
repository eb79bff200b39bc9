#include "executor/turn.h"

#include <algorithm>
#include <iterator>

namespace changeover {

bool Turn::may_begin(const Touched& touched, For what) const {
  if (what == For::cutover && under_way_.size() >= at_once_) return false;
  return std::ranges::none_of(under_way_, [&](const Touched* other) {
    return std::ranges::any_of(touched, [&](const std::string& thing) { return other->contains(thing); });
  });
}

Task<void> Turn::take(const Touched& touched, For what) {
  if (may_begin(touched, what)) {
    under_way_.push_back(&touched);
    co_return;
  }
  waiting_.push_back({touched, what, Gate(loop_)});
  const auto self = std::prev(waiting_.end());
  co_await self->gate.passed();
  waiting_.erase(self);
}

void Turn::give_back(const Touched& touched, bool good) {
  ran_before_ = true;
  abandoned_ = abandoned_ || !good;
  std::erase(under_way_, &touched);
  for (Waiter& waiter : waiting_) {
    if (waiter.gate.is_open() || !may_begin(waiter.touched, waiter.what)) continue;
    under_way_.push_back(&waiter.touched);
    waiter.gate.open();
  }
}

}  // namespace changeover
