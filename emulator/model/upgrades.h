// Upgrades of the PostgreSQL version as the Data API tells them: asked for, planned, under way, done.
//
// Owner: the model. Thread rule: the model's thread. What is modelled is the procedure alone: the server stays the one
// that this machine has, and `PG Version` goes on to name it.
#pragma once

#include <optional>
#include <string>

#include "emulator/model/databases.h"

namespace changeover::emulator {

class Upgrades {
 public:
  Upgrades(const Clock& clock, const Timing& timing, Timers& timers, Estate& estate, Databases& databases,
           DatabaseEngine& engine)
      : clock_(clock), timing_(timing), timers_(timers), estate_(estate), databases_(databases), engine_(engine) {}

  /// Planned for the next maintenance window, once it is prepared.
  void prepare(AddOn& addon, const std::string& version);
  void dry_run(AddOn& addon, const std::string& version);
  /// A follower stops following first.
  void run(AddOn& addon, const std::string& version);
  void cancel(AddOn& addon) { addon.database->upgrade = {}; }

  /// The newest version, or nothing when the one asked for is none that this database can be upgraded to.
  [[nodiscard]] static std::optional<std::string> target(const Database& database, const std::string& asked);
  /// Of three, while one is prepared, tried or under way.
  [[nodiscard]] std::optional<int> step(const Database& database) const;

 private:
  void enter(AddOn& addon, Upgrade::State state, const std::string& version);
  void leave(AddOn& addon);

  const Clock& clock_;
  const Timing& timing_;
  Timers& timers_;
  Estate& estate_;
  Databases& databases_;
  DatabaseEngine& engine_;
};

}  // namespace changeover::emulator
