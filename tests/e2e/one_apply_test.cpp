// One apply from nothing to live, and what it costs in requests.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/e2e/expectations.h"

namespace changeover::testing {
namespace {

using ::testing::IsEmpty;

constexpr int most_requests_of_plan = 12;
constexpr int most_requests_of_apply = 40;

TEST(OneApply, MovesTheDatabaseAndLosesNothing) {
  Sandbox sandbox;
  const Finished apply = sandbox.apply();
  expect_done(apply);
  expect_live(sandbox);
  EXPECT_EQ(apply.event("migration_done")["data"]["outcome"].as_string(), "done");
  EXPECT_FALSE(apply.event("downtime_ended").is_null());
}

TEST(OneApply, PerformsNothingTheSecondTime) {
  Sandbox sandbox;
  expect_done(sandbox.apply());
  const long long since = sandbox.emulator().next_request();
  const Finished again = sandbox.apply();
  expect_done(again);
  EXPECT_THAT(changing_requests(sandbox, since), IsEmpty());
  EXPECT_EQ(again.event("migration_done")["data"]["outcome"].as_string(), "no_changes");
  expect_live(sandbox);
}

TEST(OneApply, TellsByItsExitCodeWhetherThereAreChanges) {
  Sandbox sandbox;
  expect_done(sandbox.run({"plan", "spec.yaml", "--detailed-exitcode"}), 2);
  expect_done(sandbox.apply());
  expect_done(sandbox.run({"plan", "spec.yaml", "--detailed-exitcode"}), 0);
}

TEST(OneApply, PlansWithFewRequestsAndOnlyReads) {
  Sandbox sandbox;
  const long long since = sandbox.emulator().next_request();
  expect_done(sandbox.run({"plan", "spec.yaml"}));
  const std::vector<Logged> requests = sandbox.emulator().requests(since);
  EXPECT_LE(requests.size(), most_requests_of_plan);
  EXPECT_THAT(changing_requests(sandbox, since), IsEmpty());
}

TEST(OneApply, CountsItsRequestsAsTheServerDoes) {
  Sandbox sandbox;
  const long long since = sandbox.emulator().next_request();
  const Finished apply = sandbox.apply();
  const std::vector<Logged> seen = sandbox.emulator().requests(since);
  expect_done(apply);
  const json::Value& counted = apply.event("run_done")["data"];
  EXPECT_LE(counted["requests"].as_integer(), most_requests_of_apply);
  EXPECT_EQ(counted["requests"].as_integer() + counted["polls"].as_integer(), static_cast<std::int64_t>(seen.size()));
}

}  // namespace
}  // namespace changeover::testing
