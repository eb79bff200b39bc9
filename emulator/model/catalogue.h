// The plans of heroku-postgresql as the plans endpoint lists them (heroku-api.md 2.9, 6), and what they can hold.
//
// Owner: the model; fixed facts. Thread rule: none. Prices are the emulator's column of section 6: made to be read from
// the API by the tool, never to be believed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace changeover::emulator {

inline constexpr std::string_view postgres_service = "heroku-postgresql";
inline constexpr std::string_view scheduler_service = "scheduler";

struct Plan {
  std::string id;     ///< a fixed uuid
  std::string name;   ///< "heroku-postgresql:private-4"
  std::string human;  ///< "Private 4"
  std::string tier;   ///< "private"
  int cents = 0;      ///< a month
  std::int64_t disk_bytes = 0;
  int connections = 0;
  bool high_availability = false;
  bool followers = false;  ///< Standard and above
  bool in_space = false;   ///< installable in spaces only; the others outside
};

/// All heroku-postgresql plans, in the order of their names.
[[nodiscard]] const std::vector<Plan>& postgres_plans();

/// By full name, level ("private-4") or id; nothing for another service or an unknown level.
[[nodiscard]] const Plan* find_postgres_plan(std::string_view key);

/// A plan of any service: known ones as above, others free of charge and without a database.
[[nodiscard]] Plan plan_named(const std::string& name);

/// The Advanced tier has an API of its own, which the emulator leaves out (heroku-api.md 3.12).
[[nodiscard]] bool is_advanced(std::string_view plan);

/// A fixed uuid for a name, so that services, regions and plans have the same id in every world.
[[nodiscard]] std::string fixed_uuid(std::string_view name);

}  // namespace changeover::emulator
