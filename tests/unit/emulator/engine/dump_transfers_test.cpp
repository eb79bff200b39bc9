// Logical copies between real servers: what a dump holds, what is in the way, and what is left when one ends early.
#include "emulator/engine/dump_transfers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>

#include "tests/support/postgres.h"
#include "tests/support/temporary_folder.h"

namespace changeover::emulator {
namespace {

using namespace std::chrono_literals;
using ::testing::Contains;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::Not;
using State = TransferStatus::State;
using changeover::testing::connect;
using changeover::testing::database_url;
using changeover::testing::TestPostgres;

class Dumps : public ::testing::Test {
 protected:
  void SetUp() override {
    auto started = TestPostgres::start();
    ASSERT_TRUE(started) << started.error().what;
    postgres_ = std::move(*started);
    transfers_ = std::make_unique<DumpTransfers>(postgres_->keeper(), clock_, folder_.path() + "/backups");
  }
  Endpoint leader(const std::string& id, const std::string& seed = "") {
    auto made = postgres_->leader(id, seed);
    EXPECT_TRUE(made) << made.error().what;
    return made.value_or(Endpoint{});
  }
  static TransferEnd end(const Endpoint& endpoint) { return {"", database_url(endpoint)}; }
  TransferStatus done(const std::string& id, const TransferOrder& order) {
    transfers_->start(id, order);
    return transfers_->await_end(id);
  }
  static std::string value(const Endpoint& endpoint, const std::string& sql) {
    auto session = connect(endpoint);
    if (!session) return session.error().what;
    const auto rows = session->query(sql, 10s);
    if (!rows) return rows.error().what;
    return rows->empty() ? "(no row)" : rows->front().front();
  }
  static std::string text(const TransferStatus& status) {
    std::string all;
    for (const auto& line : status.log) all += line.text + "\n";
    return all;
  }

  testing::TemporaryFolder folder_;
  SystemClock clock_;
  std::unique_ptr<TestPostgres> postgres_;
  std::unique_ptr<DumpTransfers> transfers_;
};

constexpr const char* items = "CREATE TABLE items(id int); INSERT INTO items SELECT generate_series(1, 1000)";

TEST_F(Dumps, ADumpIsAFileThatBringsTheDataBack) {
  const Endpoint source = leader("old", items);
  const TransferStatus dumped = done("b1", {end(source), std::nullopt, "", {}});
  ASSERT_EQ(dumped.state, State::succeeded) << text(dumped);
  EXPECT_EQ(std::filesystem::file_size(dumped.file), static_cast<std::size_t>(dumped.processed_bytes));
  EXPECT_THAT(text(dumped), HasSubstr("items"));
  EXPECT_THAT(text(dumped), Not(HasSubstr(source.password.reveal())));

  const Endpoint target = leader("new", "CREATE SCHEMA other CREATE TABLE rest(id int); CREATE TABLE items(x text)");
  const TransferStatus restored = done("r1", {std::nullopt, end(target), "b1", {"hstore", "more.pg_trgm"}});
  ASSERT_EQ(restored.state, State::succeeded) << text(restored);
  EXPECT_EQ(restored.warnings, 0) << text(restored);
  EXPECT_EQ(restored.processed_bytes, dumped.processed_bytes);
  EXPECT_EQ(restored.file, "");
  EXPECT_EQ(value(target, "SELECT count(id) FROM items"), "1000");
  EXPECT_EQ(value(target, "SELECT count(*) FROM pg_namespace WHERE nspname = 'other'"), "0") << "erased first";
  EXPECT_EQ(value(target, "SELECT count(*) FROM pg_extension WHERE extname IN ('hstore', 'pg_trgm')"), "2");
  // What was restored is as good as the original.
  EXPECT_EQ(done("b2", {end(target), std::nullopt, "", {}}).state, State::succeeded);
  EXPECT_EQ(done("r2", {std::nullopt, end(source), "b2", {}}).warnings, 0);
  EXPECT_EQ(value(source, "SELECT count(*) FROM items"), "1000");
}

TEST_F(Dumps, ACopyKeepsNoFile) {
  const Endpoint source = leader("old", items);
  const Endpoint target = leader("new");
  const TransferStatus copied = done("c1", {end(source), end(target), "", {}});
  ASSERT_EQ(copied.state, State::succeeded) << text(copied);
  EXPECT_GT(copied.processed_bytes, 1000);
  EXPECT_EQ(copied.file, "");
  EXPECT_TRUE(std::filesystem::is_empty(folder_.path() + "/backups"));
  EXPECT_EQ(value(target, "SELECT count(*) FROM items"), "1000");
}

TEST_F(Dumps, AFailureSaysWhy) {
  Endpoint source = leader("old", items);
  source.password = Secret("not-the-word");
  const TransferStatus failed = done("b1", {end(source), std::nullopt, "", {}});
  EXPECT_EQ(failed.state, State::failed);
  EXPECT_THAT(text(failed), HasSubstr("password authentication failed"));
  EXPECT_THAT(text(failed), Not(HasSubstr("not-the-word")));
  EXPECT_TRUE(std::filesystem::is_empty(folder_.path() + "/backups"));
  EXPECT_EQ(done("r1", {std::nullopt, end(source), "b1", {}}).state, State::failed) << "there is no such dump";
  EXPECT_EQ(transfers_->status("nobody").state, State::failed);
}

TEST_F(Dumps, WhatCannotBeRestoredIsAWarning) {
  const Endpoint source = leader("old", "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'");
  ASSERT_EQ(done("b1", {end(source), std::nullopt, "", {}}).state, State::succeeded);
  const Endpoint target = leader("new");
  // The target's owner may not make anything of this language.
  auto superuser = SqlSession::open({{"host", (postgres_->keeper().folder() / "db2").string()},
                                     {"port", std::to_string(target.port)},
                                     {"user", "postgres"},
                                     {"dbname", target.database}},
                                    Secret(), 10s);
  ASSERT_TRUE(superuser) << superuser.error().what;
  ASSERT_TRUE(superuser->query("REVOKE USAGE ON LANGUAGE sql FROM PUBLIC", 10s));
  const TransferStatus restored = done("r1", {std::nullopt, end(target), "b1", {}});
  EXPECT_EQ(restored.state, State::succeeded) << text(restored);
  EXPECT_EQ(restored.warnings, 1) << text(restored);
  EXPECT_THAT(text(restored), HasSubstr("permission denied for language"));
}

TEST_F(Dumps, CancelEndsTheProgramAndLeavesNoFile) {
  const Endpoint source = leader("old", items);
  auto holder = connect(source);
  ASSERT_TRUE(holder);
  ASSERT_TRUE(holder->query("BEGIN; LOCK TABLE items IN ACCESS EXCLUSIVE MODE", 10s));
  transfers_->start("b1", {end(source), std::nullopt, "", {}});
  auto watcher = connect(source);
  ASSERT_TRUE(watcher);
  EXPECT_EQ(testing::await_value(*watcher, "SELECT count(*) FROM pg_locks WHERE NOT granted", "1"), "1");
  EXPECT_EQ(transfers_->status("b1").state, State::running);
  transfers_->cancel("b1");
  EXPECT_EQ(transfers_->await_end("b1").state, State::cancelled);
  EXPECT_TRUE(std::filesystem::is_empty(folder_.path() + "/backups"));
}

TEST_F(Dumps, EndsWhatRunsWithItself) {
  const Endpoint source = leader("old", items);
  auto holder = connect(source);
  ASSERT_TRUE(holder);
  ASSERT_TRUE(holder->query("BEGIN; LOCK TABLE items IN ACCESS EXCLUSIVE MODE", 10s));
  transfers_->start("b1", {end(source), std::nullopt, "", {}});
  transfers_.reset();
  EXPECT_EQ(
      testing::await_value(*holder, "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'pg_dump'", "0"),
      "0");
}

TEST_F(Dumps, ARemovedDumpIsGone) {
  const Endpoint source = leader("old", items);
  const TransferStatus dumped = done("b1", {end(source), std::nullopt, "", {}});
  ASSERT_EQ(dumped.state, State::succeeded);
  transfers_->remove("b1");
  EXPECT_FALSE(std::filesystem::exists(dumped.file));
  EXPECT_EQ(transfers_->status("b1").state, State::failed);
}

}  // namespace
}  // namespace changeover::emulator
