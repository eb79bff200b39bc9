// An abort by a signal before each SQL call of a migration, and an operator who goes on or changes his mind: service is
// back on the source at once, or the way is forward and one more apply goes it. Signals at requests are in the sweep.
#include <gtest/gtest.h>

#include "tests/simulation/seeded.h"

namespace changeover::simulation {
namespace {

using std::chrono::minutes;

constexpr int interrupted = 130;

int sql_calls_of_a_migration() {
  Scenario scenario;
  int calls = 0;
  scenario.apply("live", [&calls](SimulatedTool& tool) {
    tool.leaders().before = [&calls](const std::string&) {
      ++calls;
      return std::optional<Error>();
    };
  });
  return calls;
}

void go_on(Scenario& scenario, bool back) {
  if (back) {
    scenario.bring_back();
  } else {
    scenario.bring_to_live();
  }
  scenario.heroku().pass(minutes{5});
}

/// The run with this interruption, then there or back.
void ends_well(const std::string& where, const Scenario::Prepare& interruption, bool back) {
  Scenario scenario;
  const Ended ended = scenario.apply("live", interruption);
  if (ended.exit_code == interrupted && !scenario.judge().copy_in_use()) scenario.judge().judge_restored();
  go_on(scenario, back);
  EXPECT_TRUE(scenario.judge().violations().empty()) << where << "\n" << scenario.judge().report() << scenario.log();
}

class Abort : public ::testing::TestWithParam<bool> {};

TEST_P(Abort, BySignalAtEverySqlCall) {
  const int calls = sql_calls_of_a_migration();
  ASSERT_GT(calls, 8);
  for (int number = 1; number <= calls && !::testing::Test::HasFailure(); ++number) {
    int seen = 0;
    ends_well(
        "signal at SQL call " + std::to_string(number),
        [&seen, number](SimulatedTool& tool) {
          tool.leaders().before = [&seen, &tool, number](const std::string&) {
            if (++seen == number) tool.stop();
            return std::optional<Error>();
          };
        },
        GetParam());
  }
}

INSTANTIATE_TEST_SUITE_P(Then, Abort, ::testing::Bool(),
                         [](const auto& one) { return one.param ? "BackToTheSource" : "LiveAfterAll"; });

}  // namespace
}  // namespace changeover::simulation
