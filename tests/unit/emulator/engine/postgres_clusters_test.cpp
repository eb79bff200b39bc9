// The engine against real servers: what the model relies on, and what the rules of a changeover assume of PostgreSQL.
#include "emulator/engine/postgres_clusters.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "tests/support/postgres.h"
#include "tests/support/temporary_folder.h"

namespace changeover::emulator {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using State = DatabaseStatus::State;
using changeover::testing::await_value;
using changeover::testing::connect;
using changeover::testing::TemporaryFolder;
using changeover::testing::TestPostgres;

constexpr auto limit = 10s;

class Clusters : public ::testing::Test {
 protected:
  void SetUp() override {
    auto started = TestPostgres::start();
    ASSERT_TRUE(started) << started.error().what;
    postgres_ = std::move(*started);
  }
  PostgresClusters& engine() { return postgres_->engine(); }
  SqlSession session(const Endpoint& endpoint) {
    auto opened = connect(endpoint);
    EXPECT_TRUE(opened) << opened.error().what;
    return std::move(*opened);
  }
  static std::string value(SqlSession& session, const std::string& sql) {
    const auto rows = session.query(sql, limit);
    if (!rows) return rows.error().what;
    return rows->empty() ? "(no row)" : rows->front().front();
  }
  /// The reading that a request made now leads to.
  DatabaseSample sample(const std::string& id) {
    engine().request_sample(id);
    static_cast<void>(engine().await_idle(id));
    const auto latest = engine().latest_sample(id);
    EXPECT_TRUE(latest);
    return latest.value_or(DatabaseSample{});
  }
  /// Samples until nothing is missing on the follower.
  DatabaseSample caught_up(const std::string& id) {
    DatabaseSample newest = sample(id);
    for (int i = 0; i < 500 && newest.commits_behind != 0; ++i) {
      poll(nullptr, 0, 5);
      newest = sample(id);
    }
    return newest;
  }

  std::unique_ptr<TestPostgres> postgres_;
};

TEST_F(Clusters, ALeaderServesItsCustomerWhoIsNoSuperuser) {
  const auto leader = postgres_->leader("orders-db", "CREATE TABLE items(id int); INSERT INTO items VALUES (1), (2)");
  ASSERT_TRUE(leader) << leader.error().what;
  auto app = session(*leader);
  EXPECT_EQ(value(app, "SELECT count(*) FROM items"), "2");
  EXPECT_EQ(value(app, "SELECT rolsuper OR rolreplication OR rolcreaterole FROM pg_roles WHERE rolname = current_user"),
            "f");
  EXPECT_EQ(value(app, "SELECT pg_has_role(current_user, 'pg_monitor', 'member')"), "t");
  EXPECT_EQ(value(app, "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = current_database()"), "app");
  EXPECT_EQ(value(app, "SHOW ssl"), "on");
}

TEST_F(Clusters, SpeaksTlsWithASelfSignedCertificate) {
  const auto leader = postgres_->leader("orders-db");
  ASSERT_TRUE(leader) << leader.error().what;
  const Secret url(changeover::testing::database_url(*leader).reveal() + "?sslmode=require");
  auto app = SqlSession::open(url, limit);
  ASSERT_TRUE(app) << app.error().what;
  EXPECT_EQ(value(*app, "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()"), "t");
}

TEST_F(Clusters, AWrongPasswordIsRefusedAndNotRepeated) {
  auto leader = postgres_->leader("orders-db");
  ASSERT_TRUE(leader) << leader.error().what;
  leader->password = Secret("not-the-word");
  const auto refused = connect(*leader);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().what, AllOf(HasSubstr("password authentication failed"), Not(HasSubstr("not-the-word"))));
}

TEST_F(Clusters, AFollowerStreamsIsReadOnlyAndShowsItsNameAndLag) {
  const auto leader = postgres_->leader("old", "CREATE TABLE items(id int)");
  ASSERT_TRUE(leader) << leader.error().what;
  const auto follower = postgres_->follower("orders-private", "old");
  ASSERT_TRUE(follower) << follower.error().what;
  EXPECT_TRUE(engine().status("orders-private").in_recovery);
  auto on_leader = session(*leader);
  auto on_follower = session(*follower);
  EXPECT_EQ(await_value(on_leader, "SELECT application_name || ' ' || state FROM pg_stat_replication",
                        "orders-private streaming"),
            "orders-private streaming");
  EXPECT_EQ(value(on_leader, "INSERT INTO items VALUES (7) RETURNING id"), "7");
  EXPECT_EQ(await_value(on_follower, "SELECT max(id) FROM items", "7"), "7");
  EXPECT_THAT(value(on_follower, "INSERT INTO items VALUES (8)"), HasSubstr("read-only transaction"));
  EXPECT_EQ(on_follower.sqlstate(), "25006");

  const DatabaseSample behind = caught_up("orders-private");
  EXPECT_EQ(behind.commits_behind, 0);
  const DatabaseSample ahead = sample("old");
  EXPECT_EQ(ahead.current_transaction, behind.current_transaction);
  EXPECT_FALSE(ahead.commits_behind) << "a leader is behind nobody";
  EXPECT_EQ(ahead.tables, 1);
  EXPECT_EQ(ahead.connections, 1);
  EXPECT_GT(ahead.bytes, 1'000'000);
  EXPECT_THAT(ahead.server_version, ::testing::MatchesRegex("[0-9]+\\.[0-9]+"));
}

TEST_F(Clusters, StalledReplayCountsTheMissingCommitsAndLetsThemInWhenReleased) {
  const auto leader = postgres_->leader("old", "CREATE TABLE items(id int)");
  ASSERT_TRUE(leader) << leader.error().what;
  ASSERT_TRUE(postgres_->follower("new", "old"));
  auto app = session(*leader);
  ASSERT_EQ(caught_up("new").commits_behind, 0);
  engine().stall_replay("new", true);
  static_cast<void>(engine().await_idle("new"));
  const std::int64_t before = sample("new").current_transaction;
  std::string last;
  for (int i = 0; i < 5; ++i) last = value(app, "INSERT INTO items VALUES (1) RETURNING pg_current_xact_id()");
  const DatabaseSample stalled = sample("new");
  EXPECT_EQ(stalled.current_transaction, before);
  EXPECT_EQ(stalled.commits_behind, 5);
  EXPECT_EQ(sample("old").current_transaction, std::stoll(last)) << "the newest id is the marker's own, not the next";
  engine().stall_replay("new", false);
  EXPECT_EQ(caught_up("new").current_transaction, std::stoll(last));
}

TEST_F(Clusters, PromotionMakesAFollowerWritableAndIndependent) {
  const auto leader = postgres_->leader("old", "CREATE TABLE items(id int)");
  ASSERT_TRUE(leader) << leader.error().what;
  const auto follower = postgres_->follower("new", "old");
  ASSERT_TRUE(follower) << follower.error().what;
  engine().promote("new");
  EXPECT_EQ(engine().status("new").state, State::promoting);
  EXPECT_EQ(engine().await_idle("new").state, State::running);
  EXPECT_FALSE(engine().status("new").in_recovery);
  auto app = session(*follower);
  EXPECT_EQ(value(app, "INSERT INTO items VALUES (1) RETURNING id"), "1");
  auto old = session(*leader);
  EXPECT_EQ(value(old, "SELECT count(*) FROM items"), "0");
  EXPECT_FALSE(sample("new").commits_behind);
}

TEST_F(Clusters, PromotionWaitsForTheStartAndHarmsNoLeader) {
  ASSERT_TRUE(postgres_->leader("old"));
  engine().create_follower("new", "old");
  engine().promote("new");
  engine().promote("new");
  engine().promote("old");
  EXPECT_EQ(engine().status("new").state, State::starting);
  EXPECT_EQ(engine().await_idle("new").state, State::running);
  EXPECT_FALSE(engine().status("new").in_recovery);
  EXPECT_EQ(engine().await_idle("old").state, State::running);
}

TEST_F(Clusters, AServerThatDiesByItselfFailsItsDatabase) {
  ASSERT_TRUE(postgres_->leader("old"));
  std::ifstream file(postgres_->keeper().folder() / "db1" / "data" / "postmaster.pid");
  pid_t server = 0;
  ASSERT_TRUE(file >> server);
  ASSERT_EQ(kill(server, SIGKILL), 0);
  for (int i = 0; i < 2000 && engine().status("old").state != State::failed; ++i) poll(nullptr, 0, 5);
  EXPECT_EQ(engine().status("old").state, State::failed);
  EXPECT_THAT(engine().status("old").failure, HasSubstr("database old: the PostgreSQL server has ended by itself"));
}

TEST_F(Clusters, ALeaderThatIsGoneMakesLagUnknownNotZero) {
  ASSERT_TRUE(postgres_->leader("old"));
  ASSERT_TRUE(postgres_->follower("new", "old"));
  ASSERT_EQ(caught_up("new").commits_behind, 0);
  engine().destroy("old");
  EXPECT_EQ(engine().status("old").state, State::gone);
  DatabaseSample newest = sample("new");
  for (int i = 0; i < 500 && newest.commits_behind; ++i) newest = sample("new");
  EXPECT_FALSE(newest.commits_behind);
}

TEST_F(Clusters, ANewPasswordReachesFollowersAndTheirEndpoints) {
  ASSERT_TRUE(postgres_->leader("old"));
  ASSERT_TRUE(postgres_->follower("new", "old"));
  engine().set_role("old", "app", Secret("rotated"));
  const auto leader = *engine().await_idle("old").endpoint;
  const auto follower = *engine().status("new").endpoint;
  EXPECT_TRUE(leader.password == Secret("rotated"));
  EXPECT_TRUE(follower.password == Secret("rotated"));
  EXPECT_TRUE(connect(leader));
  ASSERT_EQ(caught_up("new").commits_behind, 0);
  EXPECT_TRUE(connect(follower));
}

TEST_F(Clusters, RolesComeAndGoOnLeaderAndFollower) {
  const auto leader = postgres_->leader("old", "CREATE TABLE items(id int)");
  ASSERT_TRUE(leader) << leader.error().what;
  const auto follower = postgres_->follower("new", "old");
  ASSERT_TRUE(follower) << follower.error().what;
  engine().set_role("old", "report-user", Secret("one"));
  EXPECT_EQ(engine().await_idle("old").roles.at("report-user"), Secret("one"));
  EXPECT_EQ(engine().status("new").roles.size(), 2U);
  ASSERT_EQ(caught_up("new").commits_behind, 0);
  Endpoint as_report = *follower;
  as_report.user = "report-user";
  as_report.password = Secret("one");
  auto reader = session(as_report);
  EXPECT_THAT(value(reader, "SELECT * FROM items"), HasSubstr("permission denied"));
  auto owner = session(*leader);
  value(owner, "GRANT CREATE ON SCHEMA public TO \"report-user\"");
  as_report.port = leader->port;
  auto maker = session(as_report);
  EXPECT_EQ(value(maker, "CREATE TABLE made(id int)"), "(no row)");
  EXPECT_EQ(sample("old").connections_of, (std::map<std::string, int>{{"app", 1}, {"report-user", 1}}));

  engine().set_role("old", "report-user", Secret("two"));
  static_cast<void>(engine().await_idle("old"));
  EXPECT_EQ(value(maker, "SELECT 1"), "1") << "a rotation leaves connections alone";
  EXPECT_FALSE(connect(as_report)) << "the old password";
  EXPECT_THAT(value(owner, "SELECT * FROM made"), HasSubstr("permission denied"));
  engine().repair_owner("old");
  static_cast<void>(engine().await_idle("old"));
  EXPECT_EQ(value(owner, "SELECT count(*) FROM made"), "0");
  EXPECT_EQ(value(owner, "SELECT pg_has_role(current_user, 'report-user', 'member with admin option')"), "t");

  engine().drop_role("old", "report-user");
  EXPECT_EQ(engine().await_idle("old").roles.size(), 1U);
  EXPECT_EQ(value(owner, "SELECT count(*) FROM pg_roles WHERE rolname = 'report-user'"), "0");
  EXPECT_EQ(value(owner, "SELECT tableowner FROM pg_tables WHERE tablename = 'made'"), "app");
  EXPECT_FALSE(maker.query("SELECT 1", limit)) << "its connections are ended";
}

TEST_F(Clusters, AForkIsACopyOfItsOwn) {
  const auto source = postgres_->leader("old", "CREATE TABLE items(id int); INSERT INTO items VALUES (1)");
  ASSERT_TRUE(source) << source.error().what;
  engine().create_fork("fork", "old");
  const DatabaseStatus forked = engine().await_idle("fork");
  ASSERT_EQ(forked.state, State::running) << forked.failure;
  EXPECT_FALSE(forked.in_recovery);
  engine().set_role("fork", "app", Secret("its own"));
  auto copy = session(*engine().await_idle("fork").endpoint);
  EXPECT_EQ(value(copy, "INSERT INTO items VALUES (2) RETURNING id"), "2");
  auto app = session(*source);
  EXPECT_EQ(value(app, "SELECT count(*) FROM items"), "1");
  EXPECT_EQ(engine().status("old").endpoint->password, source->password);
  EXPECT_FALSE(sample("fork").commits_behind);
}

TEST_F(Clusters, AResetErasesEverythingAndMakesExtensions) {
  const auto leader = postgres_->leader("old", "CREATE TABLE items(id int); CREATE SCHEMA more");
  ASSERT_TRUE(leader) << leader.error().what;
  auto before = session(*leader);
  engine().reset("old", {"hstore", "more.pg_trgm"});
  static_cast<void>(engine().await_idle("old"));
  EXPECT_FALSE(before.query("SELECT 1", limit)) << "nobody stays connected to what is gone";
  auto app = session(*leader);
  EXPECT_EQ(sample("old").tables, 0);
  EXPECT_EQ(value(app,
                  "SELECT string_agg(extname || ' ' || extnamespace::regnamespace, ', ' ORDER BY extname)"
                  " FROM pg_extension WHERE extname <> 'plpgsql'"),
            "hstore public, pg_trgm more");
  EXPECT_EQ(value(app, "CREATE TABLE items(id int)"), "(no row)");
  EXPECT_TRUE(sample("old").upgradable_extensions.empty());
}

TEST_F(Clusters, TerminateEndsOneClientAndNoSuperuser) {
  const auto leader = postgres_->leader("old");
  ASSERT_TRUE(leader) << leader.error().what;
  auto kept = session(*leader);
  auto ended = session(*leader);
  const std::string pid = value(ended, "SELECT pg_backend_pid()");
  const std::string ours = value(kept, "SELECT pid FROM pg_stat_activity WHERE usename = 'postgres' LIMIT 1");
  engine().terminate("old", std::stoi(pid));
  engine().terminate("old", std::stoi(ours));
  static_cast<void>(engine().await_idle("old"));
  EXPECT_FALSE(ended.query("SELECT 1", limit));
  EXPECT_EQ(value(kept, "SELECT count(*) FROM pg_stat_activity WHERE pid = " + ours), "1");
}

TEST_F(Clusters, APoolIsAnotherWayToTheSameServer) {
  EXPECT_EQ(engine().open_pool("nobody"), 0);
  const auto leader = postgres_->leader("old", "CREATE TABLE items(id int, words text)");
  ASSERT_TRUE(leader) << leader.error().what;
  Endpoint pool = *leader;
  pool.port = engine().open_pool("old");
  ASSERT_NE(pool.port, leader->port);
  EXPECT_EQ(engine().open_pool("old"), pool.port);
  auto app = session(pool);
  value(app, "INSERT INTO items SELECT i, repeat('x', 1000) FROM generate_series(1, 2000) AS i");
  EXPECT_EQ(value(app, "SELECT length(string_agg(words, '')) FROM items"), "2000000");
  EXPECT_EQ(value(app, "SELECT repeat('y', 1000000)").size(), 1'000'000U);
  auto straight = session(*leader);
  EXPECT_EQ(value(straight, "SELECT count(*) FROM items"), "2000");
  EXPECT_EQ(sample("old").connections, 2);
  engine().reset_connections("old");
  static_cast<void>(engine().await_idle("old"));
  EXPECT_FALSE(app.query("SELECT 1", limit));
  auto again = session(pool);
  engine().destroy("old");
  bool answers = true;  // it goes in its worker's time
  for (int i = 0; i < 500 && answers; ++i) {
    answers = again.query("SELECT 1", limit).has_value();
    poll(nullptr, 0, 5);
  }
  EXPECT_FALSE(answers);
}

TEST_F(Clusters, ResetEndsClientsAndNotReplication) {
  const auto leader = postgres_->leader("old");
  ASSERT_TRUE(leader) << leader.error().what;
  ASSERT_TRUE(postgres_->follower("new", "old"));
  auto app = session(*leader);
  const std::string walsender = await_value(app, "SELECT count(*) FROM pg_stat_replication", "1");
  ASSERT_EQ(walsender, "1");
  const std::string sender = value(app, "SELECT pid FROM pg_stat_replication");
  engine().reset_connections("old");
  static_cast<void>(engine().await_idle("old"));
  const auto ended = app.query("SELECT 1", limit);
  ASSERT_FALSE(ended);
  EXPECT_EQ(ended.error().code, ErrorCode::unavailable);
  auto again = session(*leader);
  EXPECT_EQ(value(again, "SELECT pid FROM pg_stat_replication"), sender);
}

TEST_F(Clusters, SeedThatIsWrongFailsTheDatabaseWithAReason) {
  const auto leader = postgres_->leader("orders-db", "CREATE TABLE (");
  ASSERT_FALSE(leader);
  EXPECT_THAT(leader.error().what, AllOf(HasSubstr("orders-db"), HasSubstr("seed SQL"), HasSubstr("syntax error")));
  EXPECT_EQ(engine().status("orders-db").state, State::failed);
}

TEST_F(Clusters, FollowingNobodyFailsWithAReason) {
  const auto follower = postgres_->follower("new", "no-such");
  ASSERT_FALSE(follower);
  EXPECT_THAT(follower.error().what, HasSubstr("no database no-such"));
}

TEST_F(Clusters, DestroyWhileStartingEndsSoonAndTheIdIsFreeAgain) {
  engine().create_leader("orders-db", "orders", "app", Secret("x"), "SELECT pg_sleep(600)");
  const std::filesystem::path data = postgres_->keeper().folder() / "db1" / "data";
  while (engine().status("orders-db").state == State::starting && !std::filesystem::exists(data)) {
    poll(nullptr, 0, 5);
  }
  engine().destroy("orders-db");
  EXPECT_EQ(engine().status("orders-db").state, State::gone);
  const auto again = postgres_->leader("orders-db");
  EXPECT_TRUE(again) << again.error().what;
}

TEST_F(Clusters, NothingIsLeftInTheFolderOfARunThatEnded) {
  ASSERT_TRUE(postgres_->leader("old"));
  ASSERT_TRUE(postgres_->follower("new", "old"));
  const std::filesystem::path folder = postgres_->keeper().folder();
  ASSERT_TRUE(std::filesystem::exists(folder / "db2"));
  postgres_.reset();
  EXPECT_FALSE(std::filesystem::exists(folder));
}

TEST(InitdbCache, IsFilledByTheFirstRunAndUsedByTheNext) {
  const TemporaryFolder cache;
  const SystemClock clock;
  const auto cluster_of_a_run = [&]() -> std::string {
    const auto keeper = Keeper::start();
    PostgresClusters engine(**keeper, clock, cache.path());
    engine.create_leader("db", "orders", "app", Secret("secret"), "");
    auto opened = connect(engine.await_idle("db").endpoint.value());
    if (!opened) return opened.error().what;
    const std::string folder = opened->query("SHOW data_directory", limit).value().front().front();
    return std::filesystem::exists(folder + "/mark") ? "marked" : "new";
  };
  EXPECT_EQ(cluster_of_a_run(), "new");
  ASSERT_EQ(std::distance(std::filesystem::directory_iterator(cache.path()), {}), 1);
  std::ofstream(std::filesystem::directory_iterator(cache.path())->path() / "mark") << "kept";
  EXPECT_EQ(cluster_of_a_run(), "marked");
}

}  // namespace
}  // namespace changeover::emulator
