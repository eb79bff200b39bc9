// One attempt: what is durable before each call, and how it ends when something goes wrong.
#include "executor/cutover.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/support/fake_processes.h"
#include "tests/support/fake_provider.h"
#include "tests/support/virtual_time.h"

namespace changeover {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::Contains;
using testing::FakeHands;
using testing::FakeProcesses;
using testing::FakeState;
using ::testing::HasSubstr;
using testing::HeardEvents;
using ::testing::Not;
using testing::VirtualTime;

const std::string page = "orders/app.enable_maintenance/orders-app";
const std::string unfollow = "orders/follower.unfollow/copy";
const std::string late_write = "orders/leader.verify_no_late_write/source";
const std::string promote = "orders/attachment.promote/copy";
const std::string scale_up = "orders/app.scale_up/space-app";
const std::string page_off = "orders/app.disable_maintenance/space-app";
const std::string dynos_back = "orders/restore.formation/orders-app";
const std::string page_back = "orders/restore.maintenance/orders-app";

RecordedMigration nothing_recorded() {
  RecordedMigration record;
  record.name = "orders";
  return record;
}

struct CutoverTest : ::testing::Test {
  CutoverTest() {
    migration.name = "orders";
    migration.source.app = "orders-app";
    migration.target.app = "space-app";
    migration.cutover.max_downtime = seconds{60};
    plan.name = "orders";
    plan.target.addon = "copy";
    add(page, Kind::app_enable_maintenance, Group::cutover, "orders-app");
    add(unfollow, Kind::follower_unfollow, Group::cutover, "copy").reversible = false;
    add(late_write, Kind::leader_verify_no_late_write, Group::cutover, "source");
    add(promote, Kind::attachment_promote, Group::cutover, "copy");
    add(scale_up, Kind::app_scale_up, Group::resume, "space-app").reversible = false;
    add(page_off, Kind::app_disable_maintenance, Group::resume, "space-app");
    plan.point_of_no_return = {scale_up, "the new database takes writes", scale_up};
  }
  Action& add(const std::string& id, Kind kind, Group group, const std::string& subject) {
    Action action;
    action.id = id;
    action.kind = kind;
    action.group = group;
    action.subject = subject;
    action.parameters = json::Value::object();
    if (!plan.actions.empty()) action.depends_on = {plan.actions.back().id};
    plan.actions.push_back(std::move(action));
    return plan.actions.back();
  }
  MigrationOutcome run() {
    Cutover cutover({{loop, events, outside},
                     hands,
                     journal,
                     random,
                     signal,
                     migration,
                     plan,
                     {"orders-app", "space-app"},
                     "",
                     "changeover apply spec.yaml",
                     processes});
    return loop.run(cutover.run(plan.actions));
  }
  [[nodiscard]] const Attempt& attempt() const { return *journal.record().attempt; }

  VirtualTime time;
  EventLoop loop{time, time};
  FakeState state;
  FakeHands hands{loop, state};
  HeardEvents events;
  OutsideTime outside{time};
  SeededRandom random{1};
  FakeProcesses processes{loop};
  Halt signal{loop};
  Migration migration;
  MigrationPlan plan;
  FakeState::HeldLease lease;
  Journal journal{state, lease, nothing_recorded()};
};

TEST_F(CutoverTest, JournalsWhatAKillWouldMakeNecessaryBeforeTheCallThatDoes) {
  EXPECT_EQ(run().outcome, Outcome::done);
  const RecordedMigration* at_page = hands.durable_at("perform " + page);
  ASSERT_NE(at_page, nullptr);
  EXPECT_EQ(at_page->attempt->baseline.size(), 2U);
  EXPECT_TRUE(at_page->attempt->downtime_began);
  EXPECT_FALSE(at_page->attempt->unfollow_sent);
  EXPECT_TRUE(hands.durable_at("perform " + unfollow)->attempt->unfollow_sent);
  EXPECT_TRUE(hands.durable_at("perform " + promote)->attempt->late_write_checked);
  EXPECT_FALSE(hands.durable_at("perform " + promote)->attempt->past_point_of_no_return);
  EXPECT_TRUE(hands.durable_at("perform " + scale_up)->attempt->past_point_of_no_return);
  EXPECT_TRUE(state.saved->live);
  EXPECT_EQ(state.saved->attempt->state, Attempt::State::finished);
  EXPECT_TRUE(events.heard(EventType::downtime_ended));
}

TEST_F(CutoverTest, JournalsThatTheCopyIsOpenedApartFromTheTurnBeforeIt) {
  plan.point_of_no_return = {promote, "the old database is closed first", scale_up};
  EXPECT_EQ(run().outcome, Outcome::done);
  const RecordedMigration* at_turn = hands.durable_at("perform " + promote);
  EXPECT_TRUE(at_turn->attempt->past_point_of_no_return);
  EXPECT_FALSE(at_turn->attempt->copy_opened);
  EXPECT_TRUE(hands.durable_at("perform " + scale_up)->attempt->copy_opened);
}

TEST_F(CutoverTest, WhatOpensTheCopyIsPastTheTurnAlsoWhereTheTurnNeededNothing) {
  plan.point_of_no_return = {promote, "the old database is closed first", scale_up};
  hands.actions[promote].done = true;
  EXPECT_EQ(run().outcome, Outcome::done);
  const RecordedMigration* opening = hands.durable_at("perform " + scale_up);
  EXPECT_TRUE(opening->attempt->past_point_of_no_return);
  EXPECT_TRUE(opening->attempt->copy_opened);
}

TEST_F(CutoverTest, BeforeTheUnfollowAFailureBringsServiceBack) {
  hands.actions[unfollow].perform_errors = {{ErrorCode::precondition, "the source moved", {}, {}}};
  const MigrationOutcome ended = run();
  EXPECT_EQ(ended.outcome, Outcome::aborted);
  EXPECT_THAT(hands.performed(), Contains(dynos_back));
  EXPECT_THAT(hands.performed(), Contains(page_back));
  EXPECT_EQ(hands.durable_at("perform " + dynos_back)->attempt->state, Attempt::State::aborting);
  EXPECT_FALSE(hands.durable_at("perform " + dynos_back)->attempt->certificate);
  EXPECT_EQ(attempt().state, Attempt::State::aborted);
  EXPECT_FALSE(attempt().unfollow_sent) << "the refusal said that nothing was done";
}

TEST_F(CutoverTest, BehindTheUnfollowTheWayIsForwardAndSaysTheCommand) {
  hands.actions[promote].check_fails = Error{ErrorCode::precondition, "422", {}, {}};
  const MigrationOutcome ended = run();
  EXPECT_EQ(ended.outcome, Outcome::in_downtime);
  EXPECT_THAT(ended.error->advice, HasSubstr("changeover apply spec.yaml"));
  EXPECT_THAT(hands.performed(), Not(Contains(dynos_back)));
  EXPECT_EQ(attempt().state, Attempt::State::open);
  EXPECT_EQ(hands.count("let go forward"), 1);
}

TEST_F(CutoverTest, ALateWriteGivesUpEvenBehindTheUnfollow) {
  hands.actions[late_write].perform_errors = {{ErrorCode::precondition, "a write came late", {}, {}}};
  EXPECT_EQ(run().outcome, Outcome::aborted);
  EXPECT_THAT(hands.performed(), Contains(dynos_back));
  EXPECT_THAT(hands.performed(), Not(Contains(promote)));
}

TEST_F(CutoverTest, MaxDowntimeBringsServiceBackInTime) {
  hands.actions[page].becomes_so = seconds{3600};
  const MigrationOutcome ended = run();
  EXPECT_EQ(ended.outcome, Outcome::aborted);
  EXPECT_THAT(ended.message, HasSubstr("max_downtime"));
  EXPECT_LE(time.steady_now().time_since_epoch(), seconds{60});
}

Task<void> order_at(EventLoop& loop, Halt& halt, milliseconds when) {
  co_await loop.sleep_for(when);
  halt.order(Halt::Reason::signal, "SIGTERM");
}

TEST_F(CutoverTest, ASignalBringsServiceBack) {
  hands.actions[page].becomes_so = seconds{30};
  Task<void> stop = order_at(loop, signal, seconds{5});
  stop.start();
  EXPECT_EQ(run().outcome, Outcome::interrupted);
  EXPECT_THAT(hands.performed(), Contains(page_back));
  EXPECT_LE(time.steady_now().time_since_epoch(), seconds{6});
}

/// The other run may be live by now (safety S12): nothing of what it did is undone.
TEST_F(CutoverTest, WhatAnotherRunHasTakenOverIsNotRestored) {
  hands.actions[page].becomes_so = seconds{30};
  const auto take_over = [this]() -> Task<void> {
    co_await loop.sleep_for(seconds{4});
    state.taken = true;
  };
  Task<void> taking = take_over();
  taking.start();
  Task<void> stop = order_at(loop, signal, seconds{5});
  stop.start();
  const MigrationOutcome ended = run();
  EXPECT_EQ(ended.outcome, Outcome::locked) << ended.message;
  EXPECT_THAT(ended.message, HasSubstr("nothing was restored"));
  EXPECT_THAT(hands.performed(), Not(Contains(page_back)));
}

TEST_F(CutoverTest, OneAppThatCanNotBeRestoredDoesNotKeepTheOtherDown) {
  hands.actions[unfollow].perform_errors = {{ErrorCode::precondition, "the source moved", {}, {}}};
  hands.actions["orders/restore.formation/space-app"].check_fails =
      Error{ErrorCode::precondition, "no such type", {}, {}};
  const MigrationOutcome ended = run();
  EXPECT_EQ(ended.outcome, Outcome::in_downtime);
  EXPECT_THAT(hands.performed(), Contains(page_back));
  EXPECT_EQ(attempt().state, Attempt::State::aborting);
}

TEST_F(CutoverTest, NothingIsChangedWhenTheBaselineCanNotBeRecorded) {
  state.fails = true;
  EXPECT_EQ(run().outcome, Outcome::failed);
  EXPECT_THAT(hands.performed(), ::testing::IsEmpty());
}

TEST_F(CutoverTest, NothingIsChangedWhenTheLeaderIsNotReached) {
  hands.not_ready = Error{ErrorCode::unavailable, "no connection", {}, {}};
  EXPECT_EQ(run().outcome, Outcome::failed);
  EXPECT_THAT(hands.performed(), ::testing::IsEmpty());
  EXPECT_FALSE(state.saved);
}

TEST_F(CutoverTest, AResumedAttemptKeepsItsBaselineAndAddsTheAppsThatCameLater) {
  Attempt begun;
  begun.id = "begun";
  begun.baseline = {{{"orders-app-id", "orders-app"}, false, {{"web", 5, "standard-1x"}}, 3}};
  begun.downtime_began = time.wall_now();
  begun.max_downtime = seconds{60};
  RecordedMigration record = nothing_recorded();
  record.attempt = begun;
  EXPECT_TRUE(loop.run(journal.write([record](RecordedMigration& now) { now = record; })));
  EXPECT_EQ(run().outcome, Outcome::done);
  ASSERT_EQ(attempt().baseline.size(), 2U);
  EXPECT_EQ(attempt().baseline.front().formation.front().quantity, 5);
  EXPECT_EQ(attempt().baseline.back().app.name, "space-app");
}

}  // namespace
}  // namespace changeover
