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
    scenario.bring_back();
    scenario.heroku().pass(minutes{5});
    ASSERT_TRUE(scenario.judge().violations().empty()) << trouble.name << " at request " << number << "\n"
                                                       << scenario.judge().report() << scenario.log();
  }
}

/// Applies with one fault, then until it is live, and looks that nothing more is done.
void expect_live_after(const std::string& fault, const Scenario::Prepare& prepare) {
  Scenario scenario;
  const Ended ended = scenario.apply("live", prepare);
  if (ended.exit_code != 0) scenario.bring_to_live();
  scenario.heroku().pass(minutes{5});
  scenario.judge().judge_nothing_done(scenario.apply("live"));
  ASSERT_TRUE(scenario.judge().violations().empty()) << fault << "\n" << scenario.judge().report() << scenario.log();
}

/// How many calls of a kind an undisturbed migration makes.
int sql_calls_of_a_migration() {
  Scenario scenario;
  int calls = 0;
  const Ended ended = scenario.apply("live", [&calls](SimulatedTool& tool) {
    tool.leaders().before = [&calls](const std::string&) {
      ++calls;
      return std::optional<Error>();
    };
  });
  EXPECT_EQ(ended.exit_code, 0) << ended.story();
  return calls;
}

TEST(SingleSqlFault, AtEveryCallLeadsToLiveWithNothingLost) {
  const int calls = sql_calls_of_a_migration();
  ASSERT_GT(calls, 8);
  for (int number = 1; number <= calls; ++number)
    for (const bool dies : {true, false}) {
      int seen = 0;
      expect_live_after("SQL call " + std::to_string(number), [&](SimulatedTool& tool) {
        tool.leaders().before = [&, dies](const std::string&) -> std::optional<Error> {
          if (++seen != number) return std::nullopt;
          if (dies) tool.kill();
          return Error{ErrorCode::unavailable, "the connection to the leader broke", {}, {}};
        };
      });
    }
}

TEST(SingleDiskFault, AtEveryCallLeadsToLiveWithNothingLost) {
  using How = testing::FakeFiles::How;
  Scenario undisturbed;
  int calls = 0;
  EXPECT_EQ(undisturbed.apply("live", {}, {}, &calls).exit_code, 0);
  ASSERT_GT(calls, 30);
  for (int number = 1; number <= calls; ++number)
    for (const How how : {How::before_effect, How::torn, How::after_effect})
      for (const bool dies : {true, false}) {
        if (how == How::torn && !dies) continue;  // a write is whole or not at all for who lives on
        expect_live_after("file call " + std::to_string(number), [&](SimulatedTool& tool) {
          tool.files().fail_call({number, false, how, ErrorCode::unavailable, dies});
        });
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
