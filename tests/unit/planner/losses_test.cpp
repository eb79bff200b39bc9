// The ways back, from every phase, with what they cost: as planner/course.h goes them.
#include "planner/losses.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>

#include "planner/course.h"
#include "tests/support/facts.h"

namespace changeover {
namespace {

using namespace std::chrono_literals;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::SeedWorld;
using enum Phase;

constexpr std::array<Phase, 11> all_phases{absent, provisioning, catching_up, replicating, quiesced, drained,
                                           spent,  standalone,   promoted,    live,        retired};
constexpr std::array<Stage, 4> all_stages{Stage::source, Stage::replicating, Stage::live, Stage::retired};

bool destroys(const MigrationPlan& plan) {
  return std::ranges::find(plan.actions, Kind::addon_destroy, &Action::kind) != plan.actions.end();
}

TEST(WayBack, IsOpenWhereverTheTableGoesBackAndSaysWhatItLoses) {
  for (const Stage stage : all_stages)
    for (const Phase phase : all_phases) {
      const MigrationPlan plan = SeedWorld().stage(stage).at(phase).plan();
      const std::string where = std::string(to_string(stage)) + ", " + std::string(to_string(phase));
      EXPECT_EQ(plan.way_back.open, !course_of(Stage::source, phase).refuse) << where;
      EXPECT_EQ(plan.way_back.how.empty(), phase == absent) << where;
      EXPECT_EQ(plan.way_back.loses.empty(), phase == absent || !plan.way_back.open) << where;
    }
}

TEST(WayBack, ClosesWithThePointOfNoReturn) {
  SeedWorld world;
  world.at(promoted).attempt().past_point_of_no_return = true;
  EXPECT_FALSE(world.plan().way_back.open);
  EXPECT_THAT(world.plan().way_back.how, HasSubstr("writes have reached the new database"));
}

TEST(WayBack, TellsThePriceOfTheCopyAndTheTimeOfAnother) {
  SeedWorld world;
  world.at(replicating);
  EXPECT_FALSE(world.plan().way_back.paid_cents) << "neither its price nor its age is known";
  world.facts().copy->price = Price{150'000, "month", false, false};
  world.facts().copy->created_at = world.observed.at - 48h;
  const WayBack back = world.plan().way_back;
  EXPECT_EQ(back.paid_cents, 10'000);
  EXPECT_THAT(back.loses, Contains("the copy orders-private"));
  EXPECT_THAT(back.loses, Contains(HasSubstr("another copy would take 4 min 40 s to ")));
  EXPECT_THAT(back.how, HasSubstr("--allow-destroy"));
}

TEST(WayBack, OfAParkedSourceIsServiceFirst) {
  EXPECT_THAT(SeedWorld().at(drained).plan().way_back.how, HasSubstr("service is restored on the source"));
  EXPECT_THAT(SeedWorld().at(standalone).plan().way_back.how, HasSubstr("it can not follow again"));
  EXPECT_THAT(SeedWorld().at(promoted).plan().way_back.how, HasSubstr("DATABASE goes back first"));
}

TEST(GivesUp, IsWhatThePlanDestroysAndNothingElse) {
  PlanOptions options;
  options.allow_destroy = true;
  for (const Stage stage : all_stages)
    for (const Phase phase : all_phases) {
      const MigrationPlan plan = SeedWorld().stage(stage).at(phase).plan(options);
      const bool unfollows =
          std::ranges::find(plan.actions, Kind::follower_unfollow, &Action::kind) != plan.actions.end();
      EXPECT_EQ(!plan.gives_up.empty(), destroys(plan) || unfollows) << to_string(stage) << ", " << to_string(phase);
    }
}

TEST(GivesUp, TheCopyOfAMigrationThatGoesBack) {
  PlanOptions options;
  options.allow_destroy = true;
  const MigrationPlan back = SeedWorld().stage(Stage::source).at(replicating).plan(options);
  EXPECT_THAT(back.gives_up, Contains("the copy orders-private"));
  EXPECT_THAT(back.gives_up, Contains(HasSubstr("another copy would take")));
  const MigrationPlan kept = SeedWorld().stage(Stage::replicating).at(drained).plan(options);
  EXPECT_THAT(kept.gives_up, IsEmpty()) << "the follower is kept";
}

TEST(GivesUp, TheOldDatabaseAndWhatGoesWithIt) {
  SeedWorld world;
  const MigrationPlan plan = world.stage(Stage::retired).at(live).plan();
  ASSERT_TRUE(destroys(plan));
  EXPECT_THAT(plan.gives_up, Contains(HasSubstr("looking-simply-2449, with its rollbacks")));
  EXPECT_THAT(plan.gives_up, Contains("every state of it but the final backup"));
  world.migration().retire.final_backup = false;
  EXPECT_THAT(world.plan().gives_up, Contains("its data: retire.final_backup is false"));
}

}  // namespace
}  // namespace changeover
