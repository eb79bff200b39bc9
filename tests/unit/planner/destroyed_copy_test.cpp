// A copy that somebody destroyed in the middle of an attempt: what proves that nobody has written to it, and what is
// done when nothing does.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "planner/planner.h"
#include "planner/restoration.h"
#include "tests/support/facts.h"

namespace changeover {
namespace {

using std::chrono::hours;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::SeedWorld;

/// The old database is closed, nothing was opened, and the copy is gone; the target's web shows the page.
SeedWorld destroyed(Stage stage = Stage::live) {
  SeedWorld world;
  world.migration().stage = stage;
  world.standalone().attempt().past_point_of_no_return = true;
  world.facts().copy.reset();
  world.facts().copy_database.reset();
  world.facts().copy_gone = true;
  world.target().releases = {{"r3", 3, "succeeded", "Deploy", true, world.attempt().started_at - hours{1}}};
  return world;
}

std::vector<Kind> kinds_of(const std::vector<Action>& actions) {
  std::vector<Kind> kinds;
  for (const Action& action : actions)
    if (kinds.empty() || kinds.back() != action.kind) kinds.push_back(action.kind);
  return kinds;
}

TEST(DestroyedUnused, GivesServiceBackAtEveryStage) {
  for (const Stage stage : {Stage::source, Stage::live}) {
    const MigrationPlan plan = destroyed(stage).plan();
    EXPECT_FALSE(plan.refused);
    ASSERT_FALSE(plan.actions.empty());
    EXPECT_EQ(plan.actions.front().kind, Kind::restore_leader);
    for (const Action& action : plan.actions) EXPECT_EQ(action.group, Group::restore) << action.id;
  }
}

TEST(DestroyedUnused, ComesUpOnADatabaseThatTakesWrites) {
  const MigrationPlan plan = destroyed().plan();
  const std::string& reopened = plan.actions.front().id;
  for (const Action& action : plan.actions) {
    if (action.kind == Kind::restore_formation) {
      EXPECT_THAT(action.depends_on, ElementsAre(reopened));
    }
  }
}

TEST(DestroyedUnused, IsRestoredByTheCommandToo) {
  const SeedWorld world = destroyed();
  const Restoration restoration = plan_restoration(world.situation(), world.phase());
  EXPECT_EQ(restoration.refused, "");
  EXPECT_THAT(kinds_of(restoration.first), ElementsAre(Kind::restore_leader));
}

TEST(DestroyedUnused, GivesTheTargetTheDatabaseBackThatThePromotionTookAway) {
  SeedWorld world = destroyed();
  world.attempt().held_before = testing::source_name;
  EXPECT_EQ(world.plan().actions.front().kind, Kind::restore_attachment);
  EXPECT_EQ(world.plan().actions.front().parameters["previous"].as_string(), testing::source_name);
  const Restoration restoration = plan_restoration(world.situation(), world.phase());
  EXPECT_THAT(kinds_of(restoration.first), ElementsAre(Kind::restore_attachment, Kind::restore_leader));
}

TEST(DestroyedUnused, NeedsNoMoreThanThatTheUnfollowWasNeverSent) {
  SeedWorld world = destroyed();
  world.attempt().unfollow_sent = world.attempt().past_point_of_no_return = false;
  world.target().dynos.reset();
  const MigrationPlan plan = world.plan();
  EXPECT_FALSE(plan.refused);
  EXPECT_FALSE(plan.actions.empty());
  EXPECT_TRUE(std::ranges::none_of(plan.actions, [](const Action& one) { return one.kind == Kind::restore_leader; }));
}

struct Doubt {
  std::string name;
  void (*raise)(SeedWorld&);
};

class MayHaveBeenWritten : public ::testing::TestWithParam<Doubt> {};

TEST_P(MayHaveBeenWritten, SoAPersonDecides) {
  for (const Stage stage : {Stage::source, Stage::replicating, Stage::live}) {
    SeedWorld world = destroyed(stage);
    GetParam().raise(world);
    const MigrationPlan plan = world.plan();
    EXPECT_TRUE(plan.refused);
    EXPECT_TRUE(plan.actions.empty());
    EXPECT_THAT(plan.blockers.back().remedy, HasSubstr("--accept-lost-writes"));
  }
  SeedWorld world = destroyed();
  GetParam().raise(world);
  const Restoration refused = plan_restoration(world.situation(), world.phase());
  EXPECT_THAT(refused.refused, HasSubstr("they are gone with it"));
  const Restoration accepted = plan_restoration(world.situation(), world.phase(), true);
  EXPECT_EQ(accepted.refused, "");
  EXPECT_THAT(kinds_of(accepted.first), ElementsAre(Kind::restore_leader));
}

INSTANTIATE_TEST_SUITE_P(
    Where, MayHaveBeenWritten,
    ::testing::Values(Doubt{"ItWasOpened", [](SeedWorld& w) { w.attempt().copy_opened = true; }},
                      Doubt{"TheTargetsDynosAreNotKnown", [](SeedWorld& w) { w.target().dynos.reset(); }},
                      Doubt{"ItsReleasesAreNotKnown", [](SeedWorld& w) { w.target().releases.reset(); }},
                      Doubt{"ItWasAttachedWhileWebWasUp",
                            [](SeedWorld& w) {
                              w.target().releases->insert(w.target().releases->begin(),
                                                          {"r4", 4, "succeeded", "Attach DATABASE (@ref:orders)", true,
                                                           w.attempt().started_at + hours{1}});
                            }},
                      Doubt{"OnlyNewReleasesAreKnown",
                            [](SeedWorld& w) { w.target().releases->front().created_at = w.attempt().started_at; }}),
    [](const auto& one) { return one.param.name; });

TEST(AcceptLostWrites, IsForACopyThatIsGone) {
  SeedWorld world;
  world.promoted().attempt().past_point_of_no_return = true;
  EXPECT_THAT(plan_restoration(world.situation(), world.phase(), true).refused,
              HasSubstr("past the point of no return"));
}

TEST(AcceptLostWrites, WithoutARecordIsForAClosedSourceThatHasNoCopy) {
  SeedWorld world;
  world.quiesced().state_lost();
  world.facts().copy.reset();
  world.facts().copy_database.reset();
  world.facts().leader->read_only = true;
  world.migration().source.formation = {{"web", {2, {}}}};
  EXPECT_THAT(plan_restoration(world.situation(), world.phase()).refused, HasSubstr("read-only by default"));
  const Restoration accepted = plan_restoration(world.situation(), world.phase(), true);
  EXPECT_EQ(accepted.refused, "");
  EXPECT_THAT(kinds_of(accepted.first), ElementsAre(Kind::restore_leader));
  world.facts().stranger = world.facts().source;
  EXPECT_NE(plan_restoration(world.situation(), world.phase(), true).refused, "") << "something of its name is there";
}

}  // namespace
}  // namespace changeover
