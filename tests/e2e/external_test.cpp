// `consumer: external`: the copy is drained, unfollowed and handed over; who reads it is started by a person.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/e2e/expectations.h"

namespace changeover::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

const SpecOptions external{.target = "      consumer: external\n"};

void expect_handed_over(Sandbox& sandbox) {
  const std::string copy = sandbox.copy_name();
  ASSERT_FALSE(copy.empty());
  EXPECT_FALSE(sandbox.follows(copy));
  EXPECT_TRUE(maintenance_of(sandbox, source_app)) << "the source app is not parked";
  EXPECT_EQ(formation_of(sandbox, source_app), (Quantities{{"web", 0}, {"worker", 0}}));
  EXPECT_EQ(formation_of(sandbox, target_app), (Quantities{{"web", 0}, {"worker", 0}}));
  EXPECT_FALSE(maintenance_of(sandbox, target_app)) << "the target's app was touched";
  EXPECT_TRUE(sandbox.database_url(target_app).empty()) << "something was promoted";
}

TEST(External, StopsForThePersonWithTheCopyOnItsOwn) {
  Sandbox sandbox({}, external);
  const Finished planned = sandbox.run({"plan", "spec.yaml"});
  EXPECT_THAT(planned.out, HasSubstr("pg:credentials:url"));
  EXPECT_THAT(planned.out, HasSubstr("downtime lasts until you start the consumer"));
  const Finished done = sandbox.apply();
  expect_done(done);
  EXPECT_THAT(done.event("migration_done")["message"].as_string(), HasSubstr("the rest is yours"));
  expect_handed_over(sandbox);

  const long long since = sandbox.emulator().next_request();
  expect_done(sandbox.apply());
  EXPECT_THAT(changing_requests(sandbox, since), IsEmpty()) << "a second apply did something";
  expect_done(sandbox.run({"restore", "spec.yaml", "seed"}), 4);

  // The person's part: nothing that was acknowledged is missing.
  static_cast<void>(
      sandbox.emulator().call("POST", "/addon-attachments",
                              json::Object{{"addon", sandbox.copy_name()}, {"app", target_app}, {"name", "DATABASE"}}));
  EXPECT_EQ(sandbox.verify(target_app).lost, 0);
}

TEST(External, IsFinishedByTheNextApplyAfterAKillAtTheUnfollow) {
  Sandbox sandbox({}, external);
  sandbox.emulator().add_fault(json::Object{{"method", "PUT"},
                                            {"path", "/client/v11/databases/*/unfollow"},
                                            {"nth", 1},
                                            {"times", 1},
                                            {"when", "after"},
                                            {"delay_ms", 120'000},
                                            {"reset", true}});
  const auto apply = sandbox.start_apply();
  ASSERT_TRUE(await([&] { return sandbox.emulator().holds("PUT", true); }, std::chrono::seconds{60}));
  apply->program.kill();
  sandbox.emulator().clear_faults();
  expect_done(sandbox.run({"restore", "spec.yaml", "seed"}), 4);
  expect_done(sandbox.apply());
  expect_handed_over(sandbox);
}

}  // namespace
}  // namespace changeover::testing
