// The planner: Desired + Observed + Recorded → Plan. Pure: no I/O, no clock, the same inputs give the same bytes.
//
// Owner: nobody. Thread rule: none.
#pragma once

#include <set>
#include <string>

#include "planner/desired.h"
#include "planner/observed.h"
#include "planner/plan.h"
#include "planner/recorded.h"

namespace changeover {

struct PlanOptions {
  std::string tool_version;
  bool allow_destroy = false;
  bool in_ci = false;            ///< CI is set: a local state file is lost with the job (safety S4)
  std::set<std::string> only{};  ///< names; empty: all
};

[[nodiscard]] Plan plan_migrations(const Desired& desired, const Observed& observed, const Recorded& recorded,
                                   const PlanOptions& options);

/// One of them; `facts` is the entry of observed.migrations with that name.
[[nodiscard]] MigrationPlan plan_migration(const Desired& desired, const Migration& migration, const Observed& observed,
                                           const MigrationFacts& facts, const RecordedMigration* recorded,
                                           const PlanOptions& options);

}  // namespace changeover
