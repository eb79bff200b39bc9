// Help that teaches: what each command does, its options, examples, exit codes and the environment it reads.
//
// Owner: nobody; constant text. Thread rule: none. A test compares it with the options that are parsed.
#pragma once

#include <string>
#include <string_view>

namespace changeover {

/// Of the program when `command` is "", else of that command; it must exist.
[[nodiscard]] std::string help_text(std::string_view command);

}  // namespace changeover
