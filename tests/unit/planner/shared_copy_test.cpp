// A copy that somebody else uses, or that somebody started the target on: it is neither spent nor destroyed, and there
// is a way out of each such world.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "planner/planner.h"
#include "planner/restoration.h"
#include "tests/support/facts.h"

namespace changeover {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::private_name;
using testing::SeedWorld;
using testing::target_app_name;

const Finding* blocker(const MigrationPlan& plan, const std::string& id) {
  const auto found = std::ranges::find(plan.blockers, id, &Finding::id);
  return found == plan.blockers.end() ? nullptr : &*found;
}

PlanOptions destroying() {
  PlanOptions options;
  options.allow_destroy = true;
  return options;
}

/// Somebody scaled the target up in the downtime, and turned the source's page off.
SeedWorld started_by_somebody() {
  SeedWorld world;
  world.promoted();
  world.target().dynos->push_back({"web-1-id", "web.1", "web", "up", 12});
  world.source().app.maintenance = false;
  return world;
}

TEST(StartedBySomebody, IsNeverSpent) {
  EXPECT_EQ(started_by_somebody().phase(), Phase::promoted);
  SeedWorld nobody = started_by_somebody();
  nobody.target().dynos->clear();
  EXPECT_EQ(nobody.phase(), Phase::spent) << "nobody runs there, and a writer is not seen parked";
}

TEST(StartedBySomebody, GoesForwardByTheLateWriteCheckAlone) {
  SeedWorld world = started_by_somebody();
  const MigrationPlan plan = world.stage(Stage::live).plan();
  EXPECT_FALSE(plan.refused);
  EXPECT_TRUE(std::ranges::any_of(plan.actions, [](const Action& action) {
    return action.kind == Kind::leader_verify_no_late_write || action.kind == Kind::leader_fence_permanently;
  }));
  EXPECT_TRUE(world.stage(Stage::source).plan(destroying()).refused);
}

/// Another app has had the copy attached since it followed.
SeedWorld read_by_another(SeedWorld world) {
  world.attach("reports-example", "REPLICA", private_name);
  return world;
}

TEST(UsedByAnother, IsNotDestroyedInAnyPhase) {
  for (const Phase phase : {Phase::catching_up, Phase::replicating, Phase::spent}) {
    SeedWorld world;
    world.stage(Stage::source).at(phase);
    EXPECT_EQ(blocker(world.plan(destroying()), "copy-in-use"), nullptr) << to_string(phase);
    const MigrationPlan plan = read_by_another(world).plan(destroying());
    ASSERT_FALSE(plan.blockers.empty()) << to_string(phase);
    const Finding& why = plan.blockers.back();
    EXPECT_EQ(why.id, phase == Phase::spent ? "stage-not-reachable" : "copy-in-use");
    EXPECT_THAT(why.what + why.remedy, HasSubstr("reports-example has orders-private attached"));
    EXPECT_THAT(why.remedy, HasSubstr("etach it there"));
    EXPECT_THAT(plan.actions, IsEmpty()) << to_string(phase);
  }
}

TEST(UsedByAnother, ClosesTheWayBackBehindTheUnfollow) {
  SeedWorld world;
  world.standalone();
  EXPECT_EQ(plan_restoration(world.situation(), world.phase()).refused, "");
  const SeedWorld shared = read_by_another(world);
  const Restoration refused = plan_restoration(shared.situation(), shared.phase());
  EXPECT_THAT(refused.refused, HasSubstr("reports-example has orders-private attached"));
  EXPECT_THAT(refused.refused_remedy, HasSubstr("detach it there"));
  SeedWorld following;
  following.drained();
  const SeedWorld reading = read_by_another(following);
  EXPECT_EQ(plan_restoration(reading.situation(), reading.phase()).refused, "") << "what follows takes no write";
}

TEST(UsedByAnother, WasOpenedByItsUnfollow) {
  SeedWorld world;
  world.standalone();
  world.attempt().past_point_of_no_return = true;
  world.target().releases = {
      {"r3", 3, "succeeded", "Deploy", true, world.attempt().started_at - std::chrono::hours{1}}};
  EXPECT_TRUE(world.situation().never_opened());
  EXPECT_FALSE(read_by_another(world).situation().never_opened());
}

TEST(UsedByAnother, WithTheRecordLostNobodyServesFromTheOldOne) {
  SeedWorld world;
  world.standalone().state_lost();
  world.migration().source.formation = {{"web", {2, {}}}};
  EXPECT_EQ(plan_restoration(world.situation(), world.phase()).refused, "");
  const SeedWorld shared = read_by_another(world);
  EXPECT_NE(plan_restoration(shared.situation(), shared.phase()).refused, "");
}

}  // namespace
}  // namespace changeover
