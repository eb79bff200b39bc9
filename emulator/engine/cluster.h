// One PostgreSQL server with one database: a leader, or a streaming follower until it is promoted. Blocking.
//
// Owner: the worker thread of one emulated database (postgres_clusters.cpp). Thread rule: one thread at a time, but
// cancel() may be called from any. After an error of start_*() the cluster is to be destroyed; other errors leave it
// running. The destructor ends the server and removes its folder.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "core/result.h"
#include "core/secret.h"
#include "emulator/engine.h"
#include "emulator/engine/cluster_template.h"
#include "emulator/engine/sql.h"

namespace changeover::emulator {

/// Where a cluster is, as a follower or the sampler of lag needs it.
struct ClusterAddress {
  int port = 0;                       ///< TCP, on 127.0.0.1
  std::filesystem::path socket_home;  ///< folder of the Unix socket
};

struct LeaderOrder {
  std::string database;
  std::string user;
  Secret password;
  std::string seed_sql;
};

class Cluster {
 public:
  /// `home`: a folder of its own, made by start_*(); short, because a socket's path may have 107 bytes.
  Cluster(const Keeper& keeper, const ClusterTemplate& source, std::filesystem::path home)
      : keeper_(keeper), source_(source), home_(std::move(home)) {}
  Cluster(const Cluster&) = delete;
  Cluster& operator=(const Cluster&) = delete;
  ~Cluster();

  [[nodiscard]] Result<void> start_leader(const LeaderOrder& order);
  /// `name`: the application_name in the leader's pg_stat_replication.
  [[nodiscard]] Result<void> start_follower(const ClusterAddress& leader, const std::string& database,
                                            const std::string& name);
  /// A copy of `source` that follows nobody.
  [[nodiscard]] Result<void> start_fork(const ClusterAddress& source, const std::string& database);
  /// Returns when the server has left recovery.
  [[nodiscard]] Result<void> promote();
  [[nodiscard]] Result<void> stall_replay(bool stalled);
  // Roles, and what belongs to them (cluster_roles.cpp).
  [[nodiscard]] Result<void> set_role(const std::string& user, const Secret& password);
  [[nodiscard]] Result<void> drop_role(const std::string& user, const std::string& owner);
  [[nodiscard]] Result<void> repair_owner(const std::string& owner);
  /// Drops the database and makes it anew, with these extensions ("hstore", "schema.hstore") in it.
  [[nodiscard]] Result<void> reset(const std::string& owner, const std::vector<std::string>& extensions);
  [[nodiscard]] Result<void> terminate(int pid);
  /// Ends the client connections of everybody but superusers; replication goes on (heroku-api.md 3.7).
  [[nodiscard]] Result<void> reset_connections();
  /// `leader`: of a follower, to tell how far it is behind. taken_at is the caller's to set.
  [[nodiscard]] Result<DatabaseSample> sample(const std::optional<ClusterAddress>& leader);
  /// An error when the server process has ended by itself.
  [[nodiscard]] Result<void> check_running();

  [[nodiscard]] ClusterAddress address() const { return {port_, home_}; }
  /// Makes the present and every later operation end soon with an error: ends the program that runs. Any thread.
  void cancel();

 private:
  [[nodiscard]] std::filesystem::path data() const { return home_ / "data"; }
  [[nodiscard]] std::filesystem::path log() const { return home_ / "server.log"; }
  [[nodiscard]] Result<void> make_home();
  [[nodiscard]] Result<pid_t> launch(std::vector<std::string> command, ReportKind kind, const Secret& pg_password);
  [[nodiscard]] Result<void> run_tool(std::vector<std::string> command, const Secret& pg_password = Secret());
  [[nodiscard]] Result<void> clone(const ClusterAddress& source, const std::string& database);
  [[nodiscard]] Result<void> follow(const ClusterAddress& leader, const std::string& name);
  [[nodiscard]] Result<void> start_server();
  [[nodiscard]] Result<void> await_connections();
  [[nodiscard]] Result<void> make_roles_and_database(const LeaderOrder& order);
  [[nodiscard]] Result<void> seed(const LeaderOrder& order);
  [[nodiscard]] Result<SqlRows> query(const std::string& sql);
  [[nodiscard]] Result<void> run(const std::string& sql);
  [[nodiscard]] std::optional<std::int64_t> newest_transaction_of(const ClusterAddress& leader);
  [[nodiscard]] bool has_ended(pid_t pid) const;
  int collect(pid_t pid);

  const Keeper& keeper_;
  const ClusterTemplate& source_;
  std::filesystem::path home_;
  std::string database_{};
  int port_ = 0;
  std::optional<SqlSession> session_{};  ///< the superuser in the customer's database
  std::optional<SqlSession> leader_session_{};

  std::mutex mutex_;
  pid_t child_ = 0;  ///< the tool or server that runs; guarded by mutex_
  ReportKind child_kind_ = ReportKind::group;
  bool cancelled_ = false;
};

}  // namespace changeover::emulator
