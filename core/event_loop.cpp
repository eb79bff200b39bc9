#include "core/event_loop.h"

#include <algorithm>

namespace changeover {

Waiting::~Waiting() {
  if (queued_) loop_.forget(*this);
}

void Waiting::wake() {
  if (queued_ || !handle_) return;
  queued_ = true;
  loop_.ready_.push_back(this);
}

void EventLoop::forget(Waiting& waiting) { std::erase(ready_, &waiting); }

void EventLoop::post(std::function<void()> work) {
  {
    const std::lock_guard lock(mutex_);
    posted_.push_back(std::move(work));
  }
  waiter_.wake();
}

void EventLoop::turn() {
  std::vector<std::function<void()>> posted;
  {
    const std::lock_guard lock(mutex_);
    posted.swap(posted_);
  }
  for (const auto& work : posted) work();
  const SteadyTime now = clock_.steady_now();
  while (!timers_.empty() && std::get<SteadyTime>(*timers_.begin()) <= now) {
    Sleep* sleeper = std::get<Sleep*>(*timers_.begin());
    timers_.erase(timers_.begin());
    sleeper->wake();
  }
  if (ready_.empty()) {
    if (!posted.empty()) return;
    if (timers_.empty()) return waiter_.wait(std::nullopt);
    return waiter_.wait(std::get<SteadyTime>(*timers_.begin()) - now);
  }
  // Only what is ready now: what these wake waits for the next turn, so that answers and timers get their share.
  for (std::size_t left = ready_.size(); left > 0 && !ready_.empty(); --left) {
    Waiting* next = ready_.front();
    ready_.pop_front();
    next->queued_ = false;
    std::exchange(next->handle_, {}).resume();
  }
}

void Gate::open() {
  if (open_) return;
  open_ = true;
  for (Waiting* waiting : waiting_) waiting->wake();
  waiting_.clear();
}

namespace {

/// Sleeps, but leaves early when woken by its gate.
Task<void> open_at(EventLoop& loop, SteadyTime time, Gate& gate) {
  co_await loop.sleep_until(time);
  gate.open();
}

}  // namespace

Task<bool> Gate::passed_before(SteadyTime time) {
  if (open_) co_return true;
  Gate either(loop_);
  Task<void> timer = open_at(loop_, time, either);
  timer.start();
  Task<void> door = [](Gate& gate, Gate& other) -> Task<void> {
    co_await gate.passed();
    other.open();
  }(*this, either);
  door.start();
  co_await either.passed();
  co_return open_;
}

}  // namespace changeover
