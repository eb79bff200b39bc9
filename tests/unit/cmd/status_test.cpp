// `changeover status`: the same facts, record and plan as an apply, told as where each migration stands.
#include "json/value.h"
#include "tests/support/schema_file.h"
#include "tests/unit/cmd/commands_fixture.h"

namespace changeover {
namespace {

using namespace std::chrono_literals;
using testing::CommandsTest;

struct StatusTest : CommandsTest {
  WallTime now() const { return script.observed.at; }
  RecordedMigration& record() {
    RecordedMigration& record = script.recorded.migrations.emplace_back();
    record.name = "orders";
    record.source = {"d-1", "looking-simply-2449"};
    record.source_app = {"a-1", "common-runtime-example"};
    record.target_app = {"a-2", "private-spaces-example"};
    record.copy = {"d-2", "orders-private"};
    return record;
  }
  /// A copy that follows, so many commits behind.
  void replicates(std::int64_t lag) {
    MigrationFacts& facts = script.observed.migrations.front();
    facts.copy = Addon{"d-2",
                       "orders-private",
                       "heroku-postgresql",
                       "heroku-postgresql:private-4",
                       "provisioned",
                       {"a-2", "private-spaces-example"},
                       Price{150'000, "month", false, false},
                       {}};
    Database database;
    database.addon_id = "d-2";
    database.status = "Available";
    database.following = true;
    database.leader = Reference{"d-1", "looking-simply-2449"};
    database.behind_by = lag;
    database.sampled_at = now() - 3s;
    facts.copy_database = database;
  }
  Attempt& open_attempt(RecordedMigration& record) {
    Attempt attempt;
    attempt.id = "attempt-1";
    attempt.started_at = now() - 100s;
    attempt.downtime_began = now() - 90s;
    attempt.max_downtime = 300s;
    return record.attempt.emplace(attempt);
  }
  /// The copy is the target's DATABASE, since a day ago.
  void goes_live() {
    replicates(0);
    MigrationFacts& facts = script.observed.migrations.front();
    facts.copy_database->following = false;
    facts.copy_database->leader.reset();
    const Attachment attached{
        "t-2", "DATABASE", "", {"a-2", "private-spaces-example"}, {"d-2", "orders-private"}, {"DATABASE_URL"}, {}};
    facts.copy_attachments = {attached};
    script.observed.attachments_by_app["private-spaces-example"] = {attached};
    environment.files["orders.yaml"].replace(environment.files["orders.yaml"].find("replicating"), 11, "live");
    RecordedMigration& live = record();
    live.live = true;
    live.live_since = now() - 24h;
  }
  std::string text() {
    out.str("");
    EXPECT_EQ(run(StatusCommand{"orders.yaml", false, {}}), ExitCode::done) << err.str();
    return out.str();
  }
  json::Value document() {
    out.str("");
    EXPECT_EQ(run(StatusCommand{"orders.yaml", true, {}}), ExitCode::done) << err.str();
    const auto value = json::parse(out.str());
    EXPECT_TRUE(value) << out.str();
    if (!value) return {};
    EXPECT_EQ(testing::violation_of("status.schema.json", *value), "") << out.str();
    return *value;
  }
  json::Value only() { return document()["migrations"].items().at(0); }
};

TEST_F(StatusTest, SaysWhatIsNextAndByWhichCommand) {
  EXPECT_EQ(text(),
            "orders: absent → replicating\n"
            "  the database has no copy of ours in the space\n"
            "  source    looking-simply-2449, standard-0, of common-runtime-example\n"
            "  cost      $50.00 a month now\n"
            "  next      create orders-private (private-4, $1,500.00 a month) as a follower of\n"
            "            looking-simply-2449 (the first of 3 actions)\n"
            "            changeover apply orders.yaml\n");
  EXPECT_TRUE(script.performed.empty());
  EXPECT_TRUE(script.recorded.migrations.empty());
}

TEST_F(StatusTest, ShowsLagWithItsAgeAndWhatBothCost) {
  replicates(12);
  const std::string shown = text();
  EXPECT_NE(shown.find("  lag       12 commits, sampled 3.0 s ago\n"), std::string::npos) << shown;
  EXPECT_NE(shown.find("  cost      $1,550.00 a month now\n"), std::string::npos) << shown;
  EXPECT_NE(shown.find("  next      set stage live in the spec, for the cutover\n"), std::string::npos) << shown;
  const json::Value status = only();
  EXPECT_EQ(status["lag_commits"].as_integer(-1), 12);
  EXPECT_EQ(status["cents_a_month"].as_integer(), 155'000);
  EXPECT_EQ(status["phase"].as_string(), "replicating");
  EXPECT_FALSE(status["next"].has("command"));
}

TEST_F(StatusTest, DowntimeIsSaidFirstWithTheCommandThatGoesOn) {
  replicates(0);
  open_attempt(record());
  const std::string shown = text();
  EXPECT_EQ(shown.rfind("IN DOWNTIME: orders: for 1 min 30 s, since ", 0), 0U) << shown;
  EXPECT_NE(shown.find("  go on with: changeover apply orders.yaml\n"), std::string::npos) << shown;
  const json::Value status = only();
  EXPECT_TRUE(status["in_downtime"].as_bool());
  EXPECT_EQ(status["downtime"]["running_ms"].as_integer(), 90'000);
  EXPECT_TRUE(status["downtime"].has("restore_by"));
  EXPECT_EQ(status["attempt"]["state"].as_string(), "open");
}

TEST_F(StatusTest, BehindTheUnfollowNoTimeToRestoreIsPromised) {
  replicates(0);
  open_attempt(record()).unfollow_sent = true;
  const json::Value status = only();
  EXPECT_FALSE(status["downtime"].has("restore_by"));
  EXPECT_NE(status["next"]["what"].as_string().find("the way is forward"), std::string::npos);
}

TEST_F(StatusTest, AnAttemptThatEndedIsNoDowntime) {
  replicates(0);
  Attempt& attempt = open_attempt(record());
  attempt.state = Attempt::State::aborted;
  attempt.downtime_ended = now() - 10s;
  attempt.abort_reason = "the dynos did not end";
  const std::string shown = text();
  EXPECT_EQ(shown.find("IN DOWNTIME"), std::string::npos) << shown;
  EXPECT_NE(shown.find("given up: the dynos did not end"), std::string::npos) << shown;
}

TEST_F(StatusTest, ABlockerIsWhatIsNext) {
  script.observed.migrations.front().source_database->fork_follow = "Unavailable";
  const json::Value status = only();
  ASSERT_FALSE(status["blockers"].items().empty());
  EXPECT_EQ(status["next"]["what"].as_string().rfind("blocked by follow-not-available: ", 0), 0U);
  EXPECT_EQ(status["next"]["command"].as_string(), "changeover plan orders.yaml");
}

TEST_F(StatusTest, OnlyAMigrationThatIsLiveHasAnOldDatabase) {
  replicates(0);
  record();
  EXPECT_FALSE(only().has("old_database"));
  EXPECT_EQ(script.writes_asked, 0);
}

TEST_F(StatusTest, WritesToTheParkedDatabaseAreSaidAndAreWhatIsNext) {
  goes_live();
  script.writes = {WritesSince::Verdict::none, "its newest transaction is that of the cutover"};
  EXPECT_NE(text().find("  parked    not written since the cutover: its newest transaction"), std::string::npos);
  script.writes = {WritesSince::Verdict::written, "transaction 812 is later than the marker"};
  const std::string shown = text();
  EXPECT_NE(shown.find("  parked    WRITTEN since the cutover"), std::string::npos) << shown;
  EXPECT_NE(shown.find("find who writes to looking-simply-2449"), std::string::npos) << shown;
  const json::Value status = only();
  EXPECT_EQ(status["old_database"]["writes"].as_string(), "written");
  EXPECT_EQ(status["old_database"]["why"].as_string(), "transaction 812 is later than the marker");
  script.writes = {};
  EXPECT_NE(text().find("not known whether it was written"), std::string::npos);
}

TEST_F(StatusTest, WithTheOldDatabaseGoneNobodyIsAsked) {
  goes_live();
  script.observed.migrations.front().source.reset();
  script.observed.migrations.front().source_database.reset();
  EXPECT_FALSE(only().has("old_database"));
  EXPECT_EQ(script.writes_asked, 0);
}

TEST_F(StatusTest, AfterTheCutoverItTellsTheAgeAndWhenTheOldDatabaseMayGo) {
  goes_live();
  const std::string shown = text();
  EXPECT_NE(shown.find(", 1 day; may be retired in 2 days\n"), std::string::npos) << shown;
  EXPECT_NE(shown.find("set stage retired in the spec"), std::string::npos) << shown;
  const json::Value status = only();
  EXPECT_EQ(status["phase"].as_string(), "live");
  EXPECT_EQ(status["live_for_seconds"].as_integer(), 86'400);
  EXPECT_TRUE(status.has("retire_from"));
  EXPECT_FALSE(status.has("lag_commits"));
}

TEST_F(StatusTest, NamesWhoHoldsTheLock) {
  script.holders["orders"] = {"lock-1", "dana", "build-7", 4242, "apply", now() - 60s, std::nullopt};
  EXPECT_NE(text().find("  locked by dana on build-7 (process 4242, `apply`), since "), std::string::npos);
  EXPECT_EQ(only()["lock"]["id"].as_string(), "lock-1");
}

TEST_F(StatusTest, LocksThatCanNotBeReadAreSaidToBeUnknown) {
  script.holders_fail = Error{ErrorCode::unauthorized, "reading the folder: not allowed", "", {}};
  EXPECT_NE(text().find("who holds a lock is not known: reading the folder: not allowed"), std::string::npos);
  EXPECT_EQ(document()["locks_problem"].as_string(), "reading the folder: not allowed");
}

TEST_F(StatusTest, AnErrorIsOneDocumentToo) {
  script.observe_fails = Error{ErrorCode::unauthorized, "Heroku refused the token", "set HEROKU_API_KEY", {}};
  EXPECT_EQ(run(StatusCommand{"orders.yaml", true, {}}), ExitCode::error);
  EXPECT_EQ((*json::parse(out.str()))["error"]["code"].as_string(), "unauthorized");
}

}  // namespace
}  // namespace changeover
