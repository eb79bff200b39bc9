// A real leader, an event loop on real time, and sessions to it: what every test of this folder stands on.
//
// Owner: the test. Thread rule: the loop and everything here on the test's thread.
#pragma once

#include <gtest/gtest.h>

#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>

#include "core/event_loop.h"
#include "providers/heroku/leader/postgres_leader.h"
#include "tests/support/postgres.h"

namespace changeover::heroku {

/// Blocks for real; wake() comes from worker threads.
class BlockingWaiter final : public Waiter {
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

inline std::string explain(const Error& error) {
  return std::string(to_string(error.code)) + ": " + error.what + " " + error.advice;
}

class LeaderTest : public ::testing::Test {
 protected:
  static constexpr std::chrono::milliseconds patience{10'000};

  void SetUp() override {
    auto started = testing::TestPostgres::start();
    ASSERT_TRUE(started) << explain(started.error());
    postgres = std::move(*started);
    auto running = postgres->leader("blue", seed);
    ASSERT_TRUE(running) << explain(running.error());
    leader = *running;
    session = sessions.open(testing::database_url(leader));
  }

  /// The value of a task, or a failed test and the program's end: nothing below makes sense without it.
  template <class T>
  T must(Task<Result<T>> task) {
    Result<T> result = loop.run(std::move(task));
    if (!result) {
      ADD_FAILURE() << explain(result.error());
      std::abort();
    }
    if constexpr (!std::is_void_v<T>) return std::move(*result);
  }

  emulator::SqlSession client(const std::string& application = "rails") {
    auto opened = testing::connect(leader);
    if (!opened) {
      ADD_FAILURE() << explain(opened.error());
      std::abort();
    }
    sql(*opened, "SET application_name = '" + application + "'");
    return std::move(*opened);
  }
  /// A superuser, as the platform has.
  emulator::SqlSession platform(const std::string& database = "") {
    emulator::SqlSession app = client();
    const std::string socket = sql(app, "SHOW unix_socket_directories");
    auto opened = emulator::SqlSession::open({{"host", socket},
                                              {"port", std::to_string(leader.port)},
                                              {"user", "postgres"},
                                              {"dbname", database.empty() ? leader.database : database}},
                                             Secret(), patience);
    if (!opened) {
      ADD_FAILURE() << explain(opened.error());
      std::abort();
    }
    return std::move(*opened);
  }
  /// The first value of the answer.
  static std::string sql(emulator::SqlSession& on, const std::string& statement) {
    auto answer = on.query(statement, patience);
    if (!answer) {
      ADD_FAILURE() << statement << ": " << explain(answer.error());
      return "";
    }
    return answer->empty() || answer->front().empty() ? "" : answer->front().front();
  }
  /// SQLSTATE of a statement that is to fail.
  static std::string refusal(emulator::SqlSession& on, const std::string& statement) {
    return on.query(statement, patience) ? "none" : on.sqlstate();
  }
  LeaderIdentity connected() { return must(session->connect()); }

  std::string seed =
      "CREATE TABLE orders (id bigserial PRIMARY KEY, note text); INSERT INTO orders (note) VALUES ('a');";
  std::unique_ptr<testing::TestPostgres> postgres;
  emulator::Endpoint leader;
  SystemClock clock;
  BlockingWaiter waiter;
  EventLoop loop{clock, waiter};
  PostgresLeaderSessions sessions{loop};
  std::unique_ptr<LeaderSession> session;
};

}  // namespace changeover::heroku
