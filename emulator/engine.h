// What stands behind the control-plane model: databases that hold data and processes that are dynos, as two ports.
//
// The model (emulator/model) calls these and never blocks: every operation returns at once, and the model learns how it
// went by asking for the status on its next tick. Two implementations each: real PostgreSQL clusters and real child
// processes (emulator/engine), and later a modelled one on a virtual clock. Owner: the program's wiring. Thread rule:
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

/// How a database is reached and who owns it.
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
};

/// One reading of a database, as Heroku samples it (heroku-api.md 3.2, 3.3).
struct DatabaseSample {
  std::int64_t current_transaction = 0;        ///< newest transaction id known to it
  std::optional<std::int64_t> commits_behind;  ///< followers: leader's transactions not replayed here yet
  std::int64_t bytes = 0;
  int tables = 0;
  int connections = 0;
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
  /// Ends recovery. Status goes promoting → running (not in recovery).
  virtual void promote(const std::string& id) = 0;
  /// Holds (true) or lets go (false) replay on a follower: a lag that stalls.
  virtual void stall_replay(const std::string& id, bool stalled) = 0;
  virtual void set_password(const std::string& id, const Secret& password) = 0;
  /// Ends all client connections (heroku-api.md 3.7).
  virtual void reset_connections(const std::string& id) = 0;
  virtual void destroy(const std::string& id) = 0;

  [[nodiscard]] virtual DatabaseStatus status(const std::string& id) const = 0;
  /// Asks for a new reading in the background; latest_sample gives the newest one there is.
  virtual void request_sample(const std::string& id) = 0;
  [[nodiscard]] virtual std::optional<DatabaseSample> latest_sample(const std::string& id) const = 0;
};

struct ProcessStatus {
  enum class State { starting, up, stopping, exited };
  State state = State::starting;
  int exit_code = 0;  ///< when exited; 128 + signal when killed
};

class ProcessEngine {
 public:
  virtual ~ProcessEngine() = default;

  /// Starts `command` by /bin/sh -c in the world's folder with exactly `environment` (plus PATH), in a process group of
  /// its own that dies with the emulator.
  virtual void start(const std::string& id, const std::string& command,
                     const std::map<std::string, std::string>& environment) = 0;
  /// SIGTERM to the group, SIGKILL after `grace` (Heroku: 30 s).
  virtual void stop(const std::string& id, std::chrono::milliseconds grace) = 0;
  [[nodiscard]] virtual ProcessStatus status(const std::string& id) const = 0;
  virtual void forget(const std::string& id) = 0;
};

}  // namespace changeover::emulator
