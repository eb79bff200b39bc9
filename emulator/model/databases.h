// The life of heroku-postgresql databases: provisioning, following, sampling, unfollowing, the end (heroku-api.md 3.5).
//
// Owner: the model. Thread rule: the model's thread. Every step is asked of the engine and seen on a later tick. A
// database whose server fails shows its add-on as deprovisioned, as a failed provisioning does at Heroku.
#pragma once

#include <set>
#include <string>

#include "emulator/model/credentials.h"
#include "emulator/model/lineage.h"
#include "emulator/model/releases.h"

namespace changeover::emulator {

class Databases {
 public:
  Databases(const Clock& clock, Random& random, const Timing& timing, const DataSwitches& switches, Timers& timers,
            Estate& estate, Lineage& lineage, Releases& releases, Credentials& credentials, DatabaseEngine& engine)
      : clock_(clock),
        random_(random),
        timing_(timing),
        switches_(switches),
        timers_(timers),
        estate_(estate),
        lineage_(lineage),
        releases_(releases),
        credentials_(credentials),
        engine_(engine) {}

  /// What a database begins as: a follower, a fork of `source`, or one of its own.
  struct Birth {
    AddOn* leader = nullptr;
    AddOn* source = nullptr;
    std::string seed_sql{};
  };
  /// Gives the add-on a database and asks the engine for it.
  void create(AddOn& addon, const Birth& birth);
  /// The same for a database that was there before the world began: no waiting, no releases.
  void create_settled(AddOn& addon, const Birth& birth);
  /// Gives it a pooler, if it has none yet; false when that cannot be.
  [[nodiscard]] bool open_pool(AddOn& addon);
  /// Begins the unfollow; it ends on its own.
  void unfollow(AddOn& addon);
  /// Frees the engine's side and freezes what its followers say of it. The add-on is removed by the caller.
  void destroy(AddOn& addon);

  [[nodiscard]] bool known_to_data_api(const AddOn& addon) const;
  /// Heroku's `waiting?`.
  [[nodiscard]] bool waiting(const AddOn& addon) const;
  [[nodiscard]] bool can_be_followed(const AddOn& addon) const;
  [[nodiscard]] bool has_standby(const AddOn& addon) const;
  /// URL of the leader, while there is one.
  [[nodiscard]] std::optional<Secret> following(const AddOn& addon) const;

  /// Looks at every database between two states.
  void refresh();
  [[nodiscard]] bool moving() const { return !moving_.empty(); }

 private:
  void begin(AddOn& addon, const Birth& birth);
  void begin_follower(AddOn& addon, AddOn& leader);
  void step(AddOn& addon);
  void step_wait_for_leader(AddOn& addon);
  void step_start(AddOn& addon);
  void step_promotion(AddOn& addon);
  void failed(AddOn& addon);
  void provisioned(AddOn& addon);
  void standalone(AddOn& addon);
  void take_sample(AddOn& addon);
  void sample_later(const std::string& addon_id);
  void wake_at(SteadyTime time, const std::string& addon_id);

  const Clock& clock_;
  Random& random_;
  const Timing& timing_;
  const DataSwitches& switches_;
  Timers& timers_;
  Estate& estate_;
  Lineage& lineage_;
  Releases& releases_;
  Credentials& credentials_;
  DatabaseEngine& engine_;
  std::set<std::string> moving_;  ///< add-on ids
};

}  // namespace changeover::emulator
