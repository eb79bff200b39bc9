#include "emulator/model/addon_name.h"

#include <algorithm>
#include <array>

namespace changeover::emulator {
namespace {

constexpr std::array<std::string_view, 12> shapes{"acute",    "animate",   "concave", "cubed",  "curly",   "flat",
                                                  "graceful", "octagonal", "rugged",  "shaped", "sinuous", "tapered"};
constexpr std::size_t longest = 256;

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

}  // namespace

bool is_addon_name(std::string_view name) {
  return !name.empty() && name.size() <= longest && is_letter(name.front()) && std::ranges::all_of(name, [](char c) {
    return is_letter(c) || (c >= '0' && c <= '9') || c == '-' || c == '_';
  });
}

std::string free_addon_name(Random& random, const Estate& estate, std::string_view plan) {
  std::string service(plan.substr(0, plan.find(':')));
  if (service.starts_with("heroku-")) service.erase(0, 7);
  for (;;) {
    std::string name = service + "-" + std::string(shapes[random.next() % shapes.size()]) + "-" +
                       std::to_string(10'000 + random.next() % 90'000);
    if (estate.addons.find(name) == nullptr) return name;
  }
}

}  // namespace changeover::emulator
