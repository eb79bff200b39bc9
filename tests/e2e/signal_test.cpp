// SIGTERM at every call that changes something, while it is under way. Before the unfollow service goes back to the
// source; from there on the way is forward, and the tool says so and how.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>

#include "tests/e2e/changing_calls.h"
#include "tests/e2e/expectations.h"

namespace changeover::testing {
namespace {

using namespace std::chrono_literals;
using ::testing::AnyOf;
using ::testing::HasSubstr;

constexpr int held_ms = 1'000;
constexpr auto call_limit = 60s;
constexpr auto end_limit = 6s;  // the call that is held, and five seconds

class Signal : public ::testing::TestWithParam<ChangingCall> {};

TEST_P(Signal, LeavesServiceOnOneSideOrSaysThatTheWayIsForward) {
  const ChangingCall& call = GetParam();
  Sandbox sandbox({.one_off = "exec changeover-writer"});
  json::Value fault = call.fault();
  fault.set("when", "after").set("delay_ms", held_ms);
  sandbox.emulator().add_fault(fault);
  const auto apply = sandbox.start_apply();
  ASSERT_TRUE(await([&] { return sandbox.emulator().holds(call.method, true); }, call_limit));
  apply->program.signal(SIGTERM);
  const Finished ended = apply->finish(end_limit);
  if (call.before_unfollow) {
    expect_done(ended, 130);
    expect_serving_on_source(sandbox);
  } else if (ended.code == 1) {
    EXPECT_THAT(ended.err, HasSubstr("\nIN DOWNTIME: seed"));
    EXPECT_THAT(ended.err, HasSubstr("changeover apply spec.yaml"));
    EXPECT_NE(call.name, "EndMaintenance") << "the target serves";
  } else {
    EXPECT_THAT(ended.code, AnyOf(0, 130)) << ended.out << ended.err;
    EXPECT_FALSE(ended.event("downtime_ended").is_null()) << "it ended well in the middle of a downtime";
  }
  expect_done(sandbox.apply());
  expect_live(sandbox);
}

INSTANTIATE_TEST_SUITE_P(EveryCall, Signal, ::testing::ValuesIn(changing_calls()),
                         [](const auto& tested) { return tested.param.name; });

}  // namespace
}  // namespace changeover::testing
