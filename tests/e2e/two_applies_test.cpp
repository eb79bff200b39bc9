// First a copy that keeps up, reviewed and decided on at leisure; then the changeover from a reviewed plan file.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/e2e/expectations.h"

namespace changeover::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(TwoApplies, ReplicateFirstWithoutAnyDowntime) {
  Sandbox sandbox({}, {.stage = "replicating"});
  const Finished prepared = sandbox.apply();
  expect_done(prepared);
  EXPECT_TRUE(prepared.event("downtime_began").is_null());
  const std::string copy = sandbox.copy_name();
  ASSERT_FALSE(copy.empty());
  EXPECT_TRUE(sandbox.follows(copy));
  expect_serving_on_source(sandbox);

  const long long since = sandbox.emulator().next_request();
  expect_done(sandbox.apply());
  EXPECT_THAT(changing_requests(sandbox, since), IsEmpty());
}

TEST(TwoApplies, GoLiveByTheReviewedPlan) {
  Sandbox sandbox({}, {.stage = "replicating"});
  expect_done(sandbox.apply());
  sandbox.write_spec({.stage = "live", .unattended = false});
  expect_done(sandbox.run({"plan", "spec.yaml", "--out", "plan.json"}));
  expect_done(sandbox.apply({"--plan", "plan.json"}));
  expect_live(sandbox);
}

TEST(TwoApplies, AFinishedPlanIsSpent) {
  Sandbox sandbox({}, {.stage = "replicating"});
  expect_done(sandbox.apply());
  sandbox.write_spec({.stage = "live"});
  expect_done(sandbox.run({"plan", "spec.yaml", "--out", "plan.json"}));
  expect_done(sandbox.apply({"--plan", "plan.json"}));
  const long long since = sandbox.emulator().next_request();
  expect_done(sandbox.apply({"--plan", "plan.json"}), 3);
  EXPECT_THAT(changing_requests(sandbox, since), IsEmpty());
}

TEST(TwoApplies, StopBeforeTheDowntimeUnlessUnattended) {
  Sandbox sandbox({}, {.stage = "live", .unattended = false});
  const Finished prepared = sandbox.apply();
  expect_done(prepared, 7);
  EXPECT_TRUE(prepared.event("downtime_began").is_null());
  expect_serving_on_source(sandbox);
  expect_done(sandbox.apply());
  expect_live(sandbox);
}

}  // namespace
}  // namespace changeover::testing
