// What a heroku-postgresql plan has: disk, memory, connections. No API tells it, so it is a table (heroku-api.md 6).
//
// Owner: nobody; pure. Thread rule: none. A plan that the table has not is nothing, never a guess.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace changeover {

struct PlanCapacity {
  int disk_gb = 0;
  double ram_gb = 0;
  int connections = 0;
};

/// Of "heroku-postgresql:private-4", "private-4" or "private-l-6"; the number counts, the tier does not.
[[nodiscard]] std::optional<PlanCapacity> figures_of_plan(std::string_view plan);

/// Of a disk, for data; the rest is for what writes and vacuum need meanwhile.
inline constexpr double fullest_disk = 0.9;
[[nodiscard]] double share_of_disk(std::int64_t bytes, const PlanCapacity& figures);

/// "12 GB", "300 MB"; at least a megabyte.
[[nodiscard]] std::string size_in_words(std::int64_t bytes);

/// Essential and the tiers before it: no followers, no settings, no schedules of their own kind (heroku-api.md 6).
[[nodiscard]] bool is_essential_tier(std::string_view plan);
[[nodiscard]] bool is_advanced_tier(std::string_view plan);

/// "private-4" of "heroku-postgresql:private-4".
[[nodiscard]] std::string_view bare_plan(std::string_view plan);

}  // namespace changeover
