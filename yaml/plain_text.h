// What is checked of a file's bytes before yaml-cpp sees them: size, encoding, control characters, bracket depth.
//
// Owner: yaml::parse; pure. Thread rule: none. yaml-cpp takes the byte 04 for the end of the file and would drop what
// follows without a word, and it buffers one token for every open bracket, so both are refused here.
#pragma once

#include <string_view>

#include "core/diagnostic.h"
#include "yaml/node.h"

namespace changeover::yaml {

/// False after one diagnostic when the text must not be parsed.
[[nodiscard]] bool check_plain_text(std::string_view text, Diagnostics& diagnostics, const Bounds& bounds);

}  // namespace changeover::yaml
