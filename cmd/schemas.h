// The JSON Schemas of schemas/, embedded when the program is built (cmake/embed_schemas.cmake), so that `schema` prints
// those of this very version.
//
// Owner: nobody; constant text. Thread rule: none.
#pragma once

#include <string_view>

namespace changeover {

/// Of "spec", "plan", "event", …: the names of the files in schemas/; "" for anything else.
[[nodiscard]] std::string_view schema_text(std::string_view name);

}  // namespace changeover
