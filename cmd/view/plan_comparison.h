// Two plan files of one pull request compared for its reviewer: what the update of it changed.
//
// Owner: nobody; pure functions. Thread rule: none. Whether a plan may still be applied is another question, which
// plan_differences (planner/plan_file.h) answers: here costs, estimates and waits count too, because people read them.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "cmd/view/markdown.h"
#include "cmd/view/text_style.h"
#include "json/value.h"
#include "planner/plan.h"

namespace changeover {

/// "stage" from "replicating" to "live"; what is new or gone has one side empty.
struct PlanChange {
  std::string what;
  std::string was{};
  std::string now{};
  friend bool operator==(const PlanChange&, const PlanChange&) = default;
};

struct MigrationChanges {
  enum class Kind { added, removed, changed };
  std::string name;
  Kind kind = Kind::changed;
  std::string is{};                    ///< of one that was added or removed: "absent → live, 14 actions, …"
  std::vector<PlanChange> figures{};   ///< stage, phase, both ends, point of no return, cost, downtime, what is next
  std::vector<std::string> facts{};    ///< of the fingerprint, a line each
  std::vector<PlanChange> actions{};   ///< `what` is "+", "-" or "~"; of "~" `was` is the step and `now` what changed
  std::vector<PlanChange> findings{};  ///< `what` is the kind and the id

  [[nodiscard]] bool empty() const {
    return kind == Kind::changed && figures.empty() && facts.empty() && actions.empty() && findings.empty();
  }
};

[[nodiscard]] std::string_view to_string(MigrationChanges::Kind kind);

struct PlanComparison {
  std::vector<MigrationChanges> migrations;  ///< those that differ, in the order of the newer plan, what is gone last
  int unchanged = 0;
  std::vector<std::string> notes;  ///< what is no difference and still explains one: the spec was edited, …

  [[nodiscard]] bool same() const { return migrations.empty(); }
};

[[nodiscard]] PlanComparison compare_plans(const Plan& before, const Plan& after);

/// "1 migration changed, 1 added; 3 the same"; "No difference".
[[nodiscard]] std::string comparison_line(const PlanComparison& comparison);
/// "2 figures, 1 fact, 3 actions, 1 finding"; of an added or removed one what it is.
[[nodiscard]] std::string changes_in_short(const MigrationChanges& migration);

[[nodiscard]] std::string comparison_as_text(const PlanComparison& comparison, const TextStyle& style);
/// Under the limit of a comment, as plan_as_markdown.
[[nodiscard]] std::string comparison_as_markdown(const PlanComparison& comparison, std::size_t most = most_markdown);
/// By schemas/difference.schema.json.
[[nodiscard]] json::Value comparison_as_json(const PlanComparison& comparison);

}  // namespace changeover
