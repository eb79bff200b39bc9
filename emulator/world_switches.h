// The `switches` of a world file.
//
// Owner: the reader of worlds. Thread rule: none.
#pragma once

#include "emulator/switches.h"
#include "yaml/mapping_reader.h"

namespace changeover::emulator {

void read_switches(yaml::MappingReader reader, Switches& switches);

}  // namespace changeover::emulator
