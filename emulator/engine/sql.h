// One connection to PostgreSQL that never blocks for good: every wait has a limit and may be broken off.
//
// Owner: whoever opens it; the connection closes with the value. Thread rule: one thread at a time. After an error of
// code `unavailable` or `cancelled` the connection is closed and is to be opened anew; after `precondition` (the server
// refused the statement) it goes on. No exception, and no password in any text.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/result.h"
#include "core/secret.h"

struct pg_conn;
struct pg_result;

namespace changeover::emulator {

using SqlRows = std::vector<std::vector<std::string>>;  ///< NULL reads as ""

class SqlSession {
 public:
  /// libpq's keywords and values, without the password.
  using Parameters = std::vector<std::pair<std::string, std::string>>;

  /// `stop_descriptor`: when it becomes readable, waits end with `cancelled`; -1 for none.
  [[nodiscard]] static Result<SqlSession> open(const Parameters& parameters, const Secret& password,
                                               std::chrono::milliseconds limit, int stop_descriptor = -1);
  /// By URL. TLS is not used unless the URL asks for it: a loopback connection opens in half the time.
  [[nodiscard]] static Result<SqlSession> open(const Secret& url, std::chrono::milliseconds limit,
                                               int stop_descriptor = -1);

  /// The parts of a URL, for programs that take them from their environment.
  struct Target {
    Parameters parameters;
    Secret password;
    [[nodiscard]] std::string parameter(const std::string& word) const;
  };
  [[nodiscard]] static Result<Target> target_of(const Secret& url);

  /// One statement with $1, $2 …; or, without parameters, several with semicolons between. Gives the last one's rows.
  [[nodiscard]] Result<SqlRows> query(const std::string& sql, std::chrono::milliseconds limit,
                                      const std::vector<std::string>& parameters = {});
  /// SQLSTATE of the newest refused statement ("25006": read-only transaction); "" when none was refused.
  [[nodiscard]] const std::string& sqlstate() const { return sqlstate_; }
  /// Host and port as connected, "127.0.0.1:5433".
  [[nodiscard]] std::string peer() const;
  /// The SCRAM verifier of a password, so that the password itself is in no statement.
  [[nodiscard]] Result<Secret> verifier(const std::string& role, const Secret& password);
  /// As a quoted identifier or literal.
  [[nodiscard]] static std::string identifier(const std::string& name);
  [[nodiscard]] static std::string literal(const std::string& text);

 private:
  struct Close {
    void operator()(pg_conn* connection) const;
  };
  struct Clear {
    void operator()(pg_result* result) const;
  };
  using Answer = std::unique_ptr<pg_result, Clear>;
  enum class Wake { ready, stopped, too_late };

  [[nodiscard]] static Result<SqlSession> open(std::vector<const char*> words, std::vector<const char*> values,
                                               bool expand, std::chrono::milliseconds limit, int stop_descriptor);
  SqlSession(pg_conn* connection, int stop_descriptor) : connection_(connection), stop_descriptor_(stop_descriptor) {}
  [[nodiscard]] Wake wait(short events, std::chrono::steady_clock::time_point until) const;
  [[nodiscard]] Result<void> finish_connecting(std::chrono::steady_clock::time_point until);
  [[nodiscard]] Result<void> await_answer(std::chrono::steady_clock::time_point until);
  [[nodiscard]] Result<SqlRows> collect(std::chrono::steady_clock::time_point until);
  [[nodiscard]] Error lost(Wake why, const std::string& doing) const;
  [[nodiscard]] std::string message() const;

  std::unique_ptr<pg_conn, Close> connection_;
  int stop_descriptor_ = -1;
  std::string sqlstate_{};
};

}  // namespace changeover::emulator
