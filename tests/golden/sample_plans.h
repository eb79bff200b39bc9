// Plans made by hand for the views: each is one a reviewer or an operator really meets.
//
// Owner: the tests. Thread rule: none. Prices and names are those of the official article's case, made up where it has
// none.
#pragma once

#include <string>

#include "planner/plan.h"

namespace changeover::testing {

[[nodiscard]] Plan plan_of(MigrationPlan migration);

/// absent → live in one apply: fourteen steps over every group.
[[nodiscard]] MigrationPlan first_plan(std::string name = "orders");
/// absent → replicating: prepares and holds.
[[nodiscard]] MigrationPlan hold_plan(std::string name = "orders");
/// replicating → live: the cutover.
[[nodiscard]] MigrationPlan cutover_plan(std::string name = "orders");
/// live, and so the spec wants it.
[[nodiscard]] MigrationPlan settled_plan(std::string name = "orders");
/// replicating → live, and a writer nobody quiesces stands in the way of the cutover.
[[nodiscard]] MigrationPlan blocked_plan(std::string name = "orders");
/// quiesced, and the spec says source again: service goes back, the copy goes away.
[[nodiscard]] MigrationPlan rollback_plan(std::string name = "orders");
/// live → retired: a backup, the attachment of an app that was parked, and the old database goes.
[[nodiscard]] MigrationPlan retire_plan(std::string name = "orders");

}  // namespace changeover::testing
