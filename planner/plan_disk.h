// How much disk a plan of Heroku Postgres has, which no API tells (heroku-api.md 6).
//
// Owner: nobody; pure functions. Thread rule: none. A plan that is not in the table is not known, never assumed large.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace changeover {

/// In GB, of "heroku-postgresql:private-4" or "private-4".
[[nodiscard]] std::optional<int> disk_of_plan(std::string_view plan);

/// A database fills at most nine tenths of a disk.
[[nodiscard]] bool fits_on_disk(std::int64_t bytes, int disk_gb);

}  // namespace changeover
