// The live status as lines of text: what a person sees on a terminal while the emulator runs.
//
// Owner: nobody; a function of what GET /_emulator/status and /_emulator/requests answer, which hold no secret. Thread
// rule: none. No line is wider and no list longer than asked for; what clients sent is shown as plain ASCII, so that
// nothing of theirs moves the cursor. Nothing in it changes while nothing happens.
#pragma once

#include <string>
#include <vector>

#include "json/value.h"

namespace changeover::emulator {

struct PanelStyle {
  std::size_t width = 80;
  std::size_t height = 24;  ///< lines at most
  bool colour = false;
};

[[nodiscard]] std::vector<std::string> panel_lines(const json::Value& status, const json::Value& requests,
                                                   const PanelStyle& style);

/// While the world starts: how many of its databases run, and which do not.
[[nodiscard]] std::vector<std::string> starting_lines(const json::Value& status, const PanelStyle& style);

/// "2 databases and 5 dynos": what there is to end.
[[nodiscard]] std::string what_runs(const json::Value& status);

}  // namespace changeover::emulator
