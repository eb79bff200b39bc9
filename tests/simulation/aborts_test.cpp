// An abort at every step of a migration: a signal before each request and each SQL call, and an operator who changes
// his mind behind each. Service is back on the source at once, or the way is forward and one more apply goes it.
#include <gtest/gtest.h>

#include "tests/simulation/seeded.h"

namespace changeover::simulation {
namespace {

using std::chrono::minutes;

constexpr int interrupted = 130;

struct Steps {
  int requests = 0;
  int sql_calls = 0;
};

Steps steps_of_a_migration() {
  Scenario scenario;
  Steps steps;
  const Ended ended = scenario.apply("live", [&steps](SimulatedTool& tool) {
    tool.leaders().before = [&steps](const std::string&) {
      ++steps.sql_calls;
      return std::optional<Error>();
    };
  });
  steps.requests = ended.requests;
  return steps;
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
int ends_well(const std::string& where, const Scenario::Prepare& interruption, bool back) {
  Scenario scenario;
  const Ended ended = scenario.apply("live", interruption);
  if (ended.exit_code == interrupted && !scenario.judge().copy_in_use()) scenario.judge().judge_restored();
  go_on(scenario, back);
  EXPECT_TRUE(scenario.judge().violations().empty()) << where << "\n" << scenario.judge().report() << scenario.log();
  return ended.exit_code;
}

class Abort : public ::testing::TestWithParam<bool> {};

TEST_P(Abort, BySignalAtEveryRequest) {
  const int requests = steps_of_a_migration().requests;
  ASSERT_GT(requests, 30);
  int restored = 0;
  for (int number = 1; number <= requests && !::testing::Test::HasFailure(); ++number) {
    const int code = ends_well(
        "signal at request " + std::to_string(number),
        [number](SimulatedTool& tool) {
          tool.network().meddle = [number, &tool](const HttpRequest&, int current) {
            if (current == number) tool.stop();
            return Meddling{};
          };
        },
        GetParam());
    if (code == interrupted) ++restored;
  }
  EXPECT_GT(restored, 20);
}

TEST_P(Abort, BySignalAtEverySqlCall) {
  const int calls = steps_of_a_migration().sql_calls;
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

/// A run that dies behind each request leaves what one command takes back (invariant 4), also when the same happens to
/// that command.
TEST(WayBack, SurvivesItsOwnDeathAtEveryRequest) {
  const auto& all = all_troubles();
  for (int number = 1; !::testing::Test::HasFailure(); ++number) {
    Scenario scenario;
    Incident dies;
    dies.at = "PUT /unfollow";
    dies.what = NetworkIncident{0};
    tell_run(scenario, {"live"}, {dies});
    const Ended back = scenario.apply("source", at_request(number, all[number % 2 == 0 ? 0 : 1].meddling), {true});
    if (!back.killed) break;
    scenario.bring_back();
    EXPECT_TRUE(scenario.judge().violations().empty()) << "dies at request " << number << "\n"
                                                       << scenario.judge().report() << scenario.log();
  }
}

}  // namespace
}  // namespace changeover::simulation
