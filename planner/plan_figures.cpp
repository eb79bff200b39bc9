#include "planner/plan_figures.h"

#include <algorithm>
#include <array>
#include <utility>

namespace changeover {
namespace {

using Row = std::pair<std::string_view, PlanCapacity>;

constexpr std::array<Row, 13> by_number{{{"0", {64, 4, 120}},
                                         {"2", {256, 8, 400}},
                                         {"3", {512, 15.25, 500}},
                                         {"4", {768, 30.5, 500}},
                                         {"5", {1024, 61, 500}},
                                         {"6", {1536, 122, 500}},
                                         {"l-6", {2048, 122, 500}},
                                         {"xl-6", {3072, 122, 500}},
                                         {"7", {2048, 244, 500}},
                                         {"8", {3072, 488, 500}},
                                         {"9", {4096, 768, 500}},
                                         {"l-9", {5120, 768, 500}},
                                         {"xl-9", {6144, 768, 500}}}};

constexpr std::array<std::string_view, 4> tiers{"standard", "premium", "private", "shield"};

}  // namespace

std::string_view bare_plan(std::string_view plan) {
  const std::size_t colon = plan.find(':');
  return colon == plan.npos ? plan : plan.substr(colon + 1);
}

bool is_essential_tier(std::string_view plan) {
  constexpr std::array<std::string_view, 5> names{"essential", "mini", "basic", "hobby", "dev"};
  const std::string_view bare = bare_plan(plan);
  return std::ranges::any_of(names, [&](std::string_view name) { return bare.starts_with(name); });
}

bool is_advanced_tier(std::string_view plan) {
  const std::string_view bare = bare_plan(plan);
  return bare.starts_with("advanced") || bare.starts_with("performance");
}

std::optional<PlanCapacity> figures_of_plan(std::string_view plan) {
  const std::string_view bare = bare_plan(plan);
  const std::size_t dash = bare.find('-');
  if (dash == bare.npos || std::ranges::find(tiers, bare.substr(0, dash)) == tiers.end()) return std::nullopt;
  const auto found = std::ranges::find(by_number, bare.substr(dash + 1), &Row::first);
  return found == by_number.end() ? std::nullopt : std::optional(found->second);
}

std::string size_in_words(std::int64_t bytes) {
  constexpr std::int64_t mega = 1'000'000;
  constexpr std::int64_t giga = 1'000'000'000;
  return bytes < giga ? std::to_string(std::max<std::int64_t>(1, bytes / mega)) + " MB"
                      : std::to_string(bytes / giga) + " GB";
}

double share_of_disk(std::int64_t bytes, const PlanCapacity& figures) {
  return static_cast<double>(bytes) / (1e9 * figures.disk_gb);
}

}  // namespace changeover
