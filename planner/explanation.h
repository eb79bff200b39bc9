// Explanation: why one action or finding stands in a plan: the row of its table, the facts, the rules.
//
// Owner: nobody; pure. It points into the constant tables and copies the rest. Thread rule: none.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "planner/course.h"
#include "planner/desired.h"
#include "planner/findings.h"
#include "planner/observed.h"
#include "planner/phase.h"
#include "planner/plan.h"
#include "planner/recorded.h"
#include "planner/safety_rules.h"
#include "planner/told_facts.h"

namespace changeover {

struct Explanation {
  std::string id;         ///< "orders/follower.create/orders-private", "copied-url"
  std::string migration;  ///< "" when this plan has it nowhere: then there is its row, and no facts
  std::optional<Action> action{};
  std::optional<Finding> finding{};
  std::optional<FindingKind> stands_as{};  ///< of a finding: a blocker that stops nothing yet stands as a warning
  const FindingRow* row = nullptr;         ///< of a finding
  const PhaseRow* phase = nullptr;         ///< where the migration stands; of an action that row led to it
  const Course* course = nullptr;          ///< the cell of the stage and that phase
  std::vector<ToldFact> facts{};
  std::vector<const SafetyRule*> rules{};
};

/// Everything of the plan that `asked` means, in the plan's order: the id of an action
/// ("orders/app.scale_down/web-app"), the beginning of it that names a kind ("orders/app.scale_down"), a kind of
/// action, or the id of a finding. What exists and is not in this plan is explained by its row alone. `not_found` for
/// anything else, with what is near. `plan` is the one that these inputs gave.
[[nodiscard]] Result<std::vector<Explanation>> explain(const Desired& desired, const Observed& observed,
                                                       const Recorded& recorded, const Plan& plan,
                                                       std::string_view asked);

}  // namespace changeover
