// What was committed to a modelled database, as stretches of evenly paced writes: a day of writing costs a few bytes.
//
// Owner: the DataPlane. Thread rule: its owner's thread. A log that was branched off at a promotion names the log it
// came from and the moment up to which it shares it; commits are told apart by writer and number.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <vector>

#include "core/clock.h"

namespace changeover::emulator {

/// Who commits. 0 is nobody's application: a marker, a setting, a restored dump.
using WriterId = int;
inline constexpr WriterId no_writer = 0;

/// Writes of one writer: number `first` at `start`, then the next one each `period`.
struct Stretch {
  WriterId writer = no_writer;
  std::int64_t first = 0;
  std::int64_t count = 0;
  SteadyTime start{};
  std::chrono::nanoseconds period{0};

  [[nodiscard]] SteadyTime at(std::int64_t index) const;
  /// When the last of them was committed. Requires count > 0.
  [[nodiscard]] SteadyTime end() const { return at(count - 1); }
  /// How many were committed at `time` or before.
  [[nodiscard]] std::int64_t until(SteadyTime time) const;
};

class TransactionLog {
 public:
  struct Origin {
    std::size_t log = 0;    ///< the index of the log it was branched off
    SteadyTime until{};     ///< shared are the commits up to here
    std::int64_t base = 0;  ///< how many those are, and those before them
  };

  TransactionLog() = default;
  explicit TransactionLog(Origin origin) : origin_(origin) {}

  /// Commits must come in the order of time for each writer; one that continues its last stretch makes that longer.
  void append(const Stretch& stretch);
  /// Own commits up to `time`, those of the origin not counted.
  [[nodiscard]] std::int64_t committed(SteadyTime time) const;
  [[nodiscard]] const std::optional<Origin>& origin() const { return origin_; }
  [[nodiscard]] const std::vector<Stretch>& stretches() const { return stretches_; }

 private:
  std::optional<Origin> origin_;
  std::vector<Stretch> stretches_;
  std::vector<std::size_t> latest_;  ///< by writer: index of its newest stretch, plus one; 0: none
};

}  // namespace changeover::emulator
