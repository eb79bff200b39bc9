// Faults by rule: which call of which route goes wrong, and how. Pure counting, so a run repeats exactly.
//
// Owner: the HTTP surface, or the in-process transport of a simulation. Thread rule: one thread at a time.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "emulator/model/message.h"
#include "json/value.h"

namespace changeover::emulator {

/// What happens to a call. `before`: it has no effect; `after`: it is carried out and the answer is lost or replaced.
struct Fault {
  enum class When { before, after };
  When when = When::before;
  std::optional<int> status;                ///< answered instead
  std::optional<std::string> body;          ///< answered instead; alone: the true status with this body
  std::optional<std::string> content_type;  ///< of that body; default application/json
  std::chrono::milliseconds delay{0};       ///< before the answer
  bool reset = false;                       ///< the connection is reset instead of answering
  std::optional<std::string> warning;       ///< X-Heroku-Warning on the answer (heroku-api.md 1.3)

  [[nodiscard]] bool does_something() const { return status || body || reset || warning || delay.count() > 0; }
};

struct FaultRule {
  std::string method = "*";  ///< "*" for any
  std::string path;          ///< "/apps/*/formation": a * stands for one segment, a final ** for any rest
  int nth = 1;               ///< the first matching call that fails, from 1
  int times = 1;             ///< how many calls in a row fail; 0: all from there on
  Fault fault;
};

/// Reads a rule from JSON: {"method","path","nth","times","when","status","body","content_type","delay_ms","reset",
/// "warning"}.
/// `invalid_spec` naming the key for anything else.
[[nodiscard]] Result<FaultRule> fault_rule_from(const json::Value& value);

class Faults {
 public:
  void add(FaultRule rule) { rules_.push_back({std::move(rule), 0}); }
  void clear() { rules_.clear(); }
  /// Counts this call against every rule it matches; the first rule that is due decides.
  [[nodiscard]] std::optional<Fault> next(std::string_view method, std::string_view path);
  /// Those that may still make a call fail: [{"method", "path", "seen", "words"}].
  [[nodiscard]] json::Value in_force() const;

 private:
  struct Counted {
    FaultRule rule;
    int seen = 0;
  };
  std::vector<Counted> rules_;
};

/// The answer a fault makes of a true one: status and body replaced as the rule says. A status alone gets the body that
/// Heroku gives it (heroku-api.md 1.6).
[[nodiscard]] Response faulted(const Fault& fault, Response response);

}  // namespace changeover::emulator
