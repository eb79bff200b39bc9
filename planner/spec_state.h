// Reads `state`: where the record of attempts is kept (design 3, 9).
//
// Owner: planner/spec_reader; pure. Thread rule: none.
#pragma once

#include <optional>
#include <string>

#include "planner/desired.h"
#include "yaml/mapping_reader.h"

namespace changeover {

/// The place that the key `state` names, or `<spec>.state.json` beside the spec when it is absent; nothing when it
/// could not be read.
[[nodiscard]] std::optional<StateLocation> read_state(yaml::MappingReader& spec, const std::string& spec_file);

}  // namespace changeover
