// How text for people is laid out: colour, width, and the few signs that a plain ASCII terminal lacks.
//
// Owner: nobody; plain values and pure functions. Thread rule: none. Text that came from outside (Heroku's answers, a
// spec) goes through printable() before it is shown: a control character in an app's name must not drive the terminal.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace changeover {

struct TextStyle {
  bool colour = false;
  bool unicode = true;
  int width = 100;  ///< columns
};

enum class Ink { plain, bold, dim, red, green, yellow, cyan };

/// The text in this ink when the style has colour; otherwise as it is.
[[nodiscard]] std::string paint(const TextStyle& style, Ink ink, std::string_view text);

/// Without control characters (C0, DEL, C1 and the characters that turn the direction of writing): each becomes a
/// space or "?". Bytes that are no UTF-8 become "?".
[[nodiscard]] std::string printable(std::string_view text);

/// The signs this project writes (→ ✓ ✗ ━ ─ … and others) in ASCII when the style has no Unicode.
[[nodiscard]] std::string spell(const TextStyle& style, std::string_view text);

/// Columns the text takes: code points. For text without colour.
[[nodiscard]] std::size_t columns(std::string_view text);

/// The text filled with spaces to this many columns, on its right or its left.
[[nodiscard]] std::string padded(std::string_view text, std::size_t width);
[[nodiscard]] std::string right_aligned(std::string_view text, std::size_t width);

/// Broken at spaces; a word longer than the width stays whole.
[[nodiscard]] std::vector<std::string> wrapped(std::string_view text, std::size_t width);

/// `lead` and then the text, wrapped to the style's width, later lines indented to where the text began. Ends with a
/// newline. The lead is spelled and painted as it is given; the text is made printable and painted line by line.
[[nodiscard]] std::string paragraph(const TextStyle& style, std::string_view lead, std::string_view text,
                                    Ink ink = Ink::plain, Ink lead_ink = Ink::plain);

/// A line across: `sign` twice, the title, then `sign` to the width.
[[nodiscard]] std::string rule(const TextStyle& style, std::string_view indent, std::string_view sign,
                               std::string_view title, Ink ink);

}  // namespace changeover
