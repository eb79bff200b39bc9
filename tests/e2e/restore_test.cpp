// `changeover restore`: a run that died in its downtime, and one command that gives the source back.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <sstream>

#include "core/secret.h"
#include "core/text.h"
#include "emulator/engine/sql.h"
#include "tests/e2e/changing_calls.h"
#include "tests/e2e/expectations.h"
#include "tests/places.h"

namespace changeover::testing {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr int held_ms = 120'000;
constexpr auto call_limit = 60s;
constexpr auto given_back_within = 3s;
/// Lists, databases and formations, dynos; formation back, page off: what waits for what was answered before.
constexpr int most_requests_but_polls = 16;

const SpecOptions pinned{.source = ", formation: {web: 1, worker: 2}"};

/// Kills an apply that is held at its n-th call of that route, before its effect or its answer.
void die_at(Sandbox& sandbox, const std::string& method, const std::string& path, int nth = 1,
            bool effect_done = false) {
  sandbox.emulator().add_fault(json::Object{{"method", method},
                                            {"path", path},
                                            {"nth", nth},
                                            {"times", 1},
                                            {"when", effect_done ? "after" : "before"},
                                            {"delay_ms", held_ms},
                                            {"reset", true}});
  const auto apply = sandbox.start_apply();
  ASSERT_TRUE(await([&] { return sandbox.emulator().holds(method, effect_done) || apply->program.exit_code(0ms); },
                    call_limit));
  ASSERT_FALSE(apply->program.exit_code(0ms)) << apply->finish().out;
  apply->program.kill();
  sandbox.emulator().clear_faults();
}

void die_before_the_unfollow(Sandbox& sandbox) { die_at(sandbox, "PUT", "/client/v11/databases/*/unfollow"); }

Finished restore(Sandbox& sandbox) { return sandbox.run({"restore", "spec.yaml", "seed", "--json"}); }

TEST(Restore, GivesTheSourceBackWithinSecondsAfterAKillInDowntime) {
  Sandbox sandbox({.api_latency = "50ms"});
  die_before_the_unfollow(sandbox);
  ASSERT_TRUE(maintenance_of(sandbox, source_app));
  const auto began = std::chrono::steady_clock::now();
  const Finished restored = restore(sandbox);
  const auto whole = std::chrono::floor<std::chrono::milliseconds>(std::chrono::steady_clock::now() - began);
  expect_done(restored);
  EXPECT_LT(whole, given_back_within) << "from the start of the program to its end";
  expect_serving_on_source(sandbox);
  const auto at = [&](std::string_view event) { return parse_time(restored.event(event)["at"].as_string()).value(); };
  EXPECT_LT(at("run_done") - at("run_started"), given_back_within);
  EXPECT_LE(restored.event("run_done")["data"]["requests"].as_integer(), most_requests_but_polls);
  std::printf("given back in %lld ms, %lld ms with the program's start and end, with %lld requests and %lld polls\n",
              static_cast<long long>((at("run_done") - at("run_started")).count()),
              static_cast<long long>(whole.count()),
              static_cast<long long>(restored.event("run_done")["data"]["requests"].as_integer()),
              static_cast<long long>(restored.event("run_done")["data"]["polls"].as_integer()));

  EXPECT_TRUE(sandbox.follows(sandbox.copy_name())) << "the copy stays, and replicates";
  const long long since = sandbox.emulator().next_request();
  expect_done(restore(sandbox));
  EXPECT_THAT(changing_requests(sandbox, since), IsEmpty()) << "a second restore finds nothing to do";
  expect_done(sandbox.apply());
  expect_live(sandbox);
}

TEST(Restore, TakesDatabaseBackFromACopyThatNobodyRunsOnYet) {
  Sandbox sandbox;
  die_at(sandbox, "POST", "/addon-attachments", 1, true);
  EXPECT_FALSE(sandbox.database_url(target_app).empty());
  expect_done(restore(sandbox));
  expect_serving_on_source(sandbox);
}

TEST(Restore, IsRefusedPastThePointOfNoReturn) {
  Sandbox sandbox;
  die_at(sandbox, "PATCH", "/apps/*/formation", 3);  // the source is closed; the target's first dyno is next
  const Finished refused = restore(sandbox);
  expect_done(refused, 4);
  EXPECT_THAT(refused.event("migration_done")["message"].as_string(), HasSubstr("past the point of no return"));
  expect_done(sandbox.apply());
  expect_live(sandbox);
}

TEST(Restore, BehindTheUnfollowLeavesASpentCopy) {
  Sandbox sandbox;
  die_at(sandbox, "POST", "/addon-attachments");
  expect_done(restore(sandbox));
  expect_serving_on_source(sandbox);
  EXPECT_FALSE(sandbox.follows(sandbox.copy_name()));
  expect_done(sandbox.apply(), 4);  // never promoted
  expect_serving_on_source(sandbox);
}

TEST(Restore, WithoutStateTakesTheFormationFromTheSpec) {
  Sandbox sandbox;
  die_before_the_unfollow(sandbox);
  std::filesystem::remove(sandbox.path("state.json"));
  const long long since = sandbox.emulator().next_request();
  const Finished unknown = restore(sandbox);
  expect_done(unknown, 4);
  EXPECT_THAT(unknown.event("migration_done")["message"].as_string(), HasSubstr("source.formation"));
  EXPECT_THAT(changing_requests(sandbox, since), IsEmpty()) << "it guessed";

  sandbox.write_spec(pinned);
  expect_done(restore(sandbox));
  EXPECT_EQ(formation_of(sandbox, source_app), (Quantities{{"web", 1}, {"worker", 2}}));
  EXPECT_FALSE(maintenance_of(sandbox, source_app));
  EXPECT_TRUE(sandbox.await_writes());
}

TEST(Restore, WithoutStateIsRefusedWhereTheTargetMayHaveWritten) {
  Sandbox sandbox({}, pinned);
  expect_done(sandbox.apply());
  std::filesystem::remove(sandbox.path("state.json"));
  const long long since = sandbox.emulator().next_request();
  expect_done(restore(sandbox), 4);
  EXPECT_THAT(changing_requests(sandbox, since), IsEmpty());
  expect_live(sandbox);
}

TEST(Restore, IsWhatASignalInDowntimeDoesWithinFiveSeconds) {
  Sandbox sandbox({.api_latency = "50ms"});
  const ChangingCall stop_web{"StopWeb", "PATCH", "/apps/*/formation", 2};
  json::Value fault = stop_web.fault();
  fault.set("when", "after").set("delay_ms", 500);
  sandbox.emulator().add_fault(fault);
  const auto apply = sandbox.start_apply();
  ASSERT_TRUE(await([&] { return sandbox.emulator().holds("PATCH", true); }, call_limit));
  apply->program.signal(SIGTERM);
  const Finished ended = apply->finish(5s);
  expect_done(ended, 130);
  EXPECT_FALSE(ended.event("downtime_began").is_null());
  expect_serving_on_source(sandbox);
}

TEST(Restore, WaitsForNoRunThatIsAlive) {
  Sandbox sandbox;
  sandbox.emulator().add_fault(json::Object{{"method", "PUT"},
                                            {"path", "/client/v11/databases/*/unfollow"},
                                            {"nth", 1},
                                            {"times", 1},
                                            {"when", "before"},
                                            {"delay_ms", 1500}});
  const auto apply = sandbox.start_apply();
  ASSERT_TRUE(await([&] { return sandbox.emulator().holds("PUT", false); }, call_limit));
  const Finished locked = sandbox.run({"restore", "spec.yaml", "seed"});
  expect_done(locked, 6);
  EXPECT_THAT(locked.err, HasSubstr("apply"));
  expect_done(apply->finish());
  expect_live(sandbox);
}

TEST(Restore, SaysWhatItDidInWords) {
  Sandbox sandbox;
  die_before_the_unfollow(sandbox);
  const Finished restored = sandbox.run({"restore", "spec.yaml", "seed"});
  expect_done(restored);
  EXPECT_THAT(restored.err + restored.out, HasSubstr("serves on the source as before"));
  EXPECT_EQ(sandbox.run({"restore", "spec.yaml", "no-such-migration"}).code, 1);
}

/// A command of docs/restore.md, word by word, for the sandbox's spec and migration.
std::vector<std::string> words_of(const std::string& command) {
  std::istringstream reader(command);
  std::vector<std::string> words;
  for (std::string word; reader >> word;)
    words.push_back(word == "orders.yaml" ? "spec.yaml" : word == "orders" ? "seed" : word);
  words.erase(words.begin());  // the program
  return words;
}

TEST(RestoreDoc, ItsCommandsDoWhatItSays) {
  const std::string doc = file_text(CHANGEOVER_SOURCE_DIR "/docs/restore.md");
  const std::string forward = "changeover apply orders.yaml";
  const std::string back = "changeover restore orders.yaml orders";
  const std::string accepting = "changeover restore orders.yaml orders --accept-lost-writes";
  for (const std::string& command : {forward, back, accepting}) EXPECT_THAT(doc, HasSubstr(command));
  Sandbox sandbox;
  for (const std::string& command : {back, accepting}) {
    die_before_the_unfollow(sandbox);
    expect_done(sandbox.run(words_of(command)));
    expect_serving_on_source(sandbox);
  }
  die_before_the_unfollow(sandbox);
  std::vector<std::string> words = words_of(forward);
  words.emplace_back("--auto-approve");  // a test has no terminal
  expect_done(sandbox.run(std::move(words)));
  expect_live(sandbox);
}

/// "By hand, without changeover": the statements that open the old database again, where the doc leaves its names out.
TEST(RestoreDoc, TheOldDatabaseTakesWritesAgainByHand) {
  constexpr auto sql_limit = 10s;
  EXPECT_THAT(file_text(CHANGEOVER_SOURCE_DIR "/docs/restore.md"),
              HasSubstr("    SET default_transaction_read_only = off;\n"
                        "    ALTER DATABASE … RESET default_transaction_read_only;\n"
                        "    ALTER ROLE … IN DATABASE … RESET default_transaction_read_only;\n"));
  Sandbox sandbox;
  expect_done(sandbox.apply());
  const Secret url(sandbox.database_url(source_app));
  const auto takes_a_write = [&] {
    auto session = emulator::SqlSession::open(url, sql_limit);
    EXPECT_TRUE(session) << session.error().what;
    return session && session->query("INSERT INTO ledger(writer, n) VALUES ('by hand', 1)", sql_limit);
  };
  EXPECT_FALSE(takes_a_write());
  auto session = emulator::SqlSession::open(url, sql_limit);
  ASSERT_TRUE(session) << session.error().what;
  const auto names = session->query("SELECT quote_ident(current_database()), quote_ident(current_user)", sql_limit);
  ASSERT_TRUE(names);
  const std::string database = names->front().at(0);
  const std::string role = names->front().at(1);
  for (const std::string& statement :
       {std::string("SET default_transaction_read_only = off"),
        "ALTER DATABASE " + database + " RESET default_transaction_read_only",
        "ALTER ROLE " + role + " IN DATABASE " + database + " RESET default_transaction_read_only"}) {
    const auto done = session->query(statement, sql_limit);
    EXPECT_TRUE(done) << statement;
  }
  EXPECT_TRUE(takes_a_write());
}

}  // namespace
}  // namespace changeover::testing
