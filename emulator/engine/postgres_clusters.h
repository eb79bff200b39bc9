// The database engine with real PostgreSQL: a cluster per emulated database, followers by streaming replication.
//
// Owner: the program's wiring, or a test; the keeper and the clock outlive it. Thread rule: one calling thread at a
// time; behind the port every database has a worker thread that does its operations in the order they were asked for.
// A failure shows as State::failed with a sentence for a person; a failed database can only be destroyed. The
// destructor ends all servers and removes their data.
//
// A login role of a customer owns its database, is no superuser, is in pg_monitor (heroku-api.md 3.3) and comes in by
// TCP with password, with TLS or without. Further roles own nothing and are in nothing until somebody grants it.
#pragma once

#include <condition_variable>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "core/clock.h"
#include "emulator/engine.h"
#include "emulator/engine/cluster.h"
#include "emulator/engine/cluster_template.h"
#include "emulator/engine/keeper.h"

namespace changeover::emulator {

class PostgresClusters final : public DatabaseEngine {
 public:
  /// `cache`: see ClusterTemplate::make.
  PostgresClusters(const Keeper& keeper, const Clock& clock, std::filesystem::path cache = {});
  PostgresClusters(const PostgresClusters&) = delete;
  PostgresClusters& operator=(const PostgresClusters&) = delete;
  ~PostgresClusters() override;

  void create_leader(const std::string& id, const std::string& database, const std::string& user,
                     const Secret& password, const std::string& seed_sql) override;
  void create_follower(const std::string& id, const std::string& leader_id) override;
  void create_fork(const std::string& id, const std::string& source_id) override;
  /// Of a follower that still starts: right after. Of what is no follower: nothing.
  void promote(const std::string& id) override;
  void stall_replay(const std::string& id, bool stalled) override;
  void set_role(const std::string& id, const std::string& user, const Secret& password) override;
  void drop_role(const std::string& id, const std::string& user) override;
  void repair_owner(const std::string& id) override;
  void reset(const std::string& id, const std::vector<std::string>& extensions) override;
  [[nodiscard]] int open_pool(const std::string& id) override;
  void terminate(const std::string& id, int pid) override;
  void reset_connections(const std::string& id) override;
  void destroy(const std::string& id) override;

  [[nodiscard]] DatabaseStatus status(const std::string& id) const override;
  void request_sample(const std::string& id) override;
  [[nodiscard]] std::optional<DatabaseSample> latest_sample(const std::string& id) const override;

  /// For tests: blocks until nothing asked of the database is under way, and gives its status.
  [[nodiscard]] DatabaseStatus await_idle(const std::string& id) const;

 private:
  struct Database;
  using Start = std::function<Result<void>(Cluster&)>;

  Database& begin(const std::string& id);
  void run(Database& database, const Start& start);
  void work(Database& database);
  void ask(const std::string& id, std::function<Result<void>(Database&)> operation);
  [[nodiscard]] Result<ClusterAddress> await_source(const std::string& source_id, Database& copy);
  [[nodiscard]] std::string owner_of(const Database& database) const;
  void share_roles(const Database& leader);
  [[nodiscard]] Result<const ClusterTemplate*> source();
  void note_running(Database& database, bool in_recovery);
  void note_failure(Database& database, const Error& error);
  [[nodiscard]] Database* find(const std::string& id) const;

  const Keeper& keeper_;
  const Clock& clock_;
  const std::filesystem::path cache_;
  std::mutex template_mutex_;
  std::optional<Result<ClusterTemplate>> template_;  ///< made by the first leader; guarded by template_mutex_

  mutable std::mutex mutex_;  ///< guards what follows and the shared part of every Database
  mutable std::condition_variable changed_;
  std::map<std::string, std::unique_ptr<Database>> databases_;
  std::vector<std::unique_ptr<Database>> leaving_;
  int made_ = 0;
};

}  // namespace changeover::emulator
