// Cost: what the two databases cost now, while both run, and once one is left; from the API's prices alone.
//
// Owner: nobody; pure functions. Thread rule: none. A price that the API does not tell is absent, never a table's
// (heroku-api.md 8, row 32). Heroku bills by the second; a day here is a thirtieth of a month.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "planner/plan.h"
#include "planner/situation.h"

namespace changeover {

/// A monthly price that is told: not one by a contract that says 0.
[[nodiscard]] bool can_be_summed(const Price& price);

[[nodiscard]] Cost cost_of(const Situation& situation, Phase phase);

/// Cents for so long, rounded to the nearest one.
[[nodiscard]] std::int64_t cents_for(std::int64_t cents_a_month, std::chrono::seconds time);

/// What the copy has cost until now; nothing when its price or its age is not known, or there is no copy.
[[nodiscard]] std::optional<std::int64_t> paid_for_the_copy(const Situation& situation);

}  // namespace changeover
