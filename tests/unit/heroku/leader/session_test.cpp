// Connecting, inspecting, losing the server, leaving in the middle; and the fence after the cutover.
#include "tests/unit/heroku/leader/leader_fixture.h"

namespace changeover::heroku {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

class LeaderSessionTest : public LeaderTest {};

TEST_F(LeaderSessionTest, SaysWhoAnswered) {
  const LeaderIdentity who = connected();
  EXPECT_FALSE(who.in_recovery);
  EXPECT_TRUE(who.sees_statistics);
  EXPECT_EQ(who.database, leader.database);
  EXPECT_EQ(who.role, leader.user);
  EXPECT_EQ(who.port, leader.port);
  EXPECT_EQ(who.timeline, 1);
  EXPECT_GE(who.server_version_number, 130000);
  emulator::SqlSession app = client();
  EXPECT_EQ(who.system_identifier, sql(app, "SELECT system_identifier FROM pg_control_system()"));
}

TEST_F(LeaderSessionTest, SaysThatAFollowerIsNoLeader) {
  auto follower = postgres->follower("green", "blue");
  ASSERT_TRUE(follower) << explain(follower.error());
  const std::string leaders = connected().system_identifier;
  session = sessions.open(testing::database_url(*follower));
  const LeaderIdentity who = connected();
  EXPECT_TRUE(who.in_recovery);
  EXPECT_EQ(who.system_identifier, leaders);
}

TEST_F(LeaderSessionTest, APromotedFollowerIsOnAnotherTimeline) {
  auto follower = postgres->follower("green", "blue");
  ASSERT_TRUE(follower) << explain(follower.error());
  ASSERT_TRUE(postgres->promote("green"));
  session = sessions.open(testing::database_url(*follower));
  EXPECT_EQ(connected().timeline, 2);
}

TEST_F(LeaderSessionTest, AWrongPasswordIsRefusedWithoutShowingIt) {
  emulator::Endpoint wrong = leader;
  wrong.password = Secret("open-sesame-4711");
  session = sessions.open(testing::database_url(wrong));
  const auto who = loop.run(session->connect());
  ASSERT_FALSE(who);
  EXPECT_EQ(who.error().code, ErrorCode::unauthorized);
  EXPECT_EQ(explain(who.error()).find("sesame"), std::string::npos) << explain(who.error());
  EXPECT_NE(who.error().what.find("127.0.0.1"), std::string::npos) << who.error().what;
}

TEST_F(LeaderSessionTest, AnUnknownDatabaseIsNotFound) {
  emulator::Endpoint wrong = leader;
  wrong.database = "elsewhere";
  session = sessions.open(testing::database_url(wrong));
  const auto who = loop.run(session->connect());
  ASSERT_FALSE(who);
  EXPECT_EQ(who.error().code, ErrorCode::not_found) << explain(who.error());
}

TEST_F(LeaderSessionTest, AnUnreadableUrlIsNotShown) {
  for (const char* url :
       {"mysql://u:open-sesame@h/d", "postgres://u:open-sesame@h:badport/d%zz", "postgres:///d", ""}) {
    session = sessions.open(Secret(url));
    const auto who = loop.run(session->connect());
    ASSERT_FALSE(who) << url;
    EXPECT_EQ(explain(who.error()).find("sesame"), std::string::npos) << explain(who.error());
  }
}

TEST_F(LeaderSessionTest, NobodyListeningIsUnavailable) {
  postgres->engine().destroy("blue");
  (void)postgres->engine().await_idle("blue");
  const auto who = loop.run(session->connect());
  ASSERT_FALSE(who);
  EXPECT_EQ(who.error().code, ErrorCode::unavailable) << explain(who.error());
}

TEST_F(LeaderSessionTest, InspectionFindsWhatWouldNotArriveOrCannotBeFenced) {
  emulator::SqlSession app = client();
  sql(app, "CREATE UNLOGGED TABLE cache (k text); CREATE TABLE \"Odd name\" (x int); SELECT lo_create(0)");
  sql(app, "BEGIN; INSERT INTO orders (note) VALUES ('p'); PREPARE TRANSACTION 'half'");
  emulator::SqlSession super = platform();
  sql(super, "CREATE TABLE theirs (x int); CREATE ROLE reports LOGIN; GRANT INSERT ON theirs TO reports");
  sql(super, "CREATE FOREIGN DATA WRAPPER elsewhere; CREATE SERVER warehouse FOREIGN DATA WRAPPER elsewhere");
  connected();
  const PreflightFacts facts = must(session->inspect());
  EXPECT_EQ(facts.tables, 4);
  EXPECT_EQ(facts.unlogged_tables, std::vector<std::string>{"public.cache"});
  EXPECT_EQ(facts.unlockable_tables, std::vector<std::string>{"public.theirs"});
  EXPECT_EQ(facts.unendable_roles, std::vector<std::string>{"reports"});
  EXPECT_EQ(facts.prepared_transactions, 1);
  EXPECT_EQ(facts.sequences, 1);
  EXPECT_EQ(facts.large_objects, 1);
  EXPECT_EQ(facts.subscriptions, 0);
  EXPECT_EQ(facts.foreign_servers, std::vector<std::string>{"warehouse"});
  EXPECT_TRUE(facts.open_for_long.empty()) << "no transaction is a minute old";
  EXPECT_EQ(facts.streaming_replicas, 0);
  EXPECT_EQ(facts.lock_capacity, 64 * (120 + 10));
  EXPECT_GT(facts.database_bytes, 1'000'000);
  EXPECT_TRUE(facts.outdated_collations.empty());
}

TEST_F(LeaderSessionTest, InspectionCountsTheConnectionsThatAreLeft) {
  connected();
  const std::int64_t before = must(session->inspect()).free_connections;
  EXPECT_GT(before, 0);
  emulator::SqlSession app = client();
  EXPECT_EQ(must(session->inspect()).free_connections, before - 1);
}

TEST_F(LeaderSessionTest, InspectionCountsReplicas) {
  ASSERT_TRUE(postgres->follower("green", "blue"));
  connected();
  EXPECT_EQ(must(session->inspect()).streaming_replicas, 1);
}

TEST_F(LeaderSessionTest, ALostConnectionIsSaidAndCanBeOpenedAgain) {
  connected();
  emulator::SqlSession super = platform();
  sql(super, "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = 'changeover'");
  const auto lost = loop.run(session->snapshot());
  ASSERT_FALSE(lost);
  EXPECT_EQ(lost.error().code, ErrorCode::unavailable) << explain(lost.error());
  connected();
  EXPECT_GT(must(session->snapshot()).xmax, 0);
}

TEST_F(LeaderSessionTest, ADroppedTaskCancelsItsCommandAndTheSessionGoesOn) {
  connected();
  emulator::SqlSession app = client();
  sql(app, "BEGIN; INSERT INTO orders (note) VALUES ('held')");
  emulator::SqlSession super = platform();
  {
    Task<Result<void>> fence = session->fence();
    fence.start();
    ASSERT_EQ(testing::await_value(super, "SELECT count(*) FROM pg_locks WHERE NOT granted", "1"), "1");
  }
  EXPECT_EQ(testing::await_value(super, "SELECT count(*) FROM pg_locks WHERE mode = 'ShareLock'", "0"), "0");
  connected();
  EXPECT_FALSE(must(session->quiet()).quiet);
}

TEST_F(LeaderSessionTest, DestroyingASessionThatWaitsForALockIsPromptAndLeavesNothing) {
  connected();
  emulator::SqlSession app = client();
  sql(app, "BEGIN; INSERT INTO orders (note) VALUES ('held')");
  emulator::SqlSession super = platform();
  {
    Task<Result<void>> fence = session->fence();
    fence.start();
    ASSERT_EQ(testing::await_value(super, "SELECT count(*) FROM pg_locks WHERE NOT granted", "1"), "1");
  }
  const auto before = steady_clock::now();
  session.reset();
  EXPECT_LT(steady_clock::now() - before, milliseconds{1'500});
  EXPECT_EQ(
      testing::await_value(super, "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'changeover'", "0"),
      "0");
}

TEST_F(LeaderSessionTest, PermanentlyFencedNewSessionsCannotWrite) {
  connected();
  emulator::SqlSession old = client();
  const PermanentFence fence = must(session->fence_permanently());
  EXPECT_GE(fence.clients.ended, 1);
  EXPECT_TRUE(fence.clients.left.empty());
  EXPECT_EQ(must(session->snapshot()), fence.after);
  EXPECT_EQ(must(session->ledger()).rows_changed, fence.ledger.rows_changed);
  EXPECT_FALSE(old.query("SELECT 1", patience)) << "a session from before was let live";
  emulator::SqlSession fresh = client();
  EXPECT_EQ(refusal(fresh, "INSERT INTO orders (note) VALUES ('late')"), "25006");
  // Again, by a new session of ours, which comes up read-only itself.
  session = sessions.open(testing::database_url(leader));
  connected();
  (void)must(session->fence_permanently());
}

TEST_F(LeaderSessionTest, OnceTheFenceIsLiftedNewSessionsWriteAgain) {
  connected();
  (void)must(session->fence_permanently());
  session = sessions.open(testing::database_url(leader));
  connected();
  for (int times = 0; times < 2; ++times) must(session->lift_permanent_fence());
  EXPECT_FALSE(must(session->inspect()).read_only);
  emulator::SqlSession fresh = client();
  sql(fresh, "INSERT INTO orders (note) VALUES ('again')");
}

TEST_F(LeaderSessionTest, ALedgerShowsWritesOfEndedSessions) {
  connected();
  const Ledger before = must(session->ledger());
  {
    emulator::SqlSession app = client();
    sql(app, "INSERT INTO orders (note) SELECT 'x' FROM generate_series(1, 3)");
  }
  emulator::SqlSession super = platform();
  ASSERT_EQ(testing::await_value(super, "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'rails'", "0"),
            "0");
  const Ledger after = must(session->ledger());
  EXPECT_EQ(after.rows_changed, before.rows_changed + 3);
  EXPECT_NE(after.sequences, before.sequences);
  EXPECT_EQ(after.counting_since, before.counting_since);
}

}  // namespace
}  // namespace changeover::heroku
