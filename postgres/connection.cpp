#include "postgres/connection.h"

#include <libpq-fe.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cstdlib>
#include <string_view>

#include "postgres/parameters.h"

namespace changeover::postgres {

namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds connect_timeout{10'000};
constexpr milliseconds cancel_timeout{3'000};

struct FreeMemory {
  void operator()(void* memory) const { PQfreemem(memory); }
};
struct ClearResult {
  void operator()(PGresult* result) const { PQclear(result); }
};
using ResultHandle = std::unique_ptr<PGresult, ClearResult>;

milliseconds left_until(steady_clock::time_point deadline) {
  return std::chrono::ceil<milliseconds>(deadline - steady_clock::now());
}

/// The first line, without the password should a message ever hold it.
std::string first_line(std::string message, const char* password) {
  if (const auto end = message.find('\n'); end != std::string::npos) message.resize(end);
  const std::string secret = password == nullptr ? "" : password;
  for (auto at = message.find(secret); !secret.empty() && at != std::string::npos; at = message.find(secret, at + 3))
    message.replace(at, secret.size(), "***");
  return message;
}

/// The SQLSTATE in a message of verbosity SQLSTATE: "…FATAL:  28P01".
std::string state_in(std::string_view message) {
  while (!message.empty() && std::isspace(static_cast<unsigned char>(message.back())) != 0) message.remove_suffix(1);
  const auto space = message.find_last_of(' ');
  const std::string_view word = space == std::string_view::npos ? "" : message.substr(space + 1);
  const bool state = word.size() == 5 &&
                     std::ranges::all_of(word, [](char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z'); });
  return std::string(state ? word : "");
}

Error connect_error(const PGconn* handle, const std::string& where) {
  const std::string state = state_in(PQerrorMessage(handle));
  if (state.starts_with("28"))
    return {ErrorCode::unauthorized,
            where + " refuses the role or its password (SQLSTATE " + state + ")",
            "If the credentials were rotated just now, run again; they are read anew each time.",
            {}};
  if (state == "3D000")
    return {ErrorCode::not_found, where + " has no such database", "Check which database the URL names.", {}};
  if (state == "53300")
    return {ErrorCode::unavailable,
            where + " has no connection left for this role",
            "Free some (one or two are needed), then run again.",
            {}};
  const std::string reason = state.empty() ? first_line(PQerrorMessage(handle), PQpass(handle)) : "SQLSTATE " + state;
  return {ErrorCode::unavailable, "cannot connect to " + where + ": " + reason, "", {}};
}

Rows rows_of(const PGresult* result) {
  Rows rows(static_cast<std::size_t>(PQntuples(result)));
  for (int r = 0; r < PQntuples(result); ++r) {
    Row& row = rows[static_cast<std::size_t>(r)];
    for (int c = 0; c < PQnfields(result); ++c)
      row.push_back(PQgetisnull(result, r, c) != 0 ? std::nullopt
                                                   : std::optional<std::string>(PQgetvalue(result, r, c)));
  }
  return rows;
}

/// What our sessions need, whatever role or database settings say; settings unknown to the server are left out. The
/// server's own keepalives matter most: a fence whose client host died must not hold the source for two hours.
constexpr const char* session_settings =
    "SET search_path TO pg_catalog, pg_temp; "
    "SELECT set_config(v.name, v.value, false) FROM (VALUES "
    "('default_transaction_read_only', 'off'), ('default_transaction_isolation', 'read committed'), "
    "('default_transaction_deferrable', 'off'), ('synchronous_commit', 'local'), ('statement_timeout', '15s'), "
    "('lock_timeout', '2s'), ('idle_in_transaction_session_timeout', '0'), ('idle_session_timeout', '0'), "
    "('transaction_timeout', '0'), ('tcp_keepalives_idle', '5'), ('tcp_keepalives_interval', '3'), "
    "('tcp_keepalives_count', '3'), ('tcp_user_timeout', '15000'), ('client_min_messages', 'error'), "
    "('DateStyle', 'ISO'), ('TimeZone', 'UTC')) AS v(name, value) "
    "WHERE EXISTS (SELECT 1 FROM pg_settings s WHERE lower(s.name) = lower(v.name)); "
    "SELECT pg_backend_pid()";

}  // namespace

std::string text(const Row& row, std::size_t column) { return column < row.size() && row[column] ? *row[column] : ""; }

std::int64_t number(const Row& row, std::size_t column) {
  const std::string digits = text(row, column);
  std::int64_t value = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return value;
}

bool truth(const Row& row, std::size_t column) { return text(row, column) == "t"; }

Error to_error(const SqlError& error, std::string_view doing) {
  const std::string what = std::string(doing) + ": " + error.message;
  if (error.kind == SqlError::Kind::interrupted) return {ErrorCode::cancelled, what, "", {}};
  if (error.kind == SqlError::Kind::lost)
    return {ErrorCode::unavailable, what, "A fence that stood is gone with the connection.", {}};
  if (error.state == "42501")
    return {ErrorCode::unauthorized, what, "Use the credential that owns the database (the default one).", {}};
  const bool passing = error.state.starts_with("57") || error.state.starts_with("53");
  return {passing ? ErrorCode::unavailable : ErrorCode::internal, what + " (SQLSTATE " + error.state + ")", "", {}};
}

void Connection::Finish::operator()(pg_conn* handle) const { PQfinish(handle); }

Result<void> Connection::open(const Secret& url) {
  close();
  auto parameters = parse_parameters(url, role_);
  if (!parameters) return fail(parameters.error());
  handle_.reset(PQconnectStartParams(parameters->names.data(), parameters->values.data(), 0));
  if (!handle_) return fail(ErrorCode::internal, "no memory for a database connection");
  PQsetErrorVerbosity(handle_.get(), PQERRORS_SQLSTATE);
  PQsetNoticeProcessor(handle_.get(), [](void*, const char*) {}, nullptr);
  auto opened = finish_opening();
  if (!opened) close();
  return opened;
}

Result<void> Connection::finish_opening() {
  const char* host = PQhost(handle_.get());
  host_ = host == nullptr ? "" : host;
  const std::string where = role_ + " at " + host_;
  const auto deadline = steady_clock::now() + connect_timeout;
  PostgresPollingStatusType status = PGRES_POLLING_WRITING;
  if (PQstatus(handle_.get()) == CONNECTION_BAD) return fail(connect_error(handle_.get(), where));
  while (status != PGRES_POLLING_OK) {
    if (status == PGRES_POLLING_FAILED) return fail(connect_error(handle_.get(), where));
    const bool writing = status == PGRES_POLLING_WRITING;
    const auto wake = interrupt_.wait(PQsocket(handle_.get()), writing, left_until(deadline));
    if (wake == Interrupt::Wake::interrupt) return fail(ErrorCode::cancelled, "stopped while connecting to " + where);
    if (wake == Interrupt::Wake::time)
      return fail(ErrorCode::unavailable, where + " did not answer within 10 s",
                  "Check that it is reachable from here.");
    status = PQconnectPoll(handle_.get());
  }
  PQsetErrorVerbosity(handle_.get(), PQERRORS_DEFAULT);
  const char* port = PQport(handle_.get());
  port_ = port == nullptr ? 0 : std::atoi(port);
  auto settings = query(session_settings);
  if (!settings) return fail(to_error(settings.error(), "setting up a session on " + where));
  pid_ = static_cast<int>(number(settings->back().front(), 0));
  // A pooler makes up process ids and may move us between servers: neither fence nor proof would hold.
  if (pid_ != PQbackendPID(handle_.get()))
    return fail(ErrorCode::precondition,
                where + " answers through a connection pooler, which holds neither locks nor sessions",
                "Use the database's own URL, not that of its pooler.");
  return {};
}

void Connection::cancel() {
  std::array<char, 256> complaint{};
  PGcancel* request = PQgetCancel(handle_.get());
  if (request == nullptr) return;
  PQcancel(request, complaint.data(), static_cast<int>(complaint.size()));
  PQfreeCancel(request);
}

/// Waits until PQgetResult will not block. An interrupt cancels the statement and waits for the server to say so.
std::optional<SqlError> Connection::await_result(const Watch& watch) {
  auto deadline = steady_clock::now() + answer_timeout;
  auto next_look = steady_clock::now() + watch.every;
  bool cancelled = false;
  while (true) {
    const int unsent = PQflush(handle_.get());
    if (unsent < 0 || PQconsumeInput(handle_.get()) == 0) break;
    if (unsent == 0 && PQisBusy(handle_.get()) == 0) return std::nullopt;
    milliseconds patience = left_until(deadline);
    if (patience.count() <= 0) return SqlError{SqlError::Kind::lost, "", "the server did not answer in time"};
    if (watch.look && !cancelled) patience = std::min(patience, left_until(next_look));
    // After a cancel the bell still rings; only the socket and the clock count then.
    const auto wake = cancelled ? Interrupt::wait_deaf(PQsocket(handle_.get()), unsent > 0, patience)
                                : interrupt_.wait(PQsocket(handle_.get()), unsent > 0, patience);
    if (wake == Interrupt::Wake::interrupt) {
      cancel();
      cancelled = true;
      deadline = std::min(deadline, steady_clock::now() + cancel_timeout);
    }
    if (watch.look && !cancelled && steady_clock::now() >= next_look) {
      watch.look();
      next_look = steady_clock::now() + watch.every;
    }
  }
  return SqlError{SqlError::Kind::lost, "", "the connection was lost"};
}

tl::expected<std::vector<Rows>, SqlError> Connection::query(const std::string& sql, const Watch& watch) {
  if (!handle_) return tl::unexpected(SqlError{SqlError::Kind::lost, "", "the connection is closed"});
  PQsetnonblocking(handle_.get(), 1);
  std::vector<Rows> answers;
  std::optional<SqlError> error;
  if (PQsendQuery(handle_.get(), sql.c_str()) == 0)
    error = SqlError{SqlError::Kind::lost, "", "the connection was lost"};
  while (!error || error->kind == SqlError::Kind::refused) {
    if (auto failure = await_result(watch)) {
      error = std::move(failure);
      break;
    }
    const ResultHandle result(PQgetResult(handle_.get()));
    if (!result) break;
    const ExecStatusType status = PQresultStatus(result.get());
    if (status == PGRES_TUPLES_OK) {
      answers.push_back(rows_of(result.get()));
    } else if (status != PGRES_COMMAND_OK && !error) {
      const char* state = PQresultErrorField(result.get(), PG_DIAG_SQLSTATE);
      const char* message = PQresultErrorField(result.get(), PG_DIAG_MESSAGE_PRIMARY);
      error = SqlError{SqlError::Kind::refused, state == nullptr ? "" : state,
                       first_line(message == nullptr ? "no reason given" : message, PQpass(handle_.get()))};
    }
  }
  if (!error) return answers;
  if (interrupt_.raised()) {
    // Half of several statements may have run: only a closed connection is sure to hold nothing.
    close();
    return tl::unexpected(SqlError{SqlError::Kind::interrupted, "", "stopped"});
  }
  if (PQstatus(handle_.get()) == CONNECTION_BAD) error->kind = SqlError::Kind::lost;
  if (error->kind == SqlError::Kind::lost)
    close();
  else if (PQtransactionStatus(handle_.get()) == PQTRANS_INERROR)
    (void)query("ROLLBACK");
  return tl::unexpected(std::move(*error));
}

std::string Connection::quoted(const std::string& identifier) const {
  if (!handle_) return "";
  const std::unique_ptr<char, FreeMemory> safe(
      PQescapeIdentifier(handle_.get(), identifier.c_str(), identifier.size()));
  return safe ? safe.get() : "";
}

std::string Connection::literal(const std::string& value) const {
  if (!handle_) return "";
  const std::unique_ptr<char, FreeMemory> safe(PQescapeLiteral(handle_.get(), value.c_str(), value.size()));
  return safe ? safe.get() : "";
}

}  // namespace changeover::postgres
