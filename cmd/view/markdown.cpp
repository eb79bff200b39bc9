#include "cmd/view/markdown.h"

#include <algorithm>

#include "cmd/view/text_style.h"

namespace changeover {

namespace {

/// What HTML, a mention or a reference would begin with; "" for every other sign.
std::string_view disarmed(char c) {
  switch (c) {
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    case '&':
      return "&amp;";
    case '@':
      return "@<!-- -->";  // splits what would be a mention, and shows as nothing
    case '#':
      return "#<!-- -->";
    default:
      return "";
  }
}

}  // namespace

std::string markdown_text(std::string_view text) {
  constexpr std::string_view special = "\\`*_{}[]|~!$";
  std::string out;
  for (const char c : printable(text)) {
    if (const std::string_view safe = disarmed(c); !safe.empty()) {
      out += safe;
      continue;
    }
    if (special.find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

std::string markdown_code(std::string_view name) {
  const std::string clean = printable(name);
  std::size_t longest = 0;
  std::size_t run = 0;
  for (const char c : clean) {
    run = c == '`' ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  const std::string fence(longest + 1, '`');
  if (clean.empty()) return "—";
  std::string code;
  for (const char c : clean) {
    if (c == '|') code += '\\';  // code does not protect the cell of a table
    code += c;
  }
  return longest == 0 ? fence + code + fence : fence + " " + code + " " + fence;
}

std::string markdown_folded(std::string_view title, std::string_view content) {
  std::string out = "<details><summary>";
  for (const char c : printable(title)) {
    const std::string_view safe = disarmed(c);
    out += safe.empty() ? std::string(1, c) : std::string(safe);
  }
  return out + "</summary>\n\n" + std::string(content) + "\n</details>\n";
}

std::string mermaid_label(std::string_view text) {
  // Everything but what Mermaid reads in quotes as it is; `%%` would begin a directive, a backtick its own markdown.
  constexpr std::string_view special = "\"#<>&`%;\\";
  std::string label = "\"";
  for (const char c : printable(text)) {
    if (special.find(c) == std::string_view::npos) {
      label += c;
    } else {
      label += '#';
      label += std::to_string(static_cast<int>(c));
      label += ';';
    }
  }
  return label + "\"";
}

}  // namespace changeover
