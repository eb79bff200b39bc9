// What an app does by the clock, asked by no request: jobs of Heroku Scheduler, and an autoscaler.
//
// Owner: nobody; a function, whose timers belong to the model. Thread rule: the model's thread. Neither minds
// maintenance mode, as on Heroku (heroku-api.md 5.2). A job that is due while the app runs as many one-offs as it may,
// or while the add-on `scheduler` is gone, is left out: Scheduler promises no more than its best.
#pragma once

#include "emulator/model/control.h"
#include "emulator/world.h"

namespace changeover::emulator {

/// From now on: each job once an interval, each scaling check likewise.
void wind_up(Control& control, const App& app, const WorldApp& described);

}  // namespace changeover::emulator
