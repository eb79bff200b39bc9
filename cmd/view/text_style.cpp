#include "cmd/view/text_style.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

namespace changeover {
namespace {

/// One code point and how many bytes it took; `valid` is false for a byte that starts no UTF-8 sequence.
struct CodePoint {
  std::uint32_t value = 0;
  std::size_t bytes = 1;
  bool valid = false;
};

CodePoint code_point_at(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint32_t>(static_cast<unsigned char>(text[i])); };
  const std::uint32_t first = byte(at);
  if (first < 0x80) return {first, 1, true};
  const std::size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || at + length > text.size()) return {};
  std::uint32_t value = first & (0xffU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(at + i) & 0xc0U) != 0x80) return {};
    value = value << 6U | (byte(at + i) & 0x3fU);
  }
  const bool overlong = (length == 3 && value < 0x800) || (length == 4 && value < 0x10000);
  if (overlong || value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff)) return {};
  return {value, length, true};
}

bool turns_direction(std::uint32_t value) {
  return value == 0x061c || value == 0x200e || value == 0x200f || (value >= 0x202a && value <= 0x202e) ||
         (value >= 0x2066 && value <= 0x2069);
}

constexpr std::array<std::pair<std::string_view, std::string_view>, 14> ascii_signs{{
    {"→", "->"},
    {"✓", "+"},
    {"✗", "x"},
    {"━", "="},
    {"─", "-"},
    {"…", "..."},
    {"·", "-"},
    {"–", "-"},
    {"−", "-"},
    {"↩", "<"},
    {"›", ">"},
    {"•", "*"},
    {"≤", "<="},
    {"≥", ">="},
}};

std::string_view code_of(Ink ink) {
  switch (ink) {
    case Ink::plain:
      return "";
    case Ink::bold:
      return "\x1b[1m";
    case Ink::dim:
      return "\x1b[2m";
    case Ink::red:
      return "\x1b[1;31m";
    case Ink::green:
      return "\x1b[32m";
    case Ink::yellow:
      return "\x1b[33m";
    case Ink::cyan:
      return "\x1b[36m";
  }
  return "";
}

}  // namespace

std::string paint(const TextStyle& style, Ink ink, std::string_view text) {
  if (!style.colour || ink == Ink::plain || text.empty()) return std::string(text);
  return std::string(code_of(ink)).append(text).append("\x1b[0m");
}

std::string printable(std::string_view text) {
  std::string clean;
  clean.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const CodePoint point = code_point_at(text, at);
    if (!point.valid) {
      clean += '?';
    } else if (point.value == '\n' || point.value == '\t' || point.value == '\r') {
      clean += ' ';
    } else if (point.value < 0x20 || (point.value >= 0x7f && point.value < 0xa0) || turns_direction(point.value)) {
      clean += '?';
    } else {
      clean.append(text.substr(at, point.bytes));
    }
    at += point.bytes;
  }
  return clean;
}

std::string spell(const TextStyle& style, std::string_view text) {
  if (style.unicode) return std::string(text);
  std::string ascii;
  ascii.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const auto* sign =
        std::ranges::find_if(ascii_signs, [&](const auto& pair) { return text.substr(at).starts_with(pair.first); });
    if (sign == ascii_signs.end()) {
      ascii += text[at++];
    } else {
      ascii.append(sign->second);
      at += sign->first.size();
    }
  }
  return ascii;
}

std::size_t columns(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xc0U) != 0x80; }));
}

std::string padded(std::string_view text, std::size_t width) {
  const std::size_t taken = columns(text);
  return std::string(text) + std::string(width > taken ? width - taken : 0, ' ');
}

std::string right_aligned(std::string_view text, std::size_t width) {
  const std::size_t taken = columns(text);
  return std::string(width > taken ? width - taken : 0, ' ') + std::string(text);
}

std::vector<std::string> wrapped(std::string_view text, std::size_t width) {
  std::vector<std::string> lines(1);
  std::size_t at = 0;
  while (at < text.size()) {
    at = std::min(text.find_first_not_of(' ', at), text.size());
    const std::size_t end = std::min(text.find(' ', at), text.size());
    const std::string_view word = text.substr(at, end - at);
    if (word.empty()) break;
    if (lines.back().empty()) {
      lines.back() = word;
    } else if (columns(lines.back()) + 1 + columns(word) <= width) {
      lines.back().append(" ").append(word);
    } else {
      lines.emplace_back(word);
    }
    at = end;
  }
  return lines;
}

std::string paragraph(const TextStyle& style, std::string_view lead, std::string_view text, Ink ink, Ink lead_ink) {
  constexpr std::size_t narrowest = 24;
  const std::string spelled_lead = spell(style, lead);
  const std::size_t indent = columns(spelled_lead);
  const auto width = static_cast<std::size_t>(std::max(style.width, 0));
  const std::size_t room = width > indent + narrowest ? width - indent : narrowest;
  std::string out;
  for (const std::string& line : wrapped(spell(style, printable(text)), room)) {
    out += out.empty() ? paint(style, lead_ink, spelled_lead) : std::string(indent, ' ');
    out += paint(style, ink, line) + "\n";
  }
  return out;
}

std::string rule(const TextStyle& style, std::string_view indent, std::string_view sign, std::string_view title,
                 Ink ink) {
  const std::string spelled_sign = spell(style, sign);
  std::string line = spelled_sign + spelled_sign + " " + spell(style, printable(title)) + " ";
  const auto width = static_cast<std::size_t>(std::clamp(style.width, 20, 100));
  for (std::size_t taken = columns(indent) + columns(line); taken < width; ++taken) line += spelled_sign;
  return std::string(indent) + paint(style, ink, line) + "\n";
}

}  // namespace changeover
