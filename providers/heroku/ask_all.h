// Many questions at once, and not too many: the ones that wait cost a frame each, those under way a connection.
//
// Owner: nobody; the caller awaits it. Thread rule: the event loop's thread. A question puts its answer where it
// belongs; its result says nothing.
#pragma once

#include <cstddef>
#include <vector>

#include "core/task.h"

namespace changeover::heroku {

/// Enough to hide the way to Heroku and back, few enough for what stands there; a frame waits cheaply, a handle of
/// libcurl does not.
inline constexpr std::size_t questions_at_once = 32;

/// Runs all of them, in their order and so many at a time; ends when the last one has.
[[nodiscard]] Task<void> ask_all(std::vector<Task<int>> questions);

}  // namespace changeover::heroku
