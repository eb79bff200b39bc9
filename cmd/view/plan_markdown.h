// A plan as GitHub-flavoured markdown, for a comment on the pull request that changes the spec.
//
// Owner: nobody; a pure function. Thread rule: none. The result stays under the limit of a comment by folding whole
// migrations into one line each, then equal migrations into one line, and says so; nothing is cut. Names and texts from
// outside are escaped, so that they neither format, nor mention, nor link.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "planner/plan.h"

namespace changeover {

/// Bytes; GitHub counts 65,536 characters, which are never fewer bytes.
inline constexpr std::size_t most_markdown = 65'536;

[[nodiscard]] std::string plan_as_markdown(const Plan& plan, std::size_t most = most_markdown);

/// Text that shows as it is: no formatting, no HTML, no @mention, no #reference, one line.
[[nodiscard]] std::string markdown_text(std::string_view text);

/// A name set as code, whatever it holds.
[[nodiscard]] std::string markdown_code(std::string_view name);

}  // namespace changeover
