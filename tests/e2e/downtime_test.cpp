// Downtime, as the writers saw it, against the floor: the same calls made by hand, with nothing between them.
#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>
#include <vector>

#include "tests/e2e/expectations.h"

namespace changeover::testing {
namespace {

using namespace std::chrono_literals;

constexpr int rounds = 3;
constexpr double most_over_floor = 1.5;
/// The world's own delay that only the tool waits for: the proof needs samples, the hand takes the risk.
constexpr double sampling_ms = 2 * 50;

WorldOptions instant() {
  WorldOptions world;
  world.unfollow = "0ms";
  return world;
}

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

json::Value formation(int quantity) {
  json::Array updates;
  for (const char* type : {"web", "worker"}) updates.push_back(json::Object{{"type", type}, {"quantity", quantity}});
  return json::Object{{"updates", updates}};
}

std::string app_path(const std::string& app, const std::string& rest = {}) { return "/apps/" + app + rest; }

void move_by_hand(Sandbox& sandbox) {
  EmulatorProcess& heroku = sandbox.emulator();
  const std::string copy = sandbox.copy_name();
  const std::string id = heroku.get("/addons/" + copy)["id"].as_string();
  heroku.call("PATCH", app_path(source_app), json::Object{{"maintenance", true}});
  heroku.call("PATCH", app_path(target_app), json::Object{{"maintenance", true}});
  heroku.call("PATCH", app_path(source_app, "/formation"), formation(0));
  ASSERT_TRUE(await([&] { return heroku.get(app_path(source_app, "/dynos")).items().empty(); }, 20s));
  heroku.call("PUT", "/client/v11/databases/" + id + "/unfollow");
  ASSERT_TRUE(await(
      [&] {
        const json::Value database = heroku.get("/client/v11/databases/" + id);
        return database["following"].is_null() && !database["waiting?"].as_bool(true);
      },
      20s));
  heroku.call("POST", "/addon-attachments", json::Object{{"addon", copy}, {"app", target_app}, {"name", "DATABASE"}});
  heroku.call("PATCH", app_path(target_app, "/formation"), formation(1));
  heroku.call("PATCH", app_path(target_app), json::Object{{"maintenance", false}});
  ASSERT_TRUE(await([&] { return sandbox.verify(target_app).written_on_new; }, 20s));
}

double downtime_of(Sandbox& sandbox) {
  const LedgerVerdict verdict = sandbox.verify(target_app);
  EXPECT_EQ(verdict.lost, 0);
  EXPECT_TRUE(verdict.downtime_ms);
  return verdict.downtime_ms.value_or(0);
}

TEST(Downtime, IsNearTheFloorOfTheSameCallsMadeByHand) {
  std::vector<double> tool;
  std::vector<double> hand;
  for (int round = 0; round < rounds; ++round) {
    for (const bool by_hand : {true, false}) {
      SpecOptions spec;
      spec.stage = "replicating";
      Sandbox sandbox(instant(), spec);
      expect_done(sandbox.apply());
      ASSERT_TRUE(sandbox.await_writes());
      if (by_hand) {
        move_by_hand(sandbox);
        hand.push_back(downtime_of(sandbox));
      } else {
        spec.stage = "live";
        sandbox.write_spec(spec);
        expect_done(sandbox.apply());
        ASSERT_TRUE(await([&] { return sandbox.verify(target_app).written_on_new; }, 20s));
        tool.push_back(downtime_of(sandbox));
      }
    }
  }
  std::cout << "downtime, median of " << rounds << ": by hand " << median(hand) << " ms, changeover " << median(tool)
            << " ms\n";
  EXPECT_LE(median(tool), most_over_floor * median(hand) + sampling_ms);
}

}  // namespace
}  // namespace changeover::testing
