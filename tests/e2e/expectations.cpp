#include "tests/e2e/expectations.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "core/secret.h"
#include "emulator/engine/sql.h"

namespace changeover::testing {
namespace {

using namespace std::chrono_literals;
using ::testing::UnorderedElementsAre;

constexpr auto settle_limit = 30s;
constexpr auto sql_limit = 10s;

void expect_read_only(const std::string& url) {
  auto session = emulator::SqlSession::open(Secret(url), sql_limit);
  ASSERT_TRUE(session) << session.error().what;
  EXPECT_FALSE(session->query("INSERT INTO ledger(writer, n) VALUES ('a late client', 1)", sql_limit));
  EXPECT_EQ(session->sqlstate(), "25006") << "the old database takes writes";
}

}  // namespace

Quantities formation_of(Sandbox& sandbox, const std::string& app) {
  Quantities quantities;
  const json::Value formation = sandbox.emulator().get("/apps/" + app + "/formation");
  for (const json::Value& process : formation.items())
    quantities[process["type"].as_string()] = static_cast<int>(process["quantity"].as_integer());
  return quantities;
}

bool maintenance_of(Sandbox& sandbox, const std::string& app) {
  return sandbox.emulator().get("/apps/" + app)["maintenance"].as_bool();
}

void expect_live(Sandbox& sandbox) {
  EXPECT_EQ(formation_of(sandbox, source_app), (Quantities{{"web", 0}, {"worker", 0}}));
  EXPECT_TRUE(maintenance_of(sandbox, source_app)) << "the source app is not parked";
  EXPECT_EQ(formation_of(sandbox, target_app), (Quantities{{"web", 1}, {"worker", 1}}));
  EXPECT_FALSE(maintenance_of(sandbox, target_app)) << "the target app shows the maintenance page";

  const std::string copy = sandbox.copy_name();
  ASSERT_FALSE(copy.empty()) << "there is no copy";
  EXPECT_THAT(sandbox.addon_names(), UnorderedElementsAre(source_addon, copy));
  const json::Value attachment =
      sandbox.emulator().get("/apps/" + std::string(target_app) + "/addon-attachments/DATABASE");
  EXPECT_EQ(attachment["addon"]["name"].as_string(), copy);

  expect_read_only(sandbox.database_url(source_app));
  LedgerVerdict verdict;
  EXPECT_TRUE(await(
      [&] {
        verdict = sandbox.verify(target_app);
        return verdict.written_on_new || verdict.lost != 0;
      },
      settle_limit))
      << "the target app does not write";
  EXPECT_GT(verdict.acknowledged, 0);
  EXPECT_EQ(verdict.lost, 0);
  EXPECT_GE(verdict.downtime_ms.value_or(-1), 0) << "two databases took writes at once";
}

void expect_serving_on_source(Sandbox& sandbox) {
  EXPECT_EQ(formation_of(sandbox, source_app), (Quantities{{"web", 1}, {"worker", 2}}));
  EXPECT_FALSE(maintenance_of(sandbox, source_app)) << "the source app shows the maintenance page";
  EXPECT_EQ(formation_of(sandbox, target_app), (Quantities{{"web", 0}, {"worker", 0}}));
  EXPECT_FALSE(maintenance_of(sandbox, target_app)) << "the target app's flag is not what it was";
  EXPECT_TRUE(sandbox.database_url(target_app).empty()) << "the target app sees a database";
  EXPECT_TRUE(sandbox.await_writes()) << "nobody writes";
  const LedgerVerdict verdict = sandbox.verify(source_app);
  EXPECT_GT(verdict.acknowledged, 0);
  EXPECT_EQ(verdict.lost, 0);
}

std::vector<Logged> changing_requests(Sandbox& sandbox, long long since) {
  std::vector<Logged> requests = sandbox.emulator().requests(since);
  std::erase_if(requests, [](const Logged& request) { return !request.changes(); });
  return requests;
}

void expect_done(const Finished& run, int code) { EXPECT_EQ(run.code, code) << run.out << run.err; }

}  // namespace changeover::testing
