// A cutover that cannot end in time, or that is told to stop, gives service back to the source.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <optional>

#include "core/text.h"
#include "tests/e2e/expectations.h"

namespace changeover::testing {
namespace {

using namespace std::chrono_literals;
using ::testing::IsEmpty;

constexpr auto max_downtime = 12s;
constexpr auto held_limit = 30s;

WallTime time_of(const json::Value& event) { return parse_time(event["at"].as_string()).value_or(WallTime{}); }

/// A copy that keeps up, then a cutover whose copy stops replaying at the very moment downtime begins.
class StalledCutover : public ::testing::Test {
 protected:
  void SetUp() override {
    expect_done(sandbox_.apply());
    copy_ = sandbox_.copy_name();
    ASSERT_FALSE(copy_.empty());
    sandbox_.write_spec({.stage = "live", .max_downtime = "12s"});
    // Downtime has begun for the tool while its first maintenance call is held: the stall cannot come too late.
    sandbox_.emulator().add_fault(json::Object{
        {"method", "PATCH"}, {"path", "/apps/*"}, {"nth", 1}, {"times", 1}, {"when", "before"}, {"delay_ms", 1000}});
    apply_ = sandbox_.start_apply();
    ASSERT_TRUE(await([&] { return sandbox_.emulator().holds("PATCH", false); }, held_limit)) << apply_->finish().out;
    sandbox_.emulator().stall(copy_, true);
  }

  Sandbox sandbox_{{}, {.stage = "replicating"}};
  std::string copy_;
  std::unique_ptr<ToolRun> apply_;
};

TEST_F(StalledCutover, IsGivenUpInsideMaxDowntimeAndSucceedsLater) {
  const Finished aborted = apply_->finish();
  expect_done(aborted, 5);
  const auto down = time_of(aborted.event("abort_done")) - time_of(aborted.event("downtime_began"));
  EXPECT_LE(down, max_downtime);
  EXPECT_GT(down, 0s);
  expect_serving_on_source(sandbox_);

  sandbox_.emulator().stall(copy_, false);
  Finished later = sandbox_.apply();
  if (later.code == 7) later = sandbox_.apply();
  expect_done(later);
  expect_live(sandbox_);
  EXPECT_EQ(sandbox_.copy_name(), copy_) << "the copy was made anew";
}

TEST_F(StalledCutover, IsRestoredWithinSecondsOfASignal) {
  apply_->program.signal(SIGTERM);
  const Finished interrupted = apply_->finish(5s);
  expect_done(interrupted, 130);
  EXPECT_FALSE(interrupted.event("abort_done").is_null());
  expect_serving_on_source(sandbox_);
}

TEST_F(StalledCutover, IsRestoredWithinSecondsOfASignalWhileItWaitsForTheCopy) {
  ASSERT_TRUE(await(
      [&] {
        for (const json::Value& event : apply_->events())
          if (event["event"].as_string() == "action_waiting" && event["kind"].as_string() == "follower.wait_drained")
            return true;
        return false;
      },
      8s));
  apply_->program.signal(SIGTERM);
  expect_done(apply_->finish(5s), 130);
  expect_serving_on_source(sandbox_);
}

TEST(BeforeDowntime, AnInterruptEndsTheRunAndChangesNothing) {
  Sandbox sandbox({.provisioning = "60s"});
  const auto apply = sandbox.start_apply();
  ASSERT_TRUE(apply->await_event("action_waiting"));
  apply->program.signal(SIGINT);
  const Finished interrupted = apply->finish(5s);
  expect_done(interrupted, 130);
  EXPECT_TRUE(interrupted.event("downtime_began").is_null());
  expect_serving_on_source(sandbox);
}

}  // namespace
}  // namespace changeover::testing
