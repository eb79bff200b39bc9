// Rules of safety.md under other people's hands: each test is named after its rule, and lets somebody do right then
// what the rule is about.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <string>
#include <utility>

#include "tests/simulation/scenario.h"

namespace changeover::simulation {
namespace {

using std::chrono::minutes;
using ::testing::AllOf;
using ::testing::HasSubstr;

/// Does something once, right before the leader gets this SQL call.
Scenario::Prepare at_sql(Scenario& scenario, std::string call, std::function<void(SimulatedHeroku&)> what) {
  return [&scenario, call = std::move(call), what = std::move(what)](SimulatedTool& tool) {
    tool.leaders().before = [&scenario, call, what, done = false](const std::string& now) mutable {
      if (now == call && !std::exchange(done, true)) what(scenario.heroku());
      return std::optional<Error>();
    };
  };
}

std::string message_of(const Ended& ended) { return ended.outcomes.empty() ? "" : ended.outcomes.front().message; }

/// Service is back on the source, and nothing of the apps is lost.
void expect_given_up(Scenario& scenario, const Ended& ended, const std::string& why) {
  EXPECT_EQ(ended.exit_code, 5) << ended.story();
  EXPECT_THAT(message_of(ended), HasSubstr(why));
  scenario.heroku().pass(minutes{1});
}

// ---- S2

TEST(SafetyS2, ADynoThatIsStartedBehindTheFenceGivesUpBeforeTheUnfollow) {
  Scenario scenario;
  const Ended ended = scenario.apply("live", at_sql(scenario, "mark", [](SimulatedHeroku& heroku) {
                                       heroku.call("POST", "/apps/orders/dynos", R"({"command":"changeover-writer"})");
                                     }));
  expect_given_up(scenario, ended, "was started during the cutover");
  EXPECT_TRUE(scenario.judge().violations().empty()) << scenario.judge().report();
}

TEST(SafetyS2, AFormationThatIsScaledUpGivesUpBeforeTheUnfollow) {
  Scenario scenario;
  const Ended ended =
      scenario.apply("live", at_sql(scenario, "mark", [](SimulatedHeroku& heroku) {
                       heroku.call("PATCH", "/apps/orders/formation", R"({"updates":[{"type":"web","quantity":1}]})");
                     }));
  expect_given_up(scenario, ended, "orders");
  scenario.judge().judge_restored();
  EXPECT_TRUE(scenario.judge().violations().empty()) << scenario.judge().report();
}

// ---- S17

TEST(SafetyS17, AnAttemptThatWasGivenUpIsAbortedForGoodAndTheNextOneIsNew) {
  Scenario scenario;
  const Ended ended = scenario.apply("live", at_sql(scenario, "mark", [](SimulatedHeroku& heroku) {
                                       heroku.call("PATCH", "/apps/orders/config-vars", R"({"DEPLOYED":"yes"})");
                                     }));
  EXPECT_EQ(ended.exit_code, 5) << ended.story();
  scenario.judge().judge_restored();
  scenario.bring_to_live();
  EXPECT_TRUE(scenario.judge().violations().empty()) << scenario.judge().report() << scenario.log();
}

// ---- S19

TEST(SafetyS19, AnUnfollowWhoseAnswerIsLostIsNotSentAgain) {
  Scenario scenario;
  int sent = 0;
  const Ended ended = scenario.apply("live", [&sent](SimulatedTool& tool) {
    tool.network().meddle = [&sent](const HttpRequest& request, int) {
      if (request.method != "PUT" || !request.url.ends_with("/unfollow")) return Meddling{};
      ++sent;
      return Meddling{Meddling::Kind::lose_answer};
    };
  });
  EXPECT_EQ(ended.exit_code, 0) << ended.story();
  EXPECT_EQ(sent, 1);
  EXPECT_TRUE(scenario.judge().violations().empty()) << scenario.judge().report();
}

// ---- S20

TEST(SafetyS20, TheCopysUrlMayChangeBehindTheUnfollowAndTheAppRunsOnTheNewOne) {
  Scenario scenario;
  const Ended ended = scenario.apply("live");
  EXPECT_EQ(ended.exit_code, 0) << ended.story();
  scenario.heroku().pass(minutes{1});
  const std::string copy = scenario.judge().copy();
  EXPECT_TRUE(scenario.heroku().plane().first_write(copy)) << "nobody writes with the password of before";
}

// ---- S21

TEST(SafetyS21, ADeployBeforeTheUnfollowGivesUp) {
  Scenario scenario;
  const Ended ended = scenario.apply("live", at_sql(scenario, "mark", [](SimulatedHeroku& heroku) {
                                       heroku.call("PATCH", "/apps/orders/config-vars", R"({"DEPLOYED":"yes"})");
                                     }));
  expect_given_up(scenario, ended, "was released during the cutover");
  scenario.judge().judge_restored();
  EXPECT_TRUE(scenario.judge().violations().empty()) << scenario.judge().report();
}

TEST(SafetyS21, ADeployBehindTheUnfollowStopsTheRunSaysSoAndTheNextApplyGoesOn) {
  for (const char* app : {"orders", "orders-space"}) {
    Scenario scenario;
    const Ended ended =
        scenario.apply("live", at_sql(scenario, "late_writes", [app](SimulatedHeroku& heroku) {
                         heroku.call("PATCH", std::string("/apps/") + app + "/config-vars", R"({"DEPLOYED":"yes"})");
                       }));
    EXPECT_EQ(ended.outcome(), Outcome::in_downtime) << ended.story();
    EXPECT_THAT(message_of(ended), HasSubstr(std::string(app) + " was released by somebody else"));
    EXPECT_EQ(scenario.apply("live").exit_code, 0) << scenario.log();
    EXPECT_TRUE(scenario.judge().violations().empty()) << scenario.judge().report();
  }
}

// ---- S23

TEST(SafetyS23, ARecordedMigrationThatLeftTheSpecIsRefused) {
  Scenario scenario;
  EXPECT_EQ(scenario.apply("replicating").exit_code, 0);
  std::string other = orders_spec("replicating");
  other.replace(other.find("  orders:"), 9, "  others:");
  SimulatedTool tool(scenario.heroku(), other);
  const Result<Plan> plan = tool.plan();
  ASSERT_TRUE(plan);
  EXPECT_TRUE(std::ranges::any_of(plan->migrations, [](const MigrationPlan& migration) {
    return migration.refused && migration.blockers.front().id == "recorded-not-in-spec";
  }));
}

/// A copy that fell behind is not waited for while the apps are down.
TEST(SafetyS17, ACopyThatFellBehindInADowntimeGivesServiceBack) {
  Scenario scenario;
  ASSERT_EQ(scenario.apply("replicating").exit_code, 0);
  scenario.stall(true);
  const Ended dead = scenario.apply("live", [](SimulatedTool& tool) {
    // The page is on by then, and the web dynos behind it go on writing.
    tool.network().meddle = [scales = 0](const HttpRequest& request, int) mutable {
      const bool scale = request.method == "PATCH" && request.url.ends_with("/apps/orders/formation");
      return scale && ++scales == 2 ? Meddling{Meddling::Kind::kill_before, {}, {}} : Meddling{};
    };
  });
  ASSERT_TRUE(dead.killed) << dead.story();
  scenario.heroku().pass(std::chrono::seconds{10});
  const Ended ended = scenario.apply("live", {}, {false, std::chrono::seconds{0}});
  EXPECT_EQ(ended.exit_code, 5) << ended.story();
  EXPECT_EQ(scenario.heroku().call("GET", "/apps/orders")["maintenance"].dump(), "false");
}

// ---- S25

TEST(SafetyS25, AnAppThatCrashesOnBootKeepsThePageAndOnlyForwardIsOffered) {
  std::string world(orders_world);
  const std::string web = "web: {quantity: 0, size: private-m, command: changeover-writer}";
  world.replace(world.find(web), web.size(), "web: {quantity: 0, size: private-m, command: exit 1}");
  Scenario scenario(world);
  const Ended ended = scenario.apply("live");
  EXPECT_EQ(ended.outcome(), Outcome::in_downtime) << ended.story();
  EXPECT_THAT(message_of(ended), HasSubstr("crashes on boot"));
  EXPECT_EQ(scenario.heroku().call("GET", "/apps/orders-space")["maintenance"].dump(), "true");
  EXPECT_EQ(scenario.apply("source", {}, {true}).exit_code, 4) << "the worker may have written: there is no way back";
}

// ---- S30

TEST(SafetyS30, WithoutTwiceItsCallsLeftACutoverDoesNotBegin) {
  Scenario scenario(std::string(orders_world) + "switches: {rate_limit: 200, tokens_per_hour: 1}\n");
  const Ended ended = scenario.apply("live", {}, {false, std::chrono::minutes{10}});
  EXPECT_EQ(ended.exit_code, 7) << ended.story();
  EXPECT_THAT(message_of(ended), AllOf(HasSubstr("requests left"), HasSubstr("gives them back in about")));
  EXPECT_EQ(scenario.heroku().call("GET", "/apps/orders")["maintenance"].dump(), "false");
}

TEST(SafetyS30, WhenAnAppCanNotBeReadRightBeforeACutoverDoesNotBegin) {
  Scenario scenario;
  const Ended ended = scenario.apply("live", [](SimulatedTool& tool) {
    tool.network().meddle = [](const HttpRequest& request, int) {
      if (request.method != "GET" || !request.url.ends_with("/apps/orders/releases")) return Meddling{};
      Meddling broken{Meddling::Kind::answer};
      broken.answer = {403, {{"content-type", "application/json"}}, R"({"id":"forbidden","message":"Forbidden."})"};
      return broken;
    };
  });
  EXPECT_EQ(ended.exit_code, 1) << ended.story();
  EXPECT_EQ(scenario.heroku().call("GET", "/apps/orders")["maintenance"].dump(), "false");
  scenario.judge().judge_restored();
  EXPECT_TRUE(scenario.judge().violations().empty()) << scenario.judge().report();
}

// ---- proof: api

std::string by_api() {
  std::string spec = orders_spec("live");
  return spec.replace(spec.find("proof: sql"), 10, "proof: api");
}

struct ByApi : ::testing::Test {
  std::string copy() {
    for (const auto& [id, server] : heroku.plane().all())
      if (id != source) return id;
    return "";
  }
  SimulatedHeroku heroku{orders_world};
  std::string source = heroku.id_of("orders-db");
};

TEST_F(ByApi, NothingIsLostWithoutAnySql) {
  SimulatedTool tool(heroku, by_api());
  int sql = 0;
  tool.leaders().before = [&sql](const std::string&) {
    ++sql;
    return std::optional<Error>();
  };
  const Ended ended = tool.apply();
  EXPECT_EQ(ended.exit_code, 0) << ended.story();
  heroku.pass(minutes{1});
  EXPECT_EQ(sql, 0);
  EXPECT_EQ(heroku.plane().lost_on(copy()), 0);
  EXPECT_TRUE(heroku.plane().first_write(copy()));
}

/// How many samples of each database were seen from the reset of the connections to the unfollow.
TEST_F(ByApi, TwoSamplesOfEachBehindTheOneThatMayBeOlderAreSeen) {
  SimulatedTool tool(heroku, by_api());
  SteadyTime reset{};
  SteadyTime unfollow{};
  tool.network().meddle = [&](const HttpRequest& request, int) {
    if (request.url.ends_with("/connection_reset")) reset = heroku.time().steady_now();
    if (request.url.ends_with("/unfollow")) unfollow = heroku.time().steady_now();
    return Meddling{};
  };
  EXPECT_EQ(tool.apply().exit_code, 0);
  EXPECT_GT(unfollow - reset, 2 * heroku.world().timing.sampling);
}

TEST_F(ByApi, AConnectionThatIsLeftGivesUp) {
  SimulatedTool tool(heroku, by_api());
  tool.network().meddle = [](const HttpRequest& request, int) {
    if (!request.url.ends_with("/user_connections")) return Meddling{};
    Meddling connected{Meddling::Kind::answer};
    connected.answer = {200, {{"content-type", "application/json"}}, R"({"connections":{"u4711":1}})"};
    return connected;
  };
  const Ended ended = tool.apply();
  EXPECT_EQ(ended.exit_code, 5) << ended.story();
  EXPECT_EQ(heroku.plane().first_write(copy()), std::nullopt);
}

TEST_F(ByApi, SafetyS16ALeaderThatIsReplacedGivesUp) {
  SimulatedTool tool(heroku, by_api());
  bool downtime = false;
  tool.network().meddle = [&](const HttpRequest& request, int) {
    downtime = downtime || request.url.ends_with("/connection_reset");
    if (!downtime || request.method != "GET" || !request.url.ends_with("/databases/" + source)) return Meddling{};
    Meddling replaced{Meddling::Kind::answer};
    json::Value database = heroku.call("GET", "/client/v11/databases/" + source);
    database.set("formation", json::Object{{"id", "formation"}, {"primary", "another-server"}});
    replaced.answer = {200, {{"content-type", "application/json"}}, database.dump()};
    return replaced;
  };
  const Ended ended = tool.apply();
  EXPECT_EQ(ended.exit_code, 5) << ended.story();
  EXPECT_THAT(message_of(ended), HasSubstr("the leader was replaced"));
}

TEST_F(ByApi, WhenHerokuDoesNotSayWhenItSampledACutoverDoesNotBegin) {
  SimulatedTool tool(heroku, by_api());
  tool.network().meddle = [&](const HttpRequest& request, int) {
    if (request.method != "GET" || !request.url.ends_with("/databases/" + source)) return Meddling{};
    Meddling timeless{Meddling::Kind::answer};
    json::Value database = heroku.call("GET", "/client/v11/databases/" + source);
    database.set("status_updated_at", nullptr);
    timeless.answer = {200, {{"content-type", "application/json"}}, database.dump()};
    return timeless;
  };
  const Ended ended = tool.apply();
  EXPECT_EQ(ended.exit_code, 1) << ended.story();
  EXPECT_EQ(heroku.call("GET", "/apps/orders")["maintenance"].dump(), "false");
}

TEST(ByApiWithRareSamples, ACutoverDoesNotBeginThatCouldNotBeProvenInTime) {
  std::string world(orders_world);
  world.replace(world.find("sampling: 1s"), 12, "sampling: 60s");
  SimulatedHeroku heroku(world);
  SimulatedTool tool(heroku, by_api());
  const Ended ended = tool.apply();
  EXPECT_EQ(ended.exit_code, 1) << ended.story();
  EXPECT_THAT(message_of(ended), HasSubstr("max_downtime"));
  EXPECT_EQ(heroku.call("GET", "/apps/orders")["maintenance"].dump(), "false");
}

// ---- exact meanings

std::string from(const std::string& database) {
  std::string spec = orders_spec("replicating");
  return spec.replace(spec.find("database: DATABASE_URL"), 22, "database: " + database);
}

TEST(SourceDatabase, IsAnAttachmentOfTheSourceAppFirstElseAnAddonName) {
  for (const char* database : {"DATABASE", "DATABASE_URL", "orders-db"}) {
    SimulatedHeroku heroku(orders_world);
    SimulatedTool tool(heroku, from(database));
    const Result<Plan> plan = tool.plan();
    ASSERT_TRUE(plan);
    EXPECT_EQ(plan->migrations.front().source.addon, "orders-db") << database;
  }
}

TEST(SourceDatabase, ThatMeansTwoThingsIsRefused) {
  SimulatedHeroku heroku(std::string(orders_world) + R"(  ORDERS: {app: orders, plan: standard-0, as: OTHER}
attachments:
  - {app: orders, addon: orders-db, as: ORDERS}
)");
  SimulatedTool tool(heroku, from("ORDERS"));
  const Result<Plan> plan = tool.plan();
  ASSERT_TRUE(plan);
  EXPECT_EQ(plan->migrations.front().blockers.front().id, "source-not-found");
  EXPECT_THAT(plan->migrations.front().blockers.front().what, HasSubstr("ambiguous"));
}

TEST(ExitCode, OfAStageThatABlockerStandsBeforeIsFourAlsoWhilePreparingGoesOn) {
  std::string spec = orders_spec("live");
  // Without it the target would come back as it is, with no dyno.
  const std::string formation = "      formation: {web: 2, worker: 1}\n";
  spec.erase(spec.find(formation), formation.size());
  SimulatedHeroku heroku(orders_world);
  SimulatedTool tool(heroku, spec);
  ApplyOptions options;
  options.wait = std::chrono::seconds{0};
  const Ended ended = tool.apply(options);
  EXPECT_EQ(ended.exit_code, 4) << ended.story();
  EXPECT_NE(heroku.plane().all().size(), 0U);
}

// ---- poolers and credentials

TEST(Pooler, OfTheSourceAppIsAttachedToTheTargetBeforeDowntime) {
  Scenario scenario(std::string(orders_world) +
                    "attachments:\n  - {app: orders, addon: orders-db, as: DATABASE_CONNECTION_POOL, namespace: "
                    "\"connection-pooling:default\"}\n");
  bool down = false;
  bool in_downtime = false;
  const Ended ended = scenario.apply("live", [&](SimulatedTool& tool) {
    tool.network().meddle = [&](const HttpRequest& request, int) {
      down = down || (request.method == "PATCH" && request.url.ends_with("/apps/orders"));
      const bool attaches = request.method == "POST" && request.url.ends_with("/addon-attachments");
      if (attaches && request.body.find("CONNECTION_POOL") != std::string::npos) in_downtime = down;
      return Meddling{};
    };
  });
  EXPECT_EQ(ended.exit_code, 0) << ended.story();
  EXPECT_FALSE(in_downtime);
  const json::Value attached = scenario.heroku().call("GET", "/apps/orders-space/addon-attachments");
  const auto& all = attached.items();
  const auto pool = std::ranges::find_if(
      all, [](const json::Value& attachment) { return attachment["name"].as_string() == "DATABASE_CONNECTION_POOL"; });
  ASSERT_NE(pool, all.end());
  EXPECT_EQ((*pool)["addon"]["id"].as_string(), scenario.judge().copy());
  EXPECT_EQ((*pool)["namespace"].as_string(), "connection-pooling:default");
  scenario.heroku().pass(minutes{5});
  scenario.judge().judge_nothing_done(scenario.apply("live"));
  EXPECT_TRUE(scenario.judge().violations().empty()) << scenario.judge().report();
}

}  // namespace
}  // namespace changeover::simulation
