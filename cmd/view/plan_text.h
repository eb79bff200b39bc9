// A plan as text for a terminal or a log: what happens, in which order, what it costs and what stands in its way.
//
// Owner: nobody; a pure function. Thread rule: none. The same plan and style give the same bytes (tests/golden).
#pragma once

#include <string>

#include "cmd/view/text_style.h"
#include "planner/plan.h"

namespace changeover {

/// The whole plan, its summary line last, because that is where a terminal's eye is. Ends with a newline.
[[nodiscard]] std::string plan_as_text(const Plan& plan, const TextStyle& style);

}  // namespace changeover
