// Reads the databases' part of `switches` in a world file.
//
// Owner: nobody; a function. Thread rule: none. Mistakes go to the reader's diagnostics with their places.
#pragma once

#include "emulator/data_switches.h"
#include "yaml/mapping_reader.h"

namespace changeover::emulator {

[[nodiscard]] DataSwitches read_data_switches(yaml::MappingReader& switches);

}  // namespace changeover::emulator
