// An app's formation and maintenance page, read or changed: what several actions do alike.
//
// Owner: nobody; functions over a Session, which keeps what was answered. Thread rule: the event loop's thread. After
// an error the session knows what it knew before.
#pragma once

#include <string>
#include <vector>

#include "providers/heroku/session.h"

namespace changeover::heroku {

[[nodiscard]] Task<Result<void>> read_formation(Session& session, std::string app);
/// All types in one call (heroku-api.md 2.2).
[[nodiscard]] Task<Result<void>> scale(Session& session, std::string app, std::vector<ProcessUpdate> updates);
/// heroku-api.md 2.1
[[nodiscard]] Task<Result<void>> turn_page(Session& session, std::string app, bool on);

}  // namespace changeover::heroku
