// A plan in figures and in one line: what a reader takes away from it.
//
// Owner: nobody; pure functions of the plan. Thread rule: none.
#pragma once

#include <chrono>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "planner/plan.h"

namespace changeover {

struct PlanFigures {
  int actions = 0;
  int held_back = 0;  ///< of these, not done because of a blocker
  int created = 0;    ///< add-ons
  int destroyed = 0;
  std::int64_t created_cents = 0;  ///< a month
  bool created_all_priced = true;  ///< false: at least one price is not known or cannot be added up
  int downtimes = 0;               ///< migrations that this apply takes down
  std::chrono::seconds longest_downtime{0};
  int point_of_no_return = 0;  ///< step number, when exactly one migration has one
  int points_of_no_return = 0;
  int blockers = 0;
  std::set<std::string> blocker_ids;
  int warnings = 0;
  int manual = 0;
  int unknowns = 0;
};

[[nodiscard]] PlanFigures figures(const MigrationPlan& migration);
[[nodiscard]] PlanFigures figures(const Plan& plan);

/// "Plan: 14 actions, 1 add-on created ($1,500.00 a month), downtime up to 5 min, point of no return at step 10."
[[nodiscard]] std::string summary_line(const Plan& plan);

/// The same of one migration, without name: "14 actions, downtime up to 5 min, 1 blocker"; "nothing to do".
[[nodiscard]] std::string short_summary(const MigrationPlan& migration);

/// What is paid a month, from the plan's own prices alone; empty when it has none.
[[nodiscard]] std::vector<std::string> cost_lines(const MigrationPlan& migration);

/// "at most 5 min (cutover.max_downtime); ..." or "none in this apply".
[[nodiscard]] std::string downtime_words(const MigrationPlan& migration);

/// "8 min to 41 min until the copy keeps up; service runs meanwhile"; "" when nothing is waited for.
[[nodiscard]] std::string preparation_words(const MigrationPlan& migration);
/// What the ranges rest on.
[[nodiscard]] std::string basis_words(const MigrationPlan& migration);
/// How the source gets service back and what that loses, or why it can not; "" where nothing has begun.
[[nodiscard]] std::string way_back_words(const MigrationPlan& migration);

/// Whether there is nothing to do and nothing to tell: the migration is where the spec wants it.
[[nodiscard]] bool is_settled(const MigrationPlan& migration);

}  // namespace changeover
