#include "executor/scheduler.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/fake_provider.h"
#include "tests/support/virtual_time.h"

namespace changeover {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::ElementsAre;
using testing::FakeHands;
using testing::FakeState;
using testing::HeardEvents;
using ::testing::IsEmpty;
using testing::VirtualTime;

class Watcher final : public ActionObserver {
 public:
  Task<Result<void>> before_change(const Action&) override { co_return Result<void>{}; }
  Task<Result<void>> after_change(const Action& action, const Result<void>& outcome) override {
    if (!outcome) refused.push_back(action.id);
    co_return Result<void>{};
  }
  Task<Result<void>> done(const Action&) override { co_return Result<void>{}; }
  std::vector<std::string> refused;
};

struct SchedulerTest : ::testing::Test {
  static Action action(std::string id, std::vector<std::string> depends_on = {}) {
    Action made;
    made.id = std::move(id);
    made.subject = made.id;
    made.depends_on = std::move(depends_on);
    return made;
  }
  GraphResult run(std::vector<Action> actions, std::optional<SteadyTime> patience = {}) {
    return loop.run(scheduler.run(std::move(actions), patience));
  }
  [[nodiscard]] milliseconds passed() const {
    return std::chrono::floor<milliseconds>(time.steady_now().time_since_epoch());
  }

  VirtualTime time;
  EventLoop loop{time, time};
  FakeState state;
  FakeHands hands{loop, state};
  HeardEvents events;
  OutsideTime outside{time};
  Watcher watcher;
  Halt halt{loop};
  Scheduler scheduler{{loop, events, outside}, hands, watcher, halt, "orders"};
};

TEST_F(SchedulerTest, WhatDependsOnNothingRunsAtOnceAndTheRestInOrder) {
  for (const char* id : {"a", "b"}) hands.actions[id].takes = milliseconds{100};
  const GraphResult result = run({action("c", {"a", "b"}), action("a"), action("b")});
  EXPECT_EQ(result.end, GraphResult::End::complete);
  EXPECT_THAT(hands.performed(), ElementsAre("a", "b", "c"));
  EXPECT_LT(passed(), milliseconds{150});
}

TEST_F(SchedulerTest, WhatIsSoAlreadyIsNotDone) {
  hands.actions["a"].done = true;
  EXPECT_EQ(run({action("a")}).changed, 0);
  EXPECT_THAT(hands.performed(), IsEmpty());
}

TEST_F(SchedulerTest, AfterALostAnswerItLooksBeforeItDoesAnythingAgain) {
  hands.actions["a"].perform_errors = {{ErrorCode::outcome_unknown, "the answer was lost", {}, {}}};
  EXPECT_EQ(run({action("a")}).end, GraphResult::End::complete);
  EXPECT_THAT(hands.performed(), ElementsAre("a"));
  EXPECT_EQ(hands.count("look a"), 1);
}

TEST_F(SchedulerTest, ACallThatWasLostBeforeItTookEffectIsDoneAgainAfterTheLook) {
  hands.actions["a"].perform_errors = {{ErrorCode::unavailable, "503", {}, {}}};
  EXPECT_EQ(run({action("a")}).end, GraphResult::End::complete);
  EXPECT_THAT(hands.performed(), ElementsAre("a", "a"));
  EXPECT_GE(hands.count("look a"), 1);
}

TEST_F(SchedulerTest, WhatDoesNotLastIsDoneThreeTimesAndThenSaidSo) {
  hands.actions["a"].effect = false;
  const GraphResult result = run({action("a")});
  EXPECT_EQ(result.end, GraphResult::End::failed);
  EXPECT_EQ(result.error->code, ErrorCode::conflict);
  EXPECT_EQ(hands.performed().size(), 3U);
}

TEST_F(SchedulerTest, ForWantOfRequestsItIsNotGivenUp) {
  const Error poor{ErrorCode::rate_limited, "the account has no requests left", {}, {}};
  hands.actions["a"].perform_errors.assign(20, poor);
  EXPECT_EQ(run({action("a")}).end, GraphResult::End::complete);
  EXPECT_EQ(hands.performed().size(), 21U);
  EXPECT_GE(passed(), seconds{20});
}

TEST_F(SchedulerTest, ForWantOfRequestsWhoHasNoPatienceIsToldSo) {
  const Error poor{ErrorCode::rate_limited, "the account has no requests left", {}, {}};
  hands.actions["a"].perform_errors.assign(20, poor);
  const GraphResult result = run({action("a")}, time.steady_now());
  EXPECT_EQ(result.end, GraphResult::End::failed);
  EXPECT_EQ(result.error->code, ErrorCode::rate_limited);
}

TEST_F(SchedulerTest, AFailureLeavesWhatDependsOnItUntouched) {
  hands.actions["a"].check_fails = Error{ErrorCode::precondition, "no", {}, {}};
  const GraphResult result = run({action("a"), action("b", {"a"})});
  EXPECT_EQ(result.end, GraphResult::End::failed);
  EXPECT_EQ(result.action, "a");
  EXPECT_THAT(hands.performed(), IsEmpty());
}

Task<void> order_at(EventLoop& loop, Halt& halt, milliseconds when) {
  co_await loop.sleep_for(when);
  halt.order(Halt::Reason::signal, "SIGTERM");
}

TEST_F(SchedulerTest, AHaltLetsAChangeFinishAndBeginsNoOther) {
  hands.actions["a"].takes = milliseconds{500};
  Task<void> stop = order_at(loop, halt, milliseconds{100});
  stop.start();
  const GraphResult result = run({action("a"), action("b", {"a"})});
  EXPECT_EQ(result.end, GraphResult::End::halted);
  EXPECT_EQ(hands.count("answered a"), 1);
  EXPECT_THAT(hands.performed(), ElementsAre("a"));
}

TEST_F(SchedulerTest, AHaltEndsAWaitAtOnce) {
  hands.actions["a"].becomes_so = seconds{3600};
  Task<void> stop = order_at(loop, halt, seconds{100});
  stop.start();
  EXPECT_EQ(run({action("a")}).end, GraphResult::End::halted);
  EXPECT_EQ(passed(), seconds{100});
}

TEST_F(SchedulerTest, AWaitIsLookedAtSeldomAndNeverNoticedMuchTooLate) {
  hands.actions["a"].becomes_so = seconds{100};
  EXPECT_EQ(run({action("a")}).end, GraphResult::End::complete);
  EXPECT_LE(passed(), seconds{111});
  EXPECT_LE(hands.count("look a"), 100);
}

TEST_F(SchedulerTest, AWaitBeyondItsLimitIsAnError) {
  hands.actions["a"].becomes_so = seconds{3600};
  Action bounded = action("a");
  bounded.waits_for = "its end";
  bounded.wait_most = seconds{45};
  const GraphResult result = run({bounded});
  EXPECT_EQ(result.end, GraphResult::End::failed);
  EXPECT_EQ(result.error->code, ErrorCode::unavailable);
  EXPECT_LE(passed(), seconds{51});
}

TEST_F(SchedulerTest, PatienceEndsAWaitWithoutAnError) {
  hands.actions["a"].becomes_so = seconds{3600};
  const GraphResult result = run({action("a")}, time.steady_now() + seconds{10});
  EXPECT_EQ(result.end, GraphResult::End::out_of_patience);
  EXPECT_FALSE(events.heard(EventType::action_failed));
  EXPECT_LE(passed(), seconds{11});
}

TEST_F(SchedulerTest, TimeThatIsWaitedIsNotTheToolsOwn) {
  hands.actions["a"].becomes_so = seconds{10};
  EXPECT_EQ(run({action("a")}).end, GraphResult::End::complete);
  EXPECT_GE(outside.total(), seconds{9});
}

}  // namespace
}  // namespace changeover
