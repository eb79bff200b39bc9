// A plan as a Mermaid diagram that GitHub renders: the course of one migration, or the ways of a fleet.
//
// Owner: nobody; a pure function. Thread rule: none. Names from outside are escaped (cmd/view/markdown.h).
#pragma once

#include <string>

#include "planner/plan.h"

namespace changeover {

/// With its fences. "" when nothing moves. Its size does not grow with the number of migrations.
[[nodiscard]] std::string plan_as_diagram(const Plan& plan);

}  // namespace changeover
