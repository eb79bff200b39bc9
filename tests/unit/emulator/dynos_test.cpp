// One-offs, the stop and restart actions, drains, states and limits of dynos (heroku-api.md 2.3).
#include "tests/unit/emulator/model_harness.h"

namespace changeover::testing {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

std::string state(Harness& heroku, const std::string& dyno) {
  return heroku.get("/apps/orders/dynos/" + dyno).body["state"].string_or("(none)");
}

TEST(EmulatorDynos, AOneOffHasItsOwnEnvironmentSizeAndType) {
  Harness heroku;
  const Answer made = heroku.call("POST", "/apps/orders/dynos",
                                  R"({"command":"import","type":"task","size":"Standard-2X","attach":false,
                                      "env":{"RACK_ENV":"test","COLUMNS":80},"force_no_tty":null})");
  ASSERT_EQ(made.status, 201) << made.text;
  EXPECT_EQ(made.body["name"].as_string(), "task.1000");
  EXPECT_EQ(made.body["type"].as_string(), "task");
  EXPECT_EQ(made.body["size"].as_string(), "Standard-2X");
  EXPECT_EQ(made.body["state"].as_string(), "starting");
  EXPECT_TRUE(made.body["attach_url"].is_null());
  const auto* process = heroku.processes.find("orders", "task.1000");
  ASSERT_NE(process, nullptr);
  EXPECT_EQ(process->command, "import");
  EXPECT_EQ(process->environment.at("RACK_ENV"), "test") << "over the config var";
  EXPECT_EQ(process->environment.at("COLUMNS"), "80");
  EXPECT_TRUE(process->environment.contains("DATABASE_URL"));
  EXPECT_FALSE(process->environment.contains("PORT"));
}

TEST(EmulatorDynos, RefusesOneOffsThatCannotRun) {
  Harness heroku;
  const auto refusal = [&](const std::string& body) {
    const Answer refused = heroku.call("POST", "/apps/orders/dynos", body);
    EXPECT_EQ(refused.status, 422) << body;
    EXPECT_EQ(refused.body["id"].as_string(), "invalid_params") << body;
    return refused.body["message"].as_string();
  };
  EXPECT_THAT(refusal(R"({"command":"bash","attach":true})"), HasSubstr("run:detached"));
  EXPECT_THAT(refusal(R"({})"), HasSubstr("command"));
  EXPECT_THAT(refusal(R"({"command":"a","colour":"red"})"), HasSubstr("colour"));
  EXPECT_THAT(refusal(R"({"command":"a","env":{"A B":"1"}})"), HasSubstr("A B"));
  EXPECT_THAT(refusal(R"({"command":"a","env":{"A":[1]}})"), HasSubstr("env A"));
  EXPECT_THAT(refusal(R"({"command":"a","env":"A=1"})"), HasSubstr("object"));
  EXPECT_THAT(refusal(R"({"command":"a","type":"a/b"})"), HasSubstr("type"));
  EXPECT_THAT(refusal(R"({"command":"a","size":"private-m"})"), HasSubstr("private-m"));
  for (const char* time : {"0", "86401", R"("60")", "1.5"})
    EXPECT_THAT(refusal(R"({"command":"a","time_to_live":)" + std::string(time) + "}"), HasSubstr("time_to_live"));
  EXPECT_THAT(heroku.dyno_names("orders"), Not(Contains(::testing::StartsWith("run."))));
}

TEST(EmulatorDynos, TimeToLiveEndsAOneOffAsAStopDoes) {
  Harness heroku;
  heroku.processes.drain = seconds(3);
  ASSERT_EQ(heroku.call("POST", "/apps/orders/dynos", R"({"command":"a","time_to_live":60})").status, 201);
  heroku.advance(milliseconds(62'999));
  EXPECT_EQ(state(heroku, "run.1000"), "up") << "told to stop, not gone yet";
  heroku.advance(milliseconds(1));
  EXPECT_EQ(state(heroku, "run.1000"), "(none)");
}

TEST(EmulatorDynos, StopAndRestartActionsAnswerAccepted) {
  Harness heroku;
  heroku.advance(seconds(3));
  heroku.call("POST", "/apps/orders/dynos", R"({"command":"a"})");
  heroku.call("POST", "/apps/orders/dynos", R"({"command":"b"})");
  const int started = heroku.processes.started();
  const auto accepted = [&](const std::string& method, const std::string& path) {
    const Answer answer = heroku.call(method, "/apps/orders" + path);
    EXPECT_EQ(answer.status, 202) << method << " " << path;
    EXPECT_EQ(answer.text, "{}");
    heroku.advance(seconds(3));
  };
  accepted("DELETE", "/dynos/worker.1");
  EXPECT_EQ(heroku.processes.started(), started + 1);
  accepted("POST", "/dynos/worker.2/actions/stop");
  EXPECT_EQ(heroku.processes.started(), started + 2) << "what the formation wants starts again";
  accepted("DELETE", "/formations/worker");
  EXPECT_EQ(heroku.processes.started(), started + 4);
  accepted("POST", "/formations/worker/actions/stop");
  EXPECT_EQ(heroku.processes.started(), started + 6);
  accepted("POST", "/dynos/run.1000/actions/stop");
  EXPECT_THAT(heroku.dyno_names("orders"), ElementsAre("run.1001", "web.1", "worker.1", "worker.2"));
  accepted("POST", "/formations/run/actions/stop");
  EXPECT_THAT(heroku.dyno_names("orders"), ElementsAre("web.1", "worker.1", "worker.2"));
  accepted("DELETE", "/dynos");
  EXPECT_EQ(heroku.processes.started(), started + 9);
  EXPECT_EQ(heroku.call("DELETE", "/apps/orders/formations/clock").status, 404);
  EXPECT_EQ(heroku.call("POST", "/apps/orders/formations/clock/actions/stop").status, 404);
  EXPECT_EQ(heroku.call("DELETE", "/apps/orders/dynos/web.7").status, 404);
  EXPECT_EQ(heroku.call("DELETE", "/apps/nothing/dynos").status, 404);
}

TEST(EmulatorDynos, EachProcessTypeDrainsAsLongAsItsWorldSays) {
  Harness heroku(R"(
version: 1
api_key: test-token
timing: {dyno_boot: 0s, dyno_grace: 30s}
apps:
  orders:
    formation:
      clock: {quantity: 1, command: tick, drain: 45s}
      web: {quantity: 1, command: serve}
      worker: {quantity: 1, command: work, drain: 10s}
)");
  heroku.advance(seconds(1));
  heroku.call(
      "PATCH", "/apps/orders/formation",
      R"({"updates":[{"type":"clock","quantity":0},{"type":"web","quantity":0},{"type":"worker","quantity":0}]})");
  EXPECT_THAT(heroku.dyno_names("orders"), ElementsAre("clock.1", "worker.1"));
  heroku.advance(seconds(10));
  EXPECT_THAT(heroku.dyno_names("orders"), ElementsAre("clock.1"));
  heroku.advance(seconds(20));
  EXPECT_THAT(heroku.dyno_names("orders"), IsEmpty()) << "SIGKILL after the grace";
}

TEST(EmulatorDynos, AnEndedDynoMayBeListedAsDown) {
  Harness heroku(R"(
version: 1
api_key: test-token
timing: {dyno_boot: 0s, dyno_down: 5s}
apps: {orders: {formation: {worker: {quantity: 2, command: work}}, one_off: [import]}}
)");
  heroku.advance(seconds(1));
  heroku.processes.exit("orders", "run.1000", 0);
  EXPECT_EQ(state(heroku, "run.1000"), "down");
  heroku.call("PATCH", "/apps/orders/formation", R"({"updates":[{"type":"worker","quantity":0}]})");
  EXPECT_EQ(state(heroku, "worker.1"), "down");
  heroku.advance(seconds(3));
  heroku.call("PATCH", "/apps/orders/formation", R"({"updates":[{"type":"worker","quantity":1}]})");
  heroku.advance(milliseconds(1'999));
  EXPECT_EQ(state(heroku, "worker.1"), "up") << "wanted again";
  EXPECT_EQ(state(heroku, "worker.2"), "down");
  heroku.advance(seconds(10));
  EXPECT_THAT(heroku.dyno_names("orders"), ElementsAre("worker.1"));
}

TEST(EmulatorDynos, ACrashAfterALongTimeUpIsNoneInARow) {
  Harness heroku;  // crash_restart 1s, at most 4s
  heroku.advance(seconds(3));
  for (const int pause : {1, 2, 4, 4}) {
    heroku.processes.exit("orders", "web.1", 1);
    ASSERT_EQ(state(heroku, "web.1"), "crashed");
    heroku.advance(milliseconds(pause * 1000 - 1));
    EXPECT_EQ(state(heroku, "web.1"), "crashed") << pause;
    heroku.advance(milliseconds(1));
    EXPECT_EQ(state(heroku, "web.1"), "starting") << pause;
  }
  heroku.advance(seconds(2 + 4));
  heroku.processes.exit("orders", "web.1", 1);
  ASSERT_EQ(state(heroku, "web.1"), "crashed");
  heroku.advance(seconds(1));
  EXPECT_EQ(state(heroku, "web.1"), "starting");
}

TEST(EmulatorDynos, AReleaseEndsTheCoolOffOfACrash) {
  Harness heroku;
  heroku.advance(seconds(3));
  for (int crash = 0; crash < 4; ++crash) {
    heroku.processes.exit("orders", "web.1", 1);
    ASSERT_EQ(state(heroku, "web.1"), "crashed");
    if (crash < 3) heroku.advance(seconds(4));
  }
  heroku.call("PATCH", "/apps/orders/config-vars", R"({"A":"1"})");
  EXPECT_EQ(state(heroku, "web.1"), "starting");
  heroku.processes.exit("orders", "web.1", 1);
  ASSERT_EQ(state(heroku, "web.1"), "crashed");
  heroku.advance(seconds(1));
  EXPECT_EQ(state(heroku, "web.1"), "starting") << "counted anew";
}

TEST(EmulatorDynos, AWebDynoWithoutAPortCrashesAndTriesAgain) {
  Harness heroku;
  heroku.advance(seconds(3));
  heroku.processes.no_ports = true;
  heroku.call("DELETE", "/apps/orders/dynos/web.1");
  EXPECT_EQ(state(heroku, "web.1"), "crashed");
  heroku.processes.no_ports = false;
  heroku.advance(seconds(3));
  EXPECT_EQ(state(heroku, "web.1"), "up");
}

TEST(EmulatorDynos, HerokusLimitsHold) {
  Harness heroku(R"(
version: 1
api_key: test-token
teams: [acme]
spaces: {prod-va: {team: acme}}
apps:
  cheap: {formation: {web: {quantity: 1, size: basic, command: serve}}}
  large: {formation: {web: {quantity: 1, size: performance-m, command: serve}, worker: {command: work}}}
  inside: {space: prod-va, formation: {web: {quantity: 12, command: serve}}}
)");
  const auto scale = [&](const std::string& app, const std::string& updates) {
    return heroku.call("PATCH", "/apps/" + app + "/formation", R"({"updates":[)" + updates + "]}");
  };
  const Answer refused = scale("cheap", R"({"type":"web","quantity":2})");
  EXPECT_EQ(refused.status, 422);
  EXPECT_EQ(refused.body["id"].as_string(), "cannot_run_above_limit");
  EXPECT_EQ(refused.body["limit"].as_integer(), 1);
  EXPECT_THAT(refused.body["message"].as_string(), HasSubstr("Cannot run more than 1 Basic size dynos"));
  EXPECT_EQ(scale("large", R"({"type":"web","quantity":11})").status, 422);
  EXPECT_EQ(scale("large", R"({"type":"web","quantity":10},{"type":"worker","quantity":91})").status, 422);
  EXPECT_EQ(scale("large", R"({"type":"web","quantity":10},{"type":"worker","quantity":90})").status, 200);
  EXPECT_EQ(heroku.call("PATCH", "/apps/large/formation/worker", R"({"quantity":"+1"})").status, 422);
  EXPECT_EQ(scale("inside", R"({"type":"web","quantity":0})").status, 200);
  EXPECT_EQ(scale("inside", R"({"type":"web","quantity":12})").status, 200) << "raised: the world began with it";
  EXPECT_EQ(scale("inside", R"({"type":"web","quantity":13})").status, 422);
}

TEST(EmulatorDynos, SoManyOneOffsAtOnceAndNoMore) {
  Harness heroku;
  const auto run = [&](const std::string& app) {
    return heroku.call("POST", "/apps/" + app + "/dynos", R"({"command":"a"})");
  };
  for (int i = 0; i < 5; ++i) EXPECT_EQ(run("orders-space").status, 201);
  const Answer refused = run("orders-space");
  EXPECT_EQ(refused.status, 422);
  EXPECT_EQ(refused.body["id"].as_string(), "cannot_run_above_limit");
  EXPECT_EQ(refused.body["limit"].as_integer(), 5);
  EXPECT_EQ(run("orders").status, 201) << "50 of the small ones";
  heroku.processes.exit("orders-space", "run.1000", 0);
  static_cast<void>(heroku.dyno_names("orders-space"));
  EXPECT_EQ(run("orders-space").status, 201);
}

}  // namespace
}  // namespace changeover::testing
