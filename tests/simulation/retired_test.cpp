// The last leg, live to retired: when it comes, and what keeps it from coming. Its faults are in the sweep.
#include <gtest/gtest.h>

#include "tests/simulation/scenario.h"

namespace changeover::simulation {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

/// Live, and long enough for the stage after it: an hour to wait, and one until the new primary can be followed.
void make_live(Scenario& scenario) {
  ASSERT_EQ(scenario.apply("live").exit_code, 0) << scenario.log();
  scenario.heroku().pass(hours{2});
}

bool old_database_exists(Scenario& scenario) {
  int status = 0;
  scenario.heroku().call("GET", "/addons/orders-db", {}, &status);
  return status == 200;
}

TEST(Retiring, RemovesTheOldDatabase) {
  Scenario scenario;
  make_live(scenario);
  EXPECT_EQ(scenario.apply("retired").exit_code, 0) << scenario.log();
  EXPECT_FALSE(old_database_exists(scenario));
}

TEST(Retiring, DetachesWhoIsParkedFirst) {
  Scenario scenario(orders_world_of(world_of_reports));
  make_live(scenario);
  const Ended ended = scenario.apply("retired");
  EXPECT_EQ(ended.exit_code, 0) << scenario.log();
  EXPECT_NE(ended.story().find("orders/attachment.detach/reports"), std::string::npos) << ended.story();
  EXPECT_FALSE(old_database_exists(scenario));
  EXPECT_TRUE(scenario.heroku().call("GET", "/apps/reports/addon-attachments").items().empty());
}

TEST(Retiring, NeverHappensInTheApplyThatGoesLive) {
  Scenario scenario;
  EXPECT_EQ(scenario.apply("retired").exit_code, 4);
  EXPECT_TRUE(old_database_exists(scenario));
  ASSERT_EQ(scenario.apply("live").exit_code, 0);
  EXPECT_EQ(scenario.apply("retired").exit_code, 7) << "it is too early";
  EXPECT_TRUE(old_database_exists(scenario));
}

TEST(Retiring, WaitsUntilTheNewPrimaryCanBeFollowed) {
  Scenario scenario;
  ASSERT_EQ(scenario.apply("live").exit_code, 0);
  scenario.heroku().pass(minutes{61});  // the age is there; Fork/Follow comes an hour after the unfollow
  const int code = scenario.apply("retired").exit_code;
  EXPECT_TRUE(code == 0 || code == 7) << scenario.log();
  scenario.heroku().pass(hours{2});
  EXPECT_EQ(scenario.apply("retired").exit_code, 0) << scenario.log();
}

TEST(Retiring, StopsWithoutTheRecordOfTheCutover) {
  Scenario scenario;
  make_live(scenario);
  scenario.lose_state();
  const Ended ended = scenario.apply("retired");
  EXPECT_EQ(ended.exit_code, 4) << ended.story();
  EXPECT_TRUE(old_database_exists(scenario));
}

}  // namespace
}  // namespace changeover::simulation
