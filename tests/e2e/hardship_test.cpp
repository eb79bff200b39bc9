// A world that is slower, ruder or more forgetful than the example's.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <tuple>

#include "tests/e2e/expectations.h"

namespace changeover::testing {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr int held_ms = 120'000;
constexpr auto call_limit = 60s;

/// Kills an apply that is held at its n-th call of that route, before the effect or before the answer.
void kill_apply_at(Sandbox& sandbox, const std::string& method, const std::string& path, int nth, bool effect_done,
                   std::vector<std::string> words = {}) {
  sandbox.emulator().add_fault(json::Object{{"method", method},
                                            {"path", path},
                                            {"nth", nth},
                                            {"times", 1},
                                            {"when", effect_done ? "after" : "before"},
                                            {"delay_ms", held_ms},
                                            {"reset", true}});
  const auto apply = sandbox.start_apply(std::move(words));
  EXPECT_TRUE(await([&] { return sandbox.emulator().holds(method, effect_done) || apply->program.exit_code(0ms); },
                    call_limit));
  EXPECT_FALSE(apply->program.exit_code(0ms)) << apply->finish().out;
  apply->program.kill();
  sandbox.emulator().clear_faults();
}

TEST(Hardship, WritersThatGoOnAfterTheyWereToldToStopLoseNothing) {
  Sandbox sandbox({.writer_config = ", DRAIN_MS: \"1500\""});
  expect_done(sandbox.apply());
  expect_live(sandbox);
}

TEST(Hardship, CredentialsThatChangeLongAfterTheUnfollow) {
  Sandbox sandbox({.rotation = "700ms"});
  expect_done(sandbox.apply());
  expect_live(sandbox);
}

TEST(Hardship, ProofByTheApiAlone) {
  Sandbox sandbox({}, {.proof = "api"});
  expect_done(sandbox.apply());
  EXPECT_EQ(sandbox.copy_name().empty(), false);
  LedgerVerdict verdict;
  EXPECT_TRUE(await([&] { return (verdict = sandbox.verify(target_app)).written_on_new; }, 30s));
  EXPECT_EQ(verdict.lost, 0);
}

class EveryRouteFailsOnce : public ::testing::TestWithParam<int> {};

TEST_P(EveryRouteFailsOnce, AndTheApplyAsksAgain) {
  Sandbox sandbox;
  const int status = GetParam();
  for (const char* path :
       {"/account", "/addons", "/addons/*", "/addons/*/**", "/addon-attachments", "/addon-attachments/*", "/apps/*",
        "/apps/*/formation", "/apps/*/dynos", "/apps/*/releases", "/apps/*/config-vars", "/client/v11/databases/*"})
    sandbox.emulator().add_fault(
        json::Object{{"method", "GET"}, {"path", path}, {"nth", 1}, {"times", 1}, {"status", status}});
  expect_done(sandbox.apply());
  sandbox.emulator().clear_faults();
  expect_live(sandbox);
}

INSTANTIATE_TEST_SUITE_P(Status, EveryRouteFailsOnce, ::testing::Values(500, 503));

TEST(Hardship, AStateLostAfterTheUnfollowIsSaidAndTheCopyIsNotTrusted) {
  Sandbox sandbox;
  kill_apply_at(sandbox, "PUT", "/client/v11/databases/*/unfollow", 1, true);
  ASSERT_TRUE(await([&] { return !sandbox.follows(sandbox.copy_name()); }, call_limit));
  std::filesystem::remove(sandbox.path("state.json"));
  const long long since = sandbox.emulator().next_request();
  const Finished refused = sandbox.apply();
  expect_done(refused, 4);
  EXPECT_THAT(changing_requests(sandbox, since), IsEmpty());
  EXPECT_TRUE(sandbox.database_url(target_app).empty()) << "a copy without a proof was attached";
}

TEST(Hardship, DowntimeThatRanOutWhileTheToolWasDeadIsRestoredFirst) {
  Sandbox sandbox({}, {.max_downtime = "10s"});
  kill_apply_at(sandbox, "PATCH", "/apps/*/formation", 2, true);
  const auto state = [&] { return json::parse(file_text(sandbox.path("state.json"))); };
  ASSERT_TRUE(state());
  // The deadline as a run hours later would find it.
  json::Value aged = *state();
  json::Value& attempt = aged.member("migrations").mutable_items().front().member("attempt");
  ASSERT_TRUE(attempt["downtime_began"].is_string()) << aged.pretty();
  attempt.set("downtime_began", "2026-01-01T00:00:00Z");
  sandbox.write_file("state.json", aged.pretty());
  expect_done(sandbox.apply(), 5);
  expect_serving_on_source(sandbox);
  expect_done(sandbox.apply());
  expect_live(sandbox);
}

TEST(Hardship, ASpecTurnedBackInDowntimeRestoresAndKeepsTheFollower) {
  Sandbox sandbox;
  kill_apply_at(sandbox, "PUT", "/client/v11/databases/*/unfollow", 1, false);
  const std::string copy = sandbox.copy_name();
  sandbox.write_spec({.stage = "replicating"});
  expect_done(sandbox.apply());
  expect_serving_on_source(sandbox);
  EXPECT_EQ(sandbox.copy_name(), copy);
  sandbox.write_spec({});
  expect_done(sandbox.apply());
  expect_live(sandbox);
}

class KilledRestore : public ::testing::TestWithParam<std::tuple<std::string, int, bool>> {};

TEST_P(KilledRestore, IsFinishedByTheNextApply) {
  const auto& [path, nth, effect_done] = GetParam();
  Sandbox sandbox({}, {.stage = "replicating"});
  expect_done(sandbox.apply());
  // Given up at once: no second call follows the refused one but the restore's.
  sandbox.write_spec({});
  sandbox.emulator().add_fault(json::Object{
      {"method", "PUT"}, {"path", "/client/v11/databases/*/unfollow"}, {"nth", 1}, {"times", 1}, {"status", 422}});
  kill_apply_at(sandbox, "PATCH", path, nth, effect_done);
  expect_done(sandbox.apply(), 5);
  expect_serving_on_source(sandbox);
  expect_done(sandbox.apply());
  expect_live(sandbox);
}

// By then the cutover has sent two calls of either route.
INSTANTIATE_TEST_SUITE_P(EveryCall, KilledRestore,
                         ::testing::Combine(::testing::Values<std::string>("/apps/*", "/apps/*/formation"),
                                            ::testing::Values(3, 4), ::testing::Bool()));

TEST(Ci, ACutoverOnALocalStateIsRefusedUnlessTheFileIsKept) {
  Sandbox sandbox;
  sandbox.set_environment("CI", "true");
  const long long since = sandbox.emulator().next_request();
  const Finished refused = sandbox.run({"plan", "spec.yaml"});
  expect_done(refused, 4);
  EXPECT_THAT(refused.out, HasSubstr("keep_in_ci"));
  EXPECT_THAT(changing_requests(sandbox, since), IsEmpty());
}

}  // namespace
}  // namespace changeover::testing
