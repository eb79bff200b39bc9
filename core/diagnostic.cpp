#include "core/diagnostic.h"

#include <algorithm>
#include <string_view>
#include <tuple>

namespace changeover {

Diagnostics::Diagnostics(std::string file, std::string_view text) : file_(std::move(file)) {
  std::size_t start = 0;
  while (start <= text.size()) {
    const std::size_t end = std::min(text.find('\n', start), text.size());
    lines_.emplace_back(text.substr(start, end - start));
    if (lines_.back().ends_with('\r')) lines_.back().pop_back();
    start = end + 1;
  }
}

void Diagnostics::error(Position at, std::string message, std::string help) {
  if (!said_.emplace(at, message).second) return;
  // A line that nobody could read is not shown; a copy of it for each finding would also fill the memory.
  constexpr std::size_t longest_line = 2000;
  std::string line;
  if (at.line > 0 && static_cast<std::size_t>(at.line) <= lines_.size()) {
    const std::string& whole = lines_[static_cast<std::size_t>(at.line) - 1];
    if (whole.size() <= longest_line) line = whole;
  }
  found_.push_back({file_, at, std::move(message), std::move(help), std::move(line)});
}

void Diagnostics::mask(Position from, std::size_t length) {
  if (from.line <= 0 || from.column <= 0 || static_cast<std::size_t>(from.line) > lines_.size()) return;
  std::string& line = lines_[static_cast<std::size_t>(from.line) - 1];
  const std::size_t start = std::min(static_cast<std::size_t>(from.column) - 1, line.size());
  const std::size_t end = start + std::min(length, line.size() - start);
  for (std::size_t i = start; i < end; ++i) line[i] = '*';
  for (Diagnostic& diagnostic : found_)
    if (diagnostic.at.line == from.line && !diagnostic.line.empty()) diagnostic.line = line;
}

std::vector<Diagnostic> Diagnostics::sorted() const {
  // By place, then by age; not std::stable_sort, which libstdc++ 12 builds on a function that clang 19 calls
  // deprecated.
  std::vector<std::pair<Position, std::size_t>> order;
  for (const Diagnostic& diagnostic : found_) order.emplace_back(diagnostic.at, order.size());
  std::ranges::sort(order);
  std::vector<Diagnostic> sorted;
  sorted.reserve(order.size());
  for (const auto& [at, index] : order) sorted.push_back(found_[index]);
  return sorted;
}

std::string to_text(const Diagnostic& diagnostic) {
  constexpr std::size_t widest = 160;
  std::string text = diagnostic.file;
  if (diagnostic.at.line > 0)
    text += ":" + std::to_string(diagnostic.at.line) + ":" + std::to_string(diagnostic.at.column);
  text += ": error: " + diagnostic.message + "\n";
  if (!diagnostic.line.empty() && diagnostic.at.column > 0) {
    const auto column = static_cast<std::size_t>(diagnostic.at.column) - 1;
    const std::size_t from = std::min(column > widest - 20 ? column - 40 : 0, diagnostic.line.size());
    std::string shown = diagnostic.line.substr(from, widest);
    std::ranges::replace(shown, '\t', ' ');
    text += "    " + shown + "\n    " + std::string(column - from, ' ') + "^\n";
  }
  if (!diagnostic.help.empty()) text += "  " + diagnostic.help + "\n";
  return text;
}

}  // namespace changeover
