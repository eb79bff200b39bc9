// What the process finds around it, as a port: environment variables and small files of the user.
//
// Owner: the wiring makes one; everyone else takes a reference. Thread rule: one thread. Nothing is cached and nothing
// is written; a failure leaves nothing behind. Tests use a map (tests/support/fake_environment.h).
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>

#include "core/result.h"

namespace changeover {

class Environment {
 public:
  virtual ~Environment() = default;
  /// The variable's value; nothing when it is not set. A variable set to "" is set.
  [[nodiscard]] virtual std::optional<std::string> get(const std::string& name) const = 0;
  /// All of them, for a program that we start.
  [[nodiscard]] virtual std::map<std::string, std::string> all() const = 0;
  /// The whole file. `not_found` when there is none, `unauthorized` when it may not be read, `corrupt` when it is no
  /// regular file or larger than max_file_bytes.
  [[nodiscard]] virtual Result<std::string> read_file(const std::string& path) const = 0;

  static constexpr std::size_t max_file_bytes = std::size_t{16} * 1024 * 1024;
};

/// The machine's own.
class SystemEnvironment final : public Environment {
 public:
  [[nodiscard]] std::optional<std::string> get(const std::string& name) const override;
  [[nodiscard]] std::map<std::string, std::string> all() const override;
  [[nodiscard]] Result<std::string> read_file(const std::string& path) const override;
};

}  // namespace changeover
