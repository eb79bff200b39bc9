// Words and tables cut to a width: how the panel's lines are made.
//
// Owner: panel.cpp. Thread rule: none. Texts are made plain ASCII on the way in; the width is counted before colours.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace changeover::emulator {

enum class Tone { plain, faint, strong, good, warning, bad };

struct PanelCell {
  std::string text;
  Tone tone = Tone::plain;
};

using PanelRow = std::vector<PanelCell>;

/// Columns side by side, two blanks between them. The first column gives way when there is too little room, then the
/// line is cut.
[[nodiscard]] std::vector<std::string> table_lines(const std::vector<PanelRow>& rows, std::size_t width, bool colour);

/// Cells one after the other, one blank between them.
[[nodiscard]] std::string line_of(const PanelRow& cells, std::size_t width, bool colour);

/// Printable ASCII alone: every other byte is a '?'.
[[nodiscard]] std::string plain_ascii(std::string_view text);

}  // namespace changeover::emulator
