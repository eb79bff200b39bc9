// A world as a file describes it: what exists in the local Heroku before the first request, and how slow and how
// faulty it is. Read by emulator/world_reader.h, checked by schemas/world.schema.json.
//
// Owner: whoever read it; a plain value. Thread rule: none.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/diagnostic.h"
#include "core/secret.h"
#include "emulator/faults.h"
#include "emulator/model/maintenance_window.h"
#include "emulator/switches.h"

namespace changeover::emulator {

/// How long Heroku takes. The defaults follow heroku-api.md 3.4, 3.6 and 8; a test world sets what it wants shorter.
struct Timing {
  std::chrono::milliseconds api_latency{70};         ///< added to every answer (the sources' X-Runtime: 60 to 80 ms)
  std::chrono::milliseconds data_404{7'000};         ///< from create until the Data API knows the database
  std::chrono::milliseconds provisioning{180'000};   ///< from create until `provisioned`, at the earliest
  std::chrono::milliseconds sampling{5'000};         ///< between two readings of lag and counts
  std::chrono::milliseconds unfollow{5'000};         ///< from the call until the promotion begins
  std::chrono::milliseconds rotation{0};             ///< from standalone until the credential changes
  std::chrono::milliseconds deprovision{5'000};      ///< from destroy until 404
  std::chrono::milliseconds fork_follow{3'600'000};  ///< a new or unfollowed database cannot be followed before
  std::chrono::milliseconds standby{600'000};        ///< until a high-availability standby is there
  std::chrono::milliseconds maintenance{60'000};     ///< how long Heroku works on a database
  std::chrono::milliseconds upgrade{120'000};        ///< to prepare an upgrade, to try one, to run one
  std::chrono::milliseconds backup{10'000};          ///< how long a logical backup takes at least
  std::chrono::milliseconds dyno_boot{3'000};        ///< a dyno is `starting` for at least this long
  std::chrono::milliseconds dyno_grace{30'000};      ///< from SIGTERM until SIGKILL
  std::chrono::milliseconds crash_restart{1'000};    ///< before the first restart of a crashed dyno; doubles
  std::chrono::milliseconds crash_restart_most{60'000};  ///< and never exceeds this; up for longer: counts anew
  std::chrono::milliseconds dyno_down{0};                ///< how long a dyno that ended is still listed, as `down`
  std::chrono::milliseconds preboot{180'000};            ///< how long old web dynos outlive a release with preboot
  std::chrono::milliseconds space_allocation{480'000};   ///< from POST until a space can have apps
  std::chrono::milliseconds release_phase{3'600'000};    ///< a release whose phase takes longer expires
  std::chrono::milliseconds pre_authorization{600'000};  ///< how long a second factor holds for an app
  std::chrono::milliseconds eco_sleep{1'800'000};        ///< without a visitor for that long, eco dynos sleep
  std::chrono::milliseconds web_boot{75'000};            ///< how long the router waits for a first web dyno (H20)
  std::chrono::milliseconds web_answer{30'000};          ///< how long it waits for a dyno's answer to begin (H12)
};

enum class Permission { view, deploy, operate, manage };

/// Somebody who may call (heroku-api.md 1.6, 1.8, 2.11).
struct WorldAccount {
  std::string email;
  Secret api_key;
  bool expired = false;  ///< its token
  bool suspended = false;
  bool delinquent = false;
  std::string second_factor = "123456";  ///< the code that is right
  /// By app; view comes with any. Other apps are not seen. None: all apps, all permissions.
  std::optional<std::map<std::string, std::set<Permission>>> apps;
};

struct WorldSpace {
  std::string name;
  std::string team;
  std::string region = "virginia";
  bool shield = false;
  std::string generation = "cedar";
  std::chrono::milliseconds allocating{0};  ///< how long it is not there yet
};

struct WorldProcess {
  std::string type;
  int quantity = 0;
  std::string size;                                ///< empty: standard-1x, or private-m in a space
  std::string command;                             ///< empty: a process that does nothing until it is stopped
  std::optional<std::chrono::milliseconds> drain;  ///< DRAIN_MS of its dynos: they go on that long after SIGTERM
};

/// A job of Heroku Scheduler.
struct WorldJob {
  std::chrono::milliseconds every{0};
  std::string command;
  std::string size;  ///< empty: the app's usual
};

/// Something that scales web up again whenever it finds less.
struct WorldAutoscaler {
  std::chrono::milliseconds every{0};
  int min = 1;
};

struct WorldApp {
  std::string name;
  std::optional<std::string> space;
  std::string region = "us";  ///< outside spaces: us or eu
  std::optional<std::string> team;
  bool maintenance = false;
  std::vector<WorldProcess> formation;
  std::vector<std::string> one_off;      ///< commands that run as run.N from the start
  std::map<std::string, Secret> config;  ///< the app's own config vars
  std::vector<std::string> domains;
  bool preboot = false;             ///< the app feature
  std::vector<WorldJob> scheduler;  ///< run while the app has the add-on `scheduler`
  std::optional<WorldAutoscaler> autoscaler;
  bool two_factor = false;  ///< calls about it want a second factor
  bool suspended = false;
};

struct WorldAddon {
  std::string name;
  std::string app;
  std::string plan;                                         ///< with the service: "heroku-postgresql:standard-0"
  std::string attachment;                                   ///< empty: chosen as Heroku would
  std::string seed_sql;                                     ///< run once on a new leader
  std::vector<std::string> credentials;                     ///< besides the default one; a leader's
  std::optional<std::string> follow;                        ///< the leader's add-on name
  bool stalled = false;                                     ///< a follower whose replay stands still
  bool maintenance_due = false;                             ///< Heroku announces a maintenance, for the next window
  std::optional<std::chrono::milliseconds> maintenance_in;  ///< the same, so long after the start
  std::optional<MaintenanceWindow> maintenance_window;
  std::vector<std::string> links;  ///< add-ons that it has data links to
};

struct WorldAttachment {
  std::string app;
  std::string addon;
  std::string name;
  std::string ns;  ///< the namespace, empty for the default credential
};

struct World {
  Secret api_key;                                ///< of the account
  std::string account = "operator@example.com";  ///< who owns what no team owns
  std::vector<WorldAccount> accounts;            ///< the first is the one above
  std::optional<std::uint64_t> seed;             ///< of every id; none: from the operating system
  Timing timing;
  Switches switches;
  bool modelled = false;  ///< databases and dynos are figures on the clock instead of servers and processes
  std::vector<std::string> teams;
  std::vector<WorldSpace> spaces;
  std::vector<WorldApp> apps;
  std::vector<WorldAddon> addons;
  std::vector<WorldAttachment> attachments;
  std::vector<FaultRule> faults;
};

}  // namespace changeover::emulator
