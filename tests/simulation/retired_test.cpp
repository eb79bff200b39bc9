// The last leg, live to retired: every request meets every trouble once; the old database goes once and nothing is
// lost.
#include <gtest/gtest.h>

#include "tests/simulation/scenario.h"

namespace changeover::simulation {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

constexpr int patience = 8;  // runs of an operator who does not give up at once

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

int requests_of_retiring() {
  Scenario scenario;
  make_live(scenario);
  const Ended ended = scenario.apply("retired");
  EXPECT_EQ(ended.exit_code, 0) << ended.story();
  EXPECT_FALSE(old_database_exists(scenario));
  return ended.requests;
}

class RetiringFault : public ::testing::TestWithParam<std::size_t> {};

TEST_P(RetiringFault, AtEveryRequestLeadsToRetiredWithNothingLost) {
  const Trouble& trouble = all_troubles()[GetParam()];
  const int requests = requests_of_retiring();
  ASSERT_GT(requests, 15);
  for (int number = 1; number <= requests; ++number) {
    Scenario scenario;
    make_live(scenario);
    int code = scenario.apply("retired", at_request(number, trouble.meddling)).exit_code;
    for (int run = 0; run < patience && code != 0; ++run) {
      scenario.heroku().pass(minutes{1});
      code = scenario.apply("retired").exit_code;
    }
    scenario.heroku().pass(minutes{1});
    ASSERT_EQ(code, 0) << trouble.name << " at request " << number << "\n" << scenario.log();
    EXPECT_FALSE(old_database_exists(scenario)) << trouble.name << " at request " << number;
    scenario.judge().judge_nothing_done(scenario.apply("retired"));
    ASSERT_TRUE(scenario.judge().violations().empty()) << trouble.name << " at request " << number << "\n"
                                                       << scenario.judge().report() << scenario.log();
  }
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

INSTANTIATE_TEST_SUITE_P(Every, RetiringFault, ::testing::Range<std::size_t>(0, 12), [](const auto& one) {
  std::string name = all_troubles()[one.param].name;
  for (char& c : name)
    if (c == ' ') c = '_';
  return name;
});

}  // namespace
}  // namespace changeover::simulation
