// Prices in words. The numbers come from Heroku's plans (heroku-api.md 2.9); the tool knows none of its own.
//
// Owner: nobody; pure functions. Thread rule: none.
#pragma once

#include <cstdint>
#include <string>

#include "planner/observed.h"

namespace changeover {

/// 150000 → "$1,500.00"; negative with "-" in front.
[[nodiscard]] std::string money(std::int64_t cents);

/// 150000 → "+$1,500.00"; zero is "no change".
[[nodiscard]] std::string money_change(std::int64_t cents);

/// "$1,500.00 a month"; "price by contract" where Heroku shows none; "metered, at most ..." for metered plans.
[[nodiscard]] std::string price_text(const Price& price);

}  // namespace changeover
