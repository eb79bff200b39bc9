// `consumer: external`: no Heroku app reads the copy. Drained, unfollowed, handed over; the rest is a person's.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/support/facts.h"

namespace changeover {
namespace {

using ::testing::ElementsAre;
using testing::SeedWorld;
using testing::target_app_name;

SeedWorld external() {
  SeedWorld world;
  world.migration().target.consumer = Consumer::external;
  return world;
}

std::vector<std::string> kinds_behind_the_unfollow(const MigrationPlan& plan) {
  std::vector<std::string> kinds;
  bool behind = false;
  for (const Action& action : plan.actions) {
    if (behind) kinds.emplace_back(to_string(action.kind));
    behind = behind || action.kind == Kind::follower_unfollow;
  }
  return kinds;
}

TEST(External, IsDrainedUnfollowedAndHandedOver) {
  SeedWorld world = external();
  const MigrationPlan plan = world.at(Phase::replicating).plan();
  EXPECT_TRUE(plan.blockers.empty());
  EXPECT_THAT(kinds_behind_the_unfollow(plan),
              ElementsAre("database.wait_standalone", "leader.verify_no_late_write", "leader.fence_permanently"));
}

TEST(External, LeavesTheTargetsAppAlone) {
  SeedWorld world = external();
  const MigrationPlan plan = world.at(Phase::replicating).plan();
  EXPECT_TRUE(
      std::ranges::none_of(plan.actions, [](const Action& action) { return action.subject == target_app_name; }));
}

TEST(External, IsPastTheWayBackWithTheUnfollow) {
  SeedWorld world = external();
  const MigrationPlan plan = world.at(Phase::replicating).plan();
  EXPECT_EQ(plan.point_of_no_return.action, "orders/follower.unfollow/orders-private");
}

SeedWorld unfollowed() {
  SeedWorld world = external();
  world.at(Phase::standalone);
  world.attempt().past_point_of_no_return = true;
  return world;
}

TEST(External, GoesOnBehindTheUnfollow) {
  SeedWorld world = unfollowed();
  EXPECT_EQ(world.phase(), Phase::standalone);
  EXPECT_TRUE(kinds_behind_the_unfollow(world.plan()).empty());
  EXPECT_EQ(world.plan().actions.front().kind, Kind::database_wait_standalone);
}

TEST(External, IsNeverSpentBehindItsPointOfNoReturnWhoeverStartsAWriter) {
  SeedWorld world = unfollowed();
  world.source().app.maintenance = false;
  EXPECT_EQ(world.phase(), Phase::standalone);
}

TEST(External, IsLiveWhenItIsRecordedSoAndASecondApplyDoesNothing) {
  SeedWorld world = unfollowed();
  world.attempt().state = Attempt::State::finished;
  world.record().live = true;
  EXPECT_EQ(world.phase(), Phase::live);
  const MigrationPlan plan = world.plan();
  EXPECT_TRUE(plan.actions.empty());
  EXPECT_TRUE(plan.blockers.empty());
  EXPECT_TRUE(std::ranges::any_of(plan.manual, [](const Finding& one) { return one.id == "external-resume"; }));
}

TEST(External, IsNotDestroyedWhenTheStateIsLost) {
  SeedWorld world = unfollowed();
  world.state_lost().stage(Stage::source);
  PlanOptions allowed;
  allowed.allow_destroy = true;
  const MigrationPlan plan = world.plan(allowed);
  EXPECT_EQ(plan.phase, Phase::spent);
  EXPECT_TRUE(plan.actions.empty());
  ASSERT_FALSE(plan.blockers.empty());
  EXPECT_EQ(plan.blockers.front().id, "copy-in-use");
}

}  // namespace
}  // namespace changeover
