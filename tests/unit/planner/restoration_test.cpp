// The way back to the source, with a record and without one: what is restored, what is refused, what nobody knows.
#include "planner/restoration.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/support/facts.h"

namespace changeover {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::private_name;
using testing::SeedWorld;
using ::testing::SizeIs;
using testing::source_app_name;
using testing::target_app_name;

const std::map<std::string, DesiredProcess> pins{{"web", {2, {}}}, {"worker", {1, {}}}};

Restoration restoration_of(const SeedWorld& world) { return plan_restoration(world.situation(), world.phase()); }

class WithRecord : public ::testing::TestWithParam<Phase> {};

TEST_P(WithRecord, BeforeThePointOfNoReturnEveryAppGoesBackToItsBaseline) {
  SeedWorld world;
  world.at(GetParam());
  const Restoration restoration = restoration_of(world);
  EXPECT_EQ(restoration.refused, "");
  EXPECT_TRUE(restoration.recorded);
  ASSERT_TRUE(restoration.attempt);
  EXPECT_EQ(restoration.attempt->baseline, world.attempt().baseline);
  EXPECT_EQ(restoration.first.size(), GetParam() == Phase::promoted ? 1U : 0U) << "DATABASE back";
}

INSTANTIATE_TEST_SUITE_P(Phases, WithRecord,
                         ::testing::Values(Phase::quiesced, Phase::drained, Phase::standalone, Phase::spent,
                                           Phase::promoted),
                         [](const auto& one) { return std::string(to_string(one.param)); });

TEST(Restoration, IsRefusedPastThePointOfNoReturnAndWhenLive) {
  SeedWorld past;
  past.promoted().attempt().past_point_of_no_return = true;
  EXPECT_THAT(restoration_of(past).refused, HasSubstr("past the point of no return"));
  SeedWorld live;
  EXPECT_THAT(restoration_of(live.live()).refused, HasSubstr("is live"));
  SeedWorld retired;
  EXPECT_NE(restoration_of(retired.retired()).refused, "");
}

TEST(Restoration, HasNothingToDoWhereNothingWasBegun) {
  for (const Phase phase : {Phase::absent, Phase::provisioning, Phase::catching_up, Phase::replicating}) {
    SeedWorld world;
    const Restoration restoration = restoration_of(world.at(phase));
    EXPECT_TRUE(restoration.has_nothing_to_do()) << to_string(phase);
    EXPECT_THAT(restoration.missing, IsEmpty());
  }
}

TEST(Restoration, LeavesAnAttemptThatIsOverAlone) {
  SeedWorld world;
  world.following().attempt_open().attempt().state = Attempt::State::aborted;
  EXPECT_TRUE(restoration_of(world).has_nothing_to_do());
}

// ---- without a record

TEST(RestorationWithoutRecord, TakesTheFormationFromTheSpec) {
  SeedWorld world;
  world.quiesced().state_lost();
  world.migration().source.formation = pins;
  const Restoration restoration = restoration_of(world);
  EXPECT_EQ(restoration.refused, "");
  EXPECT_FALSE(restoration.recorded);
  ASSERT_TRUE(restoration.attempt);
  ASSERT_THAT(restoration.attempt->baseline, SizeIs(1));
  const Baseline& source = restoration.attempt->baseline.front();
  EXPECT_EQ(source.app.name, source_app_name);
  EXPECT_FALSE(source.maintenance);
  EXPECT_THAT(source.formation, ElementsAre(Process{"web", 2, "standard-1x"}, Process{"worker", 1, "standard-1x"}));
  EXPECT_THAT(restoration.remarks, ElementsAre(HasSubstr(target_app_name))) << "what the target had is not known";
}

TEST(RestorationWithoutRecord, SaysWhatTheSpecMustPinAndGuessesNothing) {
  SeedWorld world;
  world.quiesced().state_lost();
  const Restoration restoration = restoration_of(world);
  EXPECT_FALSE(restoration.attempt);
  ASSERT_THAT(restoration.missing, SizeIs(1));
  EXPECT_EQ(restoration.missing.front().id, "baseline-lost");
  EXPECT_THAT(restoration.missing.front().remedy, HasSubstr("source.formation"));
}

TEST(RestorationWithoutRecord, TakesThePageOffAnAppThatStillHasItsDynos) {
  SeedWorld world;
  world.following().state_lost();
  world.source().app.maintenance = true;
  world.source().formation->back().quantity = 0;
  const Restoration restoration = restoration_of(world);
  ASSERT_TRUE(restoration.attempt);
  EXPECT_EQ(restoration.attempt->baseline.front().formation, *world.source().formation);
  EXPECT_THAT(restoration.remarks, ElementsAre(HasSubstr("worker"))) << "nobody knows whether it ran";
}

TEST(RestorationWithoutRecord, RestoresEveryAppThatItCan) {
  SeedWorld world;
  world.writer("billing").quiesced().state_lost();
  world.migration().quiesce.formations["billing"] = {{"web", {1, {}}}};
  const Restoration restoration = restoration_of(world);
  ASSERT_TRUE(restoration.attempt);
  EXPECT_EQ(restoration.attempt->baseline.front().app.name, "billing");
  EXPECT_THAT(restoration.missing, SizeIs(1));
}

TEST(RestorationWithoutRecord, OfOneAppThatIsBothEndsTakesTheTargetsFormation) {
  SeedWorld world;
  world.migration().source.app = target_app_name;
  world.migration().target.formation = {{"web", {2, {}}}};
  world.attach(target_app_name, "DATABASE", testing::source_name);
  world.following().state_lost();
  world.target().app.maintenance = true;
  for (Process& process : *world.target().formation) process.quantity = 0;
  const Restoration restoration = restoration_of(world);
  ASSERT_TRUE(restoration.attempt);
  const Baseline* both = restoration.attempt->baseline_of(target_app_name);
  ASSERT_NE(both, nullptr);
  EXPECT_EQ(both->formation.front().quantity, 2);
}

SeedWorld attached_with_nobody_on_it() {
  SeedWorld world;
  world.migration().quiesce.space_web = SpaceWeb::stop;
  world.promoted().state_lost();
  world.target().dynos->clear();
  for (Process& process : *world.target().formation) process.quantity = 0;
  world.migration().source.formation = pins;
  return world;
}

TEST(RestorationWithoutRecord, TakesDatabaseBackWhereNobodyCanHaveWritten) {
  const Restoration restoration = restoration_of(attached_with_nobody_on_it());
  EXPECT_EQ(restoration.refused, "");
  ASSERT_THAT(restoration.first, SizeIs(1));
  EXPECT_EQ(restoration.first.front().kind, Kind::restore_attachment);
  EXPECT_TRUE(restoration.attempt);
}

struct Doubt {
  std::string name;
  void (*raise)(SeedWorld&);
};

class InDoubt : public ::testing::TestWithParam<Doubt> {};

TEST_P(InDoubt, NothingIsDoneThatCouldLoseAWrite) {
  SeedWorld world = attached_with_nobody_on_it();
  GetParam().raise(world);
  const Restoration restoration = restoration_of(world);
  EXPECT_NE(restoration.refused, "");
  EXPECT_NE(restoration.refused_remedy, "");
  EXPECT_TRUE(restoration.has_nothing_to_do());
}

INSTANTIATE_TEST_SUITE_P(
    That, InDoubt,
    ::testing::Values(
        Doubt{"TheOldDatabaseIsClosed", [](SeedWorld& w) { w.facts().leader->read_only = true; }},
        Doubt{"TheOldDatabaseDoesNotAnswer", [](SeedWorld& w) { w.facts().leader.reset(); }},
        Doubt{"ADynoIsUp", [](SeedWorld& w) { w.target().dynos = {{"d", "web.1", "web", "starting", 12}}; }},
        Doubt{"AReleasePhaseRan", [](SeedWorld& w) { w.add_release_phase(); }},
        Doubt{"JobsStart", [](SeedWorld& w) { w.install("scheduler", target_app_name); }},
        Doubt{"TheCopyCanNotBeRead",
              [](SeedWorld& w) {
                w.facts().copy_database.reset();
                w.facts().copy_problem = "503";
              }},
        Doubt{"AStrangerHoldsTheName",
              [](SeedWorld& w) {
                w.facts().copy.reset();
                w.facts().copy_database.reset();
                w.attach(target_app_name, "DATABASE", "somebody-elses");
              }},
        Doubt{"ItsConsumerIsExternal", [](SeedWorld& w) { w.migration().target.consumer = Consumer::external; }}),
    [](const auto& one) { return one.param.name; });

}  // namespace
}  // namespace changeover
