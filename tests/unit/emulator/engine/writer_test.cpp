// The writer as a dyno on real databases, and the verdict on what it wrote.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>

#include <fstream>
#include <iterator>

#include "emulator/engine/processes.h"
#include "emulator/router/dyno_exchange.h"
#include "emulator/writer/ledger.h"
#include "emulator/writer/row_writer.h"
#include "emulator/writer/verify.h"
#include "tests/support/postgres.h"

namespace changeover::writer {
namespace {

using namespace std::chrono_literals;
using changeover::testing::await_value;
using changeover::testing::connect;
using changeover::testing::database_url;
using changeover::testing::TestPostgres;
using emulator::ask_dyno;
using emulator::Endpoint;
using emulator::Response;
using State = emulator::ProcessStatus::State;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class Writer : public ::testing::Test {
 protected:
  void SetUp() override {
    auto started = TestPostgres::start();
    ASSERT_TRUE(started) << started.error().what;
    postgres_ = std::move(*started);
    dynos_.emplace(postgres_->keeper(), emulator::ProcessSettings{folder(), folder(), "/usr/bin:/bin"});
    const auto leader = postgres_->leader("old", seed_sql);
    ASSERT_TRUE(leader) << leader.error().what;
    old_ = *leader;
  }
  [[nodiscard]] std::filesystem::path folder() const { return postgres_->keeper().folder(); }
  [[nodiscard]] std::string ledger() const { return (folder() / "acks").string(); }
  void start(const std::string& dyno, const Endpoint& database, std::map<std::string, std::string> more = {}) {
    more.insert({{"DATABASE_URL", database_url(database).reveal()},
                 {"CHANGEOVER_LEDGER", ledger()},
                 {"DYNO", dyno},
                 {"WRITE_EVERY_MS", "1"}});
    dynos_->start(dyno, std::string("exec ") + WRITER, more);
  }
  template <class Condition>
  static bool eventually(Condition condition) {
    const auto until = std::chrono::steady_clock::now() + 10s;
    while (!condition()) {
      if (std::chrono::steady_clock::now() > until) return false;
      poll(nullptr, 0, 2);
    }
    return true;
  }
  [[nodiscard]] std::size_t acknowledged() const {
    return read_ledger(ledger()).value_or(std::vector<Acknowledgement>{}).size();
  }
  bool writes_more(std::size_t rows) {
    const std::size_t before = acknowledged();
    return eventually([&] { return acknowledged() >= before + rows; });
  }
  void stop(const std::string& dyno) {
    dynos_->stop(dyno, 30s);
    ASSERT_TRUE(ends(dyno));
    EXPECT_EQ(dynos_->status(dyno).exit_code, 0);
  }
  bool ends(const std::string& dyno) {
    return eventually([&] { return dynos_->status(dyno).state == State::exited; });
  }
  [[nodiscard]] std::string said(const std::string& dyno) const {
    std::ifstream in(folder() / (dyno + ".log"));
    return {std::istreambuf_iterator<char>(in), {}};
  }
  /// Runs the program's own --verify; what it prints.
  std::string judge(const Endpoint& database, const std::string& options, int exit_code) {
    dynos_->start("judge", std::string(WRITER) + " --verify --ledger " + ledger() + options,
                  {{"DATABASE_URL", database_url(database).reveal()}});
    EXPECT_TRUE(ends("judge"));
    EXPECT_EQ(dynos_->status("judge").exit_code, exit_code);
    return said("judge");
  }

  std::unique_ptr<TestPostgres> postgres_;
  std::optional<emulator::ChildProcesses> dynos_;
  Endpoint old_;
};

TEST_F(Writer, EveryAcknowledgedRowIsFound) {
  start("web.1", old_);
  start("web.2", old_);
  ASSERT_TRUE(writes_more(50));
  stop("web.1");
  stop("web.2");
  const auto verdict = verify(database_url(old_), {ledger()});
  ASSERT_TRUE(verdict) << verdict.error().what;
  EXPECT_GE(verdict->acknowledged, 50);
  EXPECT_EQ(verdict->found, verdict->acknowledged);
  EXPECT_TRUE(verdict->lost.empty());
  EXPECT_FALSE(verdict->downtime());
  EXPECT_THAT(judge(old_, "", 0),
              AllOf(HasSubstr(", lost 0\n"), HasSubstr("\nno downtime: nothing was written anywhere but on")));
  EXPECT_EQ(said("web.1") + said("web.2"), "");
}

TEST_F(Writer, AChangeoverWithDrainLosesNothingAndItsDowntimeIsMeasured) {
  const auto follower = postgres_->follower("new", "old");
  ASSERT_TRUE(follower) << follower.error().what;
  start("web.1", old_);
  ASSERT_TRUE(writes_more(20));
  stop("web.1");
  auto leader = connect(old_);
  ASSERT_TRUE(leader);
  ASSERT_EQ(
      await_value(*leader, "SELECT bool_and(replay_lsn >= pg_current_wal_flush_lsn()) FROM pg_stat_replication", "t"),
      "t");
  ASSERT_TRUE(postgres_->promote("new"));
  start("web.1", *follower);
  ASSERT_TRUE(writes_more(20));
  stop("web.1");
  const auto verdict = verify(database_url(*follower), {ledger()});
  ASSERT_TRUE(verdict) << verdict.error().what;
  EXPECT_TRUE(verdict->lost.empty());
  ASSERT_TRUE(verdict->downtime());
  EXPECT_GT(*verdict->downtime(), 0us);
  EXPECT_LT(*verdict->downtime(), 10s);
  EXPECT_THAT(judge(*follower, " --json", 0), HasSubstr("\"lost\":0,"));
  EXPECT_THAT(to_text(*verdict), HasSubstr("\ndowntime "));
}

TEST_F(Writer, AChangeoverThatDoesNotDrainIsFoundOut) {
  const auto follower = postgres_->follower("new", "old");
  ASSERT_TRUE(follower) << follower.error().what;
  postgres_->engine().stall_replay("new", true);
  static_cast<void>(postgres_->engine().await_idle("new"));
  start("web.1", old_);
  ASSERT_TRUE(writes_more(5));
  postgres_->engine().destroy("old");
  stop("web.1");
  // What was received but not replayed is replayed by the promotion, so the loss is made plain: rows taken away.
  ASSERT_TRUE(postgres_->promote("new"));
  auto now = connect(*follower);
  ASSERT_TRUE(now);
  ASSERT_TRUE(now->query("DELETE FROM ledger WHERE n = 3", 5s));
  const std::string text = judge(*follower, "", 1);
  EXPECT_THAT(text, HasSubstr(", lost "));
  EXPECT_THAT(text, HasSubstr(" n=3, acknowledged by 127.0.0.1:" + std::to_string(old_.port)));
  EXPECT_THAT(text, HasSubstr("downtime not known"));
}

TEST_F(Writer, GoesOnAfterItsConnectionWasEnded) {
  start("web.1", old_);
  ASSERT_TRUE(writes_more(5));
  postgres_->engine().reset_connections("old");
  static_cast<void>(postgres_->engine().await_idle("old"));
  ASSERT_TRUE(writes_more(5));
  stop("web.1");
  const auto verdict = verify(database_url(old_), {ledger()});
  ASSERT_TRUE(verdict);
  EXPECT_TRUE(verdict->lost.empty());
}

TEST_F(Writer, WaitsQuietlyOnAReadOnlyDatabaseAndWritesOnceItIsPromoted) {
  const auto follower = postgres_->follower("new", "old");
  ASSERT_TRUE(follower) << follower.error().what;
  start("web.1", *follower);
  auto session = connect(*follower);
  ASSERT_TRUE(session);
  ASSERT_EQ(await_value(*session, "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'INSERT INTO ledger%'", "1"),
            "1");
  EXPECT_EQ(acknowledged(), 0U);
  ASSERT_TRUE(postgres_->promote("new"));
  EXPECT_TRUE(writes_more(5));
  stop("web.1");
  EXPECT_EQ(said("web.1"), "");
}

TEST_F(Writer, EndsAtOnceOnSigtermAlsoWhenAFenceHoldsItsRow) {
  auto fence = connect(old_);
  ASSERT_TRUE(fence);
  ASSERT_TRUE(fence->query("BEGIN; LOCK TABLE ledger IN SHARE MODE", 5s));
  start("web.1", old_);
  auto watch = connect(old_);  // the fence's own transaction would see the first reading again and again
  ASSERT_TRUE(watch);
  ASSERT_EQ(await_value(*watch, "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'", "1"), "1");
  stop("web.1");
  EXPECT_EQ(acknowledged(), 0U);
}

TEST_F(Writer, ASlowDynoGoesOnWritingForItsDrain) {
  start("web.1", old_, {{"DRAIN_MS", "150"}});
  ASSERT_TRUE(writes_more(5));
  const auto begun = std::chrono::steady_clock::now();
  dynos_->stop("web.1", 30s);
  EXPECT_TRUE(writes_more(5)) << "it writes although it was told to stop";
  EXPECT_EQ(dynos_->status("web.1").state, State::stopping);
  ASSERT_TRUE(ends("web.1"));
  EXPECT_GE(std::chrono::steady_clock::now() - begun, 150ms);
}

TEST_F(Writer, ComplainsOnceAboutAMissingTableAndNeverShowsTheUrl) {
  auto session = connect(old_);
  ASSERT_TRUE(session);
  ASSERT_TRUE(session->query("DROP TABLE ledger", 5s));
  start("web.1", old_);
  ASSERT_TRUE(eventually([&] { return said("web.1").find("CREATE TABLE") != std::string::npos; }));
  stop("web.1");
  start("web.2", old_, {{"WRITE_EVERY_MS", "often"}});
  start("web.3", old_, {{"DATABASE_URL", "postgres://app:very-secret@[oops/orders"}});
  ASSERT_TRUE(ends("web.2"));
  ASSERT_TRUE(ends("web.3"));
  EXPECT_EQ(dynos_->status("web.2").exit_code, 64);
  EXPECT_EQ(dynos_->status("web.3").exit_code, 1);
  EXPECT_THAT(said("web.3"), HasSubstr("URL cannot be read"));
  EXPECT_THAT(said("web.1") + said("web.2") + said("web.3"), Not(HasSubstr("secret")));
}

TEST_F(Writer, AsAWebProcessItWritesForEachPostAndTellsAfterwards) {
  const auto follower = postgres_->follower("new", "old");
  ASSERT_TRUE(follower) << follower.error().what;
  const emulator::Request get{"GET", "/", {}, {}};
  const auto serve = [&](const std::string& dyno, const Endpoint& database) {
    const int port = dynos_->reserve_port(dyno);
    dynos_->start(dyno, std::string("exec ") + WRITER + " --serve",
                  {{"DATABASE_URL", database_url(database).reveal()},
                   {"CHANGEOVER_LEDGER", ledger()},
                   {"DYNO", dyno},
                   {"PORT", std::to_string(port)}});
    EXPECT_TRUE(eventually([&] { return !ask_dyno(port, get, {}, -1).failure; }));
    return port;
  };
  const auto post = [](int port) { return ask_dyno(port, {"POST", "/", {}, {}}, {}, -1).response; };
  const int leading = serve("web.1", old_);
  for (int row = 1; row <= 3; ++row) {
    const Response written = post(leading);
    EXPECT_EQ(written.status, 200) << written.body;
    EXPECT_THAT(written.body, HasSubstr("\"n\":" + std::to_string(row)));
    EXPECT_EQ(acknowledged(), static_cast<std::size_t>(row)) << "in the ledger before the answer";
  }
  const Response who = ask_dyno(leading, get, {}, -1).response;
  EXPECT_THAT(who.body, HasSubstr("\"dyno\":\"web.1\""));
  EXPECT_THAT(who.body, HasSubstr("\"database\":\"127.0.0.1:" + std::to_string(old_.port) + "\""));
  EXPECT_EQ(ask_dyno(leading, {"PUT", "/", {}, {}}, {}, -1).response.status, 405);
  const Response refused = post(serve("web.2", *follower));
  EXPECT_EQ(refused.status, 503) << "read-only";
  EXPECT_THAT(refused.body, HasSubstr("refused"));
  EXPECT_EQ(acknowledged(), 3U);
  postgres_->engine().destroy("old");
  EXPECT_TRUE(eventually([&] { return post(leading).status == 503; }));
  stop("web.1");
  stop("web.2");
  EXPECT_THAT(who.body + refused.body + said("web.1"), Not(HasSubstr("secret")));
  dynos_->start("web.3", std::string("exec ") + WRITER + " --serve", {{"DATABASE_URL", "postgres://a"}});
  ASSERT_TRUE(ends("web.3"));
  EXPECT_EQ(dynos_->status("web.3").exit_code, 64) << "no PORT";
}

class LedgerFile : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = "/tmp/changeover-ledger-XXXXXX";
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  std::filesystem::path folder_;
};

TEST_F(LedgerFile, ReadsWhatItWrote) {
  auto ledger = Ledger::open(folder_ / "acks");
  ASSERT_TRUE(ledger);
  ASSERT_TRUE(ledger->append({"web.1-7-ab", 3, Microseconds{1'790'000'000'123'456us}, "127.0.0.1:5433"}));
  const auto lines = read_ledger(folder_ / "acks");
  ASSERT_TRUE(lines);
  ASSERT_EQ(lines->size(), 1U);
  EXPECT_EQ(lines->front().n, 3);
  EXPECT_EQ(lines->front().at.time_since_epoch().count(), 1'790'000'000'123'456);
  EXPECT_EQ(lines->front().host_port, "127.0.0.1:5433");
}

TEST_F(LedgerFile, ATornLineIsNoLine) {
  std::ofstream(folder_ / "acks") << "web.1 1 1790000000000000 127.0.0.1:5433\nweb.1 2 17900";
  const auto lines = read_ledger(folder_ / "acks");
  ASSERT_FALSE(lines);
  EXPECT_EQ(lines.error().code, ErrorCode::corrupt);
  EXPECT_THAT(lines.error().what, HasSubstr("acks:2"));
}

TEST(Verdict, TwoDatabasesWrittenAtOnceAreNoDowntime) {
  Verdict verdict;
  verdict.new_host = "127.0.0.1:2";
  verdict.last_old = Microseconds{2'000'500us};
  verdict.first_new = Microseconds{2'000'000us};
  EXPECT_THAT(to_text(verdict), HasSubstr("two databases took writes at once for 0.500 ms"));
  verdict.first_new = Microseconds{2'042'810us};
  EXPECT_THAT(to_text(verdict),
              HasSubstr("downtime 42.310 ms, from 1970-01-01T00:00:02.000500Z to 1970-01-01T00:00:02.042810Z"));
  EXPECT_THAT(to_json(verdict), HasSubstr("\"downtime_ms\":42.31,"));
}

}  // namespace
}  // namespace changeover::writer
