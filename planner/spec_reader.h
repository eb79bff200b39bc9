// Reads a spec: text in, Desired out, or everything that is wrong with it (design 3).
//
// Owner: whoever calls; pure, no I/O. Thread rule: none. A failed read leaves nothing behind but diagnostics.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/diagnostic.h"
#include "planner/desired.h"

namespace changeover {

/// The version of the format that this program reads.
inline constexpr int spec_version = 1;

/// `diagnostics` was made from the same text; what looks like a secret is masked in it. Relative paths of the spec are
/// taken from the folder of `file_name`, which is not opened. Gives nothing exactly when there are diagnostics.
[[nodiscard]] std::optional<Desired> read_spec(std::string_view text, std::string file_name, Diagnostics& diagnostics);

/// One file of a fleet; `diagnostics` was made from the same text under the same name.
struct SpecText {
  std::string file;
  std::string text;
  Diagnostics diagnostics;
};

/// Several files as one spec, in the given order: names are unique over all of them, depends_on reaches across, each
/// file's `defaults` are its own, and `state` and `fleet` are said in one file at most. Without `state` it is
/// `fleet.state.json` in `folder`, which is also what the spec is called.
[[nodiscard]] std::optional<Desired> read_fleet(std::vector<SpecText>& files, const std::string& folder);

}  // namespace changeover
