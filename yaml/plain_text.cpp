#include "yaml/plain_text.h"

#include <algorithm>
#include <string>

namespace changeover::yaml {
namespace {

Position position_of(std::string_view text, std::size_t offset) {
  const std::string_view before = text.substr(0, offset);
  const std::size_t line_start = before.rfind('\n') == std::string_view::npos ? 0 : before.rfind('\n') + 1;
  return {static_cast<int>(std::ranges::count(before, '\n')) + 1, static_cast<int>(offset - line_start) + 1};
}

/// Length of the UTF-8 sequence at `at`, 0 when there is none.
std::size_t utf8_length(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(at);
  if (first < 0x80) return 1;
  std::size_t length = 0;
  if (first >= 0xc2 && first < 0xe0) length = 2;
  if (first >= 0xe0 && first < 0xf0) length = 3;
  if (first >= 0xf0 && first < 0xf5) length = 4;
  if (length == 0 || at + length > text.size()) return 0;
  for (std::size_t i = at + 1; i < at + length; ++i)
    if ((byte(i) & 0xc0U) != 0x80U) return 0;
  return length;
}

}  // namespace

bool check_plain_text(std::string_view text, Diagnostics& diagnostics, const Bounds& bounds) {
  if (text.size() > bounds.bytes) {
    diagnostics.error({}, "the file is larger than " + std::to_string(bounds.bytes) + " bytes",
                      "split it into several");
    return false;
  }
  // Brackets inside quotes count too: the test is coarse, far above Bounds::depth, and only there to save memory.
  const std::size_t most_brackets = bounds.depth + 1000;
  std::size_t brackets = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = utf8_length(text, at);
    if (length == 0) {
      diagnostics.error(position_of(text, at), "the file is not UTF-8 here", "save it as UTF-8");
      return false;
    }
    const auto byte = static_cast<unsigned char>(text[at]);
    if ((byte < 0x20 && byte != '\t' && byte != '\n' && byte != '\r') || byte == 0x7f) {
      diagnostics.error(position_of(text, at), "the file holds a control character here", "remove it");
      return false;
    }
    if (byte == '[' || byte == '{') ++brackets;
    if ((byte == ']' || byte == '}') && brackets > 0) --brackets;
    if (brackets > most_brackets) {
      diagnostics.error(position_of(text, at),
                        "the file is nested deeper than " + std::to_string(bounds.depth) + " levels");
      return false;
    }
    at += length;
  }
  return true;
}

}  // namespace changeover::yaml
