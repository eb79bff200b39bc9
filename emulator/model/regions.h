// The regions of the platform (heroku-api.md 2.9), with what the published schema wants said of each.
//
// Owner: nobody; fixed facts. Thread rule: none.
#pragma once

#include <span>
#include <string_view>

namespace changeover::emulator {

struct Region {
  std::string_view name;
  std::string_view provider;  ///< AWS' name
  std::string_view locale;
  std::string_view country;

  /// Spaces are made in the named places; us and eu are the two of the Common Runtime.
  [[nodiscard]] bool common() const { return name == "us" || name == "eu"; }
};

/// In the order of their names.
[[nodiscard]] std::span<const Region> all_regions();
/// Or nullptr.
[[nodiscard]] const Region* find_region(std::string_view name);

}  // namespace changeover::emulator
