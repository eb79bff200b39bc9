// A rehearsal: the emulator as a child of ours, with a world in which a migration can be tried.
//
// Owner: the simulate command. Thread rule: the main thread. The emulator and everything it started end with it, and by
// the kernel's hand when this process is killed; its folder goes with it, and stays behind only after a kill.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "core/environment.h"
#include "core/result.h"
#include "core/secret.h"

namespace changeover {

/// The environment in which the tool speaks to the emulator: nothing of the real account is in it.
class RehearsalEnvironment final : public Environment {
 public:
  explicit RehearsalEnvironment(std::map<std::string, std::string> variables) : variables_(std::move(variables)) {}
  [[nodiscard]] std::optional<std::string> get(const std::string& name) const override;
  [[nodiscard]] std::map<std::string, std::string> all() const override { return variables_; }
  [[nodiscard]] Result<std::string> read_file(const std::string& path) const override;

 private:
  std::map<std::string, std::string> variables_;
};

class Rehearsal {
 public:
  virtual ~Rehearsal() = default;
  [[nodiscard]] virtual const Environment& environment() const = 0;
  /// For the state; it goes with the rehearsal.
  [[nodiscard]] virtual std::string folder() const = 0;
  /// Whether every row that the writers of that ledger were promised is in this database of the emulator, in words of
  /// changeover-writer. An error when one is lost.
  [[nodiscard]] virtual Result<std::string> verify(const std::string& ledger, const Secret& database) = 0;
};

/// Starts changeover-emulator with this world and waits until it is ready. `precondition` when the program or
/// PostgreSQL is missing, with what to install.
[[nodiscard]] Result<std::unique_ptr<Rehearsal>> start_rehearsal(const std::string& world,
                                                                 const Environment& environment);

}  // namespace changeover
