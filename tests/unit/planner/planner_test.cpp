#include "planner/planner.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "planner/fingerprint.h"
#include "planner/plan_file.h"
#include "tests/support/facts.h"
#include "tests/support/schema_file.h"

namespace changeover {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::private_name;
using testing::SeedWorld;
using testing::source_app_name;
using testing::source_name;
using testing::target_app_name;

PlanOptions destroying() {
  PlanOptions options;
  options.allow_destroy = true;
  return options;
}

std::vector<Kind> kinds(const MigrationPlan& plan) {
  std::vector<Kind> kinds;
  for (const Action& action : plan.actions) kinds.push_back(action.kind);
  return kinds;
}
bool has(const MigrationPlan& plan, Kind kind) { return std::ranges::count(kinds(plan), kind) > 0; }
bool blocked_by(const MigrationPlan& plan, std::string_view id) {
  return std::ranges::find(plan.blockers, id, &Finding::id) != plan.blockers.end();
}

// ---- hold, unattended, window

TEST(PlanHold, BeforeReplicatingLivePreparesAndHolds) {
  for (const Phase phase : {Phase::absent, Phase::provisioning, Phase::catching_up}) {
    const MigrationPlan plan = SeedWorld().at(phase).plan();
    EXPECT_FALSE(plan.actions.empty()) << to_string(phase);
    EXPECT_FALSE(plan.has_downtime()) << to_string(phase);
    EXPECT_FALSE(plan.then.empty()) << to_string(phase);
    EXPECT_FALSE(plan.estimate.downtime) << to_string(phase);
    EXPECT_EQ(plan.point_of_no_return.action, "") << to_string(phase);
  }
}

TEST(PlanHold, UnattendedGoesOnToLive) {
  for (const Phase phase : {Phase::absent, Phase::provisioning, Phase::catching_up}) {
    SeedWorld world;
    world.at(phase).migration().cutover.unattended = true;
    const MigrationPlan plan = world.plan();
    EXPECT_TRUE(plan.has_downtime()) << to_string(phase);
    EXPECT_EQ(plan.then, "") << to_string(phase);
  }
}

TEST(PlanHold, FromReplicatingTheCutoverIsDue) {
  const MigrationPlan plan = SeedWorld().at(Phase::replicating).plan();
  EXPECT_TRUE(plan.has_downtime());
  EXPECT_EQ(plan.then, "");
  EXPECT_EQ(plan.estimate.at_most, 300s);
}

struct WindowCase {
  const char* name;
  std::chrono::seconds from;  ///< after now
  std::chrono::seconds to;
  bool due;
};

class PlanWindow : public ::testing::TestWithParam<WindowCase> {
 protected:
  static SeedWorld world() {
    SeedWorld world;
    world.migration().cutover.window = Window{world.observed.at + GetParam().from, world.observed.at + GetParam().to};
    return world;
  }
};

TEST_P(PlanWindow, LetsACutoverBeginOnlyWhereItCanEnd) {
  const MigrationPlan plan = world().following().plan();
  EXPECT_EQ(plan.has_downtime(), GetParam().due);
  EXPECT_EQ(plan.then.empty(), GetParam().due) << plan.then;
}

TEST_P(PlanWindow, DoesNotStopAnAttemptUnderWay) { EXPECT_TRUE(world().standalone().plan().has_downtime()); }

INSTANTIATE_TEST_SUITE_P(At, PlanWindow,
                         ::testing::Values(WindowCase{"Before", 1s, 7200s, false},
                                           WindowCase{"ItsFirstInstant", 0s, 7200s, true},
                                           WindowCase{"ItsLastChance", -60s, 300s, true},
                                           WindowCase{"TooLateToEnd", -60s, 299s, false},
                                           WindowCase{"After", -7200s, -1s, false}),
                         [](const auto& test) { return std::string(test.param.name); });

// ---- destroying

TEST(PlanDestroy, NeedsToBeAllowedAndTheRestoringPartStillRuns) {
  SeedWorld world;
  world.stage(Stage::source).drained();
  const MigrationPlan kept = world.plan();
  EXPECT_TRUE(has(kept, Kind::restore_formation));
  EXPECT_FALSE(has(kept, Kind::addon_destroy));
  EXPECT_TRUE(blocked_by(kept, "destroy-not-allowed"));
  EXPECT_EQ(kept.blocker_of(Group::prepare), nullptr);
  const MigrationPlan destroyed = world.plan(destroying());
  EXPECT_TRUE(has(destroyed, Kind::addon_destroy));
  EXPECT_THAT(destroyed.blockers, IsEmpty());
}

TEST(PlanDestroy, NothingIsCreatedAnewBesideACopyThatMayNotGo) {
  SeedWorld world;
  world.stage(Stage::replicating).at(Phase::spent);
  EXPECT_FALSE(has(world.plan(), Kind::follower_create));
  EXPECT_TRUE(blocked_by(world.plan(), "destroy-not-allowed"));
  EXPECT_TRUE(has(world.plan(destroying()), Kind::follower_create));
}

TEST(PlanDestroy, AnAttachedCopyOnWhichAnAppMayRunIsNeverDestroyed) {
  SeedWorld world;
  world.stage(Stage::source).promoted().state_lost();
  world.target().dynos.reset();
  ASSERT_EQ(world.phase(), Phase::spent);
  const MigrationPlan plan = world.plan(destroying());
  EXPECT_TRUE(blocked_by(plan, "copy-in-use"));
  EXPECT_THAT(plan.actions, IsEmpty());
  world.target().dynos = std::vector<Dyno>{};
  EXPECT_FALSE(blocked_by(world.plan(destroying()), "copy-in-use"));
  EXPECT_TRUE(has(world.plan(destroying()), Kind::addon_destroy));
}

// ---- what can not be reached

TEST(PlanRefusal, SaysWhyAndHoldsNoAction) {
  const MigrationPlan plan = SeedWorld().stage(Stage::source).at(Phase::live).plan(destroying());
  EXPECT_TRUE(plan.refused);
  EXPECT_EQ(plan.blockers.back().id, "stage-not-reachable") << "the run shows the last one";
  EXPECT_EQ(plan.blockers.back().blocks, Group::prepare);
  EXPECT_FALSE(plan.blockers.back().remedy.empty());
  EXPECT_THAT(plan.actions, IsEmpty());
}

TEST(PlanRefusal, BehindThePointOfNoReturnThereIsNoWayBack) {
  for (const Stage stage : {Stage::source, Stage::replicating}) {
    SeedWorld world;
    world.stage(stage).resumed();
    const MigrationPlan plan = world.plan(destroying());
    EXPECT_EQ(plan.phase, Phase::promoted);
    EXPECT_TRUE(plan.refused) << to_string(stage);
    EXPECT_THAT(plan.actions, IsEmpty()) << to_string(stage);
    world.attempt().past_point_of_no_return = false;
    EXPECT_TRUE(world.plan(destroying()).refused) << to_string(stage) << ": its dynos run";
    world.target().dynos.reset();
    EXPECT_TRUE(world.plan(destroying()).refused) << to_string(stage) << ": they may run";
    world.target().dynos = std::vector<Dyno>{};
    EXPECT_FALSE(world.plan(destroying()).refused) << to_string(stage);
  }
}

TEST(PlanRefusal, BehindThePointOfNoReturnALostCertificateDoesNotMakeItSpent) {
  SeedWorld world;
  world.resumed().facts().source_database->formation_primary = "new-primary";
  const MigrationPlan plan = world.plan();
  EXPECT_EQ(plan.phase, Phase::promoted);
  EXPECT_TRUE(has(plan, Kind::app_scale_up));
}

// ---- restore first

TEST(PlanRestore, ComesFirstWhenTheAttemptIsAborting) {
  for (const Phase phase : {Phase::replicating, Phase::quiesced, Phase::standalone}) {
    SeedWorld world;
    world.at(phase);
    if (phase == Phase::replicating) world.attempt_open();
    world.attempt().state = Attempt::State::aborting;
    const MigrationPlan plan = world.plan();
    EXPECT_THAT(kinds(plan), ElementsAre(Kind::restore_formation, Kind::restore_maintenance, Kind::restore_formation,
                                         Kind::restore_maintenance))
        << to_string(phase);
    EXPECT_FALSE(plan.then.empty());
  }
}

TEST(PlanRestore, ComesFirstWhenTheTimeIsOver) {
  SeedWorld world;
  world.quiesced();
  world.observed.at += 299s;
  EXPECT_TRUE(world.plan().has_downtime());
  world.observed.at += 1s;
  EXPECT_FALSE(world.plan().has_downtime());
  EXPECT_TRUE(has(world.plan(), Kind::restore_formation));
}

TEST(PlanRestore, AfterTheUnfollowTheWayIsForward) {
  SeedWorld world;
  world.standalone();
  world.observed.at += 3600s;
  EXPECT_TRUE(world.plan().has_downtime());
  EXPECT_FALSE(has(world.plan(), Kind::restore_formation));
}

TEST(PlanRestore, AStageMovedBackUndoesAnAttemptThatParkedOnlySome) {
  for (const Stage stage : {Stage::source, Stage::replicating}) {
    SeedWorld world;
    world.stage(stage).following().attempt_open().source().app.maintenance = true;
    ASSERT_EQ(world.phase(), Phase::replicating);
    EXPECT_EQ(world.plan().actions.front().kind, Kind::restore_formation) << to_string(stage);
    world.attempt().state = Attempt::State::aborting;
    EXPECT_EQ(world.plan().actions.front().kind, Kind::restore_formation) << to_string(stage);
    world.attempt().state = Attempt::State::aborted;
    EXPECT_FALSE(has(world.plan(), Kind::restore_formation)) << to_string(stage);
  }
}

// ---- blockers belong to what the stage asks

TEST(PlanBlockers, ACutoverIsBlockedNotItsPreparation) {
  SeedWorld world;
  world.facts().leader->unlogged_tables = {"public.cache"};
  const MigrationPlan plan = world.plan();
  EXPECT_TRUE(blocked_by(plan, "unlogged-tables"));
  EXPECT_EQ(plan.blocker_of(Group::prepare), nullptr);
  ASSERT_NE(plan.blocker_of(Group::cutover), nullptr);
  EXPECT_TRUE(has(plan, Kind::follower_create));
}

TEST(PlanBlockers, AStageWithoutACutoverIsOnlyWarnedOfWhatWouldBlockIt) {
  SeedWorld world;
  world.stage(Stage::replicating).facts().leader->unlogged_tables = {"public.cache"};
  const MigrationPlan plan = world.plan();
  EXPECT_THAT(plan.blockers, IsEmpty());
  ASSERT_NE(std::ranges::find(plan.warnings, "unlogged-tables", &Finding::id), plan.warnings.end());
  EXPECT_EQ(std::ranges::find(plan.warnings, "unlogged-tables", &Finding::id)->blocks, std::nullopt);
}

// ---- the plan as a whole

TEST(PlanWhole, TheSameInputsGiveTheSameBytes) {
  for (const PhaseRow& row : phase_table()) {
    SeedWorld world;
    world.writer("reports-example").at(row.phase);
    EXPECT_EQ(plan_to_json(world.whole_plan()).dump(), plan_to_json(world.whole_plan()).dump()) << to_string(row.phase);
    PlanOptions versioned;
    versioned.tool_version = "0.1.0";
    EXPECT_EQ(testing::violation_of("plan.schema.json", plan_to_json(world.whole_plan(versioned))), "")
        << to_string(row.phase);
  }
}

TEST(PlanWhole, TheOrderInWhichHerokuListsThingsDoesNotMatter) {
  for (const Stage stage : {Stage::live, Stage::retired}) {
    SeedWorld world;
    world.writer("reports-example").writer("billing-example").stage(stage);
    world.attach(source_app_name, "REPORTS", source_name, "credential:reports");
    world.attach("reports-example", "REPORTS", source_name, "credential:reports");
    world.install("scheduler", source_app_name);
    world.install("judoscale", "reports-example");
    world.at(stage == Stage::live ? Phase::replicating : Phase::live);
    const std::string first = plan_to_json(world.whole_plan()).dump();
    auto& attachments = world.facts().source_attachments;
    std::ranges::sort(attachments, {}, &Attachment::id);
    do {
      ASSERT_EQ(plan_to_json(world.whole_plan()).dump(), first);
    } while (std::ranges::next_permutation(attachments, {}, &Attachment::id).found);
    for (auto& [app, list] : world.observed.attachments_by_app) std::ranges::reverse(list);
    for (auto& [app, list] : world.observed.addons_by_app) std::ranges::reverse(list);
    EXPECT_EQ(plan_to_json(world.whole_plan()).dump(), first);
  }
}

TEST(PlanWhole, OnlyTheChosenMigrationsArePlannedInTheOrderObserved) {
  SeedWorld world;
  Migration accounts = world.migration();
  accounts.name = "accounts";
  world.desired.migrations.push_back(accounts);
  MigrationFacts facts = world.facts();
  facts.name = "accounts";
  world.observed.migrations.push_back(facts);
  ASSERT_EQ(world.whole_plan().migrations.size(), 2U);
  EXPECT_EQ(world.whole_plan().migrations[0].name, "orders");
  PlanOptions options;
  options.only = {"accounts"};
  ASSERT_EQ(world.whole_plan(options).migrations.size(), 1U);
  EXPECT_EQ(world.whole_plan(options).migrations[0].name, "accounts");
}

TEST(PlanWhole, TellsBothEndsAndWhatTheyCost) {
  const MigrationPlan plan = SeedWorld().plan();
  EXPECT_EQ(plan.source.addon, source_name);
  EXPECT_EQ(plan.source.where, "Common Runtime, us");
  EXPECT_EQ(plan.target.addon, private_name);
  EXPECT_EQ(plan.target.where, "Private Space example-space, virginia");
  EXPECT_EQ(plan.cost.source->cents, 5000);
  EXPECT_EQ(plan.cost.target->cents, 150000);
  EXPECT_EQ(SeedWorld().at(Phase::retired).plan().cost.note, "");
}

TEST(PlanWhole, ACopyOfAMigrationThatLeftTheSpecIsNotForgotten) {
  SeedWorld world;
  world.at(Phase::replicating);
  world.recorded.migrations.front().copy = {"copy-id", "orders-private"};
  world.recorded.migrations.front().name = "renamed-away";
  const Plan plan = world.whole_plan();
  ASSERT_FALSE(plan.migrations.empty());
  EXPECT_EQ(plan.migrations.back().name, "renamed-away");
  EXPECT_TRUE(plan.migrations.back().refused);
  EXPECT_EQ(plan.migrations.back().blockers.front().id, "recorded-not-in-spec");
  world.recorded.migrations.front().live = true;
  EXPECT_NE(world.whole_plan().migrations.back().name, "renamed-away") << "what is live may leave the spec";
}

TEST(PlanWhole, AtItsStageItChangesNothing) {
  EXPECT_FALSE(SeedWorld().at(Phase::live).whole_plan().changes_anything());
  EXPECT_FALSE(SeedWorld().stage(Stage::source).whole_plan().changes_anything());
  EXPECT_FALSE(SeedWorld().stage(Stage::replicating).at(Phase::replicating).whole_plan().changes_anything());
  EXPECT_TRUE(SeedWorld().whole_plan().changes_anything());
}

// ---- the fingerprint (safety A4)

struct Change {
  const char* name;
  void (*change)(SeedWorld&);
};

std::string fingerprint_of(const SeedWorld& world) { return fingerprint(world.situation()).dump(); }

class FingerprintHolds : public ::testing::TestWithParam<Change> {};
TEST_P(FingerprintHolds, WhatThePlanRestsOn) {
  SeedWorld world;
  world.following();
  const std::string before = fingerprint_of(world);
  GetParam().change(world);
  EXPECT_NE(fingerprint_of(world), before);
}
INSTANTIATE_TEST_SUITE_P(
    Fact, FingerprintHolds,
    ::testing::Values(
        Change{"SourceAppId", [](SeedWorld& w) { w.source().app.id = "new"; }},
        Change{"SpaceId", [](SeedWorld& w) { w.target().app.space->id = "new"; }},
        Change{"SourceId", [](SeedWorld& w) { w.facts().source->id = "new"; }},
        Change{"SourcePlan", [](SeedWorld& w) { w.facts().source->plan = "heroku-postgresql:premium-0"; }},
        Change{"CopyId", [](SeedWorld& w) { w.facts().copy->id = "new"; }},
        Change{"CopyPlan", [](SeedWorld& w) { w.facts().copy->plan = "heroku-postgresql:private-5"; }},
        Change{"Generation", [](SeedWorld& w) { w.target().app.generation = "fir"; }},
        Change{"CopysLeader", [](SeedWorld& w) { w.facts().copy_database->leader->id = "new"; }},
        Change{"LeadersPrimary", [](SeedWorld& w) { w.facts().source_database->formation_primary = "new"; }},
        Change{"FollowerSet", [](SeedWorld& w) { w.facts().source_database->follower_urls_masked = {"f1.example/d"}; }},
        Change{"NewWriter", [](SeedWorld& w) { w.attach("reports-example", "DATABASE", source_name); }},
        Change{"UserOfTheCopy", [](SeedWorld& w) { w.attach("reports-example", "REPLICA", private_name); }},
        Change{"Namespace",
               [](SeedWorld& w) { w.attach(source_app_name, "DATABASE", source_name, "credential:reports"); }},
        Change{"HolderOfDatabase", [](SeedWorld& w) { w.attach(target_app_name, "DATABASE", "old-space-db"); }},
        Change{"ProcessType", [](SeedWorld& w) { w.source().formation->push_back({"clock", 0, "basic"}); }},
        Change{"ReleasePhase", [](SeedWorld& w) { w.add_release_phase(); }},
        Change{"Schedule", [](SeedWorld& w) { w.install("scheduler", source_app_name); }}),
    [](const auto& test) { return std::string(test.param.name); });

class FingerprintIgnores : public ::testing::TestWithParam<Change> {};
TEST_P(FingerprintIgnores, WhatChangesByItself) {
  SeedWorld world;
  world.following();
  const std::string before = fingerprint_of(world);
  GetParam().change(world);
  EXPECT_EQ(fingerprint_of(world), before);
}
INSTANTIATE_TEST_SUITE_P(
    Fact, FingerprintIgnores,
    ::testing::Values(
        Change{"OurOwnAttachments", [](SeedWorld& w) { w.attach(target_app_name, "REPORTS", private_name); }},
        Change{"Quantities", [](SeedWorld& w) { w.source().formation->front().quantity = 9; }},
        Change{"Sizes", [](SeedWorld& w) { w.source().formation->front().size = "performance-l"; }},
        Change{"Dynos", [](SeedWorld& w) { w.source().dynos.reset(); }},
        Change{"Releases", [](SeedWorld& w) { w.target().releases = {{"r", 99, "succeeded", "Deploy", true, {}}}; }},
        Change{"Lag", [](SeedWorld& w) { w.facts().copy_database->behind_by = 7; }},
        Change{"Counts", [](SeedWorld& w) { w.facts().source_database->tables = 99; }},
        Change{"Size", [](SeedWorld& w) { w.facts().source_database->bytes = 1; }},
        Change{"Prices", [](SeedWorld& w) { w.facts().source->price = Price{1, "month", false, false}; }},
        Change{"Time", [](SeedWorld& w) { w.observed.at += 5s; }}),
    [](const auto& test) { return std::string(test.param.name); });

}  // namespace
}  // namespace changeover
