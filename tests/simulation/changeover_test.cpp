// A whole changeover in memory: nothing lost, nothing twice, and quick enough to be run a hundred thousand times.
#include <gtest/gtest.h>

#include <algorithm>
#include <ctime>
#include <vector>

#include "tests/simulation/simulated_tool.h"
#include "tests/simulation/worlds.h"

namespace changeover::simulation {
namespace {

using std::chrono::minutes;

double cpu_ms() { return 1000.0 * static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

TEST(Changeover, MovesADatabaseUnderWritersAndLosesNothing) {
  SimulatedHeroku heroku(orders_world);
  heroku.pass(minutes{1});
  SimulatedTool tool(heroku, orders_spec("live"));
  const Ended ended = tool.apply();
  EXPECT_EQ(ended.exit_code, 0) << ended.story();
  heroku.pass(minutes{5});
  const std::string copy =
      heroku.call("GET", "/apps/orders-space/addon-attachments").items()[0]["addon"]["id"].as_string();
  EXPECT_GT(heroku.plane().acknowledged(), 10'000);
  EXPECT_EQ(heroku.plane().lost_on(copy), 0);
  EXPECT_TRUE(heroku.plane().first_write(copy));
}

TEST(Changeover, IsMeasuredAgainstWhatThePlanSaid) {
  SimulatedHeroku heroku(orders_world);
  SimulatedTool tool(heroku, orders_spec("live"));
  const Ended ended = tool.apply();
  ASSERT_EQ(ended.exit_code, 0) << ended.story();
  const auto data_of = [&](EventType type) {
    const auto found = std::ranges::find(ended.events, type, &Event::type);
    return found == ended.events.end() ? json::Value{} : found->data;
  };
  const json::Value downtime = data_of(EventType::downtime_ended);
  EXPECT_GT(downtime["expected_from_ms"].as_integer(), 0) << ended.story();
  EXPECT_LE(downtime["expected_from_ms"].as_integer(), downtime["expected_to_ms"].as_integer());
  EXPECT_LE(downtime["expected_to_ms"].as_integer(), 300'000) << "max_downtime";
  EXPECT_LE(downtime["downtime_ms"].as_integer(), downtime["expected_to_ms"].as_integer());
  const json::Value done = data_of(EventType::migration_done);
  EXPECT_GE(done["preparation_ms"].as_integer(), 20'000) << "the world's provisioning: " << ended.story();
  EXPECT_GT(done["expected_to_ms"].as_integer(), 0);
}

/// As quick as a world that people try things in: fewer polls, the same steps.
std::string quick_world() {
  std::string world(orders_world);
  const auto replace = [&world](const std::string& from, const std::string& to) {
    const std::size_t at = world.find(from);
    ASSERT_NE(at, std::string::npos) << from;
    world.replace(at, from.size(), to);
  };
  replace("provisioning: 20s, sampling: 1s, unfollow: 4s", "provisioning: 2s, sampling: 200ms, unfollow: 500ms");
  replace("data_404: 7s", "data_404: 500ms");
  return world;
}

#if defined(__has_feature)
constexpr bool sanitized = __has_feature(address_sanitizer) || __has_feature(thread_sanitizer);
#else
constexpr bool sanitized = false;
#endif

// 5 ms is what an optimised build takes on a machine of its own; the bound leaves room for others, and for a sanitizer.
TEST(Changeover, TakesLittleOfTheMachine) {
  constexpr int runs = 20;
  std::vector<double> spent;
  int requests = 0;
  for (int i = 0; i < runs; ++i) {
    SimulatedHeroku heroku(quick_world());
    const double before = cpu_ms();
    SimulatedTool tool(heroku, orders_spec("live"));
    const Ended ended = tool.apply();
    EXPECT_EQ(ended.exit_code, 0) << ended.story();
    requests = ended.requests;
    spent.push_back(cpu_ms() - before);
  }
  std::ranges::sort(spent);
  std::printf("%.2f ms of CPU a changeover of %d requests (median of %d)\n", spent[runs / 2], requests, runs);
  EXPECT_LT(spent[runs / 2], sanitized ? 500.0 : 25.0);
}

}  // namespace
}  // namespace changeover::simulation
