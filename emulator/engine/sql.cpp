#include "emulator/engine/sql.h"

#include <libpq-fe.h>
#include <poll.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <limits>
#include <string_view>

namespace changeover::emulator {
namespace {

using Steady = std::chrono::steady_clock;

/// The first line of libpq's words; the rest is position and hint.
std::string first_line(const char* text) {
  const std::string words = text == nullptr ? "" : text;
  return words.substr(0, words.find('\n'));
}

}  // namespace

void SqlSession::Close::operator()(pg_conn* connection) const { PQfinish(connection); }
void SqlSession::Clear::operator()(pg_result* result) const { PQclear(result); }

Result<SqlSession> SqlSession::open(const Parameters& parameters, const Secret& password,
                                    std::chrono::milliseconds limit, int stop_descriptor) {
  std::vector<const char*> words{"gssencmode"};
  std::vector<const char*> values{"disable"};
  for (const auto& [word, value] : parameters) {
    words.push_back(word.c_str());
    values.push_back(value.c_str());
  }
  if (!password.empty()) {
    words.push_back("password");
    values.push_back(password.reveal().c_str());
  }
  return open(std::move(words), std::move(values), false, limit, stop_descriptor);
}

Result<SqlSession> SqlSession::open(const Secret& url, std::chrono::milliseconds limit, int stop_descriptor) {
  if (auto readable = target_of(url); !readable) return fail(std::move(readable.error()));
  return open({"gssencmode", "sslmode", "dbname"}, {"disable", "disable", url.reveal().c_str()}, true, limit,
              stop_descriptor);
}

Result<SqlSession::Target> SqlSession::target_of(const Secret& url) {
  // libpq quotes a URL it cannot read in its error, so the error is ours.
  PQconninfoOption* const parsed = PQconninfoParse(url.reveal().c_str(), nullptr);
  if (parsed == nullptr) {
    return fail(ErrorCode::invalid_spec, "the database URL cannot be read",
                "expected postgres://user:…@host:port/name");
  }
  Target target;
  for (const PQconninfoOption* option = parsed; option->keyword != nullptr; ++option) {
    if (option->val == nullptr) continue;
    if (std::string_view(option->keyword) == "password")
      target.password = Secret(option->val);
    else
      target.parameters.emplace_back(option->keyword, option->val);
  }
  PQconninfoFree(parsed);
  return target;
}

std::string SqlSession::Target::parameter(const std::string& word) const {
  for (const auto& [name, value] : parameters)
    if (name == word) return value;
  return {};
}

Result<SqlSession> SqlSession::open(std::vector<const char*> words, std::vector<const char*> values, bool expand,
                                    std::chrono::milliseconds limit, int stop_descriptor) {
  words.push_back(nullptr);
  values.push_back(nullptr);
  SqlSession session(PQconnectStartParams(words.data(), values.data(), expand ? 1 : 0), stop_descriptor);
  if (!session.connection_) return fail(ErrorCode::unavailable, "no memory for a database connection");
  // Before anything is heard: a server that goes down says so as a notice, which libpq would print.
  PQsetNoticeProcessor(session.connection_.get(), [](void*, const char*) {}, nullptr);
  auto connected = session.finish_connecting(Steady::now() + limit);
  if (!connected) return fail(std::move(connected.error()));
  PQsetnonblocking(session.connection_.get(), 1);
  return session;
}

Result<void> SqlSession::finish_connecting(Steady::time_point until) {
  PostgresPollingStatusType next = PGRES_POLLING_WRITING;
  while (PQstatus(connection_.get()) != CONNECTION_BAD) {
    const Wake woken = wait(next == PGRES_POLLING_READING ? POLLIN : POLLOUT, until);
    if (woken != Wake::ready) return fail(lost(woken, "connecting"));
    next = PQconnectPoll(connection_.get());
    if (next == PGRES_POLLING_OK) return {};
    if (next == PGRES_POLLING_FAILED) break;
  }
  return fail(ErrorCode::unavailable, "cannot connect to the database: " + message());
}

Result<SqlRows> SqlSession::query(const std::string& sql, std::chrono::milliseconds limit,
                                  const std::vector<std::string>& parameters) {
  sqlstate_.clear();
  const Steady::time_point until = Steady::now() + limit;
  std::vector<const char*> values;
  values.reserve(parameters.size());
  for (const std::string& parameter : parameters) values.push_back(parameter.c_str());
  // The simple protocol alone takes several statements at once.
  const int sent = parameters.empty()
                       ? PQsendQuery(connection_.get(), sql.c_str())
                       : PQsendQueryParams(connection_.get(), sql.c_str(), static_cast<int>(values.size()), nullptr,
                                           values.data(), nullptr, nullptr, 0);
  if (sent == 0) return fail(ErrorCode::unavailable, "the database connection is lost: " + message());
  return collect(until);
}

Result<SqlRows> SqlSession::collect(Steady::time_point until) {
  SqlRows rows;
  std::string refused;
  while (true) {
    auto arrived = await_answer(until);
    if (!arrived) return fail(std::move(arrived.error()));
    const Answer answer(PQgetResult(connection_.get()));
    if (!answer) break;
    const ExecStatusType status = PQresultStatus(answer.get());
    if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK && status != PGRES_EMPTY_QUERY) {
      const char* const state = PQresultErrorField(answer.get(), PG_DIAG_SQLSTATE);
      if (state != nullptr) sqlstate_ = state;
      refused = first_line(PQresultErrorMessage(answer.get()));
      continue;
    }
    rows.clear();
    const int columns = PQnfields(answer.get());
    for (int row = 0; row < PQntuples(answer.get()); ++row) {
      std::vector<std::string>& cells = rows.emplace_back();
      for (int column = 0; column < columns; ++column) cells.emplace_back(PQgetvalue(answer.get(), row, column));
    }
  }
  if (PQstatus(connection_.get()) == CONNECTION_BAD) {
    return fail(ErrorCode::unavailable, "the database connection is lost: " + (refused.empty() ? message() : refused));
  }
  if (!refused.empty()) return fail(ErrorCode::precondition, "the database refused a statement: " + refused);
  return rows;
}

Result<void> SqlSession::await_answer(Steady::time_point until) {
  while (true) {
    const int unsent = PQflush(connection_.get());
    if (unsent < 0) break;
    if (unsent == 0 && PQisBusy(connection_.get()) == 0) return {};
    const Wake woken = wait(static_cast<short>(unsent > 0 ? POLLIN | POLLOUT : POLLIN), until);
    if (woken != Wake::ready) return fail(lost(woken, "waiting for the database"));
    if (PQconsumeInput(connection_.get()) == 0) break;
  }
  return fail(ErrorCode::unavailable, "the database connection is lost: " + message());
}

SqlSession::Wake SqlSession::wait(short events, Steady::time_point until) const {
  std::array<pollfd, 2> watched{pollfd{PQsocket(connection_.get()), events, 0}, pollfd{stop_descriptor_, POLLIN, 0}};
  while (true) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - Steady::now()).count();
    if (left <= 0) return Wake::too_late;
    constexpr std::int64_t longest = std::numeric_limits<int>::max();
    const int woken = poll(watched.data(), watched.size(), static_cast<int>(std::min<std::int64_t>(left, longest)));
    if (woken < 0 && errno != EINTR) return Wake::ready;  // libpq finds the broken socket itself
    if (woken <= 0) continue;
    if (watched[1].revents != 0) return Wake::stopped;
    return Wake::ready;
  }
}

Error SqlSession::lost(Wake why, const std::string& doing) const {
  if (why == Wake::stopped) return {ErrorCode::cancelled, doing + " was broken off", {}, {}};
  return {ErrorCode::unavailable, doing + " took too long", "look at the server's log", {}};
}

std::string SqlSession::message() const { return first_line(PQerrorMessage(connection_.get())); }

std::string SqlSession::peer() const {
  const char* const host = PQhost(connection_.get());
  const char* const port = PQport(connection_.get());
  return std::string(host == nullptr ? "" : host) + ":" + (port == nullptr ? "" : port);
}

Result<Secret> SqlSession::verifier(const std::string& role, const Secret& password) {
  char* const text = PQencryptPasswordConn(connection_.get(), password.reveal().c_str(), role.c_str(), "scram-sha-256");
  if (text == nullptr) return fail(ErrorCode::internal, "cannot hash the password of role " + role + ": " + message());
  Secret verifier{std::string(text)};
  PQfreemem(text);
  return verifier;
}

std::string SqlSession::identifier(const std::string& name) {
  std::string quoted = "\"";
  for (const char c : name) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + '"';
}

std::string SqlSession::literal(const std::string& text) {
  std::string quoted = " E'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') quoted += c;
    quoted += c;
  }
  return quoted + '\'';
}

}  // namespace changeover::emulator
