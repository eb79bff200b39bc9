// The things of a control plane: teams, spaces, apps, dynos, releases, add-ons, attachments, databases.
//
// Owner: the Estate owns every object at a stable address; pointers between objects live as long as the estate keeps
// both ends. Thread rule: the model's thread.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/clock.h"
#include "core/secret.h"
#include "emulator/engine.h"
#include "emulator/model/maintenance_window.h"
#include "json/value.h"

namespace changeover::emulator {

using Config = std::map<std::string, Secret>;

struct App;
struct AddOn;

struct Team {
  std::string id;
  std::string name;
};

struct Space {
  enum class State { allocating, allocated, deleting };
  std::string id;
  std::string name;
  const Team* team = nullptr;
  std::string region;
  bool shield = false;
  std::string generation;
  State state = State::allocated;
  WallTime created_at;
  WallTime updated_at;
};

struct ProcessType {
  std::string id;
  std::string type;
  int quantity = 0;
  std::string size;  ///< lower case: "standard-1x"
  std::string command;
  std::optional<std::chrono::milliseconds> drain;  ///< its dynos are told to go on that long after SIGTERM
  int raised_limit = 0;  ///< the world began with that many: Heroku has raised the limit for it
  WallTime created_at;
  WallTime updated_at;
};

struct Release {
  enum class Status { pending, succeeded, failed, expired };
  std::string id;
  int version = 0;
  std::string description;
  Status status = Status::succeeded;
  std::string user;                ///< e-mail of who made it; an add-on's service has one too
  std::string slug;                ///< id of what is deployed; empty before the first deploy
  Config own_config;               ///< without what attachments give
  Config config;                   ///< what its dynos run with
  std::vector<std::string> plans;  ///< of the add-ons it was made with
  bool has_phase = false;          ///< a release phase ran, or shall
  std::string output;              ///< of the phase, once it is over
  WallTime created_at;
  WallTime updated_at;
};

/// How a process ended, and what it printed when that was kept.
struct DynoEnd {
  int code = 0;
  std::string output;
};

struct Dyno {
  enum class State { starting, up, crashed, down, idle };
  std::string id;  ///< of this start; also the engine's name for the process
  std::string name;
  std::string type;
  std::string command;
  std::string size;
  State state = State::starting;
  std::string release_id;
  int release_version = 0;
  bool one_off = false;
  bool running = false;   ///< the engine has a process for it
  bool stopping = false;  ///< told to stop, not gone yet
  bool dozing = false;    ///< an eco dyno that is to be idle when it is gone
  int crashes = 0;        ///< in a row
  int port = 0;           ///< of a web dyno: where it may listen
  SteadyTime boots_until{};
  std::map<std::string, std::string> environment;  ///< one-offs: over the release's config
  std::function<void(const DynoEnd&)> on_exit;     ///< one-offs: told once
  WallTime created_at;
  WallTime updated_at;
};

struct Attachment {
  std::string id;
  std::string name;
  std::optional<std::string> ns;  ///< the namespace; none for the default credential
  App* app = nullptr;
  AddOn* addon = nullptr;
  WallTime created_at;
};

struct App {
  std::string id;
  std::string name;
  bool maintenance = false;
  bool two_factor = false;
  bool suspended = false;
  bool locked = false;            ///< members of its team join by invitation only
  bool internal_routing = false;  ///< reached from inside its space only
  const Team* team = nullptr;
  const Space* space = nullptr;
  std::string region;
  std::string owner;        ///< e-mail; that of a team has a form of its own
  Config config;            ///< its own config vars, without those of attachments
  std::string stack;        ///< what it runs on
  std::string build_stack;  ///< what the next deploy will run on
  bool preboot = false;
  std::vector<ProcessType> formation;
  std::map<std::string, Dyno> dynos;     ///< by name
  std::map<std::string, Dyno> retiring;  ///< by id: old web dynos of a preboot, which Heroku does not list
  std::vector<std::unique_ptr<Release>> releases;
  int current_release = 0;                         ///< version of the newest that succeeded
  std::map<std::string, Attachment*> attachments;  ///< by name
  std::vector<std::string> domains;
  SteadyTime visited_at{};     ///< the newest request that the router brought
  std::size_t next_visit = 0;  ///< whose turn it is among the web dynos
  WallTime created_at;
  WallTime updated_at;

  [[nodiscard]] ProcessType* process(std::string_view type);
  [[nodiscard]] const Release* release(int version) const;
  [[nodiscard]] bool fir() const { return space != nullptr && space->generation == "fir"; }
};

struct Credential {
  enum class State { provisioning, active, rotating, revoking };
  std::string id;
  std::string name;
  std::string user;
  Secret password;  ///< in force, unless provisioning
  State state = State::active;
  std::optional<Secret> wanted;   ///< asked of the engine, not in force yet
  bool ends_connections = false;  ///< once that is in force
};

/// What the Data API said last about a database's insides, and when that was true.
struct PublishedSample {
  DatabaseSample sample;
  WallTime at;
};

/// Work of Heroku's own on a database (heroku-api.md 3.11).
struct Maintenance {
  enum class Status { none, pending, running, completed };
  Status status = Status::none;
  std::string reason;
  WallTime announced_at{};
  std::optional<WallTime> required_by;
  std::optional<WallTime> scheduled_for;
  std::optional<WallTime> started_at;
  std::optional<WallTime> completed_at;
  bool customer_requested = false;
};

struct Upgrade {
  enum class State { none, preparing, prepared, trying, running, done };
  State state = State::none;
  std::string version;
  SteadyTime since{};
  std::optional<WallTime> planned_for;
};

/// A data link to another store; no foreign table is made.
struct DataLink {
  std::string id;
  std::string name;
  std::string remote;      ///< add-on name
  std::string attachment;  ///< of the remote
  WallTime created_at{};
};

/// The heroku-postgresql side of an add-on.
struct Database {
  enum class Phase { waiting_for_leader, starting, running, unfollowing, promoting, rotating, failed };
  Phase phase = Phase::starting;
  std::string formation;                ///< uuid; stays
  std::string primary;                  ///< uuid of the server; changes with a failover
  std::vector<Credential> credentials;  ///< the first is "default"
  std::optional<Endpoint> endpoint;     ///< once the engine's server answers; its password is that of the default
  int pool_port = 0;                    ///< once somebody has a pool
  std::string leader_id;                ///< add-on uuid, empty when it follows nobody
  std::string leader_name;
  Secret frozen_following;                 ///< the leader's URL, kept when the leader is destroyed
  std::optional<std::string> forked_from;  ///< formation uuid
  std::optional<WallTime> history_from;    ///< since it follows no more; none: since it was created
  std::string source_id;                   ///< add-on uuid of what it was forked from
  bool caught_up = false;                  ///< was within reach of its leader once (heroku-api.md 8, row 5)
  MaintenanceWindow window;
  Maintenance maintenance;
  std::vector<Maintenance> past_maintenances;  ///< newest first
  Upgrade upgrade;
  std::vector<DataLink> links;
  SteadyTime known_at{};
  SteadyTime provisioned_at{};  ///< not before
  SteadyTime fork_follow_at{};
  SteadyTime standby_at{};
  std::optional<SteadyTime> sample_requested;
  std::optional<PublishedSample> sample;
  json::Value settings;

  [[nodiscard]] bool follows() const { return !leader_id.empty(); }
};

struct AddOn {
  enum class State { provisioning, provisioned, deprovisioning, deprovisioned };
  std::string id;
  std::string name;
  std::string provider_id;
  App* app = nullptr;  ///< billed to
  std::string plan;    ///< "heroku-postgresql:private-4"
  State state = State::provisioning;
  std::vector<Attachment*> attachments;  ///< of all apps, oldest first
  std::unique_ptr<Database> database;    ///< heroku-postgresql only
  WallTime created_at;
  WallTime updated_at;

  [[nodiscard]] std::string_view service() const { return std::string_view(plan).substr(0, plan.find(':')); }
  /// The part after the service: "private-4".
  [[nodiscard]] std::string_view level() const { return std::string_view(plan).substr(plan.find(':') + 1); }
};

}  // namespace changeover::emulator
