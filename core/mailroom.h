// Brings a thread's "done" to the coroutine that waits for it, if it still waits.
//
// Owner: whoever has threads beside the loop, and outlives every turn of the loop: a posted delivery may run after its
// coroutine is gone, and then finds no addressee. Thread rule: the event loop's thread.
#pragma once

#include <cstdint>
#include <map>

#include "core/event_loop.h"

namespace changeover {

class Mailroom {
 public:
  [[nodiscard]] std::uint64_t expect(Gate& gate) {
    waiting_[++newest_] = &gate;
    return newest_;
  }
  void forget(std::uint64_t id) { waiting_.erase(id); }
  void deliver(std::uint64_t id) {
    if (const auto found = waiting_.find(id); found != waiting_.end()) found->second->open();
  }

 private:
  std::map<std::uint64_t, Gate*> waiting_;
  std::uint64_t newest_ = 0;
};

}  // namespace changeover
