// What lies around a database: the closer look finds all of it, and nothing where there is nothing.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <utility>

#include "emulator/model/call.h"
#include "planner/plan_file.h"
#include "providers/heroku/observe_vicinity.h"
#include "tests/simulation/simulated_tool.h"
#include "tests/simulation/worlds.h"

namespace changeover::simulation {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::UnorderedElementsAre;

std::vector<std::string> ids_of(const std::vector<Finding>& findings) {
  std::vector<std::string> ids;
  for (const Finding& finding : findings) ids.push_back(finding.id);
  return ids;
}

std::string what_of(const std::vector<Finding>& findings, const std::string& id) {
  const auto found = std::ranges::find(findings, id, &Finding::id);
  return found == findings.end() ? "nothing of " + id : found->what;
}

/// The orders world with more around it.
std::string crowded_world() {
  std::string world(orders_world);
  world.replace(world.find("  orders-space:\n"), 0,
                "  ledger:\n    formation: {worker: {quantity: 1, size: standard-1x, command: changeover-writer}}\n"
                "  readers: {space: prod-va, formation: {}}\n");
  world.replace(world.find("    config: {WRITE_EVERY_MS"), 0, "    domains: [shop.example]\n");
  world.replace(world.find("    space: prod-va\n"), 0, "    domains: [www.shop-space.example]\n");
  return world + R"(  reports-db: {app: orders, plan: standard-0, follow: orders-db}
  warehouse-db: {app: ledger, plan: standard-0}
databases: modelled
)";
}

class Surrounded : public ::testing::Test {
 protected:
  Surrounded() : heroku_(crowded_world()) { heroku_.pass(std::chrono::minutes{1}); }

  MigrationPlan plan(std::string_view more = {}) {
    SimulatedTool tool(heroku_, orders_spec("live") + std::string(more));
    const Result<Plan> plan = tool.plan();
    EXPECT_TRUE(plan) << plan.error().what;
    return plan ? plan->migrations.front() : MigrationPlan{};
  }
  void copy_the_url(const std::string& to, const std::string& name) {
    const json::Value config = heroku_.call("GET", "/apps/orders/config-vars");
    const std::string body = json::Value(json::Object{{name, config["DATABASE_URL"].as_string()}}).dump();
    heroku_.call("PATCH", "/apps/" + to + "/config-vars", body);
  }
  std::string source_id() { return heroku_.id_of("orders-db"); }

  SimulatedHeroku heroku_;
};

TEST_F(Surrounded, FindsWhatDoesNotComeAlong) {
  heroku_.call("PATCH", "/postgres/v0/databases/" + source_id() + "/config", R"({"log_statement":"all"})");
  heroku_.call("POST", "/client/v11/databases/" + source_id() + "/transfer-schedules",
               R"({"hour":"3","timezone":"UTC","schedule_name":"DATABASE_URL"})");
  const MigrationPlan found = plan();
  EXPECT_THAT(ids_of(found.blockers), IsEmpty());
  EXPECT_THAT(ids_of(found.manual), UnorderedElementsAre("other-followers", "settings-differ", "backup-schedules",
                                                         "maintenance-window", "domains-left"));
  EXPECT_THAT(what_of(found.manual, "other-followers"), HasSubstr("reports-db"));
  EXPECT_THAT(what_of(found.manual, "settings-differ"), HasSubstr("log_statement is all here and ddl there"));
  EXPECT_THAT(what_of(found.manual, "backup-schedules"), HasSubstr("03:00 UTC"));
  EXPECT_THAT(what_of(found.manual, "domains-left"), AllOf(HasSubstr("shop.example"), Not(HasSubstr("www"))));
  EXPECT_THAT(ids_of(found.unknowns), UnorderedElementsAre("connectors"));
}

TEST_F(Surrounded, AnAppThatCopiedTheUrlIsAWriterUntilQuiesceKnowsIt) {
  EXPECT_THAT(ids_of(plan().blockers), IsEmpty());
  copy_the_url("ledger", "LEDGER_DB");
  const MigrationPlan found = plan();
  EXPECT_THAT(ids_of(found.blockers), UnorderedElementsAre("copied-url"));
  EXPECT_THAT(found.blockers.front().what, AllOf(HasSubstr("ledger"), HasSubstr("LEDGER_DB")));
  EXPECT_THAT(ids_of(plan("    quiesce: {read_only: [ledger]}\n").blockers), IsEmpty());
  const MigrationPlan stopped = plan("    quiesce: {apps: {ledger: {}}}\n");
  EXPECT_THAT(ids_of(stopped.blockers), IsEmpty());
  EXPECT_TRUE(std::ranges::any_of(stopped.actions, [](const Action& action) {
    return action.kind == Kind::app_scale_down && action.subject == "ledger";
  }));
  EXPECT_THAT(ids_of(plan("    quiesce: {apps: {ledger: {after: resume}}}\n").blockers),
              UnorderedElementsAre("resumed-writer-on-old-leader"));
}

TEST_F(Surrounded, AnAppThatUsesTheCopyMakesTheUnfollowFinal) {
  {
    SimulatedTool tool(heroku_, orders_spec("replicating"));
    ASSERT_EQ(tool.apply().exit_code, 0);
  }
  const std::string copy = plan().target.addon;
  EXPECT_THAT(plan().point_of_no_return.action, Not(HasSubstr("unfollow")));
  int status = 0;
  heroku_.call("POST", "/addon-attachments",
               R"({"app":"readers","name":"REPLICA","confirm":"readers","addon":")" + copy + R"("})", &status);
  ASSERT_EQ(status, 201);
  const MigrationPlan found = plan();
  EXPECT_THAT(what_of(found.warnings, "copy-attached-elsewhere"), AllOf(HasSubstr("readers"), HasSubstr(copy)));
  EXPECT_EQ(found.point_of_no_return.action, "orders/follower.unfollow/" + copy);
  const MigrationPlan declared = plan("    quiesce: {read_only: [readers]}\n");
  EXPECT_THAT(ids_of(declared.warnings), Not(::testing::Contains("copy-attached-elsewhere")));
  EXPECT_THAT(declared.point_of_no_return.action, Not(HasSubstr("unfollow")));
}

TEST_F(Surrounded, TheTargetsOwnVarsAreSearchedToo) {
  copy_the_url("orders-space", "OLD_DB");
  EXPECT_THAT(ids_of(plan().blockers), UnorderedElementsAre("copied-url"));
}

TEST_F(Surrounded, NoPlanHoldsAValueOfAConfigVar) {
  copy_the_url("ledger", "LEDGER_DB");
  SimulatedTool tool(heroku_, orders_spec("live"));
  const Result<Plan> found = tool.plan();
  ASSERT_TRUE(found);
  const std::string url = heroku_.call("GET", "/apps/orders/config-vars")["DATABASE_URL"].as_string();
  const std::string secret = url.substr(url.find("://") + 3, url.find('@') - url.find("://") - 3);
  EXPECT_THAT(plan_to_json(*found).dump(), Not(HasSubstr(secret.substr(secret.find(':') + 1))));
}

TEST_F(Surrounded, ConfigVarsThatCanNotBeReadAreSaid) {
  SimulatedTool tool(heroku_, orders_spec("live"));
  tool.network().meddle = [](const HttpRequest& request, int) {
    Meddling meddling;
    if (!request.url.ends_with("/apps/ledger/config-vars")) return meddling;
    meddling.kind = Meddling::Kind::answer;
    meddling.answer = emulator::error(403, "forbidden", "You do not have access to the app ledger.");
    return meddling;
  };
  const Result<Plan> found = tool.plan();
  ASSERT_TRUE(found) << found.error().what;
  EXPECT_THAT(ids_of(found->migrations.front().unknowns), UnorderedElementsAre("config-vars-unread", "connectors"));
}

TEST_F(Surrounded, IsLookedAtForACutoverOnly) {
  SimulatedTool tool(heroku_, orders_spec("replicating"));
  ASSERT_TRUE(tool.plan());
  SimulatedTool live(heroku_, orders_spec("live"));
  ASSERT_TRUE(live.plan());
  EXPECT_LT(tool.network().requests(), live.network().requests());
}

TEST_F(Surrounded, IsNotLookedAtByARestoreWhichIsInAHurry) {
  int searched = 0;
  const auto count = [&](const HttpRequest& request, int) {
    if (request.url.ends_with("/config-vars")) ++searched;
    return Meddling{};
  };
  SimulatedTool planning(heroku_, orders_spec("live"));
  planning.network().meddle = count;
  ASSERT_TRUE(planning.plan());
  EXPECT_GT(std::exchange(searched, 0), 0);
  SimulatedTool restoring(heroku_, orders_spec("live"));
  restoring.network().meddle = count;
  static_cast<void>(restoring.restore());
  EXPECT_EQ(searched, 0);
}

TEST_F(Surrounded, IsNotLookedAtWithTheLastRequestsOfTheAccount) {
  constexpr int spent = 4'200;
  for (int i = 0; i < spent; ++i) heroku_.call("GET", "/account");
  const MigrationPlan found = plan();
  EXPECT_THAT(ids_of(found.unknowns), UnorderedElementsAre("not-looked-at", "connectors"));
  EXPECT_THAT(what_of(found.unknowns, "not-looked-at"), HasSubstr("too few requests"));
}

/// What stands in the way is not forgotten because the account is poor: the look right before the cutover is a whole
/// one, and it is waited for.
TEST_F(Surrounded, IsLookedAtBeforeACutoverBeginsHoweverPoorTheAccount) {
  SimulatedTool preparing(heroku_, orders_spec("replicating"));
  ASSERT_EQ(preparing.apply().exit_code, 0);
  copy_the_url("ledger", "LEDGER_DB");
  heroku_.leave_requests(300);
  SimulatedTool hasty(heroku_, orders_spec("live"));
  const Ended unwaiting = hasty.apply({false, std::chrono::seconds{0}});
  EXPECT_EQ(unwaiting.exit_code, 7) << unwaiting.story();
  SimulatedTool patient(heroku_, orders_spec("live"));
  const Ended waited = patient.apply();
  EXPECT_EQ(waited.outcome(), Outcome::blocked) << waited.story();
  EXPECT_THAT(waited.outcomes.front().message, HasSubstr("copied-url"));
  for (const Ended* ended : {&unwaiting, &waited})
    EXPECT_TRUE(std::ranges::none_of(ended->events,
                                     [](const Event& event) { return event.type == EventType::downtime_began; }));
}

/// Thirty databases of one world, each with an app and a space app.
TEST(ManyMigrations, AreLookedAtUpToABoundAndTheRestIsSaid) {
  constexpr int migrations = 30;
  SimulatedHeroku heroku(
      "version: 1\nseed: 5\napi_key: 01234567-89ab-cdef-0123-456789abcdef\ndatabases: modelled\n"
      "fleet: {databases: " +
      std::to_string(migrations) + "}\n");
  heroku.pass(std::chrono::minutes{1});
  std::string spec = "version: 1\nstate: {local: /state/fleet.json, keep_in_ci: true}\nmigrations:\n";
  const json::Value apps = heroku.call("GET", "/apps");
  for (const json::Value& app : apps.items()) {
    const std::string& name = app["name"].as_string();
    if (app["space"].is_null())
      spec += "  " + name + ":\n    stage: live\n    source: {app: " + name +
              ", database: DATABASE}\n    target: {app: " + name +
              "-space, plan: private-0, formation: {web: 1}}\n    cutover: {proof: api}\n";
  }
  SimulatedTool tool(heroku, spec);
  const Result<Plan> plan = tool.plan();
  ASSERT_TRUE(plan) << plan.error().what;
  ASSERT_EQ(plan->migrations.size(), static_cast<std::size_t>(migrations));
  std::size_t not_looked_at = 0;
  for (const MigrationPlan& one : plan->migrations)
    not_looked_at += static_cast<std::size_t>(std::ranges::count(ids_of(one.unknowns), "not-looked-at"));
  EXPECT_EQ(not_looked_at, migrations - heroku::most_looked_at);
}

}  // namespace
}  // namespace changeover::simulation
