#include "yaml/scalar.h"

#include <algorithm>

namespace changeover::yaml {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Removes leading digits and gives how many there were.
std::size_t take_digits(std::string_view& text) {
  const auto end = std::ranges::find_if_not(text, is_digit);
  const auto count = static_cast<std::size_t>(end - text.begin());
  text.remove_prefix(count);
  return count;
}

void take_sign(std::string_view& text) {
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
}

bool is_based_integer(std::string_view text) {
  if (text.size() < 3 || text[0] != '0') return false;
  constexpr std::string_view octal = "01234567";
  constexpr std::string_view hexadecimal = "0123456789abcdefABCDEF";
  const std::string_view digits = text[1] == 'o' ? octal : hexadecimal;
  if (text[1] != 'o' && text[1] != 'x') return false;
  return text.find_first_not_of(digits, 2) == std::string_view::npos;
}

bool is_number(std::string_view text) {
  for (const std::string_view word : {".inf", ".Inf", ".INF", ".nan", ".NaN", ".NAN", "-.inf", "+.inf"})
    if (text == word) return true;
  take_sign(text);
  const std::size_t whole = take_digits(text);
  std::size_t fraction = 0;
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    fraction = take_digits(text);
  }
  if (whole + fraction == 0) return false;
  if (text.starts_with('e') || text.starts_with('E')) {
    text.remove_prefix(1);
    take_sign(text);
    if (take_digits(text) == 0) return false;
  }
  return text.empty();
}

}  // namespace

ScalarType scalar_type(const Node& node) {
  if (node.quoted) return ScalarType::text;
  const std::string_view text = node.text;
  if (text == "true" || text == "false") return ScalarType::boolean;
  std::string_view digits = text;
  take_sign(digits);
  if (take_digits(digits) > 0 && digits.empty()) return ScalarType::integer;
  if (is_based_integer(text)) return ScalarType::integer;
  return is_number(text) ? ScalarType::number : ScalarType::text;
}

std::string shown(std::string_view text) {
  constexpr std::size_t longest = 60;
  std::string cut(text.substr(0, longest));
  // Never in the middle of a UTF-8 character.
  if (cut.size() < text.size())
    while (!cut.empty() && (static_cast<unsigned char>(text[cut.size()]) & 0xc0U) == 0x80U) cut.pop_back();
  std::ranges::replace_if(cut, [](char c) { return static_cast<unsigned char>(c) < 0x20; }, ' ');
  return "`" + cut + (cut.size() < text.size() ? "…`" : "`");
}

std::string describe_value(const Node& node) {
  if (node.kind == Node::Kind::null) return "nothing";
  if (node.kind != Node::Kind::scalar) return "a " + std::string(describe(node.kind));
  switch (scalar_type(node)) {
    case ScalarType::integer:
    case ScalarType::number:
      return "the number " + shown(node.text);
    case ScalarType::boolean:
      return "the boolean " + shown(node.text);
    case ScalarType::text:
      break;
  }
  return node.quoted ? "the quoted text " + shown(node.text) : "the text " + shown(node.text);
}

}  // namespace changeover::yaml
