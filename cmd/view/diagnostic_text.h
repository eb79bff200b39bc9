// What is wrong, for people and for programs: complaints about a spec, and the one error that ended a command.
//
// Owner: nobody; pure functions. Thread rule: none.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cmd/view/text_style.h"
#include "core/diagnostic.h"
#include "core/result.h"
#include "json/value.h"

namespace changeover {

/// Each complaint with its place, its line, a caret and what would be right; then how many there are. Ends with a
/// newline; "" when there are none.
[[nodiscard]] std::string diagnostics_as_text(const std::vector<Diagnostic>& found, const TextStyle& style);

/// {"file", "line", "column", "message", "help"}; line and column are left out for the file as a whole.
[[nodiscard]] json::Value diagnostic_as_json(const Diagnostic& diagnostic);

/// "error: what happened\n  what to do: advice\n".
[[nodiscard]] std::string error_as_text(const Error& error, const TextStyle& style);

/// "changeover: what is wrong\n  hint\n".
[[nodiscard]] std::string usage_as_text(std::string_view what, std::string_view hint, const TextStyle& style);

/// {"error": {"code", "what", "advice", "api_id"}}; empty members are left out.
[[nodiscard]] json::Value error_as_json(const Error& error);

}  // namespace changeover
