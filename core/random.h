// Randomness as a port: jitter, lock ids, attempt ids. One seed makes a whole test run repeatable.
//
// Owner: the wiring makes one. Thread rule: one thread.
#pragma once

#include <cstdint>
#include <random>
#include <string>

namespace changeover {

class Random {
 public:
  virtual ~Random() = default;
  [[nodiscard]] virtual std::uint64_t next() = 0;

  /// Uniform in [0, 1).
  [[nodiscard]] double unit() { return static_cast<double>(next() >> 11U) * 0x1.0p-53; }
  /// A version-4 UUID in lower case.
  [[nodiscard]] std::string uuid();
};

class SeededRandom final : public Random {
 public:
  explicit SeededRandom(std::uint64_t seed) : engine_(seed) {}
  [[nodiscard]] std::uint64_t next() override { return engine_(); }

 private:
  std::mt19937_64 engine_;
};

/// Seeded by the operating system.
class SystemRandom final : public Random {
 public:
  [[nodiscard]] std::uint64_t next() override;

 private:
  std::random_device device_;
};

}  // namespace changeover
