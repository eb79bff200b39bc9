// Makes the things of a world description: the state before the first request.
//
// Owner: nobody; functions. Thread rule: the model's thread. The description has passed its reader.
#pragma once

#include "emulator/model/control.h"
#include "emulator/world.h"

namespace changeover::emulator {

/// Teams, spaces, apps, add-ons, attachments; engines are asked for the databases, no dyno runs yet.
void create_world(Control& control, const World& world);

/// The space is `allocating` for that long.
void allocate(Control& control, Space& space, std::chrono::milliseconds time);

/// Once every database runs: first releases, dynos, one-offs.
void set_in_motion(Control& control, const World& world);

}  // namespace changeover::emulator
