// Hooks within an attempt: when they run, what a failure means, what a kill makes run again.
#include "executor/hooks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "executor/cutover.h"
#include "tests/support/fake_processes.h"
#include "tests/support/fake_provider.h"
#include "tests/support/virtual_time.h"

namespace changeover {
namespace {

using std::chrono::seconds;
using ::testing::ElementsAre;
using testing::FakeHands;
using testing::FakeProcesses;
using testing::FakeState;
using ::testing::HasSubstr;
using testing::HeardEvents;
using ::testing::IsEmpty;
using testing::VirtualTime;

const std::string page = "orders/app.enable_maintenance/orders-app";
const std::string page_off = "orders/app.disable_maintenance/space-app";

struct HooksTest : ::testing::Test {
  HooksTest() {
    migration.name = "orders";
    migration.source.app = "orders-app";
    migration.target.app = "space-app";
    migration.cutover.max_downtime = seconds{60};
    migration.hooks = {{"pause"}, {"tell"}, {"unpause"}};
    plan.name = "orders";
    plan.target.addon = "copy";
    add(page, Kind::app_enable_maintenance, Group::cutover, "orders-app");
    add(page_off, Kind::app_disable_maintenance, Group::resume, "space-app");
    processes.on_start = [this](const std::string& name) { hands.calls.push_back({"hook " + name, state.saved}); };
  }
  void add(const std::string& id, Kind kind, Group group, const std::string& subject) {
    Action action;
    action.id = id;
    action.kind = kind;
    action.group = group;
    action.subject = subject;
    action.parameters = json::Value::object();
    if (!plan.actions.empty()) action.depends_on = {plan.actions.back().id};
    plan.actions.push_back(std::move(action));
  }
  Cutover cutover() {
    return Cutover({{loop, events, outside},
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
  }
  MigrationOutcome run() {
    Cutover whole = cutover();
    return loop.run(whole.run(plan.actions));
  }
  [[nodiscard]] std::vector<std::string> ran() const {
    std::vector<std::string> names;
    for (const ProcessOrder& order : processes.started) names.push_back(order.argv.front());
    return names;
  }
  [[nodiscard]] const std::vector<std::string>& due() const { return state.saved->attempt->due_hooks; }

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
  Journal journal{state, lease, [] {
                    RecordedMigration record;
                    record.name = "orders";
                    return record;
                  }()};
};

TEST_F(HooksTest, RunAroundAnAttemptThatGoesLive) {
  EXPECT_EQ(run().outcome, Outcome::done);
  EXPECT_THAT(ran(), ElementsAre("pause", "tell"));
  const RecordedMigration* before = hands.durable_at("hook pause");
  ASSERT_NE(before, nullptr);
  EXPECT_FALSE(before->attempt->downtime_began) << "it runs before any page is up";
  EXPECT_THAT(before->attempt->due_hooks, ElementsAre("before_downtime")) << "a kill now makes it run again";
  EXPECT_THAT(hands.durable_at("perform " + page)->attempt->due_hooks, IsEmpty());
  const RecordedMigration* after = hands.durable_at("hook tell");
  EXPECT_TRUE(after->live);
  EXPECT_THAT(after->attempt->due_hooks, ElementsAre("after_live"));
  EXPECT_THAT(due(), IsEmpty());
  EXPECT_EQ(processes.started.front().environment.at("CHANGEOVER_MIGRATION"), "orders");
  EXPECT_EQ(processes.started.front().limit, hook_limit);
}

TEST_F(HooksTest, AFailureBeforeTheDowntimeBeginsNothing) {
  processes.ends["pause"] = {3, false, "no such queue"};
  const MigrationOutcome ended = run();
  EXPECT_EQ(ended.outcome, Outcome::failed);
  EXPECT_THAT(ended.message, HasSubstr("nothing was begun"));
  EXPECT_THAT(hands.performed(), IsEmpty());
  EXPECT_EQ(state.saved->attempt->state, Attempt::State::aborted);
  EXPECT_THAT(ran(), ElementsAre("pause", "unpause")) << "what it had done by then is undone";
}

TEST_F(HooksTest, OneThatCanNotBeStartedBeginsNothing) {
  processes.cannot_start["pause"] = {ErrorCode::unavailable, "no more processes", {}, {}};
  EXPECT_EQ(run().outcome, Outcome::failed);
  EXPECT_THAT(hands.performed(), IsEmpty());
}

TEST_F(HooksTest, OneThatTakesTooLongBeginsNothingAndIsToldSo) {
  processes.ends["pause"] = {143, true, ""};
  const MigrationOutcome ended = run();
  EXPECT_EQ(ended.outcome, Outcome::failed);
  EXPECT_THAT(ended.message, HasSubstr("did not end within 1m"));
}

TEST_F(HooksTest, AnInterruptEndsOneThatRunsAndBeginsNothing) {
  processes.takes = seconds{50};
  processes.on_start = [this](const std::string& name) {
    if (name == "pause") signal.order(Halt::Reason::signal, "SIGTERM");
    if (name == "unpause") processes.takes = std::chrono::milliseconds{1};
  };
  EXPECT_EQ(run().outcome, Outcome::interrupted);
  EXPECT_THAT(hands.performed(), IsEmpty());
  EXPECT_THAT(ran(), ElementsAre("pause", "unpause"));
}

TEST_F(HooksTest, AWindowThatClosesMeanwhileBeginsNothing) {
  const WallTime now = time.wall_now();
  migration.cutover.window = Window{now, now + seconds{65}};
  processes.takes = seconds{10};
  EXPECT_EQ(run().outcome, Outcome::pending);
  EXPECT_THAT(hands.performed(), IsEmpty());
}

TEST_F(HooksTest, AFailureAfterwardsIsSaidAndIsNotSuccess) {
  processes.ends["tell"] = {1, false, "nobody listens"};
  const MigrationOutcome ended = run();
  EXPECT_EQ(ended.outcome, Outcome::failed);
  EXPECT_THAT(ended.message, HasSubstr("is live"));
  EXPECT_TRUE(state.saved->live);
  EXPECT_TRUE(events.heard(EventType::warning));
  EXPECT_THAT(due(), IsEmpty()) << "it ran; it does not run again";
}

TEST_F(HooksTest, AnAttemptThatIsGivenUpEndsWithAfterAbort) {
  hands.actions[page].check_fails = Error{ErrorCode::precondition, "somebody deployed", {}, {}};
  const MigrationOutcome ended = run();
  EXPECT_EQ(ended.outcome, Outcome::aborted);
  EXPECT_THAT(ran(), ElementsAre("pause", "unpause"));
  EXPECT_EQ(hands.durable_at("hook unpause")->attempt->state, Attempt::State::aborted) << "service first";
}

TEST_F(HooksTest, AFailingAfterAbortDoesNotHideThatServiceIsBack) {
  hands.actions[page].check_fails = Error{ErrorCode::precondition, "somebody deployed", {}, {}};
  processes.ends["unpause"] = {1, false, ""};
  const MigrationOutcome ended = run();
  EXPECT_EQ(ended.outcome, Outcome::aborted);
  EXPECT_THAT(ended.message, HasSubstr("after_abort"));
}

TEST_F(HooksTest, WhatAKilledRunOwesIsRunByTheNextOnce) {
  const auto died_in_between = [](RecordedMigration& record) {
    record.attempt.emplace();
    record.attempt->state = Attempt::State::aborted;
    record.attempt->due_hooks = {"after_abort"};
  };
  ASSERT_TRUE(loop.run(journal.write(died_in_between)));
  Cutover next = cutover();
  EXPECT_FALSE(loop.run(next.run_due_hooks()));
  EXPECT_FALSE(loop.run(next.run_due_hooks()));
  EXPECT_THAT(ran(), ElementsAre("unpause"));
}

}  // namespace
}  // namespace changeover
