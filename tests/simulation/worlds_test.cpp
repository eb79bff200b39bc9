// The awkward worlds of examples/worlds: each gives the findings it is made for, and no others of its kind.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/places.h"
#include "tests/simulation/simulated_tool.h"

namespace changeover::simulation {
namespace {

using ::testing::UnorderedElementsAreArray;

const std::string folder = std::string(CHANGEOVER_SOURCE_DIR) + "/examples/worlds/";

std::string content_of(const std::string& name) {
  std::ifstream file(folder + name);
  std::ostringstream text;
  EXPECT_TRUE(text << file.rdbuf()) << name;
  return text.str();
}

/// Modelled, and without the folder that dynos of the real one write to.
std::string modelled(std::string world) {
  for (std::size_t at = world.find("${DATA}"); at != world.npos; at = world.find("${DATA}"))
    world.replace(at, 7, "/tmp");
  return world + "\ndatabases: modelled\n";
}

struct Awkward {
  std::string world;
  std::vector<std::string> blockers;
  std::vector<std::string> warnings;
  std::vector<std::string> manual;
  std::vector<std::string> unknowns{"connectors"};
};

class AwkwardWorld : public ::testing::TestWithParam<Awkward> {};

std::vector<std::string> ids_of(const std::vector<Finding>& findings) {
  std::vector<std::string> ids;
  for (const Finding& finding : findings) ids.push_back(finding.id);
  return ids;
}

TEST_P(AwkwardWorld, GivesExactlyItsFindings) {
  const Awkward& awkward = GetParam();
  SimulatedHeroku heroku(modelled(content_of(awkward.world + ".yaml")));
  heroku.pass(std::chrono::minutes{1});
  SimulatedTool tool(heroku, content_of("orders.spec.yaml"));
  const Result<Plan> plan = tool.plan();
  ASSERT_TRUE(plan) << plan.error().what;
  const MigrationPlan& orders = plan->migrations.front();
  EXPECT_THAT(ids_of(orders.blockers), UnorderedElementsAreArray(awkward.blockers));
  EXPECT_THAT(ids_of(orders.warnings), UnorderedElementsAreArray(awkward.warnings));
  EXPECT_THAT(ids_of(orders.manual), UnorderedElementsAreArray(awkward.manual));
  EXPECT_THAT(ids_of(orders.unknowns), UnorderedElementsAreArray(awkward.unknowns));
}

const std::vector<std::string> usual_warnings{"source-stays-parked"};
const std::vector<std::string> usual_manual{"maintenance-window"};

const std::vector<Awkward> worlds{
    {"article", {}, usual_warnings, usual_manual},
    {"pooler-and-credentials",
     {},
     {"app-outside-space", "source-stays-parked"},
     {"namespaced-attachment", "maintenance-window"}},  // that of the app that does not move
    {"own-database", {"attachment-held-by-stranger"}, usual_warnings, usual_manual},
    {"release-phase", {}, {"release-phase", "source-stays-parked"}, usual_manual},
    {"fir-space", {"fir-without-maintenance"}, usual_warnings, usual_manual},
    {"essential-source", {"tier-without-followers", "follow-not-available"}, usual_warnings, {}},
    {"scheduler", {"scheduler-unacknowledged"}, usual_warnings, usual_manual},
    {"second-writer", {}, {"app-outside-space", "source-stays-parked"}, usual_manual},
};

TEST(AwkwardWorlds, AreAllTried) {
  std::vector<std::string> tried{"fleet.yaml", "orders.spec.yaml", "fleet-spec"};
  for (const Awkward& awkward : worlds) tried.push_back(awkward.world + ".yaml");
  std::vector<std::string> there;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) there.push_back(entry.path().filename());
  EXPECT_THAT(there, UnorderedElementsAreArray(tried));
}

TEST(AwkwardWorlds, ASecondWriterIsStoppedToo) {
  SimulatedHeroku heroku(modelled(content_of("second-writer.yaml")));
  SimulatedTool tool(heroku, content_of("orders.spec.yaml"));
  const Result<Plan> plan = tool.plan();
  ASSERT_TRUE(plan) << plan.error().what;
  const auto& actions = plan->migrations.front().actions;
  EXPECT_TRUE(std::ranges::any_of(actions, [](const Action& action) {
    return action.kind == Kind::app_scale_down && action.subject == "billing";
  }));
}

INSTANTIATE_TEST_SUITE_P(Examples, AwkwardWorld, ::testing::ValuesIn(worlds), [](const auto& one) {
  std::string name = one.param.world;
  for (char& c : name)
    if (c == '-') c = '_';
  return name;
});

}  // namespace
}  // namespace changeover::simulation
