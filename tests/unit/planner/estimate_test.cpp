// How long it is expected to take, what that rests on, and that no plan becomes stale by it.
#include "planner/estimate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "planner/cost.h"
#include "planner/plan_file.h"
#include "tests/support/facts.h"

namespace changeover {
namespace {

using namespace std::chrono_literals;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using testing::SeedWorld;

TimeRange downtime_of(const SeedWorld& world) {
  const MigrationPlan plan = world.plan();
  EXPECT_TRUE(plan.estimate.expected_downtime);
  return plan.estimate.expected_downtime.value_or(TimeRange{});
}

/// A cutover of this or another migration, so many minutes ago.
void went_live(RecordedMigration& record, WallTime now, std::chrono::minutes ago, std::chrono::milliseconds downtime) {
  record.history.push_back({now - ago, "live", downtime, {}});
}

TEST(TimeRange, IsRoundedOutwards) {
  EXPECT_EQ(rounded({7s, 63s}), (TimeRange{7s, 65s}));
  EXPECT_EQ(rounded({643s, 4000s}), (TimeRange{600s, 4200s}));
  EXPECT_EQ(in_words({7s, 195s}), "7 s to 3 min 15 s");
  EXPECT_EQ(in_words({60s, 60s}), "1 min");
}

TEST(TimeRange, IsComparedWithWhatWasMeasured) {
  EXPECT_EQ(against({7s, 65s}, 12'500ms), "as expected, 7 s to 1 min 5 s");
  EXPECT_EQ(against({7s, 65s}, 6'999ms), "shorter than expected, 7 s to 1 min 5 s");
  EXPECT_EQ(against({7s, 65s}, 65'001ms), "longer than expected, 7 s to 1 min 5 s");
}

TEST(Estimate, OfADowntimeIsARangeWithinWhatIsAllowed) {
  SeedWorld world;
  world.at(Phase::replicating);
  const TimeRange usual = downtime_of(world);
  EXPECT_GE(usual.from, 5s);
  EXPECT_LT(usual.from, 30s);
  EXPECT_GT(usual.to, 60s);
  EXPECT_LE(usual.to, 300s);
  EXPECT_THAT(world.plan().estimate.rests_on, Contains(HasSubstr("an assumed round trip")));
  EXPECT_FALSE(world.plan().estimate.preparation);
  world.migration().cutover.max_downtime = 60s;
  EXPECT_EQ(downtime_of(world).to, 60s);
  EXPECT_THAT(world.plan().estimate.note, HasSubstr("may need longer"));
}

TEST(Estimate, FollowsTheRoundTripsOfTheObservation) {
  SeedWorld world;
  world.at(Phase::replicating);
  world.observed.round_trips = RoundTrips{4ms, 8ms};
  const TimeRange near = downtime_of(world);
  EXPECT_THAT(world.plan().estimate.rests_on, Contains("a round trip to Heroku of about 5 ms"));
  world.observed.round_trips = RoundTrips{900ms, 2400ms};
  const TimeRange far = downtime_of(world);
  EXPECT_GT(far.from, near.from);
  EXPECT_GT(far.to, near.to);
}

TEST(Estimate, CountsAReleasePhaseAndTheSamplesOfProofApi) {
  SeedWorld world;
  world.at(Phase::replicating);
  const TimeRange usual = downtime_of(world);
  SeedWorld with_release;
  with_release.at(Phase::replicating).add_release_phase();
  with_release.migration().cutover.max_downtime = 3600s;
  EXPECT_GE(downtime_of(with_release).to, usual.to + 240s);
  world.migration().cutover.proof = Proof::api;
  EXPECT_GT(downtime_of(world).to, usual.to);
}

/// What runs beside each other is not added up.
TEST(Estimate, GoesAlongTheLongestChain) {
  SeedWorld one;
  one.at(Phase::replicating);
  SeedWorld three;
  three.writer("reports-example").writer("billing-example").at(Phase::replicating);
  EXPECT_EQ(downtime_of(three), downtime_of(one));
}

TEST(Estimate, ThreeCutoversTakeThePlaceOfWhatIsAssumed) {
  SeedWorld world;
  world.at(Phase::replicating);
  const TimeRange assumed = downtime_of(world);
  RecordedMigration other;
  other.name = "accounts";
  went_live(other, world.observed.at, 3min, 280s);
  world.recorded.migrations.push_back(other);
  const MigrationPlan stretched = world.whole_plan().migrations.front();
  EXPECT_EQ(stretched.estimate.expected_downtime->from, assumed.from);
  EXPECT_EQ(stretched.estimate.expected_downtime->to, 280s);
  EXPECT_THAT(stretched.estimate.rests_on, Contains("the last cutover in the record, 4 min 40 s"));
  RecordedMigration& known = world.recorded.migrations.back();
  known.history.clear();
  went_live(known, world.observed.at, 30min, 40s);
  went_live(known, world.observed.at, 20min, 44s);
  went_live(known, world.observed.at, 10min, 48s);
  const MigrationPlan learned = world.whole_plan().migrations.front();
  EXPECT_EQ(*learned.estimate.expected_downtime, (TimeRange{30s, 60s}));
  EXPECT_THAT(learned.estimate.rests_on, Contains("the last 3 cutovers in the record, 40 s to 48 s"));
  EXPECT_THAT(learned.estimate.rests_on, Not(Contains(HasSubstr("assumed to take"))));
}

TEST(Estimate, TellsThatTheLastAttemptWasGivenUp) {
  SeedWorld world;
  world.at(Phase::replicating).attempt_open();
  world.attempt().state = Attempt::State::aborted;
  world.attempt().downtime_ended = world.observed.at;
  world.attempt().abort_reason = "the dynos did not end";
  EXPECT_THAT(world.plan().estimate.rests_on, Contains("the last attempt was given up: the dynos did not end"));
}

TEST(Estimate, OfACopyFollowsTheSizeOfTheSource) {
  SeedWorld world;
  const TimeRange ten = *world.plan().estimate.preparation;
  EXPECT_THAT(world.plan().estimate.rests_on, Contains("10 GB to copy, at 20 to 100 MB a second (assumed)"));
  world.facts().source_database->bytes = 1'000'000'000'000;
  const TimeRange thousand = *world.plan().estimate.preparation;
  EXPECT_GT(thousand.from, ten.from + 2h);
  EXPECT_GT(thousand.to, ten.to + 13h);
  world.facts().source_database->bytes.reset();
  EXPECT_FALSE(world.plan().estimate.preparation);
  EXPECT_THAT(world.plan().estimate.rests_on, Contains(HasSubstr("the size of the source is not known")));
}

TEST(Estimate, OfACopyThatIsBeingMadeIsWhatIsLeft) {
  SeedWorld world;
  const TimeRange whole = *world.plan().estimate.preparation;
  world.at(Phase::provisioning);
  EXPECT_EQ(*world.plan().estimate.preparation, whole) << "its age is not known";
  world.facts().copy->created_at = world.observed.at - whole.from;
  EXPECT_EQ(world.plan().estimate.preparation->from, 0s);
  EXPECT_LT(world.plan().estimate.preparation->to, whole.to);
  world.facts().copy->created_at = world.observed.at - 90h;
  EXPECT_EQ(world.plan().estimate.preparation->to, 600s) << "late already: it has at least to catch up";
}

TEST(Estimate, OfACopyLearnsFromEarlierOnes) {
  SeedWorld world;
  for (int i = 0; i < 3; ++i) {
    RunRecord run;
    run.at = world.observed.at - 1h * i;
    run.outcome = "done";
    run.preparation = 20min;
    run.bytes = 10'000'000'000;
    world.record().history.push_back(run);
  }
  EXPECT_EQ(*world.plan().estimate.preparation, (TimeRange{15min, 25min}));
  EXPECT_THAT(world.plan().estimate.rests_on, Contains(HasSubstr("the last 3 copies in the record, 20 min")));
}

TEST(Estimate, ASettledMigrationHasNone) {
  const MigrationPlan plan = SeedWorld().at(Phase::live).plan();
  EXPECT_FALSE(plan.estimate.preparation);
  EXPECT_FALSE(plan.estimate.expected_downtime);
  EXPECT_THAT(plan.estimate.rests_on, IsEmpty());
}

/// Safety, A4: the same facts at another distance, with another history and at other prices, are the same plan.
TEST(Estimate, MakesNoPlanStale) {
  SeedWorld then;
  then.at(Phase::replicating);
  then.observed.round_trips = RoundTrips{4ms, 8ms};
  SeedWorld now = then;
  now.observed.round_trips = RoundTrips{900ms, 2400ms};
  now.observed.at += 3h;
  now.facts().source->price = Price{700'000, "month", false, false};
  now.facts().copy->created_at = now.observed.at - 90h;
  now.facts().source_database->bytes = 1'000'000'000;
  for (int i = 0; i < 4; ++i) went_live(now.record(), now.observed.at, 10min, 40s);
  const json::Value saved = plan_to_json(then.whole_plan());
  const json::Value fresh = plan_to_json(now.whole_plan());
  EXPECT_NE(saved["migrations"].items().at(0)["estimate"], fresh["migrations"].items().at(0)["estimate"]);
  EXPECT_NE(saved["migrations"].items().at(0)["cost"], fresh["migrations"].items().at(0)["cost"]);
  EXPECT_THAT(plan_differences(saved, fresh), IsEmpty());
}

TEST(Estimate, DoesNotMoveWithALittleJitter) {
  SeedWorld then;
  then.at(Phase::replicating);
  then.observed.round_trips = RoundTrips{41ms, 88ms};
  SeedWorld now = then;
  now.observed.round_trips = RoundTrips{48ms, 97ms};
  EXPECT_EQ(plan_to_json(then.whole_plan()), plan_to_json(now.whole_plan()));
}

TEST(Cost, IsToldNowForADayOfOverlapAndAfter) {
  SeedWorld world;
  const Cost before = world.plan().cost;
  EXPECT_EQ(before.now, 5'000);
  EXPECT_EQ(before.overlap_a_day, 5'167);
  EXPECT_EQ(before.after, 150'000);
  world.at(Phase::replicating).facts().copy->price = Price{150'000, "month", false, false};
  EXPECT_EQ(world.plan().cost.now, 155'000);
  EXPECT_EQ(world.stage(Stage::source).plan().cost.after, 5'000);
  world.facts().copy->price = Price{0, "month", true, false};
  EXPECT_FALSE(world.plan().cost.now) << "by contract: Heroku tells no price";
  EXPECT_FALSE(world.plan().cost.overlap_a_day);
}

TEST(Cost, OfNoOverlapIsNotTold) {
  EXPECT_FALSE(SeedWorld().stage(Stage::source).plan().cost.overlap_a_day);
  const Cost retired = SeedWorld().at(Phase::retired).plan().cost;
  EXPECT_FALSE(retired.overlap_a_day);
  EXPECT_EQ(retired.note, "");
}

TEST(Cost, OfSomeTimeIsAShareOfThirtyDays) {
  EXPECT_EQ(cents_for(150'000, std::chrono::days{1}), 5'000);
  EXPECT_EQ(cents_for(5'000, 1h), 7);
  EXPECT_EQ(cents_for(5'000, 0s), 0);
}

}  // namespace
}  // namespace changeover
