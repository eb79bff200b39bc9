// Explanations as text and as JSON: what `plan --explain` prints.
//
// Owner: nobody; pure functions. Thread rule: none.
#pragma once

#include <string>
#include <vector>

#include "cmd/view/text_style.h"
#include "json/value.h"
#include "planner/explanation.h"

namespace changeover {

/// One after the other, an empty line between. Ends with a newline.
[[nodiscard]] std::string explanations_as_text(const std::vector<Explanation>& explanations, const TextStyle& style);

/// By schemas/explanation.schema.json; what an explanation has not is absent.
[[nodiscard]] json::Value explanations_as_json(const std::vector<Explanation>& explanations);

}  // namespace changeover
