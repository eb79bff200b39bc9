// What a plain scalar means by the core rules of YAML 1.2: text, number or boolean.
//
// Owner: nobody; pure functions. Thread rule: none. Narrower than the core schema in one thing: only `true` and `false`
// are booleans; `True`, `yes` and `on` are text, and a reader that wanted a boolean says so.
#pragma once

#include <string>
#include <string_view>

#include "yaml/node.h"

namespace changeover::yaml {

enum class ScalarType { text, boolean, integer, number };

/// Of a scalar node; quoted ones are always text.
[[nodiscard]] ScalarType scalar_type(const Node& node);

/// For "expected …, found …": "the list", "nothing", "the number `5`", "`yes`". Long text is cut, line breaks are shown
/// as spaces.
[[nodiscard]] std::string describe_value(const Node& node);

/// A value of the file inside a message, in backticks, cut to a readable length.
[[nodiscard]] std::string shown(std::string_view text);

}  // namespace changeover::yaml
