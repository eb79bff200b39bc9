// Dynos that nobody asked for, in the middle of a changeover: an autoscaler's, Scheduler's, and those of a preboot,
// which no list shows. No acknowledged write may be lost by them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/e2e/expectations.h"

namespace changeover::testing {
namespace {

using namespace std::chrono_literals;

std::vector<std::string> retiring(Sandbox& sandbox) {
  std::vector<std::string> names;
  const json::Value status = sandbox.emulator().status();
  for (const json::Value& dyno : status["dynos"].items())
    if (dyno["retiring"].as_bool()) names.push_back(dyno["name"].as_string());
  return names;
}

TEST(SelfStarting, AnAutoscalerThatNeverLetsGoIsGivenWay) {
  Sandbox sandbox({.source_keys = "    autoscaler: {every: 20ms, min: 1}\n"}, {.max_downtime = "12s"});
  const Finished apply = sandbox.apply();
  EXPECT_FALSE(apply.event("downtime_began").is_null()) << apply.out;
  expect_done(apply, 5);  // the writers are never all gone for long
  expect_serving_on_source(sandbox);
  EXPECT_EQ(sandbox.verify(source_app).lost, 0);
}

TEST(SelfStarting, AnAutoscalerThatComesInTheMiddleLosesNothing) {
  Sandbox sandbox({.source_keys = "    autoscaler: {every: 150ms, min: 1}\n"});
  const Finished apply = sandbox.apply();
  if (apply.code == 0) {  // between two of its looks
    EXPECT_TRUE(await([&] { return formation_of(sandbox, source_app).at("web") == 1; }, 10s)) << "it looks again";
    EXPECT_EQ(sandbox.verify(target_app).lost, 0) << "its dyno finds a database that takes no write";
  } else {
    expect_done(apply, 5);
    expect_serving_on_source(sandbox);
    EXPECT_EQ(sandbox.verify(source_app).lost, 0);
  }
}

TEST(SelfStarting, OldDynosOfAPrebootThatNoListShowsLoseNothing) {
  Sandbox sandbox({.writer_config = ", DRAIN_MS: \"1500\"", .source_keys = "    preboot: true\n"});
  // A release, as somebody's deploy just before: its old web dyno writes on for three minutes, unlisted.
  sandbox.emulator().call("PATCH", "/apps/" + std::string(source_app) + "/config-vars", json::Object{{"DEPLOY", "2"}});
  ASSERT_EQ(retiring(sandbox), std::vector<std::string>{"web.1"});
  const Finished apply = sandbox.apply();
  expect_done(apply);
  expect_live(sandbox);
  EXPECT_TRUE(retiring(sandbox).empty());
}

TEST(SelfStarting, JobsOfASchedulerThatWasNotStoppedAfterAllLoseNothing) {
  Sandbox sandbox({.source_keys = "    scheduler: [{every: 400ms, command: exec changeover-writer}]\n",
                   .addons = "  jobs: {app: common-runtime-example, plan: \"scheduler:standard\"}\n"});
  sandbox.write_file("spec.yaml",
                     "version: 1\nstate: {local: ./state.json}\nmigrations:\n  seed:\n    stage: live\n"
                     "    source: {app: common-runtime-example, database: DATABASE_URL}\n"
                     "    target: {app: private-spaces-example, plan: private-4, formation: {web: 1, worker: 1}}\n"
                     "    quiesce: {scheduler_stopped: [common-runtime-example]}\n"
                     "    cutover: {proof: sql, max_downtime: 60s, unattended: true}\n");
  const Finished apply = sandbox.apply();
  if (apply.code == 0) {  // between two of its jobs
    EXPECT_EQ(sandbox.verify(target_app).lost, 0) << "its jobs go on, but the old database takes no write of theirs";
  } else {
    expect_done(apply, 5);
    expect_serving_on_source(sandbox);
  }
}

}  // namespace
}  // namespace changeover::testing
