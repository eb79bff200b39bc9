// From an HTTP answer to the words a person reads: every error body of heroku-api.md 1.6 and 3.4 becomes one Error.
//
// Owner: nobody; pure functions. Thread rule: none. What a server echoes may hold a database URL or the token, so
// everything it says goes through masked() before it may be shown.
#pragma once

#include <string>
#include <string_view>

#include "core/result.h"
#include "core/secret.h"
#include "http/transport.h"

namespace changeover::heroku {

/// Text of a server made fit for a terminal: user and password of URLs, `password=` values and the token replaced,
/// control characters made blanks, at most 600 bytes.
[[nodiscard]] std::string masked(std::string_view text, const Secret& token = {});

/// The Error for an answer whose status is not 2xx. `request` is method and path. The code says what the caller may
/// do; for 5xx it is `unavailable` when the request only reads, else `outcome_unknown`.
[[nodiscard]] Error error_from(const HttpResponse& response, const std::string& request, bool reads,
                               const Secret& token = {});

}  // namespace changeover::heroku
