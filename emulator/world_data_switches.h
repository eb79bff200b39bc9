// The databases' part of the `switches` of a world file.
//
// Owner: the reader of worlds. Thread rule: none.
#pragma once

#include "emulator/data_switches.h"
#include "yaml/mapping_reader.h"

namespace changeover::emulator {

[[nodiscard]] DataSwitches read_data_switches(yaml::MappingReader& switches);

}  // namespace changeover::emulator
