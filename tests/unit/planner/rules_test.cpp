// Rules of safety.md that the planner keeps, each test named after its rule.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "planner/fingerprint.h"
#include "planner/moved_attachments.h"
#include "planner/planner.h"
#include "tests/support/facts.h"

namespace changeover {
namespace {

using ::testing::ElementsAre;
using testing::private_name;
using testing::SeedWorld;
using testing::source_app_name;
using testing::source_name;
using testing::target_app_name;

constexpr const char* pool = "DATABASE_CONNECTION_POOL";
constexpr const char* pool_space = "connection-pooling:default";

const Action* find(const MigrationPlan& plan, Kind kind) {
  const auto found = std::ranges::find(plan.actions, kind, &Action::kind);
  return found == plan.actions.end() ? nullptr : &*found;
}
std::size_t place_of(const MigrationPlan& plan, Kind kind) {
  return static_cast<std::size_t>(std::ranges::find(plan.actions, kind, &Action::kind) - plan.actions.begin());
}
const Finding* blocker(const MigrationPlan& plan, std::string_view id) {
  const auto found = std::ranges::find(plan.blockers, id, &Finding::id);
  return found == plan.blockers.end() ? nullptr : &*found;
}

/// A copy that follows, a pool on the source app, and a target that has no dynos.
SeedWorld pooled() {
  SeedWorld world;
  world.following();
  world.attach(source_app_name, pool, source_name, pool_space);
  for (Process& process : *world.target().formation) process.quantity = 0;
  world.target().dynos = std::vector<Dyno>{};
  world.migration().target.formation["web"] = {2, {}};
  return world;
}

// ---- design 5, the critical path: poolers and credentials

TEST(MovedAttachments, GoToATargetThatServesNobodyBeforeDowntime) {
  SeedWorld world = pooled();
  world.attach(source_app_name, "REPORTS", source_name, "credential:reports");
  const MigrationPlan plan = world.plan();
  const Action* pooler = find(plan, Kind::pooler_attach);
  const Action* credential = find(plan, Kind::credential_attach);
  ASSERT_NE(pooler, nullptr);
  ASSERT_NE(credential, nullptr);
  EXPECT_EQ(pooler->group, Group::prepare);
  EXPECT_EQ(credential->group, Group::prepare);
  EXPECT_EQ(pooler->parameters["namespace"].as_string(), pool_space);
  EXPECT_EQ(credential->parameters["attachment"].as_string(), "REPORTS");
}

TEST(MovedAttachments, WaitForTheNewDatabaseWhereDynosOfTheTargetRun) {
  SeedWorld world = pooled();
  world.target().formation->front().quantity = 1;
  const MigrationPlan plan = world.plan();
  ASSERT_NE(find(plan, Kind::pooler_attach), nullptr);
  EXPECT_EQ(find(plan, Kind::pooler_attach)->group, Group::resume);
  EXPECT_GT(place_of(plan, Kind::pooler_attach), place_of(plan, Kind::leader_verify_no_late_write));
  EXPECT_GT(place_of(plan, Kind::pooler_attach), place_of(plan, Kind::leader_fence_permanently));
  EXPECT_LT(place_of(plan, Kind::pooler_attach), place_of(plan, Kind::app_scale_up));
}

TEST(MovedAttachments, WithAReleasePhaseWaitForItOnceMore) {
  SeedWorld world = pooled();
  world.add_release_phase();
  const MigrationPlan plan = world.plan();
  EXPECT_EQ(find(plan, Kind::pooler_attach)->group, Group::resume);
  EXPECT_EQ(std::ranges::count(plan.actions, Kind::release_wait, &Action::kind), 2);
}

TEST(MovedAttachments, ThatAreMadeAreNotMadeAgain) {
  SeedWorld world = pooled();
  world.attach(target_app_name, pool, private_name, pool_space);
  EXPECT_EQ(find(world.plan(), Kind::pooler_attach), nullptr);
}

TEST(MovedAttachments, OfAnAttemptUnderWayDoNotStandBeforeService) {
  SeedWorld world = pooled();
  world.attempt_open();
  for (const char* app : {source_app_name, target_app_name}) world.park(app);
  const MigrationPlan plan = world.plan();
  ASSERT_NE(find(plan, Kind::pooler_attach), nullptr);
  EXPECT_EQ(find(plan, Kind::pooler_attach)->group, Group::resume);
}

TEST(MovedAttachments, OfAppsThatDoNotMoveStayByHand) {
  SeedWorld world = pooled();
  world.add_app("reports-example", {{"web", 1, "basic"}});
  world.attach("reports-example", "ORDERS", source_name, "credential:analyst");
  const MigrationPlan plan = world.plan();
  EXPECT_EQ(std::ranges::count(plan.manual, "namespaced-attachment", &Finding::id), 1);
  EXPECT_EQ(find(plan, Kind::credential_attach), nullptr);
}

TEST(MovedAttachments, ThatTheTargetHasFromTheSourceAreTakenOverBehindThePointOfNoReturn) {
  SeedWorld world;
  world.following();
  world.attach(target_app_name, pool, source_name, pool_space);
  const MigrationPlan plan = world.plan();
  const Action* attach = find(plan, Kind::pooler_attach);
  ASSERT_NE(attach, nullptr);
  EXPECT_EQ(attach->parameters["replaces"].as_string(), source_name);
  const auto at = std::ranges::find(plan.actions, plan.point_of_no_return.action, &Action::id);
  ASSERT_NE(at, plan.actions.end());
  EXPECT_LT(static_cast<std::size_t>(at - plan.actions.begin()), place_of(plan, Kind::pooler_attach));
}

TEST(MovedAttachments, MakeTheUnfollowThePointOfNoReturnWhereDynosHoldTheirUrl) {
  SeedWorld world;
  world.following();
  world.attach(source_app_name, pool, source_name, pool_space);
  world.attach(target_app_name, pool, private_name, pool_space);
  const MigrationPlan plan = world.plan();
  EXPECT_EQ(plan.point_of_no_return.action, find(plan, Kind::follower_unfollow)->id);
}

// ---- S1

TEST(SafetyS1, APromotedCopyIsSpentOnceAWriterIsNotParkedBeforeThePointOfNoReturn) {
  SeedWorld world;
  world.promoted();
  ASSERT_EQ(world.phase(), Phase::promoted);
  world.source().formation->front().quantity = 1;
  EXPECT_EQ(world.phase(), Phase::spent);
  world.attempt().past_point_of_no_return = true;
  EXPECT_EQ(world.phase(), Phase::promoted);
}

TEST(SafetyS1, WritersOfAPromotedCopyThatCanNotBeReadStopThePlan) {
  SeedWorld world;
  world.promoted();
  world.source().dynos.reset();
  EXPECT_NE(blocker(world.plan(), "not-known"), nullptr);
}

TEST(SafetyS1, ARefusalInDowntimeSaysThatServiceIsDown) {
  SeedWorld world;
  world.at(Phase::spent);
  const MigrationPlan plan = world.plan();
  ASSERT_TRUE(plan.refused);
  EXPECT_THAT(blocker(plan, "stage-not-reachable")->what, ::testing::HasSubstr("service is down since 2026-11-22"));
}

// ---- S2

TEST(SafetyS2, UnderProofApiEveryRunLooksForALateWriteAgain) {
  SeedWorld world;
  world.promoted();
  world.attempt().late_write_checked = true;
  EXPECT_EQ(find(world.plan(), Kind::leader_verify_no_late_write), nullptr) << "the permanent fence looks itself";
  world.migration().cutover.proof = Proof::api;
  EXPECT_NE(find(world.plan(), Kind::leader_verify_no_late_write), nullptr);
  world.attempt().past_point_of_no_return = true;
  EXPECT_EQ(find(world.plan(), Kind::leader_verify_no_late_write), nullptr);
}

// ---- S13

TEST(SafetyS13, AStrangerThatHoldsThePoolersNameBlocks) {
  SeedWorld world = pooled();
  world.attach(target_app_name, pool, "some-other-db", pool_space);
  const MigrationPlan plan = world.plan();
  ASSERT_NE(blocker(plan, "attachment-held-by-stranger"), nullptr);
  EXPECT_EQ(blocker(plan, "attachment-held-by-stranger")->blocks, Group::cutover);
  EXPECT_EQ(find(plan, Kind::pooler_attach), nullptr);
}

// ---- S21

TEST(SafetyS21, ReleaseDynosCountAsWriters) {
  SeedWorld world;
  world.quiesced();
  ASSERT_EQ(world.phase(), Phase::quiesced);
  world.source().dynos->push_back({"id", "release.4711", "release", "up", 8});
  EXPECT_EQ(world.phase(), Phase::replicating);
}

// ---- S23

struct Identity {
  const char* name;
  void (*change)(SeedWorld&);
};
class SafetyS23 : public ::testing::TestWithParam<Identity> {};

TEST_P(SafetyS23, TheIdentityIsFrozenWhileACopyExists) {
  SeedWorld world;
  world.following();
  world.record().source_app = {world.source().app.id, source_app_name};
  world.record().target_app = {world.target().app.id, target_app_name};
  ASSERT_FALSE(world.plan().refused);
  GetParam().change(world);
  const MigrationPlan plan = world.plan();
  EXPECT_TRUE(plan.refused);
  EXPECT_THAT(plan.actions, ::testing::IsEmpty());
  world.facts().copy.reset();
  world.facts().copy_database.reset();
  EXPECT_FALSE(world.plan().refused) << "without a copy it may be changed";
}

INSTANTIATE_TEST_SUITE_P(
    Key, SafetyS23,
    ::testing::Values(
        Identity{"SourceApp", [](SeedWorld& w) { w.record().source_app = {"other-id", "other-example"}; }},
        Identity{"Source", [](SeedWorld& w) { w.facts().renamed_source = Reference{"other-db-id", "other-db"}; }},
        Identity{"TargetApp", [](SeedWorld& w) { w.record().target_app = {"other-id", "other-example"}; }},
        Identity{"AddonName", [](SeedWorld& w) { w.migration().target.addon_name = "another-name"; }}),
    [](const auto& test) { return std::string(test.param.name); });

// ---- A4

TEST(FingerprintA4, HoldsWhoHasTheNamesThatMove) {
  SeedWorld world = pooled();
  const std::string before = fingerprint(world.situation()).dump();
  world.attach(target_app_name, pool, private_name, pool_space);
  EXPECT_EQ(fingerprint(world.situation()).dump(), before) << "what is made before downtime is no drift";
  world.attach(target_app_name, pool, "some-other-db", pool_space);
  EXPECT_NE(fingerprint(world.situation()).dump(), before);
}

}  // namespace
}  // namespace changeover
