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

TEST_F(JudgeTest, SeesASecondApplyThatDoesSomething) {
  EXPECT_EQ(scenario.apply("live").exit_code, 0);
  heroku().call("PATCH", "/apps/orders-space", R"({"maintenance":true})");
  scenario.judge().judge_nothing_done(scenario.apply("replicating"));
  EXPECT_THAT(scenario.judge().report(), HasSubstr("invariant 7: "));
}

}  // namespace
}  // namespace changeover::simulation
