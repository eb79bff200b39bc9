// Whether the names of a world file lead to something, and are used once.
//
// Owner: the reader of worlds. Thread rule: none.
#pragma once

#include <map>
#include <string>

#include "core/diagnostic.h"
#include "emulator/world.h"

namespace changeover::emulator {

/// Where each thing stands in the file.
struct WorldPositions {
  std::map<std::string, Position> apps;
  std::map<std::string, Position> addons;
  std::map<std::string, Position> spaces;
  std::map<std::string, Position> schedulers;  ///< by app: its first job
  std::vector<Position> attachments;
};

void check_names(const World& world, const WorldPositions& positions, Diagnostics& diagnostics);

}  // namespace changeover::emulator
