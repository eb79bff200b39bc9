// What the tool finds, and what it refuses, before it touches anything.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/e2e/expectations.h"

namespace changeover::testing {
namespace {

using namespace std::chrono_literals;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr const char* other_app = "reports-example";

/// One worker; without a command of its own it does nothing.
std::string other_app_entry(const std::string& command = {}) {
  return "  reports-example:\n"
         "    team: example-team\n"
         "    config: *writer\n"
         "    formation:\n"
         "      worker: {quantity: 1, size: standard-1x" +
         (command.empty() ? "" : ", command: " + command) + "}\n";
}

TEST(AttachedApp, IsFoundAndQuiesced) {
  Sandbox sandbox({.apps = other_app_entry("exec changeover-writer"),
                   .attachments = "  - {app: reports-example, addon: looking-simply-2449, as: DATABASE}\n"});
  expect_done(sandbox.run({"plan", "spec.yaml", "--out", "plan.json"}));
  const auto plan = json::parse(file_text(sandbox.path("plan.json")));
  ASSERT_TRUE(plan);
  std::vector<std::string> stopped;
  for (const json::Value& action : (*plan)["migrations"].items().front()["actions"].items())
    if (action["kind"].as_string() == "app.scale_down") stopped.push_back(action["subject"].as_string());
  EXPECT_THAT(stopped, Contains(other_app));

  expect_done(sandbox.apply());
  EXPECT_EQ(formation_of(sandbox, other_app), (Quantities{{"worker", 0}}));
  expect_live(sandbox);
}

class StalePlan : public ::testing::Test {
 protected:
  void SetUp() override { expect_done(sandbox_.run({"plan", "spec.yaml", "--out", "plan.json"})); }

  void expect_refused(const std::string& fact) {
    const long long since = sandbox_.emulator().next_request();
    const Finished refused = sandbox_.run({"apply", "spec.yaml", "--plan", "plan.json", "--auto-approve"});
    expect_done(refused, 3);
    EXPECT_THAT(refused.err, HasSubstr(fact));
    EXPECT_THAT(changing_requests(sandbox_, since), IsEmpty());
    expect_serving_on_source(sandbox_);
  }

  Sandbox sandbox_{WorldOptions{.apps = other_app_entry()}};
};

TEST_F(StalePlan, IsRefusedWhenAnotherAppWasAttached) {
  sandbox_.emulator().call("POST", "/addon-attachments",
                           json::Object{{"addon", source_addon}, {"app", other_app}, {"name", "ORDERS"}});
  expect_refused(other_app);
}

TEST_F(StalePlan, IsRefusedWhenTheSourceHasAnotherFollower) {
  sandbox_.emulator().call("POST", "/apps/" + std::string(source_app) + "/addons",
                           json::Object{{"plan", "heroku-postgresql:standard-0"},
                                        {"name", "a-second-follower"},
                                        {"config", json::Object{{"follow", source_addon}}}});
  ASSERT_TRUE(await([&] { return sandbox_.follows("a-second-follower"); }, 30s));
  expect_refused("follower set");
}

TEST(TwoRuns, TheSecondIsLockedOutAndNamesTheFirst) {
  Sandbox sandbox({.provisioning = "60s"});
  const auto first = sandbox.start_apply();
  ASSERT_TRUE(first->await_event("action_waiting"));
  const long long since = sandbox.emulator().next_request();
  const Finished second = sandbox.apply();
  expect_done(second, 6);
  EXPECT_THAT(second.out + second.err, HasSubstr(std::to_string(first->program.pid())));
  EXPECT_THAT(sandbox.emulator().requests(since), ::testing::Each(::testing::Field(&Logged::method, "GET")));
}

TEST(BrokenSpec, IsRefusedWithItsPlaceAndNothingIsAsked) {
  Sandbox sandbox;
  sandbox.write_file("broken.yaml",
                     "version: 1\nmigrations:\n  seed:\n    stage: live\n    source: {app: a-b, database: DATABASE}\n"
                     "    tagret: {app: c-d, plan: private-4}\n");
  const long long since = sandbox.emulator().next_request();
  for (const char* command : {"validate", "plan", "apply"}) {
    std::vector<std::string> words{command, "broken.yaml"};
    if (words.front() == "apply") words.push_back("--auto-approve");
    const Finished refused = sandbox.run(words);
    expect_done(refused, 1);
    EXPECT_THAT(refused.out + refused.err, HasSubstr("broken.yaml:6:5"));
    EXPECT_THAT(refused.out + refused.err, HasSubstr("did you mean `target`"));
  }
  EXPECT_EQ(sandbox.emulator().next_request(), since);
}

TEST(WrongUsage, HasItsOwnExitCode) {
  Sandbox sandbox;
  const long long since = sandbox.emulator().next_request();
  expect_done(sandbox.run({"apply", "spec.yaml", "--fromat", "json"}), 64);
  EXPECT_EQ(sandbox.emulator().next_request(), since);
}

}  // namespace
}  // namespace changeover::testing
