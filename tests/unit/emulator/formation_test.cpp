#include "tests/unit/emulator/model_harness.h"

namespace changeover::testing {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::ElementsAre;

std::vector<std::string> quantities(const Answer& answer) { return answer.all("quantity"); }

TEST(EmulatorFormation, AcceptsEveryFormOfQuantity) {
  Harness heroku;
  const auto patch = [&](const std::string& quantity) {
    return quantities(heroku.call("PATCH", "/apps/orders/formation",
                                  R"({"updates":[{"type":"worker","quantity":)" + quantity + "}]}"));
  };
  EXPECT_THAT(patch("3"), ElementsAre("1", "3"));
  EXPECT_THAT(patch(R"("4")"), ElementsAre("1", "4"));
  EXPECT_THAT(patch(R"("+2")"), ElementsAre("1", "6"));
  EXPECT_THAT(patch(R"("-1")"), ElementsAre("1", "5"));
  EXPECT_THAT(patch(R"("-9")"), ElementsAre("1", "0"));
}

TEST(EmulatorFormation, RefusesAWholeCallForOneWrongItem) {
  Harness heroku;
  for (const char* updates : {R"({"type":"web","quantity":0},{"type":"clock","quantity":1})",
                              R"({"type":"web","quantity":0},{"type":"worker","quantity":"two"})",
                              R"({"type":"web","quantity":0},{"type":"worker","qty":1})",
                              R"({"type":"web","quantity":0},{"type":"worker","size":"private-m"})",
                              R"({"type":"web","quantity":0},{"type":"worker","size":"huge"})"}) {
    const Answer refused =
        heroku.call("PATCH", "/apps/orders/formation", R"({"updates":[)" + std::string(updates) + "]}");
    EXPECT_EQ(refused.status, 422) << updates;
    EXPECT_EQ(refused.body["id"].as_string(), "invalid_params");
  }
  EXPECT_THAT(quantities(heroku.get("/apps/orders/formation")), ElementsAre("1", "2"));
}

TEST(EmulatorFormation, SizesComeInBothSpellings) {
  Harness heroku;
  const Answer first =
      heroku.call("PATCH", "/apps/orders/formation", R"({"updates":[{"type":"web","size":"Performance-L"}]})");
  EXPECT_EQ(first.body.items()[0]["dyno_size"]["name"].as_string(), "performance-l");
  EXPECT_EQ(first.body.items()[0]["size"].as_string(), "Performance-L");
  const Answer second =
      heroku.call("PATCH", "/apps/orders/formation/worker", R"({"quantity":1,"dyno_size":{"name":"standard-1x"}})");
  EXPECT_EQ(second.body["size"].as_string(), "Standard-1X");
  EXPECT_EQ(second.body["quantity"].as_integer(), 1);
}

TEST(EmulatorFormation, DynosStartAndComeUp) {
  Harness heroku;
  EXPECT_THAT(heroku.dyno_names("orders"), ElementsAre("web.1", "worker.1", "worker.2"));
  EXPECT_THAT(heroku.get("/apps/orders/dynos").all("state"), ElementsAre("starting", "starting", "starting"));
  heroku.advance(seconds(2));
  EXPECT_THAT(heroku.get("/apps/orders/dynos").all("state"), ElementsAre("up", "up", "up"));
  const auto* web = heroku.processes.find("orders", "web.1");
  ASSERT_NE(web, nullptr);
  EXPECT_EQ(web->command, "serve");
  EXPECT_EQ(web->environment.at("RACK_ENV"), "production");
  EXPECT_EQ(web->environment.at("DATABASE_URL"),
            heroku.get("/apps/orders/config-vars").body["DATABASE_URL"].as_string());
  EXPECT_TRUE(web->environment.contains("PORT"));
  EXPECT_FALSE(heroku.processes.find("orders", "worker.1")->environment.contains("PORT"));
}

TEST(EmulatorFormation, StoppedDynosAreListedUntilTheirProcessIsGone) {
  Harness heroku;
  heroku.advance(seconds(3));
  heroku.processes.drain = seconds(10);
  heroku.call("PATCH", "/apps/orders/formation",
              R"({"updates":[{"type":"web","quantity":0},{"type":"worker","quantity":1}]})");
  EXPECT_EQ(heroku.dyno_names("orders").size(), 3U);
  heroku.advance(seconds(9));
  EXPECT_EQ(heroku.dyno_names("orders").size(), 3U);
  heroku.advance(seconds(1));
  EXPECT_THAT(heroku.dyno_names("orders"), ElementsAre("worker.1"));
}

TEST(EmulatorFormation, AStubbornDynoIsGoneWhenItsGraceIsOver) {
  Harness heroku;
  heroku.advance(seconds(3));
  heroku.processes.drain = std::chrono::hours(1);
  heroku.call("PATCH", "/apps/orders/formation",
              R"({"updates":[{"type":"web","quantity":0},{"type":"worker","quantity":0}]})");
  heroku.advance(milliseconds(29'999));
  EXPECT_EQ(heroku.dyno_names("orders").size(), 3U);
  heroku.advance(milliseconds(1));
  EXPECT_TRUE(heroku.dyno_names("orders").empty());
}

TEST(EmulatorFormation, ScaledUpWhileStoppingStartsAnewOnce) {
  Harness heroku;
  heroku.advance(seconds(3));
  heroku.processes.drain = seconds(5);
  const int before = heroku.processes.started();
  heroku.call("PATCH", "/apps/orders/formation", R"({"updates":[{"type":"web","quantity":0}]})");
  heroku.call("PATCH", "/apps/orders/formation", R"({"updates":[{"type":"web","quantity":1}]})");
  heroku.advance(seconds(5));
  heroku.advance(seconds(2));
  EXPECT_EQ(heroku.processes.started(), before + 1);
  EXPECT_THAT(heroku.get("/apps/orders/dynos").all("state"), ElementsAre("up", "up", "up"));
}

TEST(EmulatorFormation, CrashedDynosRestartWithAGrowingPause) {
  Harness heroku;
  heroku.advance(seconds(3));
  heroku.processes.exit("orders", "web.1", 1);
  EXPECT_EQ(heroku.get("/apps/orders/dynos/web.1").body["state"].as_string(), "crashed");
  heroku.advance(seconds(1));
  EXPECT_EQ(heroku.get("/apps/orders/dynos/web.1").body["state"].as_string(), "starting");
  heroku.processes.exit("orders", "web.1", 1);
  EXPECT_EQ(heroku.get("/apps/orders/dynos/web.1").body["state"].as_string(), "crashed");
  heroku.advance(milliseconds(1'999));
  EXPECT_EQ(heroku.get("/apps/orders/dynos/web.1").body["state"].as_string(), "crashed");
  heroku.advance(milliseconds(1));
  EXPECT_EQ(heroku.get("/apps/orders/dynos/web.1").body["state"].as_string(), "starting");
}

TEST(EmulatorFormation, ACrashedDynoThatIsNotWantedAnyMoreDisappears) {
  Harness heroku;
  heroku.advance(seconds(3));
  heroku.processes.exit("orders", "web.1", 1);
  EXPECT_EQ(heroku.get("/apps/orders/dynos/web.1").body["state"].as_string(), "crashed");
  heroku.call("PATCH", "/apps/orders/formation", R"({"updates":[{"type":"web","quantity":0}]})");
  EXPECT_EQ(heroku.get("/apps/orders/dynos/web.1").status, 404);
  heroku.advance(seconds(60));
  EXPECT_THAT(heroku.dyno_names("orders"), ElementsAre("worker.1", "worker.2"));
}

TEST(EmulatorFormation, OneOffsAreListedAndCanBeStopped) {
  Harness heroku(R"(
version: 1
api_key: test-token
apps: {solo: {formation: {web: {quantity: 1, command: serve}}, one_off: [import everything]}}
)");
  heroku.advance(seconds(3));
  ASSERT_THAT(heroku.dyno_names("solo"), ElementsAre("run.1000", "web.1"));
  heroku.call("PATCH", "/apps/solo/formation", R"({"updates":[{"type":"web","quantity":0}]})");
  EXPECT_THAT(heroku.dyno_names("solo"), ElementsAre("run.1000"));
  heroku.call("PATCH", "/apps/solo/config-vars", R"({"A":"1"})");
  EXPECT_EQ(heroku.get("/apps/solo/dynos/run.1000").body["type"].as_string(), "run");
  EXPECT_EQ(heroku.call("POST", "/apps/solo/dynos/run.1000/actions/stop").status, 202);
  EXPECT_TRUE(heroku.dyno_names("solo").empty());
  EXPECT_EQ(heroku.call("POST", "/apps/solo/dynos/run.1000/actions/stop").status, 404);
}

TEST(EmulatorFormation, AReleaseRestartsOnTheNewConfig) {
  Harness heroku;
  heroku.advance(seconds(3));
  heroku.call("PATCH", "/apps/orders/config-vars", R"({"A":"1"})");
  heroku.advance(seconds(3));
  EXPECT_EQ(heroku.processes.find("orders", "web.1")->environment.at("A"), "1");
  EXPECT_EQ(heroku.get("/apps/orders/dynos/web.1").body["release"]["version"].as_integer(), 4);
}

TEST(EmulatorFormation, TheReleasePhaseDecidesWhetherDynosMove) {
  Harness heroku(R"(
version: 1
api_key: test-token
timing: {dyno_boot: 0ms}
apps: {phased: {formation: {web: {quantity: 1, command: serve}, release: {command: migrate}}}}
)");
  heroku.call("PATCH", "/apps/phased/config-vars", R"({"A":"1"})");
  const auto newest = [&] {
    return heroku.get("/apps/phased/releases", {{"range", "version ..; max=1, order=desc"}}).body.items()[0];
  };
  EXPECT_EQ(newest()["status"].as_string(), "pending");
  EXPECT_FALSE(newest()["current"].as_bool());
  ASSERT_THAT(heroku.dyno_names("phased"), ElementsAre("release.1000", "web.1"));
  EXPECT_EQ(heroku.processes.find("phased", "release.1000")->environment.at("A"), "1");
  heroku.processes.exit("phased", "release.1000", 1);
  heroku.advance(seconds(1));
  EXPECT_EQ(newest()["status"].as_string(), "failed");
  EXPECT_FALSE(heroku.processes.find("phased", "web.1")->environment.contains("A"));
  heroku.call("PATCH", "/apps/phased/config-vars", R"({"B":"1"})");
  EXPECT_EQ(newest()["status"].as_string(), "pending");
  heroku.processes.exit("phased", "release.1001", 0);
  heroku.advance(seconds(1));
  EXPECT_EQ(newest()["status"].as_string(), "succeeded");
  EXPECT_TRUE(newest()["current"].as_bool());
  heroku.advance(seconds(1));
  EXPECT_EQ(heroku.processes.find("phased", "web.1")->environment.at("B"), "1");
}

}  // namespace
}  // namespace changeover::testing
