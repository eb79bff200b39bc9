// Told facts: what is known of one migration on each of the grounds, in words, with the call that told it and when.
//
// Owner: nobody; pure. Thread rule: none. Nothing secret is in it: no config value, no URL.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.h"
#include "planner/grounds.h"
#include "planner/situation.h"

namespace changeover {

struct ToldFact {
  std::string what;                 ///< "the formation of orders"
  std::string value;                ///< "web 2 (standard-1x), worker 1"; "not read"
  std::string from;                 ///< "GET /apps/orders/formation"; "the spec"; "" when it was not read
  std::optional<WallTime> read_at;  ///< nothing for what is no reading
  friend bool operator==(const ToldFact&, const ToldFact&) = default;
};

/// One or several facts; none where the migration has nothing of the kind. `question` is what SQL was asked.
[[nodiscard]] std::vector<ToldFact> tell(Ground ground, const Situation& situation, std::string_view question = {});

}  // namespace changeover
