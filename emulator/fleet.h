// Many databases of one kind, each with an app of its own and an app in a space to move to: worlds for scale tests.
//
// Owner: nobody; pure. Thread rule: none.
#pragma once

#include <string>

#include "emulator/world.h"

namespace changeover::emulator {

struct Fleet {
  int databases = 0;
  std::string name = "fleet";       ///< begins every name
  std::string plan = "standard-0";  ///< without the service
};

/// Adds, for N from 0001 on: app NAME-N with NAME-N-db attached as DATABASE, and app NAME-N-space in space NAME-space
/// of team NAME-team. The names must be free.
void add_fleet(World& world, const Fleet& fleet);

}  // namespace changeover::emulator
