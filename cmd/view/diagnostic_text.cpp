#include "cmd/view/diagnostic_text.h"

#include <utility>

#include "core/text.h"

namespace changeover {

std::string diagnostics_as_text(const std::vector<Diagnostic>& found, const TextStyle& style) {
  std::string out;
  for (const Diagnostic& diagnostic : found) {
    const std::string text = to_text(diagnostic);
    for (std::size_t start = 0; start < text.size();) {
      const std::size_t end = text.find('\n', start);
      const std::string line = printable(std::string_view(text).substr(start, end - start));
      out += (start == 0 ? paint(style, Ink::bold, line) : line) + "\n";
      start = end + 1;
    }
  }
  if (!found.empty()) out += paint(style, Ink::red, counted(static_cast<long long>(found.size()), "error")) + "\n";
  return out;
}

json::Value diagnostic_as_json(const Diagnostic& diagnostic) {
  json::Value value = json::Value::object();
  value.set("file", diagnostic.file);
  if (diagnostic.at.line > 0) value.set("line", diagnostic.at.line).set("column", diagnostic.at.column);
  value.set("message", diagnostic.message);
  if (!diagnostic.help.empty()) value.set("help", diagnostic.help);
  return value;
}

std::string error_as_text(const Error& error, const TextStyle& style) {
  std::string out = paragraph(style, "error: ", error.what, Ink::plain, Ink::red);
  if (!error.advice.empty()) out += paragraph(style, "  what to do: ", error.advice, Ink::plain, Ink::bold);
  return out;
}

std::string usage_as_text(std::string_view what, std::string_view hint, const TextStyle& style) {
  std::string out = paragraph(style, "changeover: ", what, Ink::plain, Ink::red);
  if (!hint.empty()) out += paragraph(style, "  ", hint);
  return out;
}

json::Value error_as_json(const Error& error) {
  json::Value body = json::Value::object();
  body.set("code", to_string(error.code)).set("what", error.what);
  if (!error.advice.empty()) body.set("advice", error.advice);
  if (!error.api_id.empty()) body.set("api_id", error.api_id);
  return json::Value::object().set("error", std::move(body));
}

}  // namespace changeover
