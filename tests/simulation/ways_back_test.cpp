// `changeover restore` from every request of a migration, with its record and without; and both ends of a cutover for
// apps that are treated otherwise than usual.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/simulation/scenario.h"

namespace changeover::simulation {
namespace {

using std::chrono::minutes;
using ::testing::AnyOf;
using ::testing::HasSubstr;

const std::string pinned_spec = [] {
  std::string spec = orders_spec("live");
  const std::string plain = "database: DATABASE_URL}";
  return spec.replace(spec.find(plain), plain.size(), "database: DATABASE_URL, formation: {web: 2, worker: 1}}");
}();

std::string formation_of(SimulatedHeroku& heroku, const std::string& app) {
  std::string words = heroku.call("GET", "/apps/" + app)["maintenance"].as_bool() ? "parked:" : "";
  const json::Value formation = heroku.call("GET", "/apps/" + app + "/formation");
  for (const json::Value& process : formation.items())
    words += " " + process["type"].as_string() + "=" + process["quantity"].dump();
  return words;
}

/// What the target finds as its DATABASE; "" when it finds nothing.
std::string database_of(SimulatedHeroku& heroku, const std::string& app) {
  const json::Value attachments = heroku.call("GET", "/apps/" + app + "/addon-attachments");
  for (const json::Value& one : attachments.items())
    if (one["name"].as_string() == "DATABASE") return one["addon"]["name"].as_string();
  return "";
}

int requests_of_a_migration() {
  Scenario scenario;
  return scenario.apply("live").requests;
}

/// 0: the source serves as before. 4: it was too late, and the way forward is open.
void expect_one_of_both_ways(Scenario& scenario, const Ended& restored, const std::string& where) {
  ASSERT_THAT(restored.exit_code, AnyOf(0, 4)) << where << "\n" << restored.story();
  if (restored.exit_code == 0) scenario.judge().judge_restored();
  scenario.judge().judge_end(restored);
  scenario.bring_to_live();
  scenario.heroku().pass(minutes{5});
  scenario.judge().judge_nothing_done(scenario.apply("live"));
  ASSERT_TRUE(scenario.judge().violations().empty()) << where << "\n" << scenario.judge().report() << scenario.log();
}

class RestoreAfter : public ::testing::TestWithParam<Meddling::Kind> {};

TEST_P(RestoreAfter, AKillAtEveryRequestGivesTheSourceBackOrIsRefused) {
  const int requests = requests_of_a_migration();
  int given_back = 0;
  for (int number = 1; number <= requests; ++number) {
    Scenario scenario;
    if (scenario.apply("live", at_request(number, {GetParam()})).exit_code == 0) continue;
    SimulatedTool tool(scenario.heroku(), orders_spec("live"));
    const Ended restored = tool.restore();
    given_back += restored.exit_code == 0 ? 1 : 0;
    expect_one_of_both_ways(scenario, restored, "request " + std::to_string(number));
    if (HasFatalFailure()) return;
  }
  EXPECT_GT(given_back, requests / 2);
}

INSTANTIATE_TEST_SUITE_P(Kill, RestoreAfter, ::testing::Values(Meddling::Kind::kill_before, Meddling::Kind::kill_after),
                         [](const auto& one) {
                           return std::string(one.param == Meddling::Kind::kill_before ? "Before" : "After");
                         });

TEST(Restore, WithTheStateLostNeverLosesAWrite) {
  const int requests = requests_of_a_migration();
  int given_back = 0;
  for (int number = 1; number <= requests; ++number) {
    Scenario scenario;
    if (scenario.apply("live", at_request(number, {Meddling::Kind::kill_after})).exit_code == 0) continue;
    scenario.lose_state();
    SimulatedTool tool(scenario.heroku(), pinned_spec);
    scenario.judge().watch(tool);
    const Ended restored = tool.restore();
    scenario.judge().judge_end(restored);
    scenario.heroku().pass(minutes{1});
    scenario.judge().judge_end(restored);
    ASSERT_THAT(restored.exit_code, AnyOf(0, 4)) << "request " << number << "\n" << restored.story();
    ASSERT_TRUE(scenario.judge().violations().empty()) << scenario.judge().report() << restored.story();
    if (restored.exit_code != 0) continue;
    ++given_back;
    EXPECT_EQ(formation_of(scenario.heroku(), "orders"), " web=2 worker=1") << "request " << number;
  }
  EXPECT_GT(given_back, requests / 2);
}

// ---- both ends of a cutover

/// The end of an attempt that is asked for: `live`, or given up in the middle of its downtime.
struct BothEnds {
  std::string world;
  std::string spec;
  std::string quiesced = "orders";  ///< its maintenance page is where the downtime begins

  void run(SimulatedHeroku& heroku, bool abort) const {
    SimulatedTool tool(heroku, spec);
    if (abort)
      tool.network().arriving = [this, &tool](const HttpRequest& request) {
        if (request.method == "PATCH" && request.url.ends_with("/apps/" + quiesced)) tool.stop();
      };
    const Ended ended = tool.apply();
    ASSERT_EQ(ended.exit_code, abort ? 130 : 0) << ended.story();
    heroku.pass(minutes{2});
  }
};

std::string replaced(std::string_view text, const std::string& from, const std::string& to) {
  std::string result(text);
  EXPECT_NE(result.find(from), result.npos) << from;
  return result.replace(result.find(from), from.size(), to);
}

class Ends : public ::testing::TestWithParam<bool> {
 protected:
  [[nodiscard]] static bool abort() { return GetParam(); }
};

TEST_P(Ends, OfWhatBecomesOfEachApp) {
  const BothEnds both{
      replaced(orders_world, "  orders-space:\n", R"(  reports:
    formation:
      worker: {quantity: 3, size: standard-1x, command: sleep 1000}
  billing:
    formation:
      worker: {quantity: 1, size: standard-1x, command: sleep 1000}
  orders-space:
)"),
      orders_spec("live") + "    quiesce: {apps: {reports: {after: resume}, billing: {after: park}}}\n"};
  SimulatedHeroku heroku(both.world);
  both.run(heroku, abort());
  EXPECT_EQ(formation_of(heroku, "reports"), " worker=3");
  EXPECT_EQ(formation_of(heroku, "billing"), abort() ? " worker=1" : "parked: worker=0");
  EXPECT_EQ(formation_of(heroku, "orders"), abort() ? " web=2 worker=1" : "parked: web=0 worker=0");
  EXPECT_EQ(formation_of(heroku, "orders-space"), abort() ? " web=0 worker=0" : " web=2 worker=1");
}

TEST_P(Ends, OfATargetWhoseWebIsStopped) {
  // A target that serves already, on a database of its own, which the spec lets go.
  const BothEnds both{
      replaced(replaced(orders_world, "web: {quantity: 0, size: private-m", "web: {quantity: 1, size: private-m"),
               "addons:\n", "addons:\n  space-db: {app: orders-space, plan: private-0, as: DATABASE}\n"),
      replaced(orders_spec("live"), "      plan: private-0\n", "      plan: private-0\n      replaces: space-db\n") +
          "    quiesce: {space_web: stop}\n"};
  SimulatedHeroku heroku(both.world);
  both.run(heroku, abort());
  EXPECT_EQ(formation_of(heroku, "orders-space"), abort() ? " web=1 worker=0" : " web=2 worker=1");
  if (abort()) {
    EXPECT_EQ(database_of(heroku, "orders-space"), "space-db");
  } else {
    EXPECT_NE(database_of(heroku, "orders-space"), "space-db");
    EXPECT_FALSE(heroku.id_of("space-db").empty()) << "what is replaced is never destroyed";
  }
}

TEST_P(Ends, OfADatabaseThatIsReplacedWhileTheWebStays) {
  const BothEnds both{
      replaced(replaced(orders_world, "web: {quantity: 0, size: private-m", "web: {quantity: 1, size: private-m"),
               "addons:\n", "addons:\n  space-db: {app: orders-space, plan: private-0, as: DATABASE}\n"),
      replaced(orders_spec("live"), "      plan: private-0\n", "      plan: private-0\n      replaces: space-db\n")};
  SimulatedHeroku heroku(both.world);
  both.run(heroku, abort());
  EXPECT_EQ(formation_of(heroku, "orders-space"), abort() ? " web=1 worker=0" : " web=2 worker=1");
  EXPECT_EQ(database_of(heroku, "orders-space") == "space-db", abort());
}

constexpr const char* source_and_target_world = R"(
version: 1
seed: 7
api_key: 01234567-89ab-cdef-0123-456789abcdef
timing: {api_latency: 50ms, data_404: 7s, provisioning: 20s, sampling: 1s, unfollow: 4s, deprovision: 5s, fork_follow: 1h,
         standby: 10m, dyno_boot: 3s, dyno_grace: 30s}
teams: [acme]
spaces:
  prod-va: {team: acme, region: virginia}
apps:
  legacy:
    team: acme
    formation:
      web: {quantity: 0, size: standard-1x, command: sleep 1000}
  orders-space:
    space: prod-va
    config: {WRITE_EVERY_MS: "20"}
    formation:
      web: {quantity: 2, size: private-m, command: changeover-writer}
      worker: {quantity: 1, size: private-m, command: changeover-writer}
addons:
  orders-db: {app: legacy, plan: standard-0, as: LEGACY}
attachments:
  - {app: orders-space, addon: orders-db, as: DATABASE}
)";

TEST_P(Ends, OfOneAppThatIsSourceAndTarget) {
  const BothEnds both{source_and_target_world,
                      replaced(orders_spec("live"), "source: {app: orders,", "source: {app: orders-space,"),
                      "orders-space"};
  SimulatedHeroku heroku(both.world);
  heroku.pass(minutes{1});
  both.run(heroku, abort());
  EXPECT_EQ(formation_of(heroku, "orders-space"), " web=2 worker=1");
  EXPECT_EQ(database_of(heroku, "orders-space") == "orders-db", abort());
  const std::string serves = heroku.id_of(database_of(heroku, "orders-space"));
  EXPECT_EQ(heroku.plane().lost_on(serves), 0);
  EXPECT_GT(heroku.plane().acknowledged(), 0);
}

TEST(Restore, BehindThePromotionGivesAnAppThatIsSourceAndTargetItsOldDatabaseBack) {
  SimulatedHeroku heroku(source_and_target_world);
  heroku.pass(minutes{1});
  const std::string spec = replaced(orders_spec("live"), "source: {app: orders,", "source: {app: orders-space,");
  SimulatedTool tool(heroku, spec);
  bool promoted = false;
  tool.told = [&](const Event& event) {
    if (promoted || event.type != EventType::action_done || event.kind != "attachment.promote") return;
    promoted = true;
    tool.kill();
  };
  static_cast<void>(tool.apply());
  ASSERT_TRUE(promoted);
  ASSERT_NE(database_of(heroku, "orders-space"), "orders-db");
  SimulatedTool second(heroku, spec);
  const Ended restored = second.restore();
  EXPECT_EQ(restored.exit_code, 0) << restored.story();
  EXPECT_EQ(database_of(heroku, "orders-space"), "orders-db") << restored.story();
  EXPECT_EQ(formation_of(heroku, "orders-space"), " web=2 worker=1");
}

INSTANTIATE_TEST_SUITE_P(Both, Ends, ::testing::Bool(),
                         [](const auto& one) { return std::string(one.param ? "Abort" : "Resume"); });

}  // namespace
}  // namespace changeover::simulation
