// GitHub-flavoured markdown: what it takes to write text from outside into a comment, and how large a comment may be.
//
// Owner: nobody; pure functions. Thread rule: none. Names and texts from outside are escaped, so that they neither
// format, nor mention, nor link.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace changeover {

/// Bytes; GitHub counts 65,536 characters, which are never fewer bytes.
inline constexpr std::size_t most_markdown = 65'536;

/// Text that shows as it is: no formatting, no HTML, no @mention, no #reference, one line.
[[nodiscard]] std::string markdown_text(std::string_view text);

/// A name set as code, whatever it holds.
[[nodiscard]] std::string markdown_code(std::string_view name);

/// Hidden until it is opened. `title` is plain text, `content` is markdown.
[[nodiscard]] std::string markdown_folded(std::string_view title, std::string_view content);

/// A label of a Mermaid diagram, in its quotes: no sign in it means anything to Mermaid or ends the block.
[[nodiscard]] std::string mermaid_label(std::string_view text);

}  // namespace changeover
