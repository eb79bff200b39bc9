// Whether and when the old database may go, rule by rule (safety S28, S29).
#include "planner/retirement.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/text.h"
#include "tests/support/facts.h"

namespace changeover {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::SeedWorld;
using testing::source_app_name;
using testing::source_name;
using testing::target_app_name;

SeedWorld due() {
  SeedWorld world;
  world.stage(Stage::retired).live();
  return world;
}

TEST(Retiring, IsDueWhenTheAttachReleaseIsOldEnough) {
  SeedWorld world = due();
  EXPECT_EQ(retiring_waits_for(world.situation()), "");
  EXPECT_FALSE(world.plan().actions.empty());
  world.observed.at -= 1s;
  EXPECT_THAT(retiring_waits_for(world.situation()), HasSubstr("2026-11-25T10:00:00Z"));
  const MigrationPlan plan = world.plan();
  EXPECT_THAT(plan.actions, IsEmpty());
  EXPECT_THAT(plan.blockers, IsEmpty());
  EXPECT_THAT(plan.then, HasSubstr("2026-11-25T10:00:00Z, 3d after the cutover"));
}

TEST(Retiring, CountsFromTheProofWhereTheCopyWasAttachedAllAlong) {
  SeedWorld world = due();
  world.facts().retirement->attached_at = world.observed.at - 1000h;
  world.attempt().certificate->at = world.observed.at - 1h;
  EXPECT_EQ(serving_since(world.situation()), world.observed.at - 1h);
  EXPECT_THAT(retiring_waits_for(world.situation()), HasSubstr("retiring waits until"));
}

TEST(Retiring, WaitsForTheStandbyAndForkFollowOfAYoungPrimary) {
  SeedWorld world = due();
  world.facts().copy_database->ha_status = "Temporarily Unavailable";
  EXPECT_THAT(world.plan().then, HasSubstr("HA Status is `Temporarily Unavailable`"));
  EXPECT_THAT(world.plan().actions, IsEmpty());
  world.facts().copy_database->ha_status = "";  // a plan without one
  EXPECT_EQ(world.plan().then, "");
  world.facts().copy_database->fork_follow = "Temporarily Unavailable";
  EXPECT_THAT(world.plan().then, HasSubstr("Fork/Follow is `Temporarily Unavailable`"));
  world.facts().copy_database->fork_follow = "";
  EXPECT_THAT(world.plan().then, HasSubstr("not said"));
}

TEST(Retiring, DoesNotAskForAllowDestroy) {
  PlanOptions options;
  options.allow_destroy = false;
  EXPECT_FALSE(due().plan(options).actions.empty());
}

TEST(Retiring, IsBlockedByWhatNobodyAsked) {
  SeedWorld world = due();
  world.facts().retirement.reset();
  const MigrationPlan plan = world.plan();
  ASSERT_NE(plan.blocker_of(Group::retire), nullptr);
  EXPECT_EQ(plan.blocker_of(Group::retire)->id, "old-database-unknown");
}

TEST(Retiring, ABlockerIsSaidBeforeItIsDue) {
  SeedWorld world = due();
  world.observed.at -= 1h;
  world.old_writes(WritesSince::Verdict::written);
  EXPECT_NE(world.plan().blocker_of(Group::retire), nullptr);
}

TEST(Retiring, ADeclinedBackupAllowsAnySize) {
  SeedWorld world = due();
  world.facts().source_database->bytes = 20'000'000'000;
  EXPECT_THAT(world.plan().blockers, IsEmpty());
  world.facts().source_database->bytes = 500'000'000'000;
  EXPECT_FALSE(world.plan().blockers.empty());
  world.migration().retire.final_backup = false;
  EXPECT_THAT(world.plan().blockers, IsEmpty());
}

TEST(OldAttachments, OfTheAppThatPaysGoWithItOnlyWhileItIsParked) {
  SeedWorld world = due();
  const Attachment own = world.facts().source_attachments.front();
  EXPECT_EQ(fate_of(world.situation(), own), OldAttachment::goes_with_it);
  world.source().app.maintenance = false;
  EXPECT_EQ(fate_of(world.situation(), own), OldAttachment::is_in_use);
}

TEST(OldAttachments, OfAnotherAppAreDetachedOnlyWhereThisMigrationParkedIt) {
  SeedWorld world;
  world.writer("reports-example").stage(Stage::retired).live();
  const auto fate = [&] {
    for (const Attachment& attachment : world.facts().source_attachments)
      if (attachment.app.name == "reports-example") return fate_of(world.situation(), attachment);
    return OldAttachment::goes_with_it;
  };
  EXPECT_EQ(fate(), OldAttachment::is_detached);
  std::erase_if(world.attempt().baseline, [](const Baseline& one) { return one.app.name == "reports-example"; });
  EXPECT_EQ(fate(), OldAttachment::is_in_use) << "somebody else parked it";
  world.app("reports-example").dynos.reset();
  EXPECT_EQ(fate(), OldAttachment::is_in_use) << "not known";
}

TEST(OldAttachments, OnTheLiveTargetBlockUnlessItPays) {
  SeedWorld world = due();
  world.attach(target_app_name, "OLD", source_name);
  const Attachment left = world.facts().source_attachments.back();
  EXPECT_EQ(fate_of(world.situation(), left), OldAttachment::is_in_use);
  world.facts().source->app = {std::string(target_app_name) + "-id", target_app_name};
  EXPECT_EQ(fate_of(world.situation(), left), OldAttachment::goes_with_it);
}

TEST(Retired, TheSourceAppMayBeGoneAsWell) {
  SeedWorld world;
  world.stage(Stage::retired).retired();
  world.observed.apps.erase(source_app_name);
  const MigrationPlan plan = world.plan();
  EXPECT_EQ(plan.phase, Phase::retired);
  EXPECT_THAT(plan.blockers, IsEmpty());
  EXPECT_THAT(plan.actions, IsEmpty());
}

}  // namespace
}  // namespace changeover
