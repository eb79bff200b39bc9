// The one table of the emulated APIs: method and path pattern to handler.
//
// Owner: fixed data. Thread rule: none.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "emulator/model/handlers/handlers.h"

namespace changeover::emulator {

struct Route {
  enum class Api { platform, data };
  enum class Cost { token, free };  ///< whether a call takes from the rate limit (heroku-api.md 1.7)
  enum class Access { token, anyone };
  std::string_view method;
  std::string_view pattern;  ///< ":x" stands for one segment
  handlers::Handler handler;
  Cost cost = Cost::token;
  Access access = Access::token;

  [[nodiscard]] Api api() const;
  /// All others take an object or nothing.
  [[nodiscard]] bool takes_list() const { return pattern == "/users/~/capabilities"; }
};

struct Match {
  const Route* route = nullptr;
  std::vector<std::pair<std::string_view, std::string>> parameters;
};

/// Every route, in the order in which they are tried.
[[nodiscard]] std::span<const Route> all_routes();

/// Nothing when no route fits.
[[nodiscard]] std::optional<Match> match_route(std::string_view method, std::string_view path);

/// Paths of the Data API answer in its own way, also when there is no such route.
[[nodiscard]] bool is_data_path(std::string_view path);

}  // namespace changeover::emulator
