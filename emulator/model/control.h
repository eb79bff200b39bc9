// The parts of the control plane in one bundle: what a handler may use.
//
// Owner: the model. Thread rule: the model's thread. The parts know each other one way: databases →
// credentials and attachments → releases → dynos → estate.
#pragma once

#include <set>
#include <string>

#include "emulator/model/accounts.h"
#include "emulator/model/attachments.h"
#include "emulator/model/databases.h"
#include "emulator/model/dynos.h"
#include "emulator/model/estate.h"
#include "emulator/model/maintenances.h"
#include "emulator/model/rate_limit.h"
#include "emulator/model/releases.h"
#include "emulator/model/schedules.h"
#include "emulator/model/transfers.h"
#include "emulator/model/upgrades.h"
#include "emulator/timers.h"
#include "emulator/world.h"

namespace changeover::emulator {

struct Control {
  Control(const Clock& clock_, Random& random_, const Engines& engines, const World& world)
      : clock(clock_),
        random(random_),
        engine(engines.databases),
        timing(world.timing),
        switches(world.switches),
        account(world.account),
        caller(world.account),
        accounts(world, clock.steady_now()),
        dynos(clock, random, timing, timers, estate, engines.processes),
        releases(clock, random, timing, timers, dynos, estate, caller),
        attachments(clock, random, switches, estate, releases),
        data_rate_limit(switches.data.data_requests_a_minute, switches.data.data_requests_a_minute / 60.0,
                        clock.steady_now()),
        lineage(estate),
        credentials(random, switches.data, estate, lineage, releases, engines.databases),
        databases(clock, random, timing, switches.data, timers, estate, lineage, releases, credentials,
                  engines.databases),
        transfers(clock, random, timing, timers, estate, engines.transfers),
        schedules(clock, random, timers, estate, transfers),
        maintenances(clock, random, timing, timers, estate, engines.databases),
        upgrades(clock, timing, timers, estate, databases, engines.databases) {}
  Control(const Control&) = delete;
  Control& operator=(const Control&) = delete;
  ~Control() = default;

  const Clock& clock;
  Random& random;
  DatabaseEngine& engine;
  const Timing timing;
  const Switches switches;
  const std::string account;  ///< owns what no team owns
  std::string caller;         ///< e-mail of whoever is served at the moment
  Timers timers;
  Estate estate;
  Accounts accounts;
  Dynos dynos;
  Releases releases;
  Attachments attachments;
  RateLimit data_rate_limit;            ///< in force when there is a switch for it
  std::set<std::string> retired_names;  ///< of add-ons that are gone, while those are not to be used again
  Lineage lineage;
  Credentials credentials;
  Databases databases;
  Transfers transfers;
  Schedules schedules;
  Maintenances maintenances;
  Upgrades upgrades;
};

}  // namespace changeover::emulator
