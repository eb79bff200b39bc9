// The order in which a plan is told: its actions with the marks between them that a reader must not miss.
//
// Owner: nobody; the rows point into the plan, which must outlive them. Thread rule: none. Text and markdown are two
// ways to write the same rows.
#pragma once

#include <string>
#include <vector>

#include "planner/plan.h"

namespace changeover {

enum class Mark {
  step,
  without_downtime,  ///< heading: nothing below touches service
  before_downtime,   ///< heading
  restore,           ///< heading: service goes back to the source
  downtime_begins,
  downtime_goes_on,    ///< instead of downtime_begins when writers are stopped already
  point_of_no_return,  ///< stands before the step that is it
  downtime_ends,
  afterwards,  ///< heading
  retire,      ///< heading
};

struct OutlineRow {
  Mark mark = Mark::step;
  const Action* action = nullptr;    ///< of a step
  int number = 0;                    ///< of a step, from 1 within its migration
  bool undo_matters = false;         ///< a step before the point of no return that says how it is undone
  const Finding* blocker = nullptr;  ///< of a step: why this apply will not do it
};

[[nodiscard]] std::vector<OutlineRow> outline(const MigrationPlan& migration);

/// The words of a mark for this migration: "DOWNTIME begins: up to 5 min".
[[nodiscard]] std::string mark_words(Mark mark, const MigrationPlan& migration);

/// "the base copy (at most 45 s)"; "" for an action that waits for nothing.
[[nodiscard]] std::string wait_words(const Action& action);

/// "undo: maintenance off", or for what cannot be undone "no way back: ...".
[[nodiscard]] std::string undo_words(const Action& action);

/// Whether service is down already in this phase (an earlier run stopped the writers).
[[nodiscard]] bool writers_are_stopped(Phase phase);

/// "the cutover"; what a blocker of this group stops.
[[nodiscard]] std::string group_words(Group group);

}  // namespace changeover
