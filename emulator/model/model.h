// The local Heroku without a socket: requests in, answers out, time and engines given from outside.
//
// Owner: the HTTP surface, or a simulation that runs it in process. Thread rule: one thread at a time (the owner's
// lock). Nothing here blocks or sleeps: what takes time is seen by tick(). Given the same clock readings, the same
// random numbers and engines that answer alike, a run repeats byte by byte. What the engines fail to do shows in the
// answers as Heroku shows it; failure() says it in words.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "core/random.h"
#include "core/result.h"
#include "emulator/engine.h"
#include "emulator/model/dressing.h"
#include "emulator/model/message.h"
#include "emulator/model/visits.h"
#include "emulator/world.h"
#include "json/value.h"

namespace changeover::emulator {

struct Account;
struct Control;

class Model {
 public:
  /// The world must have passed its reader: names resolve and are unique. Clock, random and engines outlive the model.
  Model(const World& world, const Clock& clock, Random& random, const Engines& engines);
  Model(const Model&) = delete;
  Model& operator=(const Model&) = delete;
  ~Model();

  /// Ticks, then answers. Until the world's first databases run, everything is 503.
  [[nodiscard]] Response handle(const Request& request);
  /// Where a visitor of that host goes. Until the world is ready there is no app.
  [[nodiscard]] Destination visit(std::string_view host);
  /// Does what is due and looks at every database and dyno between two states.
  void tick();
  /// Asks for every dyno whether it still runs, so that crashes show; a few times a second is enough.
  void watch();
  /// When tick() has something to do that the engines do not decide.
  [[nodiscard]] std::optional<SteadyTime> next_due() const;
  /// True while something waits for the engines: tick() often then.
  [[nodiscard]] bool moving() const;

  [[nodiscard]] bool ready() const { return ready_; }
  /// Why the world will never be ready; empty while all is well.
  [[nodiscard]] std::string failure() const;
  /// What is there, for people and tests; no secret in it.
  [[nodiscard]] json::Value status() const;
  /// Holds or lets go a follower's replay; `not_found` when there is no such database.
  [[nodiscard]] Result<void> stall(const std::string& addon, bool stalled);
  /// Another server takes the place of this database's: its name among Heroku's servers changes.
  [[nodiscard]] Result<void> fail_over(const std::string& addon);

 private:
  /// Also says whose call it is, and whether it took a token.
  [[nodiscard]] Response answer_to(const Request& request, Account*& account, bool& charged);
  void become_ready();

  std::unique_ptr<Control> control_;
  const World world_;
  Validators validators_;
  bool ready_ = false;
};

}  // namespace changeover::emulator
