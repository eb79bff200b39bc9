// The action graph: which actions a course needs from where a migration stands, and which must wait for which.
//
// Owner: the planner; pure. Thread rule: none. The critical path is laid out in safety.md, "The critical path".
#pragma once

#include <vector>

#include "planner/action.h"
#include "planner/course.h"
#include "planner/plan.h"
#include "planner/situation.h"

namespace changeover {

struct Graph {
  std::vector<Action> actions;  ///< in an order in which every dependency comes first
  PointOfNoReturn point_of_no_return;
};

/// `segments` as the course gives them, without what is not allowed in this run.
[[nodiscard]] Graph make_graph(const Situation& situation, Phase phase, const std::vector<Segment>& segments);

/// DATABASE of the target taken from the copy, for an attempt that is given up after it was promoted, and given to the
/// one that held it before, as far as that is known. `attempt`: null without a record; `source`: its name, or "".
[[nodiscard]] Action take_database_back(const Migration& migration, const std::string& copy_id, const Attempt* attempt,
                                        const std::string& source);

/// The old database takes writes again, for an attempt that is given up behind its closing: apps that come up on a
/// read-only one do not serve.
[[nodiscard]] Action reopen_leader(const Migration& migration, const std::string& source,
                                   std::vector<std::string> after);

/// Every app of the attempt back to its baseline, formation before the maintenance page goes (safety S25).
[[nodiscard]] std::vector<Action> restore_actions(const std::string& migration, const Attempt& attempt,
                                                  const std::vector<std::string>& after = {});

}  // namespace changeover
