// Visitors of the apps, through the router: what they are shown, and which of their writes reach a database.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "emulator/engine/sql.h"
#include "tests/e2e/expectations.h"

namespace changeover::testing {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

WorldOptions serving() {
  WorldOptions world;
  world.web = "exec changeover-writer --serve";
  return world;
}

/// Rows in that app's database that its web dynos wrote.
long long web_rows(Sandbox& sandbox, const std::string& app) {
  auto session = emulator::SqlSession::open(Secret(sandbox.database_url(app)), 10s);
  if (!session) {
    ADD_FAILURE() << session.error().what;
    return -1;
  }
  const auto rows = session->query("SELECT count(*) FROM ledger WHERE writer LIKE 'web.%'", 10s);
  return rows ? std::stoll(rows->front().front()) : -1;
}

bool await_served(Sandbox& sandbox, const std::string& app) {
  return await([&] { return sandbox.emulator().visit(app).status == 200; }, 30s);
}

void set_maintenance(Sandbox& sandbox, bool on) {
  sandbox.emulator().call("PATCH", "/apps/" + std::string(source_app), json::Object{{"maintenance", on}});
}

TEST(Visitors, NeverReachTheDatabaseWhileMaintenanceIsOn) {
  Sandbox sandbox(serving());
  EmulatorProcess& heroku = sandbox.emulator();
  ASSERT_TRUE(await_served(sandbox, source_app));
  const auto who = json::parse(heroku.visit(source_app).body);
  ASSERT_TRUE(who);
  EXPECT_EQ((*who)["dyno"].as_string(), "web.1");
  EXPECT_THAT(sandbox.database_url(source_app), HasSubstr("@" + (*who)["database"].as_string() + "/"));
  EXPECT_EQ(heroku.visit(source_app, "POST").status, 200);
  EXPECT_EQ(web_rows(sandbox, source_app), 1);

  set_maintenance(sandbox, true);
  for (int visit = 0; visit < 5; ++visit) {
    const Visited page = heroku.visit(source_app, "POST");
    EXPECT_EQ(page.status, 503);
    EXPECT_THAT(page.body, HasSubstr("Offline for Maintenance"));
  }
  EXPECT_EQ(heroku.status()["router"]["codes"]["H80"].as_integer(), 5);
  EXPECT_EQ(web_rows(sandbox, source_app), 1);
  EXPECT_TRUE(sandbox.await_writes()) << "workers do not mind maintenance";

  set_maintenance(sandbox, false);
  EXPECT_EQ(heroku.visit(source_app, "POST").status, 200);
  EXPECT_EQ(web_rows(sandbox, source_app), 2);
  const LedgerVerdict verdict = sandbox.verify(source_app);
  EXPECT_GT(verdict.acknowledged, 2);
  EXPECT_EQ(verdict.lost, 0);
  EXPECT_THAT(file_text(sandbox.path("dynos/router.log")), HasSubstr("code=H80 desc=\"Maintenance mode\" method=POST"));
}

TEST(Visitors, WithoutWebDynosARuntimeHasAPageAndASpaceHasNone) {
  Sandbox sandbox(serving());
  EmulatorProcess& heroku = sandbox.emulator();
  ASSERT_TRUE(await_served(sandbox, source_app));
  const json::Value none = json::Object{{"quantity", 0}};
  heroku.call("PATCH", "/apps/" + std::string(source_app) + "/formation/web", none);
  EXPECT_THAT(heroku.visit(source_app).body, HasSubstr("Application error"));
  EXPECT_EQ(heroku.status()["router"]["last"]["code"].as_string(), "H14");
  set_maintenance(sandbox, true);
  EXPECT_THAT(heroku.visit(source_app).body, HasSubstr("Offline for Maintenance"));
  heroku.call("PATCH", "/apps/" + std::string(target_app), json::Object{{"maintenance", true}});
  EXPECT_EQ(heroku.visit(target_app).body, "503 Service Unavailable\n") << "web=0 in a space";
  EXPECT_EQ(heroku.visit("nobody").status, 404);
}

TEST(Visitors, LoseNoAcknowledgedWriteInAChangeover) {
  Sandbox sandbox(serving());
  EmulatorProcess& heroku = sandbox.emulator();
  ASSERT_TRUE(await_served(sandbox, source_app));
  const auto apply = sandbox.start_apply();
  long long served = 0;
  while (!apply->program.exit_code(0ms)) {
    for (const char* app : {source_app, target_app})
      if (heroku.visit(app, "POST").status == 200) ++served;
  }
  expect_done(apply->finish());
  EXPECT_GT(served, 0);
  ASSERT_TRUE(await_served(sandbox, target_app));
  const Visited written = heroku.visit(target_app, "POST");
  ASSERT_EQ(written.status, 200) << written.body;
  const auto by = json::parse(written.body);
  ASSERT_TRUE(by);
  EXPECT_THAT(sandbox.database_url(target_app), HasSubstr("@" + (*by)["database"].as_string() + "/"));
  EXPECT_NE(heroku.visit(source_app, "POST").status, 200) << "the source app is parked";
  EXPECT_EQ(sandbox.verify(target_app).lost, 0);
  EXPECT_GE(web_rows(sandbox, target_app), served + 1);
  expect_live(sandbox);
}

}  // namespace
}  // namespace changeover::testing
