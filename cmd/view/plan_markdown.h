// A plan as GitHub-flavoured markdown, for a comment on the pull request that changes the spec.
//
// Owner: nobody; a pure function. Thread rule: none. First what a reviewer must see: what moves, downtime, cost, what
// blocks, the point of no return. The rest is folded. The text holds no time and no id of the plan, so that a plan made
// anew that says the same is the same comment.
#pragma once

#include <cstddef>
#include <string>

#include "cmd/view/markdown.h"
#include "planner/plan.h"

namespace changeover {

/// Begins with plan_marker. Stays under `most` by folding migrations into one line each, then those that go the same
/// way into one line with their names, then without; nothing is cut, and what was folded is said.
[[nodiscard]] std::string plan_as_markdown(const Plan& plan, std::size_t most = most_markdown);

/// A comment that nobody sees and that every plan of this spec has: by it a bot finds the comment that it updates.
[[nodiscard]] std::string plan_marker(const Plan& plan);

}  // namespace changeover
