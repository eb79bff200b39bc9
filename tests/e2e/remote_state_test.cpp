// The tool on a state that several machines share: whole applies, kill -9 in downtime, and what the next runs do.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <memory>
#include <string>

#include "core/clock.h"
#include "tests/e2e/expectations.h"
#include "tests/support/postgres.h"
#include "tests/support/state_server_socket.h"

namespace changeover::testing {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* state_password = "correct-horse-battery-staple";

/// Where the state of a sandbox is kept, and what time it is there.
class RemotePlace {
 public:
  virtual ~RemotePlace() = default;
  [[nodiscard]] virtual std::string spec() const = 0;
  virtual void give_credentials(Sandbox& sandbox) const = 0;
  [[nodiscard]] virtual std::string password() const = 0;
  /// As if an hour had passed since the leases were taken.
  virtual void pass_an_hour() = 0;
};

/// The model of state_server.h on a socket.
class HttpPlace final : public RemotePlace {
 public:
  HttpPlace() : server_([this] { return "Date: " + date() + "\r\n"; }) {
    server_.model().authorization = "Basic ZGFuYTpjb3JyZWN0LWhvcnNlLWJhdHRlcnktc3RhcGxl";
  }
  std::string spec() const override { return "{http: {url: \"" + server_.url() + "\"}}"; }
  void give_credentials(Sandbox& sandbox) const override {
    sandbox.set_environment("TF_HTTP_USERNAME", "dana");
    sandbox.set_environment("TF_HTTP_PASSWORD", state_password);
  }
  std::string password() const override { return state_password; }
  void pass_an_hour() override { offset_ = 3600; }

 private:
  [[nodiscard]] std::string date() const {
    const auto now = std::chrono::floor<std::chrono::seconds>(SystemClock().wall_now()) + std::chrono::seconds{offset_};
    const auto day = std::chrono::floor<std::chrono::days>(now);
    const std::chrono::year_month_day date{day};
    const std::chrono::hh_mm_ss time{now - day};
    constexpr const char* months = "JanFebMarAprMayJunJulAugSepOctNovDec";
    std::array<char, 64> text{};
    std::snprintf(text.data(), text.size(), "Sun, %02u %.3s %04d %02d:%02d:%02d GMT", unsigned{date.day()},
                  months + 3 * (unsigned{date.month()} - 1), int{date.year()}, static_cast<int>(time.hours().count()),
                  static_cast<int>(time.minutes().count()), static_cast<int>(time.seconds().count()));
    return text.data();
  }

  std::atomic<int> offset_{0};
  StateServer server_;
};

class PostgresPlace final : public RemotePlace {
 public:
  PostgresPlace() {
    auto started = TestPostgres::start();
    if (!started) std::abort();
    postgres_ = std::move(*started);
    auto running = postgres_->leader("state");
    if (!running) std::abort();
    endpoint_ = *running;
  }
  std::string spec() const override { return "{postgres: {url_env: STATE_DATABASE_URL}}"; }
  void give_credentials(Sandbox& sandbox) const override {
    sandbox.set_environment("STATE_DATABASE_URL", database_url(endpoint_).reveal());
  }
  std::string password() const override { return endpoint_.password.reveal(); }
  void pass_an_hour() override {
    auto session = connect(endpoint_);
    ASSERT_TRUE(session) << session.error().what;
    const auto done = session->query("UPDATE changeover.leases SET expires = expires - interval '1 hour'", 10s);
    ASSERT_TRUE(done) << done.error().what;
  }

 private:
  std::unique_ptr<TestPostgres> postgres_;
  emulator::Endpoint endpoint_;
};

class RemoteState : public ::testing::TestWithParam<std::string> {
 protected:
  RemoteState() {
    if (GetParam() == "http") {
      place = std::make_unique<HttpPlace>();
    } else {
      place = std::make_unique<PostgresPlace>();
    }
    SpecOptions spec;
    spec.state = place->spec();
    sandbox = std::make_unique<Sandbox>(WorldOptions{}, spec);
    place->give_credentials(*sandbox);
  }
  std::unique_ptr<RemotePlace> place;
  std::unique_ptr<Sandbox> sandbox;
};

TEST_P(RemoteState, CarriesAWholeApplyAndSaysNoSecret) {
  const Finished apply = sandbox->apply();
  expect_done(apply);
  EXPECT_THAT(apply.out + apply.err, Not(HasSubstr(place->password())));
  const Finished again = sandbox->apply();  // the lease was given back
  expect_done(again);
  EXPECT_EQ(again.event("migration_done")["data"]["outcome"].as_string(), "no_changes");
  expect_live(*sandbox);
}

TEST_P(RemoteState, AKilledRunLocksTheNextOneOutForALeaseAndNoLonger) {
  sandbox->emulator().add_fault(json::Object{{"method", "PUT"},
                                             {"path", "/client/v11/databases/*/unfollow"},
                                             {"nth", 1},
                                             {"times", 1},
                                             {"when", "before"},
                                             {"delay_ms", 120'000},
                                             {"reset", true}});
  const auto apply = sandbox->start_apply();
  const bool held =
      await([&] { return sandbox->emulator().holds("PUT", false) || apply->program.exit_code(0ms); }, 60s);
  apply->program.kill();
  ASSERT_TRUE(held && sandbox->emulator().holds("PUT", false)) << apply->finish().out;
  sandbox->emulator().clear_faults();

  const Finished locked = sandbox->run({"apply", "spec.yaml", "--auto-approve"});
  EXPECT_EQ(locked.code, 6) << locked.out << locked.err;
  EXPECT_THAT(locked.err, HasSubstr("changeover unlock spec.yaml "));
  EXPECT_THAT(locked.err, HasSubstr("unless it is renewed"));

  place->pass_an_hour();
  Finished again;
  for (int i = 0; i < 3 && again.code != 0; ++i) again = sandbox->apply();
  expect_done(again);
  expect_live(*sandbox);
}

INSTANTIATE_TEST_SUITE_P(Backends, RemoteState, ::testing::Values("http", "postgres"),
                         [](const auto& kind) { return kind.param; });

}  // namespace
}  // namespace changeover::testing
