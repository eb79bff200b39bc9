// Finds what looks like a secret in the text of a spec, before anything else reads it (design 3: no secret is ever in a
// spec).
//
// Owner: planner/spec_reader; pure. Thread rule: none. Works on the raw lines, so that a secret in a comment or in a
// file that is no YAML is found too, and so that its text can be blanked before a parser could quote it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "core/diagnostic.h"

namespace changeover {

struct FoundSecret {
  Position at;
  std::size_t length = 0;  ///< bytes of the line, from `at`
  std::string what;        ///< "a Heroku API key"; never the value
};

/// In the order of the file, never overlapping.
[[nodiscard]] std::vector<FoundSecret> find_secrets(std::string_view text);

/// The text with every byte of the secrets replaced, lines and columns unchanged.
[[nodiscard]] std::string blank(std::string_view text, const std::vector<FoundSecret>& secrets);

}  // namespace changeover
