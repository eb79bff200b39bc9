// A whole changeover in memory: nothing lost, nothing twice, and quick enough to be run a hundred thousand times.
#include <gtest/gtest.h>

#include <ctime>

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

TEST(Changeover, TakesLittleOfTheMachine) {
  constexpr int runs = 20;
  double spent = 0;
  for (int i = 0; i < runs; ++i) {
    SimulatedHeroku heroku(orders_world);
    const double before = cpu_ms();
    SimulatedTool tool(heroku, orders_spec("live"));
    EXPECT_EQ(tool.apply().exit_code, 0);
    spent += cpu_ms() - before;
  }
  RecordProperty("cpu_ms", std::to_string(spent / runs));
  std::printf("%.2f ms of CPU a changeover\n", spent / runs);
}

}  // namespace
}  // namespace changeover::simulation
