#include "emulator/panel_text.h"

#include <algorithm>

namespace changeover::emulator {
namespace {

constexpr std::size_t gap = 2;
constexpr std::size_t narrowest = 8;
/// One column wide; everything else in a line is ASCII.
constexpr std::string_view ellipsis = "…";

std::string_view escape_of(Tone tone) {
  switch (tone) {
    case Tone::plain:
      return "";
    case Tone::faint:
      return "\x1b[2m";
    case Tone::strong:
      return "\x1b[1m";
    case Tone::good:
      return "\x1b[32m";
    case Tone::warning:
      return "\x1b[33m";
    case Tone::bad:
      return "\x1b[31m";
  }
  return "";
}

/// Appends the text, cut to `room` columns; gives the columns it took.
std::size_t append(std::string& line, const PanelCell& cell, std::size_t room, bool colour) {
  if (room == 0) return 0;
  std::string text = plain_ascii(cell.text);
  const bool cut = text.size() > room;
  const std::size_t columns = std::min(text.size(), room);
  if (cut) text = text.substr(0, room - 1) + std::string(ellipsis);
  const std::string_view escape = colour ? escape_of(cell.tone) : "";
  line.append(escape).append(text);
  if (!escape.empty()) line += "\x1b[0m";
  return columns;
}

std::string row_line(const PanelRow& row, const std::vector<std::size_t>& widths, std::size_t width, bool colour) {
  std::string line;
  std::size_t at = 0;      // columns written
  std::size_t column = 0;  // where the cell begins
  for (std::size_t i = 0; i < row.size(); ++i) {
    if (!row[i].text.empty() && column < width) {
      line.append(column - at, ' ');
      at = column + append(line, row[i], std::min(widths[i], width - column), colour);
    }
    column += widths[i] + gap;
  }
  return line;
}

}  // namespace

std::string plain_ascii(std::string_view text) {
  std::string plain(text);
  std::ranges::replace_if(plain, [](unsigned char c) { return c < ' ' || c > '~'; }, '?');
  return plain;
}

std::vector<std::string> table_lines(const std::vector<PanelRow>& rows, std::size_t width, bool colour) {
  std::vector<std::size_t> widths;
  for (const PanelRow& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].text.size());
  }
  std::size_t total = 0;
  for (const std::size_t one : widths) total += one + gap;
  const std::size_t over = total > width + gap ? total - width - gap : 0;
  if (!widths.empty()) widths[0] -= std::min(over, widths[0] > narrowest ? widths[0] - narrowest : 0);
  std::vector<std::string> lines;
  lines.reserve(rows.size());
  for (const PanelRow& row : rows) lines.push_back(row_line(row, widths, width, colour));
  return lines;
}

std::string line_of(const PanelRow& cells, std::size_t width, bool colour) {
  std::string line;
  std::size_t at = 0;
  for (const PanelCell& cell : cells) {
    if (cell.text.empty()) continue;
    if (at > 0 && at < width) {
      line += ' ';
      ++at;
    }
    at += append(line, cell, width - at, colour);
  }
  return line;
}

}  // namespace changeover::emulator
