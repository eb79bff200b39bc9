// The judge can fail: every invariant, broken on purpose, is seen.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/simulation/scenario.h"

namespace changeover::simulation {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using ::testing::HasSubstr;

struct JudgeTest : ::testing::Test {
  /// A follower of orders-db, by hand.
  std::string follow(const std::string& name) {
    int status = 0;
    heroku().call("POST", "/apps/orders-space/addons",
                  R"({"plan":"heroku-postgresql:private-0","name":")" + name +
                      R"(","config":{"follow":"orders-db"},"attachment":{"name":")" +
                      (name == "copy" ? "COPY" : "OTHER") + R"("}})",
                  &status);
    EXPECT_EQ(status, 201);
    heroku().pass(minutes{5});
    return heroku().id_of(name);
  }
  void unfollow(const std::string& name) {
    heroku().call("PUT", "/client/v11/databases/" + name + "/unfollow");
    heroku().pass(minutes{1});
  }
  void serve_from(const std::string& name) {
    heroku().call("POST", "/addon-attachments",
                  R"({"addon":")" + name + R"(","app":"orders-space","name":"DATABASE"})");
    heroku().call("PATCH", "/apps/orders-space/formation", R"({"updates":[{"type":"web","quantity":1}]})");
    heroku().pass(minutes{1});
  }
  void stop_source() {
    heroku().call("PATCH", "/apps/orders/formation",
                  R"({"updates":[{"type":"web","quantity":0},{"type":"worker","quantity":0}]})");
    heroku().pass(minutes{1});
  }
  SimulatedHeroku& heroku() { return scenario.heroku(); }
  std::string verdict() {
    scenario.judge().judge_end({});
    return scenario.judge().report();
  }
  Scenario scenario;
};

TEST_F(JudgeTest, FindsNothingInAChangeoverByHandThatIsRight) {
  follow("copy");
  stop_source();
  unfollow("copy");
  serve_from("copy");
  EXPECT_EQ(verdict(), "");
}

TEST_F(JudgeTest, SeesLostWrites) {
  const std::string copy = follow("copy");
  heroku().plane().stall(copy, true);
  heroku().pass(seconds{10});
  stop_source();
  unfollow("copy");
  serve_from("copy");
  EXPECT_THAT(verdict(), HasSubstr("invariant 1: "));
}

TEST_F(JudgeTest, SeesTwoDatabasesThatTakeWrites) {
  follow("copy");
  unfollow("copy");
  serve_from("copy");
  EXPECT_THAT(verdict(), HasSubstr("invariant 2: "));
}

TEST_F(JudgeTest, SeesASecondCopy) {
  follow("copy");
  follow("another");
  EXPECT_THAT(verdict(), HasSubstr("invariant 5: 2 copies"));
}

TEST_F(JudgeTest, SeesASourceThatWasDestroyedTooEarly) {
  const std::string copy = follow("copy");
  heroku().plane().stall(copy, true);
  heroku().pass(seconds{10});
  heroku().call("DELETE", "/apps/orders/addons/orders-db");
  heroku().pass(minutes{1});
  EXPECT_THAT(verdict(), HasSubstr("invariant 6: "));
}

TEST_F(JudgeTest, SeesAnAppThatIsNotAsItWas) {
  stop_source();
  scenario.judge().judge_restored();
  EXPECT_THAT(verdict(), HasSubstr("invariant 4: orders had web=2 worker=1"));
}

TEST_F(JudgeTest, SeesASecretThatIsWrittenDown) {
  Ended ended;
  ended.events.push_back({});
  ended.events.back().message = "token " + heroku().world().api_key.reveal();
  scenario.judge().judge_end(ended);
  EXPECT_THAT(scenario.judge().report(), HasSubstr("invariant 8: the token"));
}

TEST_F(JudgeTest, SeesAnUnfollowWithoutAFence) {
  const std::string copy = follow("copy");
  SimulatedTool tool(heroku(), orders_spec("live"));
  scenario.judge().watch(tool);
  HttpRequest request;
  request.method = "PUT";
  request.url = "https://api.data.heroku.com/client/v11/databases/" + copy + "/unfollow";
  tool.network().arriving(request);
  EXPECT_THAT(verdict(), HasSubstr("invariant 3: unfollow without a fence"));
}

TEST_F(JudgeTest, SeesARunThatHangs) {
  Ended ended;
  ended.hangs = "it waits";
  scenario.judge().judge_end(ended);
  EXPECT_THAT(scenario.judge().report(), HasSubstr("invariant 9: "));
}

/// The request that lets the target serve, as it would be sent.
void scale_target_up(SimulatedTool& tool) {
  HttpRequest request;
  request.method = "PATCH";
  request.url = "https://api.heroku.com/apps/orders-space/formation";
  request.body = R"({"updates":[{"type":"web","quantity":1}]})";
  tool.network().arriving(request);
}

TEST_F(JudgeTest, SeesThatNoDatabaseHasEverything) {
  follow("copy");
  stop_source();
  unfollow("copy");
  serve_from("copy");
  heroku().call("PATCH", "/apps/orders-space/formation", R"({"updates":[{"type":"web","quantity":0}]})");
  heroku().call("DELETE", "/apps/orders-space/addons/copy");
  heroku().pass(minutes{1});
  EXPECT_THAT(verdict(), HasSubstr("invariant 1: no database"));
}

TEST_F(JudgeTest, SeesAnAddonThatNobodyKnows) {
  follow("stray");
  SimulatedTool tool(heroku(), orders_spec("live"));
  scenario.judge().judge_end({}, &scenario.judge().watch(tool));
  EXPECT_THAT(scenario.judge().report(), HasSubstr("invariant 5: neither state nor plan names the add-on stray"));
}

TEST_F(JudgeTest, SeesASourceThatNobodyWantedGone) {
  heroku().call("DELETE", "/apps/orders/addons/orders-db");
  heroku().pass(minutes{1});
  SimulatedTool tool(heroku(), orders_spec("live"));
  scenario.judge().judge_end({}, &scenario.judge().watch(tool));
  EXPECT_THAT(scenario.judge().report(), HasSubstr("invariant 6: the source is gone, and nobody asked"));
}

TEST_F(JudgeTest, SeesALiveMigrationThatIsTouched) {
  SimulatedTool tool(heroku(), orders_spec("live"));
  scenario.judge().judge_end({}, &scenario.judge().watch(tool));  // live
  const Watch& again = scenario.judge().watch(tool);
  HttpRequest request;
  request.method = "PATCH";
  tool.network().arriving(request);
  scenario.judge().judge_end({}, &again);
  EXPECT_THAT(scenario.judge().report(), HasSubstr("invariant 7: live already"));
}

TEST_F(JudgeTest, SeesADowntimeThatIsTooLong) {
  SimulatedTool tool(heroku(), orders_spec("live"));
  scenario.judge().watch(tool);
  Event event;
  event.type = EventType::downtime_began;
  tool.told(event);
  event.type = EventType::abort_done;
  event.at += minutes{6};
  tool.told(event);
  EXPECT_THAT(verdict(), HasSubstr("invariant 9: the downtime lasted longer"));
}

TEST_F(JudgeTest, SeesARunThatEndsInDowntime) {
  SimulatedTool tool(heroku(), orders_spec("live"));
  const Watch& watch = scenario.judge().watch(tool);
  Event event;
  event.type = EventType::downtime_began;
  tool.told(event);
  Ended ended;
  ended.exit_code = 1;
  scenario.judge().judge_end(ended, &watch);
  EXPECT_THAT(scenario.judge().report(), HasSubstr("invariant 9: the run ended in downtime"));
}

TEST_F(JudgeTest, SeesATargetWithoutADatabase) {
  SimulatedTool tool(heroku(), orders_spec("live"));
  scenario.judge().watch(tool);
  scale_target_up(tool);
  EXPECT_THAT(verdict(), HasSubstr("invariant 10: the target serves without its DATABASE_URL"));
}

TEST_F(JudgeTest, SeesATargetOnAFollower) {
  follow("copy");
  heroku().call("POST", "/addon-attachments", R"({"addon":"copy","app":"orders-space","name":"DATABASE"})");
  SimulatedTool tool(heroku(), orders_spec("live"));
  scenario.judge().watch(tool);
  scale_target_up(tool);
  EXPECT_THAT(verdict(), HasSubstr("invariant 10: the target serves on a database that takes no writes"));
}

TEST_F(JudgeTest, SeesATargetOnASpentCopy) {
  const std::string copy = follow("copy");
  heroku().plane().stall(copy, true);
  heroku().pass(seconds{10});
  unfollow("copy");
  heroku().call("POST", "/addon-attachments", R"({"addon":"copy","app":"orders-space","name":"DATABASE"})");
  SimulatedTool tool(heroku(), orders_spec("live"));
  scenario.judge().watch(tool);
  scale_target_up(tool);
  EXPECT_THAT(verdict(), HasSubstr("invariant 10: the target serves on a database that lacks writes"));
}

TEST_F(JudgeTest, SeesTwoOperatorsAtWork) {
  SimulatedTool tool(heroku(), orders_spec("live"));
  scenario.judge().judge_locked_out({}, scenario.judge().watch(tool));
  EXPECT_THAT(verdict(), HasSubstr("exit 6: a second operator was not locked out"));
}

TEST_F(JudgeTest, SeesASecondApplyThatDoesSomething) {
  EXPECT_EQ(scenario.apply("live").exit_code, 0);
  heroku().call("PATCH", "/apps/orders-space", R"({"maintenance":true})");
  scenario.judge().judge_nothing_done(scenario.apply("replicating"));
  EXPECT_THAT(scenario.judge().report(), HasSubstr("invariant 7: "));
}

}  // namespace
}  // namespace changeover::simulation
