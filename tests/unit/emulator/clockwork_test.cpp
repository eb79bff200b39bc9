// What nobody asks for: Scheduler jobs and an autoscaler.
#include <algorithm>

#include "tests/unit/emulator/model_harness.h"

namespace changeover::testing {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr std::string_view scheduled = R"(
version: 1
api_key: test-token
timing: {dyno_boot: 0s, dyno_grace: 2s, deprovision: 1s}
apps:
  orders:
    formation: {worker: {quantity: 0, command: work}}
    scheduler:
    - {every: 60s, command: report, size: standard-2x}
    - {every: 90s, command: clean}
addons:
  jobs: {app: orders, plan: "scheduler:standard"}
)";

TEST(EmulatorScheduler, RunsEachJobOnceAnInterval) {
  Harness heroku(scheduled);
  heroku.advance(milliseconds(59'999));
  EXPECT_THAT(heroku.dyno_names("orders"), IsEmpty());
  heroku.advance(milliseconds(1));
  const Answer dynos = heroku.get("/apps/orders/dynos");
  ASSERT_THAT(dynos.all("name"), ElementsAre("scheduler.1000"));
  EXPECT_THAT(dynos.all("type"), ElementsAre("scheduler"));
  EXPECT_THAT(dynos.all("command"), ElementsAre("report"));
  EXPECT_THAT(dynos.all("size"), ElementsAre("Standard-2X"));
  heroku.processes.exit("orders", "scheduler.1000", 0);
  EXPECT_THAT(heroku.dyno_names("orders"), IsEmpty());
  heroku.advance(seconds(30));
  EXPECT_THAT(heroku.get("/apps/orders/dynos").all("command"), ElementsAre("clean"));
  heroku.advance(seconds(30));
  EXPECT_THAT(heroku.get("/apps/orders/dynos").all("command"), ElementsAre("clean", "report"));
}

TEST(EmulatorScheduler, AJobDoesNotOutliveItsInterval) {
  Harness heroku(scheduled);
  heroku.processes.drain = seconds(1);
  heroku.advance(seconds(60));
  ASSERT_THAT(heroku.dyno_names("orders"), ElementsAre("scheduler.1000"));
  heroku.advance(seconds(60));
  EXPECT_THAT(heroku.dyno_names("orders"), ElementsAre("scheduler.1000", "scheduler.1001", "scheduler.1002"));
  heroku.advance(seconds(1));
  EXPECT_THAT(heroku.dyno_names("orders"), ElementsAre("scheduler.1001", "scheduler.1002"));
}

TEST(EmulatorScheduler, RunsInMaintenanceModeToo) {
  Harness heroku(scheduled);
  heroku.call("PATCH", "/apps/orders", R"({"maintenance":true})");
  heroku.advance(seconds(60));
  EXPECT_THAT(heroku.dyno_names("orders"), ElementsAre("scheduler.1000"));
}

TEST(EmulatorScheduler, EndsWithItsAddon) {
  Harness heroku(scheduled);
  ASSERT_LT(heroku.call("DELETE", "/apps/orders/addons/jobs").status, 300);
  heroku.advance(std::chrono::minutes(10));
  EXPECT_THAT(heroku.dyno_names("orders"), IsEmpty());
}

TEST(EmulatorScheduler, LeavesOutWhatIsAboveTheLimit) {
  Harness heroku(R"(
version: 1
api_key: test-token
timing: {dyno_boot: 0s, dyno_grace: 1h}
teams: [acme]
spaces: {prod-va: {team: acme}}
apps:
  orders: {space: prod-va, scheduler: [{every: 10s, command: report}]}
addons:
  jobs: {app: orders, plan: "scheduler:standard"}
)");
  heroku.processes.drain = std::chrono::hours(1);
  heroku.advance(std::chrono::minutes(5));
  EXPECT_EQ(heroku.dyno_names("orders").size(), 5U);
}

TEST(EmulatorAutoscaler, ScalesWebUpAgainAtItsInterval) {
  Harness heroku(R"(
version: 1
api_key: test-token
timing: {dyno_boot: 0s}
apps:
  orders:
    maintenance: true
    formation: {web: {quantity: 3, command: serve}, worker: {quantity: 1, command: work}}
    autoscaler: {every: 30s, min: 2}
)");
  heroku.advance(seconds(31));
  EXPECT_THAT(heroku.get("/apps/orders/formation").all("quantity"), ElementsAre("3", "1")) << "never down";
  heroku.call("PATCH", "/apps/orders/formation",
              R"({"updates":[{"type":"web","quantity":0},{"type":"worker","quantity":0}]})");
  EXPECT_THAT(heroku.dyno_names("orders"), IsEmpty());
  heroku.advance(milliseconds(28'999));
  EXPECT_THAT(heroku.dyno_names("orders"), IsEmpty());
  heroku.advance(milliseconds(1));
  EXPECT_THAT(heroku.dyno_names("orders"), ElementsAre("web.1", "web.2"));
  EXPECT_THAT(heroku.get("/apps/orders/formation").all("quantity"), ElementsAre("2", "0"));
}

}  // namespace
}  // namespace changeover::testing
