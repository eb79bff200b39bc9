// Hooks as programs: around a whole cutover, without the secrets of the run, and ended with it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>
#include <fstream>

#include "tests/e2e/expectations.h"

namespace changeover::testing {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;

const std::string hooks =
    "    hooks: {before_downtime: [./hook, pause], after_live: [./hook, tell], after_abort: [./hook, unpause]}\n";

void write_hook(const Sandbox& sandbox, const std::string& body) {
  sandbox.write_file("hook", "#!/bin/sh\n" + body);
  std::filesystem::permissions(sandbox.path("hook"), std::filesystem::perms::owner_all);
}

std::string note_of(const Sandbox& sandbox) {
  std::ifstream file(sandbox.path("hooks.txt"));
  std::string text;
  for (std::string line; std::getline(file, line);) text += line + "\n";
  return text;
}

TEST(Hooks, RunAroundACutoverAndSeeNoSecret) {
  Sandbox sandbox({}, {.further = hooks});
  sandbox.set_environment("ORDERS_DATABASE_URL", "postgres://u:very-secret@h/d");
  write_hook(sandbox,
             "echo \"$1 of $CHANGEOVER_MIGRATION\" >> hooks.txt\n"
             "env | grep -e HEROKU_API_KEY -e very-secret && exit 9\n"
             "echo did $1\n");
  const Finished done = sandbox.apply();
  expect_done(done);
  expect_live(sandbox);
  EXPECT_EQ(note_of(sandbox), "pause of seed\ntell of seed\n");
  EXPECT_THAT(done.out, HasSubstr("did tell"));
  expect_done(sandbox.apply());
  EXPECT_EQ(note_of(sandbox), "pause of seed\ntell of seed\n") << "a second apply runs none";
}

TEST(Hooks, AFailureBeforeTheDowntimeChangesNothing) {
  Sandbox sandbox({}, {.stage = "replicating", .further = hooks});
  expect_done(sandbox.apply());
  sandbox.write_spec({.further = hooks});
  write_hook(sandbox, "echo $1 >> hooks.txt\n[ $1 != pause ]\n");
  const long long since = sandbox.emulator().next_request();
  expect_done(sandbox.apply(), 1);
  EXPECT_THAT(changing_requests(sandbox, since), ::testing::IsEmpty());
  EXPECT_EQ(note_of(sandbox), "pause\nunpause\n");
  expect_serving_on_source(sandbox);
}

TEST(Hooks, AFailureAfterwardsIsNoSuccessAndRunsOnce) {
  Sandbox sandbox({}, {.further = hooks});
  write_hook(sandbox, "echo $1 >> hooks.txt\n[ $1 != tell ]\n");
  const Finished ended = sandbox.apply();
  expect_done(ended, 1);
  EXPECT_THAT(ended.event("migration_done")["message"].as_string(), HasSubstr("is live"));
  expect_live(sandbox);
  expect_done(sandbox.apply());
  EXPECT_EQ(note_of(sandbox), "pause\ntell\n");
}

TEST(Hooks, ARestoreEndsWithAfterAbort) {
  Sandbox sandbox({}, {.further = hooks});
  write_hook(sandbox, "echo $1 >> hooks.txt\n");
  sandbox.emulator().add_fault(json::Object{{"method", "PUT"},
                                            {"path", "/client/v11/databases/*/unfollow"},
                                            {"nth", 1},
                                            {"times", 1},
                                            {"when", "before"},
                                            {"delay_ms", 120'000},
                                            {"reset", true}});
  const auto apply = sandbox.start_apply();
  ASSERT_TRUE(await([&] { return sandbox.emulator().holds("PUT", false); }, 60s));
  apply->program.kill();
  sandbox.emulator().clear_faults();
  expect_done(sandbox.run({"restore", "spec.yaml", "seed"}));
  expect_serving_on_source(sandbox);
  EXPECT_EQ(note_of(sandbox), "pause\nunpause\n");
}

TEST(Hooks, OneThatIsKilledWithItsToolRunsAgain) {
  Sandbox sandbox({}, {.further = hooks});
  write_hook(sandbox,
             "echo $1 >> hooks.txt\n"
             "if [ ! -e once ]; then touch once; exec sleep 60; fi\n");
  const auto apply = sandbox.start_apply();
  ASSERT_TRUE(await([&] { return std::filesystem::exists(sandbox.path("once")); }, 60s));
  apply->program.kill();
  expect_done(sandbox.apply());
  expect_live(sandbox);
  EXPECT_EQ(note_of(sandbox), "pause\npause\ntell\n");
}

}  // namespace
}  // namespace changeover::testing
