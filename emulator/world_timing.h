// The `timing` of a world file, and durations anywhere in it.
//
// Owner: the reader of worlds. Thread rule: none.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "emulator/world.h"
#include "yaml/mapping_reader.h"

namespace changeover::emulator {

/// "250ms" besides what specs allow.
[[nodiscard]] std::optional<std::chrono::milliseconds> parse_world_duration(std::string_view text);

void read_timing(yaml::MappingReader timing, Timing& t, Diagnostics& diagnostics);

}  // namespace changeover::emulator
