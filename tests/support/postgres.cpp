#include "tests/support/postgres.h"

#include <poll.h>

#include <utility>

#include "tests/places.h"

namespace changeover::testing {
namespace {

constexpr std::chrono::seconds statement_limit{30};

}  // namespace

TestPostgres::TestPostgres(std::unique_ptr<emulator::Keeper> keeper)
    : keeper_(std::move(keeper)), engine_(*keeper_, clock_, std::string(CHANGEOVER_BINARY_DIR) + "/initdb-cache") {}

Result<std::unique_ptr<TestPostgres>> TestPostgres::start() {
  auto keeper = emulator::Keeper::start();
  if (!keeper) return fail(keeper.error());
  return std::unique_ptr<TestPostgres>(new TestPostgres(std::move(*keeper)));
}

Result<emulator::Endpoint> TestPostgres::leader(const std::string& id, const std::string& seed_sql) {
  engine_.create_leader(id, "orders", "app", Secret("app's secret/%?"), seed_sql);
  return running(id);
}

Result<emulator::Endpoint> TestPostgres::follower(const std::string& id, const std::string& leader_id) {
  engine_.create_follower(id, leader_id);
  return running(id);
}

Result<void> TestPostgres::promote(const std::string& id) {
  engine_.promote(id);
  auto promoted = running(id);
  if (!promoted) return fail(promoted.error());
  return {};
}

Result<emulator::Endpoint> TestPostgres::running(const std::string& id) {
  const emulator::DatabaseStatus status = engine_.await_idle(id);
  if (status.state == emulator::DatabaseStatus::State::running) return *status.endpoint;
  return fail(ErrorCode::unavailable, status.failure.empty() ? id + " does not run" : status.failure);
}

Secret database_url(const emulator::Endpoint& endpoint) {
  const auto escape = [](const std::string& text) {
    constexpr const char* digits = "0123456789ABCDEF";
    std::string escaped;
    for (const char c : text) {
      const auto byte = static_cast<unsigned char>(c);
      if ((byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z')) {
        escaped += c;
      } else {
        escaped += {'%', digits[byte >> 4U], digits[byte & 15U]};
      }
    }
    return escaped;
  };
  return Secret("postgres://" + escape(endpoint.user) + ":" + escape(endpoint.password.reveal()) + "@" + endpoint.host +
                ":" + std::to_string(endpoint.port) + "/" + escape(endpoint.database));
}

Result<emulator::SqlSession> connect(const emulator::Endpoint& endpoint) {
  return emulator::SqlSession::open(database_url(endpoint), statement_limit);
}

std::string await_value(emulator::SqlSession& session, const std::string& sql, const std::string& expected,
                        std::chrono::milliseconds limit) {
  const auto until = std::chrono::steady_clock::now() + limit;
  while (true) {
    const auto rows = session.query(sql, statement_limit);
    const std::string value = !rows                                    ? rows.error().what
                              : rows->empty() || rows->front().empty() ? "(no row)"
                                                                       : rows->front().front();
    if (value == expected || std::chrono::steady_clock::now() > until) return value;
    constexpr int look_again_ms = 3;
    poll(nullptr, 0, look_again_ms);
  }
}

}  // namespace changeover::testing
