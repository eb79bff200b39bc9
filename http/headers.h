// What some headers of HTTP say, and how to write them: dates and basic authorization.
//
// Owner: nobody; pure functions. Thread rule: none.
#pragma once

#include <optional>
#include <string_view>

#include "core/clock.h"
#include "core/secret.h"

namespace changeover {

/// The value of a Date header, "Sun, 22 Nov 2026 10:00:00 GMT"; nothing for any other text.
[[nodiscard]] std::optional<WallTime> parse_http_date(std::string_view text);

/// The value of an Authorization header for user and password.
[[nodiscard]] Secret basic_authorization(std::string_view user, const Secret& password);

}  // namespace changeover
