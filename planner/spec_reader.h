// Reads a spec: text in, Desired out, or everything that is wrong with it (design 3).
//
// Owner: whoever calls; pure, no I/O. Thread rule: none. A failed read leaves nothing behind but diagnostics.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/diagnostic.h"
#include "planner/desired.h"

namespace changeover {

/// The version of the format that this program reads.
inline constexpr int spec_version = 1;

/// `diagnostics` was made from the same text; what looks like a secret is masked in it. Relative paths of the spec are
/// taken from the folder of `file_name`, which is not opened. Gives nothing exactly when there are diagnostics.
[[nodiscard]] std::optional<Desired> read_spec(std::string_view text, std::string file_name, Diagnostics& diagnostics);

}  // namespace changeover
