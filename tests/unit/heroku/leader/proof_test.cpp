// Quiet, marker, drained, no late write, each against a real leader (and follower).
#include "tests/unit/heroku/leader/leader_fixture.h"

namespace changeover::heroku {
namespace {

using Verdict = LateWrites::Verdict;

class ProofTest : public LeaderTest {
 protected:
  Marker fenced_and_marked() {
    connected();
    must(session->fence());
    return must(session->mark());
  }
};

TEST_F(ProofTest, AnIdleLeaderIsQuiet) {
  connected();
  const Quiet quiet = must(session->quiet());
  EXPECT_TRUE(quiet.quiet) << quiet.why;
  must(session->fence());
  EXPECT_TRUE(must(session->quiet()).quiet) << "our own fence must not count";
}

TEST_F(ProofTest, AnOpenTransactionWithTheNewestIdIsSeenThoughTheSnapshotHidesIt) {
  connected();
  emulator::SqlSession app = client();
  sql(app, "BEGIN; INSERT INTO orders (note) VALUES ('x')");
  const Quiet quiet = must(session->quiet());
  EXPECT_TRUE(quiet.snapshot.none_open())
      << "PostgreSQL's snapshots changed: the reasoning in proof.h needs another look";
  EXPECT_FALSE(quiet.quiet);
  EXPECT_NE(quiet.why.find("idle in transaction"), std::string::npos) << quiet.why;
}

TEST_F(ProofTest, APreparedTransactionIsNotQuiet) {
  connected();
  emulator::SqlSession app = client();
  sql(app, "BEGIN; INSERT INTO orders (note) VALUES ('x'); PREPARE TRANSACTION 'half'");
  const Quiet quiet = must(session->quiet());
  EXPECT_FALSE(quiet.quiet);
  EXPECT_NE(quiet.why.find("prepared transaction"), std::string::npos) << quiet.why;
}

TEST_F(ProofTest, AReaderDoesNotDisturb) {
  connected();
  emulator::SqlSession app = client();
  sql(app, "BEGIN; SELECT * FROM orders");
  EXPECT_TRUE(must(session->quiet()).quiet);
  must(session->fence());
  (void)must(session->mark());
}

TEST_F(ProofTest, TheMarkersIdFollowsOnTheSnapshotBeforeIt) {
  connected();
  const Snapshot before = must(session->snapshot());
  const Marker marker = must(session->mark());
  EXPECT_EQ(marker.xid, before.xmax);
  EXPECT_EQ(marker.after, (Snapshot{marker.xid + 1, marker.xid + 1}));
  EXPECT_FALSE(marker.fence_lsn.empty());
  EXPECT_FALSE(marker.ledger) << "no fence stood";
}

TEST_F(ProofTest, NoMarkerBesideAnOpenTransaction) {
  connected();
  emulator::SqlSession app = client();
  sql(app, "BEGIN; SELECT nextval('orders_id_seq'); SELECT pg_current_xact_id()");
  const auto marker = loop.run(session->mark());
  ASSERT_FALSE(marker);
  EXPECT_EQ(marker.error().code, ErrorCode::precondition);
  EXPECT_NE(marker.error().what.find("rails"), std::string::npos) << marker.error().what;
}

TEST_F(ProofTest, TheMarkerCoversAnAsynchronousCommitBeforeIt) {
  ASSERT_TRUE(postgres->follower("green", "blue"));
  connected();
  emulator::SqlSession app = client();
  sql(app, "SET synchronous_commit = off");
  sql(app, "INSERT INTO orders (note) VALUES ('x')");
  must(session->fence());
  const Marker marker = must(session->mark());
  EXPECT_EQ(sql(app, "SELECT pg_current_wal_flush_lsn() >= '" + marker.fence_lsn + "'"), "t");
  emulator::SqlSession super = platform();
  EXPECT_EQ(testing::await_value(
                super, "SELECT bool_and(replay_lsn >= '" + marker.fence_lsn + "') FROM pg_stat_replication", "t"),
            "t");
}

TEST_F(ProofTest, TheMarkerReachesTheFollowerAndAStalledOneIsSeen) {
  auto follower = postgres->follower("green", "blue");
  ASSERT_TRUE(follower) << explain(follower.error());
  postgres->engine().stall_replay("green", true);
  (void)postgres->engine().await_idle("green");
  const Marker marker = fenced_and_marked();
  Drain drain = must(session->drain(marker));
  ASSERT_EQ(drain.streaming(), 1);
  EXPECT_EQ(drain.replicas[0].application, "green");
  EXPECT_FALSE(drain.all_reached());
  EXPECT_TRUE(drain.fence_holds && drain.unmoved) << drain.why;
  postgres->engine().stall_replay("green", false);
  (void)postgres->engine().await_idle("green");
  emulator::SqlSession super = platform();
  ASSERT_EQ(testing::await_value(
                super, "SELECT bool_and(replay_lsn >= '" + marker.fence_lsn + "') FROM pg_stat_replication", "t"),
            "t");
  drain = must(session->drain(marker));
  EXPECT_TRUE(drain.all_reached());
  EXPECT_TRUE(drain.fence_holds && drain.unmoved) << drain.why;
}

TEST_F(ProofTest, WithoutStreamingReplicasNothingIsCalledStreaming) {
  const Marker marker = fenced_and_marked();
  EXPECT_EQ(must(session->drain(marker)).streaming(), 0);
}

TEST_F(ProofTest, NothingWrittenIsNoLateWrite) {
  const Marker marker = fenced_and_marked();
  emulator::SqlSession app = client();
  sql(app, "SELECT * FROM orders");
  emulator::SqlSession super = platform();
  sql(super, "CHECKPOINT");
  sql(super, "SELECT pg_switch_wal()");
  const LateWrites late = must(session->late_writes(marker));
  EXPECT_EQ(late.verdict, Verdict::none) << late.why;
  EXPECT_EQ(late.snapshot, marker.after);
}

TEST_F(ProofTest, ANewSessionJudgesByTheSnapshotAlone) {
  const Marker marker = fenced_and_marked();
  session = sessions.open(testing::database_url(leader));
  connected();
  EXPECT_EQ(must(session->late_writes(marker)).verdict, Verdict::none);
  emulator::SqlSession app = client();
  sql(app, "SELECT pg_current_xact_id()");
  EXPECT_EQ(must(session->late_writes(marker)).verdict, Verdict::unexplained);
}

TEST_F(ProofTest, WhatTheFenceDoesNotCoverIsDetected) {
  sql(*std::make_unique<emulator::SqlSession>(platform()),
      "CREATE TABLE theirs (x int); GRANT INSERT ON theirs TO app");
  connected();
  emulator::SqlSession app = client();
  must(session->fence());
  for (const char* write : {"SELECT setval('orders_id_seq', 900)",
                            "SELECT count(nextval('orders_id_seq')) FROM generate_series(1, 40)", "SELECT lo_create(0)",
                            "CREATE TABLE fresh (x int)", "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
                            "ANALYZE pg_class", "SELECT id FROM orders FOR UPDATE"}) {
    const Marker marker = must(session->mark());
    EXPECT_EQ(refusal(app, write), "none") << write;
    const LateWrites late = must(session->late_writes(marker));
    EXPECT_EQ(late.verdict, Verdict::unexplained) << write << ": " << late.why;
    EXPECT_FALSE(must(session->drain(marker)).unmoved) << write;
  }
}

TEST_F(ProofTest, AnOpenTransactionSinceTheMarkerIsALateWrite) {
  const Marker marker = fenced_and_marked();
  emulator::SqlSession app = client();
  sql(app, "BEGIN; SELECT setval('orders_id_seq', 900)");
  const LateWrites late = must(session->late_writes(marker));
  EXPECT_EQ(late.verdict, Verdict::unexplained);
  EXPECT_EQ(late.snapshot, marker.after) << "the snapshot alone does not tell";
  EXPECT_NE(late.why.find("rails"), std::string::npos) << late.why;
  EXPECT_FALSE(must(session->drain(marker)).unmoved);
}

TEST_F(ProofTest, AutovacuumAloneIsAccepted) {
  emulator::SqlSession super = platform();
  sql(super, "ALTER SYSTEM SET autovacuum = off");
  // What initdb left to be vacuumed elsewhere would take ids that this database's counters do not explain.
  for (const char* other : {"template1", "postgres"}) {
    emulator::SqlSession there = platform(other);
    sql(there, "VACUUM ANALYZE");
  }
  sql(super, "SELECT pg_reload_conf()");
  {
    emulator::SqlSession app = client();
    std::string columns;
    for (int i = 0; i < 700; ++i) columns += (i == 0 ? "" : ", ") + ("c" + std::to_string(i)) + " int";
    sql(app, "CREATE TABLE wide (" + columns + ")");
  }
  ASSERT_EQ(testing::await_value(super, "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'rails'", "0"),
            "0");
  const Marker marker = fenced_and_marked();
  sql(super, "ALTER SYSTEM SET autovacuum = on");
  sql(super, "ALTER SYSTEM SET autovacuum_naptime = '1s'");
  sql(super, "SELECT pg_reload_conf()");
  ASSERT_EQ(testing::await_value(
                super, "SELECT autoanalyze_count > 0 FROM pg_stat_all_tables WHERE relname = 'pg_attribute'", "t"),
            "t");
  const LateWrites late = must(session->late_writes(marker));
  EXPECT_EQ(late.verdict, Verdict::autovacuum_only) << late.why;
  EXPECT_GT(late.snapshot.xmax, marker.after.xmax);
  // One more id that no run explains.
  emulator::SqlSession app = client();
  sql(app, "CREATE TABLE fresh (x int)");
  EXPECT_EQ(must(session->late_writes(marker)).verdict, Verdict::unexplained);
}

TEST_F(ProofTest, ARoleThatSeesNoOtherSessionProvesNothing) {
  emulator::SqlSession super = platform();
  sql(super, "REVOKE pg_monitor FROM app");
  EXPECT_FALSE(connected().sees_statistics);
  const auto quiet = loop.run(session->quiet());
  ASSERT_FALSE(quiet);
  EXPECT_EQ(quiet.error().code, ErrorCode::unauthorized);
  EXPECT_FALSE(loop.run(session->mark()));
}

}  // namespace
}  // namespace changeover::heroku
