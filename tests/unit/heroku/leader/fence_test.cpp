// The fence: what it holds off, what it lets through, whom it names, and that it ends with its session.
#include <thread>

#include "tests/unit/heroku/leader/leader_fixture.h"

namespace changeover::heroku {
namespace {

class FenceTest : public LeaderTest {};

TEST_F(FenceTest, HoldsOffWritersAndLetsReadersThrough) {
  connected();
  emulator::SqlSession app = client();
  must(session->fence());
  EXPECT_EQ(sql(app, "SELECT count(*) FROM orders"), "1");
  sql(app, "SET lock_timeout = '100ms'");
  for (const char* write :
       {"INSERT INTO orders (note) VALUES ('x')", "UPDATE orders SET note = 'x'", "DELETE FROM orders",
        "TRUNCATE orders", "ALTER TABLE orders ADD COLUMN y int", "DROP TABLE orders"})
    EXPECT_EQ(refusal(app, write), "55P03") << write;
}

TEST_F(FenceTest, TakesNoTransactionIdAndReleasesOnDemand) {
  connected();
  emulator::SqlSession app = client();
  const Snapshot before = must(session->snapshot());
  must(session->fence());
  must(session->fence());  // a second time changes nothing
  EXPECT_EQ(must(session->snapshot()), before);
  must(session->release());
  sql(app, "SET lock_timeout = '5s'");
  EXPECT_EQ(refusal(app, "INSERT INTO orders (note) VALUES ('x')"), "none");
}

TEST_F(FenceTest, EndsWithItsSession) {
  connected();
  must(session->fence());
  session.reset();
  emulator::SqlSession app = client();
  sql(app, "SET lock_timeout = '5s'");
  EXPECT_EQ(refusal(app, "INSERT INTO orders (note) VALUES ('x')"), "none");
}

TEST_F(FenceTest, CoversOddNamesPartitionsAndUnloggedTables) {
  emulator::SqlSession app = client();
  sql(app,
      "CREATE SCHEMA \"My \"\"Shop\"; CREATE TABLE \"My \"\"Shop\".\"select; drop\" (x int); CREATE UNLOGGED TABLE u "
      "(x int); "
      "CREATE TABLE p (x int) PARTITION BY RANGE (x); CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (9); "
      "CREATE VIEW v AS SELECT 1; CREATE MATERIALIZED VIEW m AS SELECT 1 AS one; CREATE TEMP TABLE t (x int)");
  connected();
  must(session->fence());
  sql(app, "SET lock_timeout = '100ms'");
  for (const char* table : {"\"My \"\"Shop\".\"select; drop\"", "u", "p", "p1"})
    EXPECT_EQ(refusal(app, std::string("INSERT INTO ") + table + " VALUES (1)"), "55P03") << table;
}

TEST_F(FenceTest, LeavesOutTablesItMayNotLock) {
  emulator::SqlSession super = platform();
  sql(super, "CREATE TABLE theirs (x int); CREATE SCHEMA closed; CREATE TABLE closed.hidden (x int)");
  connected();
  must(session->fence());
  EXPECT_EQ(refusal(super, "INSERT INTO theirs VALUES (1)"), "none");
}

TEST_F(FenceTest, StandsOnADatabaseWithoutTables) {
  emulator::SqlSession app = client();
  sql(app, "DROP TABLE orders");
  connected();
  must(session->fence());
  EXPECT_TRUE(must(session->drain(must(session->mark()))).fence_holds);
}

TEST_F(FenceTest, NamesWhoIsInTheWayAndShowsNoQuery) {
  emulator::SqlSession app = client("sidekiq 7");
  sql(app, "BEGIN; INSERT INTO orders (note) VALUES ('my-secret-note')");
  connected();
  const auto fenced = loop.run(session->fence());
  ASSERT_FALSE(fenced);
  EXPECT_EQ(fenced.error().code, ErrorCode::precondition);
  const std::string words = explain(fenced.error());
  for (const char* part : {"sidekiq 7", "idle in transaction", "role app", "pid "})
    EXPECT_NE(words.find(part), std::string::npos) << part << " is missing in: " << words;
  EXPECT_EQ(words.find("my-secret-note"), std::string::npos) << words;
  emulator::SqlSession super = platform();
  EXPECT_EQ(sql(super, "SELECT count(*) FROM pg_locks WHERE mode = 'ShareLock'"), "0");
}

TEST_F(FenceTest, NamesAPreparedTransactionInTheWay) {
  emulator::SqlSession app = client();
  sql(app, "BEGIN; INSERT INTO orders (note) VALUES ('x'); PREPARE TRANSACTION 'half'");
  connected();
  const auto fenced = loop.run(session->fence());
  ASSERT_FALSE(fenced);
  EXPECT_NE(fenced.error().what.find("prepared transaction of role app"), std::string::npos) << fenced.error().what;
}

TEST_F(FenceTest, WaitsForAWriterThatEndsInTime) {
  emulator::SqlSession app = client();
  sql(app, "BEGIN; INSERT INTO orders (note) VALUES ('x')");
  connected();
  emulator::SqlSession super = platform();
  Task<Result<void>> fence = session->fence();
  std::thread writer([&] {
    (void)testing::await_value(super, "SELECT count(*) FROM pg_locks WHERE NOT granted", "1");
    (void)app.query("COMMIT", patience);
  });
  const auto fenced = loop.run(std::move(fence));
  writer.join();
  EXPECT_TRUE(fenced) << explain(fenced.error());
  EXPECT_EQ(sql(app, "SELECT count(*) FROM orders"), "2");
}

TEST_F(FenceTest, ALostFenceIsNoticed) {
  connected();
  must(session->fence());
  const Marker marker = must(session->mark());
  EXPECT_TRUE(must(session->drain(marker)).fence_holds);
  emulator::SqlSession super = platform();
  sql(super,
      "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE state = 'idle in transaction' AND "
      "application_name = 'changeover'");
  ASSERT_EQ(testing::await_value(super, "SELECT count(*) FROM pg_locks WHERE mode = 'ShareLock'", "0"), "0");
  const Drain drain = must(session->drain(marker));
  EXPECT_FALSE(drain.fence_holds);
  EXPECT_TRUE(drain.unmoved);
  EXPECT_NE(drain.why.find("the fence"), std::string::npos) << drain.why;
  // Raised anew it stands again, but not for a marker from before.
  must(session->fence());
  EXPECT_FALSE(must(session->drain(marker)).fence_holds);
  EXPECT_TRUE(must(session->drain(must(session->mark()))).fence_holds);
}

}  // namespace
}  // namespace changeover::heroku
