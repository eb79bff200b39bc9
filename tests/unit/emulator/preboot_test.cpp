// Preboot: old web dynos that nobody lists go on beside the new ones (Dev Center, "Preboot").
#include <algorithm>

#include "tests/unit/emulator/model_harness.h"

namespace changeover::testing {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr std::string_view prebooting = R"(
version: 1
api_key: test-token
timing: {dyno_boot: 2s, preboot: 3m}
apps:
  orders:
    preboot: true
    formation: {web: {quantity: 2, command: serve}, worker: {quantity: 1, command: work}}
)";

/// "web.1 v1" of those that the status shows as retiring.
std::vector<std::string> retiring(Harness& heroku) {
  std::vector<std::string> names;
  const json::Value status = heroku.model.status();
  for (const json::Value& dyno : status["dynos"].items())
    if (dyno["retiring"].as_bool()) names.push_back(dyno["name"].as_string());
  std::ranges::sort(names);
  return names;
}

void release(Harness& heroku) {
  ASSERT_EQ(heroku.call("PATCH", "/apps/orders/config-vars", R"({"A":"1"})").status, 200);
}

TEST(EmulatorPreboot, OldWebDynosGoOnUnlistedForAWhile) {
  Harness heroku(prebooting);
  heroku.advance(seconds(3));
  release(heroku);
  EXPECT_THAT(heroku.dyno_names("orders"), ElementsAre("web.1", "web.2", "worker.1"));
  EXPECT_EQ(heroku.processes.size(), 5U) << "two old, two new, one worker";
  EXPECT_THAT(retiring(heroku), ElementsAre("web.1", "web.2"));
  EXPECT_EQ(heroku.get("/apps/orders/dynos/web.1").body["release"]["version"].as_integer(), 3);
  heroku.advance(milliseconds(179'999));
  EXPECT_THAT(retiring(heroku), ElementsAre("web.1", "web.2"));
  heroku.advance(milliseconds(1));
  EXPECT_THAT(retiring(heroku), IsEmpty());
  EXPECT_EQ(heroku.processes.size(), 3U);
}

TEST(EmulatorPreboot, ScalingWebDownEndsTheOldOnesToo) {
  Harness heroku(prebooting);
  heroku.advance(seconds(3));
  release(heroku);
  heroku.advance(seconds(3));
  heroku.processes.drain = seconds(10);
  heroku.call("PATCH", "/apps/orders/formation", R"({"updates":[{"type":"web","quantity":0}]})");
  EXPECT_EQ(heroku.processes.size(), 5U) << "all four drain";
  heroku.advance(seconds(10));
  EXPECT_THAT(retiring(heroku), IsEmpty());
  EXPECT_THAT(heroku.dyno_names("orders"), ElementsAre("worker.1"));
}

TEST(EmulatorPreboot, ARestartByHandKnowsNoPreboot) {
  Harness heroku(prebooting);
  heroku.advance(seconds(3));
  release(heroku);
  heroku.call("DELETE", "/apps/orders/dynos");
  heroku.advance(seconds(3));
  EXPECT_THAT(retiring(heroku), IsEmpty());
  EXPECT_EQ(heroku.processes.size(), 3U);
}

TEST(EmulatorPreboot, AnOldDynoThatEndsIsNotReplaced) {
  Harness heroku(prebooting);
  heroku.advance(seconds(3));
  heroku.processes.drain = seconds(1);
  release(heroku);
  heroku.advance(seconds(180));
  EXPECT_THAT(retiring(heroku), ElementsAre("web.1", "web.2")) << "they drain";
  heroku.advance(seconds(1));
  EXPECT_THAT(retiring(heroku), IsEmpty());
  EXPECT_EQ(heroku.processes.size(), 3U);
}

TEST(EmulatorPreboot, IsAnAppFeature) {
  Harness heroku;
  EXPECT_THAT(heroku.get("/apps/orders/features").all("name"), ElementsAre("preboot"));
  EXPECT_FALSE(heroku.get("/apps/orders/features/preboot").body["enabled"].as_bool(true));
  heroku.advance(seconds(3));
  const int started = heroku.processes.started();
  const Answer enabled = heroku.call("PATCH", "/apps/orders/features/preboot", R"({"enabled":true})");
  EXPECT_EQ(enabled.status, 200);
  EXPECT_TRUE(enabled.body["enabled"].as_bool());
  EXPECT_EQ(heroku.processes.started(), started) << "restarts nothing";
  release(heroku);
  EXPECT_THAT(retiring(heroku), ElementsAre("web.1"));
  EXPECT_EQ(heroku.call("PATCH", "/apps/orders/features/preboot", R"({})").status, 422);
  EXPECT_EQ(heroku.call("PATCH", "/apps/orders-space/features/preboot", R"({"enabled":true})").status, 422);
  EXPECT_EQ(heroku.get("/apps/orders/features/teleport").status, 404);
  EXPECT_EQ(heroku.call("PATCH", "/apps/orders/features/teleport", R"({"enabled":true})").status, 404);
}

TEST(EmulatorPreboot, IsForProfessionalDynos) {
  Harness heroku;
  heroku.call("PATCH", "/apps/orders/features/preboot", R"({"enabled":true})");
  heroku.call("PATCH", "/apps/orders/formation", R"({"updates":[{"type":"web","size":"basic"}]})");
  heroku.advance(seconds(3));
  release(heroku);
  EXPECT_THAT(retiring(heroku), IsEmpty());
}

}  // namespace
}  // namespace changeover::testing
