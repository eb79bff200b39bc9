// The rules of a changeover by their numbers: what is promised, in the words of docs/safety.md.
//
// Owner: nobody; one constant table. Thread rule: none. Explanations cite it, and a test holds docs/safety.md to it.
#pragma once

#include <span>
#include <string_view>

namespace changeover {

struct SafetyRule {
  std::string_view id;  ///< "S1"
  std::string_view name;
  std::string_view promise;
};

/// In the order of their numbers.
[[nodiscard]] std::span<const SafetyRule> safety_rules();
/// Nothing for an id that is no rule.
[[nodiscard]] const SafetyRule* safety_rule(std::string_view id);

}  // namespace changeover
