// The `accounts` of a world file: further tokens, and what is wrong with them.
//
// Owner: the reader of worlds. Thread rule: none.
#pragma once

#include "emulator/world.h"
#include "yaml/mapping_reader.h"

namespace changeover::emulator {

/// Reads the key `accounts` of the world. The world's own account comes first; an entry under its e-mail changes it.
/// To be called when `account`, `api_key` and `apps` are read.
void read_accounts(yaml::MappingReader& top, World& world);

}  // namespace changeover::emulator
