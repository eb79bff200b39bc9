// One libpq connection that can be interrupted: statements in, rows of text out.
//
// Owner: whoever runs on the worker's thread. Thread rule: one thread at a time. What a failure leaves behind: a
// refused statement has rolled its transaction back; after a lost or interrupted one the connection is closed (an
// interrupted statement is cancelled on the server first), and with it end its transaction and locks. Error texts hold
// the server's first line only: no detail, no query, no password.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/result.h"
#include "core/secret.h"
#include "postgres/interrupt.h"

struct pg_conn;

namespace changeover::postgres {

using Row = std::vector<std::optional<std::string>>;
using Rows = std::vector<Row>;

/// The text of a column, "" for NULL.
[[nodiscard]] std::string text(const Row& row, std::size_t column);
/// A number, 0 for NULL.
[[nodiscard]] std::int64_t number(const Row& row, std::size_t column);
[[nodiscard]] bool truth(const Row& row, std::size_t column);

struct SqlError {
  enum class Kind { refused, lost, interrupted };
  Kind kind = Kind::refused;
  std::string state;    ///< SQLSTATE when refused
  std::string message;  ///< the server's or libpq's first line
};

/// For the person: "`doing`: message". Lost connections are `unavailable`, interrupts `cancelled`.
[[nodiscard]] Error to_error(const SqlError& error, std::string_view doing);

/// How long one statement may take before the connection counts as lost. Above the server's own statement_timeout.
inline constexpr std::chrono::milliseconds answer_timeout{20'000};

class Connection {
 public:
  /// What the caller wants to do while a statement waits: look is called every `every`, first after that time.
  struct Watch {
    std::chrono::milliseconds every{500};
    std::function<void()> look;
  };

  /// `role` is what messages call the other end: "the leader".
  Connection(const Interrupt& interrupt, std::string role) : interrupt_(interrupt), role_(std::move(role)) {}

  /// TLS is required unless the host is loopback (safety, proof step 1). Ten seconds at most.
  [[nodiscard]] Result<void> open(const Secret& url);
  void close() { handle_.reset(); }
  [[nodiscard]] bool is_open() const { return handle_ != nullptr; }

  /// Runs one or several statements in one round trip; gives the rows of each statement that gives rows.
  [[nodiscard]] tl::expected<std::vector<Rows>, SqlError> query(const std::string& sql) { return query(sql, {}); }
  [[nodiscard]] tl::expected<std::vector<Rows>, SqlError> query(const std::string& sql, const Watch& watch);

  [[nodiscard]] int pid() const { return pid_; }
  [[nodiscard]] const std::string& host() const { return host_; }
  [[nodiscard]] int port() const { return port_; }
  /// An identifier in double quotes; empty when it cannot be one.
  [[nodiscard]] std::string quoted(const std::string& identifier) const;
  /// A string in single quotes.
  [[nodiscard]] std::string literal(const std::string& value) const;

 private:
  struct Finish {
    void operator()(pg_conn* handle) const;
  };
  [[nodiscard]] Result<void> finish_opening();
  [[nodiscard]] std::optional<SqlError> await_result(const Watch& watch);
  void cancel();

  const Interrupt& interrupt_;
  std::string role_;
  std::unique_ptr<pg_conn, Finish> handle_;
  std::string host_;
  int port_ = 0;
  int pid_ = 0;
};

}  // namespace changeover::postgres
