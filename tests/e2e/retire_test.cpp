// The old database goes: with its backup, only when nothing speaks against it, and whatever dies on the way.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <tuple>

#include "core/secret.h"
#include "emulator/engine/sql.h"
#include "tests/e2e/changing_calls.h"
#include "tests/e2e/expectations.h"

namespace changeover::testing {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr int held_ms = 120'000;  // the emulator's end cuts it short
constexpr auto call_limit = 60s;
constexpr auto sql_limit = 10s;

/// A sandbox that is live, its next apply shall retire.
struct Live : Sandbox {
  explicit Live(const WorldOptions& world = {}) : Sandbox(world) {
    expect_done(apply());
    old_url = database_url(source_app);
    ask("{after: 1s}");
  }
  void ask(const std::string& retire) const { write_spec({.stage = "retired", .retire = retire}); }
  std::string old_url;
};

json::Value backups(Sandbox& sandbox) {
  return sandbox.emulator().get("/client/v11/apps/" + std::string(source_app) + "/transfers");
}

void expect_retired(Sandbox& sandbox) {
  EXPECT_THAT(sandbox.addon_names(), ElementsAre(sandbox.copy_name()));
  EXPECT_EQ(formation_of(sandbox, target_app), (Quantities{{"web", 1}, {"worker", 1}}));
  EXPECT_FALSE(maintenance_of(sandbox, target_app));
  EXPECT_TRUE(sandbox.await_writes()) << "the target app does not write";
  EXPECT_EQ(sandbox.verify(target_app).lost, 0);
  const long long since = sandbox.emulator().next_request();
  const Finished again = sandbox.apply();
  expect_done(again);
  EXPECT_THAT(changing_requests(sandbox, since), IsEmpty());
  EXPECT_THAT(file_text(sandbox.path("state.json")), HasSubstr("\"retired\""));
}

/// Applies until it is done: the new primary's standby takes a second, and while the dump of a run that died still
/// reads the old database, it can not be said that nobody writes there.
Finished retire(Sandbox& sandbox) {
  Finished run;
  static_cast<void>(await(
      [&] {
        run = sandbox.apply();
        return run.code != 7 && run.out.find("sessions are at work") == std::string::npos;
      },
      call_limit));
  return run;
}

TEST(Retire, TakesABackupAndDestroysTheOldDatabase) {
  Live sandbox;
  sandbox.ask("{after: 1h}");
  const Finished early = sandbox.apply();
  expect_done(early, 7);
  EXPECT_THAT(early.out, HasSubstr("1h after the cutover"));
  sandbox.ask("{after: 1s}");
  const long long since = sandbox.emulator().next_request();
  expect_done(retire(sandbox));
  std::vector<std::string> sent;
  for (const Logged& request : changing_requests(sandbox, since)) sent.push_back(request.method);
  EXPECT_THAT(sent, ElementsAre("POST", "DELETE"));
  ASSERT_EQ(backups(sandbox).items().size(), 1U);
  EXPECT_TRUE(backups(sandbox).items().front()["succeeded"].as_bool());
  expect_retired(sandbox);
}

TEST(Retire, StopsWhenTheOldDatabaseWasWritten) {
  Live sandbox;
  auto session = emulator::SqlSession::open(Secret(sandbox.old_url), sql_limit);
  ASSERT_TRUE(session) << session.error().what;
  ASSERT_TRUE(session->query("SET default_transaction_read_only = off", sql_limit));
  ASSERT_TRUE(session->query("INSERT INTO ledger(writer, n) VALUES ('a late client', 1)", sql_limit));
  session = fail(ErrorCode::cancelled, "closed");
  Finished run;
  // Counters are reported a moment after the session's end; until then it is not known.
  ASSERT_TRUE(await(
      [&] {
        run = sandbox.apply();
        return run.out.find("old-database-written") != std::string::npos;
      },
      call_limit))
      << run.out;
  expect_done(run, 4);
  EXPECT_THAT(run.out, HasSubstr("changed row"));
  EXPECT_EQ(sandbox.addon_names().size(), 2U);
  EXPECT_THAT(backups(sandbox).items(), IsEmpty());
}

TEST(Retire, StopsForAFollowerAndForAnAppThatIsAttached) {
  Live sandbox({.apps = "  reports-example:\n    team: example-team\n    formation: {}\n"});
  sandbox.emulator().call("POST", "/addon-attachments",
                          json::Object{{"addon", source_addon}, {"app", "reports-example"}, {"name", "ORDERS"}});
  sandbox.emulator().call("POST", "/apps/" + std::string(source_app) + "/addons",
                          json::Object{{"plan", "heroku-postgresql:standard-0"},
                                       {"name", "a-second-follower"},
                                       {"config", json::Object{{"follow", source_addon}}}});
  ASSERT_TRUE(await([&] { return sandbox.follows("a-second-follower"); }, 30s));
  expect_done(sandbox.apply(), 4);
  const Finished plan = sandbox.run({"plan", "spec.yaml"});
  EXPECT_THAT(plan.out, HasSubstr("old-database-followed"));
  EXPECT_THAT(plan.out, HasSubstr("old-database-attached"));
  EXPECT_EQ(sandbox.addon_names().size(), 3U);
}

/// One more writer, which the cutover parks: its attachment goes before the database does.
const WorldOptions world_with_reports{
    .apps =
        "  reports-example:\n    team: example-team\n    config: *writer\n"
        "    formation:\n      worker: {quantity: 1, size: standard-1x, command: exec changeover-writer}\n",
    .attachments = "  - {app: reports-example, addon: looking-simply-2449, as: DATABASE}\n"};

TEST(Retire, DetachesWhatTheMigrationParked) {
  Live sandbox(world_with_reports);
  expect_done(retire(sandbox));
  EXPECT_EQ(sandbox.database_url("reports-example"), "");
  expect_retired(sandbox);
}

enum class Moment { before_effect, before_answer };
std::ostream& operator<<(std::ostream& out, Moment moment) {
  return out << (moment == Moment::before_effect ? "BeforeEffect" : "BeforeAnswer");
}

class KillRetiring : public ::testing::TestWithParam<std::tuple<ChangingCall, Moment>> {};

TEST_P(KillRetiring, IsFinishedByTheNextApply) {
  const auto& [call, moment] = GetParam();
  const bool after = moment == Moment::before_answer;
  Live sandbox(world_with_reports);
  json::Value fault = call.fault();
  fault.set("when", after ? "after" : "before").set("delay_ms", held_ms).set("reset", true);
  sandbox.emulator().add_fault(fault);
  std::unique_ptr<ToolRun> run;
  const bool held = await(
      [&] {
        if (!run || run->program.exit_code(0ms)) run = sandbox.start_apply();
        return await([&] { return sandbox.emulator().holds(call.method, after) || run->program.exit_code(0ms); },
                     call_limit) &&
               sandbox.emulator().holds(call.method, after);
      },
      call_limit);
  run->program.kill();
  ASSERT_TRUE(held) << run->finish().out;
  sandbox.emulator().clear_faults();
  expect_done(retire(sandbox));
  EXPECT_EQ(backups(sandbox).items().size(), 1U) << "a backup was taken twice";
  EXPECT_EQ(sandbox.database_url("reports-example"), "");
  // Killed behind the destroy, it leaves an add-on that Heroku still removes, and the next run has nothing to do.
  EXPECT_TRUE(await([&] { return sandbox.addon_names().size() == 1; }, call_limit));
  expect_retired(sandbox);
}

INSTANTIATE_TEST_SUITE_P(
    EveryCall, KillRetiring,
    ::testing::Combine(::testing::Values(ChangingCall{"Capture", "POST", "/client/v11/databases/*/backups"},
                                         ChangingCall{"Detach", "DELETE", "/addon-attachments/*"},
                                         ChangingCall{"Destroy", "DELETE", "/apps/*/addons/*"}),
                       ::testing::Values(Moment::before_effect, Moment::before_answer)),
    [](const auto& test) { return std::get<0>(test.param).name + ::testing::PrintToString(std::get<1>(test.param)); });

}  // namespace
}  // namespace changeover::testing
