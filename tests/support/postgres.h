// Real PostgreSQL for a test: throw-away leaders and streaming followers, ended with the object or with the test.
//
// Built on the emulator's own engine. Owner: the test. Thread rule: one thread. A failure comes back as an Error and
// leaves nothing behind. What initdb makes is kept in the build folder.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "core/clock.h"
#include "core/result.h"
#include "core/secret.h"
#include "emulator/engine/keeper.h"
#include "emulator/engine/postgres_clusters.h"
#include "emulator/engine/sql.h"

namespace changeover::testing {

class TestPostgres {
 public:
  [[nodiscard]] static Result<std::unique_ptr<TestPostgres>> start();

  /// A running leader: database `orders`, owned by `app`, who is no superuser and is in pg_monitor.
  [[nodiscard]] Result<emulator::Endpoint> leader(const std::string& id, const std::string& seed_sql = "");
  /// A running follower that streams from `leader_id`; its application_name is its id.
  [[nodiscard]] Result<emulator::Endpoint> follower(const std::string& id, const std::string& leader_id);
  /// Returns when the database takes writes.
  [[nodiscard]] Result<void> promote(const std::string& id);

  [[nodiscard]] emulator::PostgresClusters& engine() { return engine_; }
  [[nodiscard]] const emulator::Keeper& keeper() const { return *keeper_; }

 private:
  explicit TestPostgres(std::unique_ptr<emulator::Keeper> keeper);
  [[nodiscard]] Result<emulator::Endpoint> running(const std::string& id);

  SystemClock clock_;
  std::unique_ptr<emulator::Keeper> keeper_;
  emulator::PostgresClusters engine_;
};

/// "postgres://user:password@host:port/database".
[[nodiscard]] Secret database_url(const emulator::Endpoint& endpoint);

/// A session as the customer's role.
[[nodiscard]] Result<emulator::SqlSession> connect(const emulator::Endpoint& endpoint);

/// Asks until the single value of `sql` is `expected`; gives the last value read.
[[nodiscard]] std::string await_value(emulator::SqlSession& session, const std::string& sql,
                                      const std::string& expected,
                                      std::chrono::milliseconds limit = std::chrono::seconds{10});

}  // namespace changeover::testing
