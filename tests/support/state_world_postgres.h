// Two runs before a state in a real PostgreSQL, which all tests of a program share, each with a schema of its own.
//
// Owner: the test. Thread rule: the loop and everything here on the test's thread; the stores have threads of their
// own.
#pragma once

#include <gtest/gtest.h>

#include <condition_variable>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <string>

#include "executor/state/leased_state.h"
#include "executor/state/postgres_store.h"
#include "tests/support/postgres.h"
#include "tests/support/state_worlds.h"

namespace changeover::testing {

/// Blocks for real; wake() comes from the stores' threads.
class RealWaiter final : public Waiter {
 public:
  void wait(std::optional<std::chrono::nanoseconds> at_most) override {
    std::unique_lock lock(mutex_);
    const auto woken = [this] { return woken_; };
    if (at_most)
      changed_.wait_for(lock, *at_most, woken);
    else
      changed_.wait(lock, woken);
    woken_ = false;
  }
  void wake() override {
    {
      const std::lock_guard lock(mutex_);
      woken_ = true;
    }
    changed_.notify_one();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool woken_ = false;
};

/// One server for the program: a start costs a second.
inline const emulator::Endpoint& state_database() {
  static std::unique_ptr<TestPostgres> postgres;
  static const emulator::Endpoint endpoint = [] {
    auto started = TestPostgres::start();
    if (!started) std::abort();
    postgres = std::move(*started);
    auto leader = postgres->leader("state");
    if (!leader) std::abort();
    return *leader;
  }();
  return endpoint;
}

class PostgresStateWorld final : public StateWorld {
 public:
  PostgresStateWorld() { sql("DROP SCHEMA IF EXISTS state_test CASCADE"); }

  EventLoop& loop() override { return loop_; }
  StateBackend& one() override { return one_; }
  StateBackend& two() override { return two_; }
  /// Its session ends on the server; what it held stays, as nobody gives it back.
  void kill_one() override {
    sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'changeover'");
  }
  bool leases_run_out() const override { return true; }
  void let_leases_run_out() override {
    sql("UPDATE state_test.leases SET since = since - interval '1 hour', expires = expires - interval '1 hour'");
  }
  std::string lock_id(const std::string& migration) override {
    return sql("SELECT lock_id FROM state_test.leases WHERE migration = '" + migration + "'");
  }
  std::string content() override { return sql("SELECT record FROM state_test.state"); }
  void replace_content(const std::string& text) override {
    sql("UPDATE state_test.state SET record = $text$" + text + "$text$");
  }
  void make_read_only() override {
    sql("CREATE SCHEMA state_test");
    sql("CREATE TABLE state_test.state (record text)");
    sql("CREATE TABLE state_test.leases (migration text, fence bigint, lock_id text, who text, host text, pid bigint, "
        "command text, since timestamptz, expires timestamptz, quiet_until timestamptz)");
    sql("CREATE OR REPLACE FUNCTION state_test.refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION "
        "'may not' USING ERRCODE = '42501'; END $$");
    sql("CREATE TRIGGER refuse BEFORE INSERT OR UPDATE OR DELETE ON state_test.leases FOR EACH STATEMENT EXECUTE "
        "FUNCTION state_test.refuse()");
  }
  /// What a full disk says, without filling one.
  void fill_up() override {
    sql("CREATE OR REPLACE FUNCTION state_test.full() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION "
        "'could not extend file: no space left on device' USING ERRCODE = '53100'; END $$");
    sql("CREATE TRIGGER full_up BEFORE INSERT ON state_test.state FOR EACH ROW EXECUTE FUNCTION state_test.full()");
  }

 private:
  std::string sql(const std::string& text) {
    Result<emulator::SqlSession> session = connect(state_database());
    if (!session) {
      ADD_FAILURE() << session.error().what;
      return {};
    }
    const Result<emulator::SqlRows> rows = session->query(text, std::chrono::seconds{10});
    if (!rows) ADD_FAILURE() << text << ": " << rows.error().what;
    return rows && !rows->empty() && !rows->front().empty() ? rows->front().front() : std::string();
  }
  static PostgresStore::Options options() { return {database_url(state_database()), "STATE_URL", "state_test"}; }
  static LeaseTimes times() {
    LeaseTimes made;
    made.patience = std::chrono::milliseconds{700};  // real time
    return made;
  }

  SystemClock clock_;
  RealWaiter waiter_;
  EventLoop loop_{clock_, waiter_};
  SystemRandom random_;
  PostgresStore store_one_{loop_, random_, options()};
  PostgresStore store_two_{loop_, random_, options()};
  LeasedState one_{store_one_, loop_, random_, {"spec.yaml", {"dana", "build-7", 11}, times()}};
  LeasedState two_{store_two_, loop_, random_, {"spec.yaml", {"dana", "build-7", 22}, times()}};
};

inline std::unique_ptr<StateWorld> postgres_state_world() { return std::make_unique<PostgresStateWorld>(); }

}  // namespace changeover::testing
