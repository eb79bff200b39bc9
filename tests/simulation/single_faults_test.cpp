// Every request of a whole migration meets every trouble once; whatever happens, nothing is lost and the way goes on.
#include <gtest/gtest.h>

#include "tests/simulation/scenario.h"

namespace changeover::simulation {
namespace {

using std::chrono::minutes;

/// How many requests an undisturbed migration sends.
int requests_of_a_migration() {
  Scenario scenario;
  const Ended ended = scenario.apply("live");
  EXPECT_EQ(ended.exit_code, 0) << ended.story();
  EXPECT_TRUE(scenario.judge().violations().empty()) << scenario.judge().report();
  return ended.requests;
}

class SingleFault : public ::testing::TestWithParam<std::size_t> {};

TEST_P(SingleFault, AtEveryRequestLeadsToLiveWithNothingLost) {
  const Trouble& trouble = all_troubles()[GetParam()];
  const int requests = requests_of_a_migration();
  ASSERT_GT(requests, 30);
  for (int number = 1; number <= requests; ++number) {
    Scenario scenario;
    const Ended ended = scenario.apply("live", at_request(number, trouble.meddling));
    if (ended.exit_code != 0) scenario.bring_to_live();
    scenario.heroku().pass(minutes{5});
    scenario.judge().judge_nothing_done(scenario.apply("live"));
    ASSERT_TRUE(scenario.judge().violations().empty()) << trouble.name << " at request " << number << "\n"
                                                       << scenario.judge().report() << scenario.log();
  }
}

TEST_P(SingleFault, AtEveryRequestLeadsBackToTheSource) {
  const Trouble& trouble = all_troubles()[GetParam()];
  const int requests = requests_of_a_migration();
  for (int number = 1; number <= requests; ++number) {
    Scenario scenario;
    const Ended ended = scenario.apply("live", at_request(number, trouble.meddling));
    if (ended.exit_code == 0) continue;  // live: there is no way back
    const Ended back = scenario.apply("source", {}, {true});
    if (back.exit_code == 4) {  // past the point of no return
      scenario.bring_to_live();
    } else {
      scenario.bring_back();
      scenario.judge().judge_restored();
    }
    scenario.heroku().pass(minutes{5});
    ASSERT_TRUE(scenario.judge().violations().empty()) << trouble.name << " at request " << number << "\n"
                                                       << scenario.judge().report() << scenario.log();
  }
}

INSTANTIATE_TEST_SUITE_P(Every, SingleFault, ::testing::Range<std::size_t>(0, 12), [](const auto& one) {
  std::string name = all_troubles()[one.param].name;
  for (char& c : name)
    if (c == ' ') c = '_';
  return name;
});

}  // namespace
}  // namespace changeover::simulation
