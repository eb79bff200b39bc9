// The table of findings: every id that a plan can carry, what it means and what to do about it (design 6).
//
// Owner: nobody; one constant table. Thread rule: none. The checks of planner/preflight/ and the planner itself only
// say ids that stand here; docs/checks.md and explanations are printed from it.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "planner/action.h"

namespace changeover {

enum class FindingKind {
  blocker,  ///< from `blocks` on nothing is done
  warning,
  manual,   ///< no API does it
  unknown,  ///< it could not be checked
};

[[nodiscard]] std::string_view to_string(FindingKind kind);

struct FindingRow {
  std::string_view id;
  FindingKind kind = FindingKind::warning;
  std::optional<Group> blocks;
  std::string_view meaning;
  std::string_view remedy;
  bool acknowledgeable = false;  ///< `acknowledge` in the spec makes a warning of it
  bool momentary = false;        ///< comes and goes by itself, so it does not bind a plan file (design 7)
};

/// In the order of the docs: what concerns the two ends, the writers, the leader, the moment, what is around, the
/// stage.
[[nodiscard]] std::span<const FindingRow> finding_table();
/// Nothing for an id that is no finding.
[[nodiscard]] const FindingRow* finding_row(std::string_view id);

}  // namespace changeover
