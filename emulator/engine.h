// What stands behind the control-plane model, as three ports: databases that hold data, logical copies of them, and
// processes that are dynos.
//
// The model (emulator/model) calls these and never blocks: every operation returns at once, and the model learns how it
// went by asking for the status on its next tick. The real ones are PostgreSQL clusters, pg_dump and child processes
// (emulator/engine); modelled ones live on a virtual clock. Owner: the program's wiring. Thread rule:
// called from one thread at a time (the model's lock); an implementation may use threads of its own behind it.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/clock.h"
#include "core/result.h"
#include "core/secret.h"

namespace changeover::emulator {

/// How a database is reached and who owns it: the role of the default credential.
struct Endpoint {
  std::string host;  ///< loopback
  int port = 0;
  std::string database;
  std::string user;
  Secret password;
};

struct DatabaseStatus {
  enum class State { starting, running, promoting, failed, gone };
  State state = State::starting;
  bool in_recovery = false;  ///< a follower that has not been promoted
  std::string failure;       ///< why, when failed
  std::optional<Endpoint> endpoint;
  std::map<std::string, Secret> roles;  ///< the customer's login roles in force, the owner's among them
};

/// One reading of a database, as Heroku samples it (heroku-api.md 3.2, 3.3).
struct DatabaseSample {
  std::int64_t current_transaction = 0;        ///< newest transaction id known to it
  std::optional<std::int64_t> commits_behind;  ///< followers: leader's transactions not replayed here yet
  std::int64_t bytes = 0;
  int tables = 0;
  int connections = 0;                        ///< of all customers' roles
  std::map<std::string, int> connections_of;  ///< by role; who has none is absent
  std::vector<std::string> upgradable_extensions;
  std::string server_version;  ///< "15.18"
  SteadyTime taken_at{};       ///< when the reading began: the model publishes only what is newer than its request
};

class DatabaseEngine {
 public:
  virtual ~DatabaseEngine() = default;

  /// Starts a leader under `id` with a fresh database owned by a login role that is not a superuser and is in
  /// pg_monitor; runs seed SQL as that role. Status goes starting → running or failed.
  virtual void create_leader(const std::string& id, const std::string& database, const std::string& user,
                             const Secret& password, const std::string& seed_sql) = 0;
  /// Starts a streaming follower of `leader_id`. Status goes starting → running (in recovery).
  virtual void create_follower(const std::string& id, const std::string& leader_id) = 0;
  /// Starts a copy of `source_id` as it is now, which follows nobody. Status goes starting → running.
  virtual void create_fork(const std::string& id, const std::string& source_id) = 0;
  /// Ends recovery. Status goes promoting → running (not in recovery).
  virtual void promote(const std::string& id) = 0;
  /// Holds (true) or lets go (false) replay on a follower: a lag that stalls.
  virtual void stall_replay(const std::string& id, bool stalled) = 0;
  /// Makes a login role, or gives the one there is this password; its connections live on. Of a leader: its followers
  /// get it by replication. status().roles shows what is in force, and endpoint the owner's password.
  virtual void set_role(const std::string& id, const std::string& user, const Secret& password) = 0;
  /// Drops a role that is not the owner's; what it owned is the owner's.
  virtual void drop_role(const std::string& id, const std::string& user) = 0;
  /// Makes the owner of the database the owner of all that other roles made, and a member of them who may grant them.
  virtual void repair_owner(const std::string& id) = 0;
  /// Erases everything in the database of a leader, and makes these extensions in the empty one.
  virtual void reset(const std::string& id, const std::vector<std::string>& extensions) = 0;
  /// The port of the database's pooler, on its endpoint's host: another way to the same server, opened by the first
  /// call. 0 when it cannot be had.
  [[nodiscard]] virtual int open_pool(const std::string& id) = 0;
  /// Ends one connection, by the process id its server gives it.
  virtual void terminate(const std::string& id, int pid) = 0;
  /// Ends all client connections (heroku-api.md 3.7).
  virtual void reset_connections(const std::string& id) = 0;
  virtual void destroy(const std::string& id) = 0;

  [[nodiscard]] virtual DatabaseStatus status(const std::string& id) const = 0;
  /// Asks for a new reading in the background; latest_sample gives the newest one there is.
  virtual void request_sample(const std::string& id) = 0;
  [[nodiscard]] virtual std::optional<DatabaseSample> latest_sample(const std::string& id) const = 0;
};

/// One end of a logical copy that is a database.
struct TransferEnd {
  std::string database;  ///< the engine's id; empty for a database outside the emulator
  Secret url;            ///< postgres://user:password@host:port/name
};

struct TransferOrder {
  std::optional<TransferEnd> from;      ///< none: the dump of `source` is restored
  std::optional<TransferEnd> to;        ///< none: a dump is kept under the transfer's id
  std::string source;                   ///< id of the transfer whose dump is restored
  std::vector<std::string> extensions;  ///< made in the target before its data
};

struct TransferStatus {
  enum class State { running, succeeded, failed, cancelled };
  struct Line {
    WallTime at;
    std::string text;
  };
  State state = State::running;
  std::int64_t processed_bytes = 0;
  int warnings = 0;
  std::vector<Line> log;
  std::string file;  ///< where the dump lies, once there is one
};

class TransferEngine {
 public:
  virtual ~TransferEngine() = default;

  /// Begins a dump, a restore or a copy. A restore or copy erases what the target holds first.
  virtual void start(const std::string& id, const TransferOrder& order) = 0;
  virtual void cancel(const std::string& id) = 0;
  /// Cancels it when it runs, and removes its dump.
  virtual void remove(const std::string& id) = 0;
  /// An id that is not known reads as failed.
  [[nodiscard]] virtual TransferStatus status(const std::string& id) const = 0;
};

struct ProcessStatus {
  enum class State { starting, up, stopping, exited };
  State state = State::starting;
  int exit_code = 0;  ///< when exited; 128 + signal when killed
};

class ProcessEngine {
 public:
  virtual ~ProcessEngine() = default;

  /// A port on loopback for the process that is to be started as `id`: kept from other dynos of this machine until
  /// forget(id). 0 when there is none left.
  [[nodiscard]] virtual int reserve_port(const std::string& id) = 0;
  /// What the process that is to be started as `id` prints shall be kept until forget(id).
  virtual void keep_output(const std::string& id) = 0;
  /// What it printed so far, at most most_output bytes; empty when it is not kept.
  static constexpr std::size_t most_output = std::size_t{1} << 20U;
  [[nodiscard]] virtual std::string output(const std::string& id) const = 0;
  /// Starts `command` by /bin/sh -c in the world's folder with exactly `environment` (plus PATH), in a process group of
  /// its own that dies with the emulator.
  virtual void start(const std::string& id, const std::string& command,
                     const std::map<std::string, std::string>& environment) = 0;
  /// SIGTERM to the group, SIGKILL after `grace` (Heroku: 30 s).
  virtual void stop(const std::string& id, std::chrono::milliseconds grace) = 0;
  [[nodiscard]] virtual ProcessStatus status(const std::string& id) const = 0;
  virtual void forget(const std::string& id) = 0;
};

/// All that a model stands on.
struct Engines {
  DatabaseEngine& databases;
  TransferEngine& transfers;
  ProcessEngine& processes;
};

}  // namespace changeover::emulator
