// The one place that names concrete classes: it makes what a command needs of the outside for one spec.
//
// Owner: the command that opened it holds the World; everything it hands out lives as long. Thread rule: the event
// loop's thread. Opening reads credentials and makes objects; it sends nothing.
#pragma once

#include <memory>

#include "core/environment.h"
#include "core/event_loop.h"
#include "core/random.h"
#include "core/result.h"
#include "executor/outside_time.h"
#include "executor/processes.h"
#include "executor/provider.h"
#include "executor/state/backend.h"
#include "executor/survey.h"
#include "planner/desired.h"

namespace changeover {

/// What a command needs: the state alone (unlock), or Heroku with credentials as well.
enum class Reach { state, heroku };

class World {
 public:
  virtual ~World() = default;
  [[nodiscard]] virtual EventLoop& loop() = 0;
  [[nodiscard]] virtual StateBackend& state() = 0;
  /// Only of a world that was opened with Reach::heroku.
  [[nodiscard]] virtual Provider& provider() = 0;
  /// Likewise.
  [[nodiscard]] virtual Survey& survey() = 0;
  [[nodiscard]] virtual OutsideTime& outside() = 0;
  [[nodiscard]] virtual Random& random() = 0;
  [[nodiscard]] virtual ProcessRunner& processes() = 0;
};

[[nodiscard]] Result<std::unique_ptr<World>> open_world(const Desired& desired, Reach reach,
                                                        const Environment& environment);

}  // namespace changeover
