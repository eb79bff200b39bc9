#include "planner/phase.h"

#include <gtest/gtest.h>

#include <set>

#include "tests/support/facts.h"

namespace changeover {
namespace {

using testing::private_name;
using testing::SeedWorld;
using testing::source_app_name;
using testing::source_name;
using testing::target_app_name;

constexpr Phase all_phases[] = {Phase::retired,     Phase::live,         Phase::promoted, Phase::standalone,
                                Phase::spent,       Phase::drained,      Phase::quiesced, Phase::replicating,
                                Phase::catching_up, Phase::provisioning, Phase::absent};

class PhaseReached : public ::testing::TestWithParam<Phase> {};

TEST_P(PhaseReached, ByTheFactsOfItsStep) {
  EXPECT_EQ(to_string(SeedWorld().at(GetParam()).phase()), to_string(GetParam()));
}

INSTANTIATE_TEST_SUITE_P(Phase, PhaseReached, ::testing::ValuesIn(all_phases),
                         [](const auto& test) { return std::string(to_string(test.param)); });

TEST(PhaseTable, HasOneRowAPhaseInTheOrderOfTheEnum) {
  std::vector<Phase> rows;
  for (const PhaseRow& row : phase_table()) rows.push_back(row.phase);
  EXPECT_EQ(rows, std::vector<Phase>(std::begin(all_phases), std::end(all_phases)));
  for (const PhaseRow& row : phase_table()) {
    EXPECT_FALSE(row.evidence.empty()) << to_string(row.phase);
    EXPECT_FALSE(row.meaning.empty()) << to_string(row.phase);
  }
}

TEST(PhaseTable, TheFirstRowThatMatchesWins) {
  SeedWorld world;
  world.drained();
  const Situation situation = world.situation();
  std::set<Phase> matching;
  for (const PhaseRow& row : phase_table())
    if (row.matches(situation)) matching.insert(row.phase);
  EXPECT_EQ(matching, (std::set{Phase::drained, Phase::quiesced, Phase::replicating, Phase::catching_up,
                                Phase::provisioning, Phase::absent}));
  EXPECT_EQ(phase_of(situation).phase, Phase::drained);
}

// ---- being made

TEST(PhaseNearMiss, AProvisionedCopyThatTheDataApiDoesNotKnowIsStillBeingMade) {
  SeedWorld world;
  world.following().facts().copy_database.reset();
  EXPECT_EQ(world.phase(), Phase::provisioning);
}

TEST(PhaseNearMiss, ACopyThatPreparesAndFollowsNobodyYetIsNotSpent) {
  SeedWorld world;
  world.following().facts().copy_database->following = false;
  world.facts().copy_database->status = "Preparing";
  EXPECT_EQ(world.phase(), Phase::provisioning);
  world.facts().copy_database->status = "Available";
  world.facts().copy_database->waiting = true;
  EXPECT_EQ(world.phase(), Phase::provisioning);
}

TEST(PhaseNearMiss, ACopyThatFollowsSomebodyElseDoesNotReplicate) {
  SeedWorld world;
  world.following().facts().copy_database->leader = Reference{"other-id", "other"};
  EXPECT_EQ(world.phase(), Phase::provisioning);
  world.following().facts().copy_database->leader.reset();
  EXPECT_EQ(world.phase(), Phase::provisioning);
}

// ---- lag

TEST(PhaseNearMiss, StartLagIsInclusive) {
  SeedWorld world;
  EXPECT_EQ(world.following(200).phase(), Phase::replicating);
  EXPECT_EQ(world.following(201).phase(), Phase::catching_up);
}

TEST(PhaseNearMiss, AnUnknownLagIsNotZero) {
  SeedWorld world;
  world.following().facts().copy_database->behind_by.reset();
  EXPECT_EQ(world.phase(), Phase::catching_up);
}

// ---- parked

struct Unparked {
  const char* name;
  void (*change)(SeedWorld&);
};

class NotParked : public ::testing::TestWithParam<Unparked> {};

TEST_P(NotParked, IsNotQuiesced) {
  SeedWorld world;
  world.quiesced();
  ASSERT_EQ(world.phase(), Phase::quiesced);
  GetParam().change(world);
  EXPECT_EQ(world.phase(), Phase::replicating);
}

TEST_P(NotParked, IsNotDrainedDespiteACertificate) {
  SeedWorld world;
  world.drained();
  GetParam().change(world);
  EXPECT_EQ(world.phase(), Phase::replicating);
}

TEST_P(NotParked, IsSpentOnceItFollowsNobody) {
  SeedWorld world;
  world.standalone();
  ASSERT_EQ(world.phase(), Phase::standalone);
  GetParam().change(world);
  EXPECT_EQ(world.phase(), Phase::spent);
}

INSTANTIATE_TEST_SUITE_P(
    Writer, NotParked,
    ::testing::Values(
        Unparked{"DynosUnknown", [](SeedWorld& world) { world.source().dynos.reset(); }},
        Unparked{"FormationUnknown", [](SeedWorld& world) { world.source().formation.reset(); }},
        Unparked{"AppUnreadable", [](SeedWorld& world) { world.observed.apps.erase(source_app_name); }},
        Unparked{"PageOff", [](SeedWorld& world) { world.source().app.maintenance = false; }},
        Unparked{"ScaledUp", [](SeedWorld& world) { world.source().formation->front().quantity = 1; }},
        Unparked{"DynoStillStopping",
                 [](SeedWorld& world) { world.source().dynos->push_back({"id", "web.1", "web", "up", 7}); }},
        Unparked{"OneOffDyno",
                 [](SeedWorld& world) { world.source().dynos->push_back({"id", "run.1", "run", "up", 7}); }},
        Unparked{"SecondWriterUp", [](SeedWorld& world) { world.writer("reports-example"); }},
        Unparked{"WriterWithACopiedUrlUp",
                 [](SeedWorld& world) {
                   world.add_app("billing-example", {{"worker", 1, "basic"}});
                   world.migration().quiesce.apps["billing-example"] = After::park;
                 }}),
    [](const auto& test) { return std::string(test.param.name); });

TEST(PhaseNearMiss, AReadOnlyAppNeedNotBeParked) {
  SeedWorld world;
  world.quiesced().writer("dashboard-example").migration().quiesce.read_only = {"dashboard-example"};
  EXPECT_EQ(world.phase(), Phase::quiesced);
}

TEST(PhaseNearMiss, TheTargetsKeptWebDynosAreNoWriters) {
  SeedWorld world;
  world.quiesced();
  ASSERT_FALSE(world.target().dynos->empty());
  EXPECT_EQ(world.phase(), Phase::quiesced);
}

TEST(PhaseNearMiss, ATargetThatHoldsTheSourceIsAWriterAndMustBeParkedWholly) {
  SeedWorld world;
  world.attach(target_app_name, "DATABASE", source_name);
  world.quiesced();
  EXPECT_EQ(world.phase(), Phase::replicating);
  world.target().formation->front().quantity = 0;
  world.target().dynos->clear();
  EXPECT_EQ(world.phase(), Phase::quiesced);
}

// ---- the certificate

class BadCertificate : public ::testing::TestWithParam<Unparked> {};

TEST_P(BadCertificate, LeavesACopyOnItsOwnSpent) {
  SeedWorld world;
  world.standalone();
  GetParam().change(world);
  EXPECT_EQ(world.phase(), Phase::spent);
}

TEST_P(BadCertificate, LeavesAnAttachedCopySpent) {
  SeedWorld world;
  world.promoted();
  GetParam().change(world);
  EXPECT_EQ(world.phase(), Phase::spent);
}

TEST_P(BadCertificate, LeavesAFollowerMerelyQuiesced) {
  SeedWorld world;
  world.drained();
  GetParam().change(world);
  EXPECT_EQ(world.phase(), Phase::quiesced);
}

INSTANTIATE_TEST_SUITE_P(
    Certificate, BadCertificate,
    ::testing::Values(
        Unparked{"None", [](SeedWorld& world) { world.attempt().certificate.reset(); }},
        Unparked{"OfAnotherCopy", [](SeedWorld& world) { world.attempt().certificate->copy_id = "other-id"; }},
        Unparked{"OfAnotherLeader", [](SeedWorld& world) { world.attempt().certificate->leader_id = "other-id"; }},
        Unparked{"OfAnotherPrimary",
                 [](SeedWorld& world) { world.facts().source_database->formation_primary = "new-primary"; }},
        Unparked{"OfAnAbortingAttempt", [](SeedWorld& world) { world.attempt().state = Attempt::State::aborting; }},
        Unparked{"OfAnAbortedAttempt", [](SeedWorld& world) { world.attempt().state = Attempt::State::aborted; }},
        Unparked{"StateLost", [](SeedWorld& world) { world.state_lost(); }}),
    [](const auto& test) { return std::string(test.param.name); });

TEST(Certificate, StandsWhileTheLeaderCanNotBeReadForTheLateWriteCheckAsksItAgain) {
  SeedWorld world;
  world.standalone();
  world.facts().source_database.reset();
  EXPECT_EQ(world.phase(), Phase::standalone);
}

// ---- what is not known

TEST(NotKnown, ACopyThatCanNotBeReadStopsThePlanInsteadOfMakingAPhase) {
  SeedWorld world;
  world.at(Phase::replicating);
  world.facts().copy_database.reset();
  world.facts().copy_problem = "GET …: 503";
  const MigrationPlan plan = world.plan();
  EXPECT_TRUE(plan.actions.empty());
  ASSERT_FALSE(plan.blockers.empty());
  EXPECT_EQ(plan.blockers.back().id, "not-known");
}

TEST(NotKnown, WritersWhoseDynosCanNotBeReadDoNotMakeTheCopySpent) {
  SeedWorld world;
  world.standalone();
  world.source().dynos.reset();
  const MigrationPlan plan = world.plan();
  EXPECT_TRUE(plan.actions.empty());
  ASSERT_FALSE(plan.blockers.empty());
  EXPECT_EQ(plan.blockers.back().id, "not-known");
}

TEST(Frozen, WhatWentLiveIsNeverDestroyedUnderAnotherName) {
  SeedWorld world;
  world.at(Phase::live);
  world.migration().target.attachment = "OTHER";
  world.migration().stage = Stage::replicating;
  PlanOptions options;
  options.allow_destroy = true;
  const MigrationPlan plan = world.plan(options);
  EXPECT_TRUE(plan.refused);
  EXPECT_TRUE(plan.actions.empty());
}

// ---- the latch

TEST(PhaseLatch, StateLostAndTheTargetRunsOnTheCopyIsLive) {
  SeedWorld world;
  world.live().state_lost();
  EXPECT_EQ(world.phase(), Phase::live);
}

TEST(PhaseLatch, StateLostAndNoDynoOnTheAttachReleaseIsSpent) {
  SeedWorld world;
  world.live().state_lost();
  world.target().dynos = std::vector<Dyno>{{"id", "web.1", "web", "up", 11}, {"id", "web.2", "web", "starting", 12}};
  EXPECT_EQ(world.phase(), Phase::spent);
}

TEST(PhaseLatch, StateLostLongAfterTheAttachReleaseIsStillLive) {
  SeedWorld world;
  world.live().state_lost();
  world.target().releases = std::vector<Release>{{"release-40", 40, "succeeded", "Deploy 1a2b3c4d", true, {}},
                                                 {"release-39", 39, "succeeded", "Deploy 5e6f7a8b", false, {}}};
  world.target().dynos = std::vector<Dyno>{{"id", "web.1", "web", "up", 40}};
  EXPECT_EQ(world.phase(), Phase::live);
}

TEST(PhaseLatch, ADynoUpDuringAnOpenAttemptIsNotTheLatch) {
  SeedWorld world;
  EXPECT_EQ(world.resumed().phase(), Phase::promoted);
}

TEST(PhaseLatch, ALatchedMigrationStaysLiveWhateverTheOperatorDoes) {
  SeedWorld world;
  world.live().target().app.maintenance = true;
  world.target().formation->clear();
  world.target().dynos.reset();
  world.target().releases.reset();
  EXPECT_EQ(world.phase(), Phase::live);
}

TEST(PhaseLatch, ARecordedLatchDoesNotOutliveTheAttachment) {
  SeedWorld world;
  world.live().attach(target_app_name, "DATABASE", "other-database");
  EXPECT_EQ(world.phase(), Phase::spent);
}

TEST(PhaseLatch, RetiredNeedsTheCopyAsTheTargetsDatabase) {
  SeedWorld world;
  world.retired().attach(target_app_name, "DATABASE", "other-database");
  EXPECT_NE(world.phase(), Phase::retired);
}

TEST(PhaseLatch, ACopyUnderAnotherNameIsNotPromoted) {
  SeedWorld world;
  world.standalone().attach(target_app_name, "HEROKU_POSTGRESQL_PINK", private_name);
  EXPECT_EQ(world.phase(), Phase::standalone);
}

}  // namespace
}  // namespace changeover
