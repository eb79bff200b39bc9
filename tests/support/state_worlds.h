// Two runs before one state, as the contract of state backends asks for them: whatever keeps it, whoever dies.
//
// Owner: the test. Thread rule: one thread. Each world is one kind of place; a new kind is one class more.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "core/event_loop.h"
#include "executor/state/backend.h"

namespace changeover::testing {

class StateWorld {
 public:
  virtual ~StateWorld() = default;
  [[nodiscard]] virtual EventLoop& loop() = 0;
  /// "dana on build-7 (process 11, …" and "… (process 22, …", both with spec.yaml.
  [[nodiscard]] virtual StateBackend& one() = 0;
  [[nodiscard]] virtual StateBackend& two() = 0;
  /// The first run dies at once, with all it holds.
  virtual void kill_one() = 0;
  /// Whether a lease has to run out before a dead run's lock is free.
  [[nodiscard]] virtual bool leases_run_out() const = 0;
  /// Every lease that is held has run out, and the longest call after it is over as well.
  virtual void let_leases_run_out() = 0;
  /// The id of the lease of a migration, by looking at the place itself.
  [[nodiscard]] virtual std::string lock_id(const std::string& migration) = 0;
  /// The document as it is kept, and another in its place.
  [[nodiscard]] virtual std::string content() = 0;
  virtual void replace_content(const std::string& text) = 0;
  virtual void make_read_only() = 0;
  virtual void fill_up() = 0;
};

}  // namespace changeover::testing
