#include "planner/situation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/facts.h"

namespace changeover {
namespace {

using ::testing::ElementsAre;
using testing::SeedWorld;
using testing::source_app_name;
using testing::source_name;
using testing::target_app_name;

std::vector<std::string> writers(const SeedWorld& world) {
  std::vector<std::string> names;
  for (const QuiescedApp& app : world.situation().quiesced)
    if (app.writer) names.push_back(app.app.name);
  return names;
}

TEST(Writers, AreWhoeverIsAttachedNamedOrTheSource) {
  SeedWorld world;
  world.writer("reports-example").add_app("billing-example", {});
  world.migration().quiesce.apps["billing-example"] = After::park;
  EXPECT_THAT(writers(world), ElementsAre("billing-example", source_app_name, "reports-example"));
}

TEST(Writers, IncludeAnAppThatCouldNotBeRead) {
  SeedWorld world;
  world.attach("hidden-example", "DATABASE", source_name);
  EXPECT_THAT(writers(world), ElementsAre(source_app_name, "hidden-example"));
  EXPECT_EQ(world.situation().find("hidden-example")->facts, nullptr);
}

TEST(Writers, DoNotIncludeTheTargetUnlessItIsAttached) {
  SeedWorld world;
  EXPECT_THAT(writers(world), ElementsAre(source_app_name));
  EXPECT_TRUE(world.situation().find(target_app_name)->keeps_web);
  world.attach(target_app_name, "DATABASE", source_name);
  EXPECT_THAT(writers(world), ElementsAre(source_app_name, target_app_name));
  EXPECT_FALSE(world.situation().find(target_app_name)->keeps_web);
}

TEST(Writers, TheSourceAppIsOneEvenWhenDeclaredReadOnly) {
  SeedWorld world;
  world.migration().quiesce.read_only = {source_app_name};
  EXPECT_THAT(writers(world), ElementsAre(source_app_name));
}

TEST(CopyName, IsTheSpecsOrDerivedFromBothEnds) {
  Migration migration;
  migration.name = "orders";
  const std::string derived = copy_name(migration, "source-id", "target-id");
  EXPECT_EQ(derived, copy_name(migration, "source-id", "target-id"));
  EXPECT_EQ(derived.size(), std::string("orders-").size() + 8);
  EXPECT_NE(derived, copy_name(migration, "other-id", "target-id"));
  EXPECT_NE(derived, copy_name(migration, "source-id", "other-id"));
  EXPECT_NE(copy_name(migration, "a", "bc"), copy_name(migration, "ab", "c"));
  migration.target.addon_name = "orders-private";
  EXPECT_EQ(copy_name(migration, "source-id", "target-id"), "orders-private");
}

/// Safety S15.
class OurCopy : public ::testing::Test {
 protected:
  [[nodiscard]] bool ours(const RecordedMigration* recorded) const {
    return is_our_copy(copy_, database_, source_, copy_.app.id, recorded);
  }
  OurCopy() {
    database_ = SeedWorld::database("orders-private", "heroku-postgresql:private-4");
    database_->following = true;
    database_->leader = Reference{source_.id, source_.name};
  }
  Addon source_ = SeedWorld::addon(source_name, "heroku-postgresql:standard-0", source_app_name);
  Addon copy_ = SeedWorld::addon("orders-private", "heroku-postgresql:private-4", target_app_name);
  std::optional<Database> database_;
  RecordedMigration record_;
};

TEST_F(OurCopy, FollowsTheSourceAndIsBilledToTheTarget) {
  EXPECT_TRUE(ours(nullptr));
  EXPECT_FALSE(is_our_copy(copy_, database_, source_, "another-app-id", nullptr));
  database_->leader = Reference{"other-id", "other"};
  EXPECT_FALSE(ours(nullptr));
  database_->leader.reset();
  database_->following = false;
  EXPECT_FALSE(ours(nullptr));
}

TEST_F(OurCopy, IsTheRecordedUuidAndNoOther) {
  record_.copy = {copy_.id, copy_.name};
  database_->following = false;
  EXPECT_TRUE(ours(&record_));
  record_.copy.id = "other-id";
  database_->following = true;
  EXPECT_FALSE(ours(&record_));
}

TEST_F(OurCopy, MayBeTheOneWhoseCreateWasSentBeforeTheDataApiKnowsIt) {
  database_.reset();
  EXPECT_FALSE(ours(nullptr));
  EXPECT_FALSE(ours(&record_));
  record_.create_intent = copy_.name;
  EXPECT_TRUE(ours(&record_));
}

TEST(ResumedFormation, IsTheBaselineOnceOneIsRecorded) {
  SeedWorld world;
  world.quiesced();
  const std::vector<Process> formation = resumed_formation(world.situation());
  ASSERT_EQ(formation.size(), 2U);
  EXPECT_EQ(formation[1].type, "worker");
  EXPECT_EQ(formation[1].quantity, 1) << "a re-run would have recorded its own zero";
}

TEST(CopyInUse, IsAnAttachedCopyWhoseAppMayRun) {
  SeedWorld world;
  world.resumed().state_lost();
  EXPECT_TRUE(world.situation().copy_may_be_in_use());
  world.target().dynos->clear();
  EXPECT_FALSE(world.situation().copy_may_be_in_use());
  world.target().dynos.reset();
  EXPECT_TRUE(world.situation().copy_may_be_in_use()) << "unknown is not none";
}

}  // namespace
}  // namespace changeover
