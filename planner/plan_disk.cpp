#include "planner/plan_disk.h"

#include <algorithm>
#include <functional>
#include <map>

namespace changeover {

std::optional<int> disk_of_plan(std::string_view plan) {
  static const std::map<std::string_view, int, std::less<>> disks = {
      {"0", 64},      {"2", 256},  {"3", 512},  {"4", 768},  {"5", 1024},   {"6", 1536},   {"l-6", 2048},
      {"xl-6", 3072}, {"7", 2048}, {"8", 3072}, {"9", 4096}, {"l-9", 5120}, {"xl-9", 6144}};
  const std::string_view bare = plan.substr(std::min(plan.find(':') + 1, plan.size()));
  const auto found = disks.find(bare.substr(std::min(bare.find('-') + 1, bare.size())));
  return found == disks.end() ? std::nullopt : std::optional<int>(found->second);
}

bool fits_on_disk(std::int64_t bytes, int disk_gb) { return static_cast<double>(bytes) <= 0.9e9 * disk_gb; }

}  // namespace changeover
