#include "executor/state/record_file.h"

#include <gtest/gtest.h>

#include <array>

#include "core/text.h"
#include "tests/support/sample_record.h"

namespace changeover {
namespace {

using namespace std::chrono_literals;
using testing::full_record;
using testing::time_at;

std::string replaced(std::string text, std::string_view what, std::string_view with) {
  const std::size_t at = text.find(what);
  EXPECT_NE(at, std::string::npos) << what;
  return text.replace(at, what.size(), with);
}

TEST(RecordFile, KeepsEveryFieldOfAMigration) {
  const Result<Recorded> read = read_record(record_text(full_record()), "the state");
  ASSERT_TRUE(read) << read.error().what;
  EXPECT_EQ(read->lineage, "4f0e1a52-0000-4000-8000-000000000001");
  EXPECT_EQ(read->serial, 7);
  ASSERT_EQ(read->migrations.size(), 2U);
  const RecordedMigration& orders = read->migrations[1];
  EXPECT_EQ(orders.name, "orders");
  EXPECT_EQ(orders.source, (Reference{"source-id", "looking-simply-2449"}));
  EXPECT_EQ(orders.source_app, (Reference{"source-app-id", "common-runtime-example"}));
  EXPECT_EQ(orders.target_app, (Reference{"target-app-id", "private-spaces-example"}));
  EXPECT_EQ(orders.copy, (Reference{"copy-id", "orders-private"}));
  EXPECT_EQ(orders.create_intent, "orders-private");
  EXPECT_TRUE(orders.live);
  EXPECT_EQ(orders.live_since, time_at("2026-11-22T10:05:00.125Z"));
  EXPECT_EQ(orders.started_plan, "plan-c");
  EXPECT_EQ(orders.spent_plans, (std::vector<std::string>{"plan-a", "plan-b"}));
  ASSERT_EQ(orders.history.size(), 2U);
  EXPECT_EQ(orders.history[0].at, time_at("2026-11-20T10:00:00Z"));
  EXPECT_EQ(orders.history[0].outcome, "prepared");
  EXPECT_FALSE(orders.history[0].downtime);
  EXPECT_FALSE(orders.history[0].downtime_own);
  EXPECT_EQ(orders.history[1].downtime, 4200ms);
  EXPECT_EQ(orders.history[1].downtime_own, 37ms);
  EXPECT_EQ(orders.history[1].began, time_at("2026-11-22T10:00:00Z"));
  EXPECT_EQ(orders.history[1].requests, 31);
  EXPECT_EQ(orders.history[1].polls, 54);
  EXPECT_FALSE(orders.history[0].requests);
  EXPECT_EQ(orders.history[1].downtime_expected, (TimeRange{3s, 200s}));
  EXPECT_EQ(orders.history[1].preparation, 9min);
  EXPECT_EQ(orders.history[1].preparation_expected, (TimeRange{10min, 40min}));
  EXPECT_EQ(orders.history[1].bytes, 12'000'000'000);
  EXPECT_FALSE(orders.history[0].downtime_expected);
  EXPECT_FALSE(orders.history[0].preparation);
}

TEST(RecordFile, KeepsEveryFieldOfAnAttempt) {
  const Result<Recorded> read = read_record(record_text(full_record()), "the state");
  ASSERT_TRUE(read) << read.error().what;
  ASSERT_TRUE(read->migrations[1].attempt);
  const Attempt& attempt = *read->migrations[1].attempt;
  const Attempt written = testing::full_attempt();
  EXPECT_EQ(attempt.id, written.id);
  EXPECT_EQ(attempt.state, Attempt::State::aborting);
  EXPECT_EQ(attempt.started_at, written.started_at);
  EXPECT_EQ(attempt.plan_id, "plan-b");
  EXPECT_EQ(attempt.baseline, written.baseline);
  EXPECT_EQ(attempt.baseline.at(0).formation.at(1), (Process{"worker", 2, "standard-2x"}));
  EXPECT_EQ(attempt.downtime_began, time_at("2026-11-22T10:00:01.250Z"));
  EXPECT_EQ(attempt.downtime_ended, time_at("2026-11-22T10:00:05Z"));
  EXPECT_EQ(attempt.max_downtime, 180s);
  ASSERT_TRUE(attempt.certificate);
  EXPECT_EQ(*attempt.certificate, *written.certificate);
  EXPECT_TRUE(attempt.unfollow_sent);
  EXPECT_TRUE(attempt.late_write_checked);
  EXPECT_TRUE(attempt.past_point_of_no_return);
  EXPECT_TRUE(attempt.copy_opened);
  EXPECT_EQ(attempt.abort_reason, "the \"copy\" stalled\nfor good");
  EXPECT_EQ(attempt.downtime_expected, (TimeRange{3s, 200s}));
}

/// As it was written before anything was predicted.
TEST(RecordFile, ReadsAHistoryWithoutPredictions) {
  Recorded older = full_record();
  older.migrations[0].attempt->downtime_expected.reset();
  RunRecord& run = older.migrations[0].history[1];
  run.downtime_expected.reset();
  run.preparation.reset();
  run.preparation_expected.reset();
  run.bytes.reset();
  const std::string text = record_text(older);
  for (const char* member : {"expected", "preparation", "bytes"})
    EXPECT_EQ(text.find(member), std::string::npos) << member;
  const Result<Recorded> read = read_record(text, "the state");
  ASSERT_TRUE(read) << read.error().what;
  EXPECT_EQ(read->migrations[1].history[1].downtime, 4200ms);
  EXPECT_FALSE(read->migrations[1].history[1].downtime_expected);
}

TEST(RecordFile, BeforeItToldWhetherTheCopyWasOpenedTheTurnCounts) {
  Recorded recorded = full_record();
  recorded.migrations[0].attempt->copy_opened = false;
  const std::string told = record_text(recorded);
  EXPECT_FALSE(read_record(told, "the state")->migrations[1].attempt->copy_opened);
  const std::string untold = replaced(told, "\"copy_opened\": false,", "");
  EXPECT_TRUE(read_record(untold, "the state")->migrations[1].attempt->copy_opened);
}

TEST(RecordFile, KeepsEachStateOfAnAttempt) {
  for (const auto state :
       {Attempt::State::open, Attempt::State::aborting, Attempt::State::aborted, Attempt::State::finished}) {
    Recorded recorded = full_record();
    recorded.migrations[0].attempt->state = state;
    const Result<Recorded> read = read_record(record_text(recorded), "the state");
    ASSERT_TRUE(read) << read.error().what;
    EXPECT_EQ(read->migrations[1].attempt->state, state);
  }
}

TEST(RecordFile, LeavesOutWhatIsNotSet) {
  const Result<Recorded> read = read_record(record_text(full_record()), "the state");
  ASSERT_TRUE(read) << read.error().what;
  EXPECT_EQ(read->migrations[0].name, "accounts");
  EXPECT_FALSE(read->migrations[0].attempt);
  EXPECT_FALSE(read->migrations[0].live);
  EXPECT_FALSE(read->migrations[0].live_since);
}

TEST(RecordFile, IsTheSameBytesAfterARoundTrip) {
  const std::string text = record_text(full_record());
  const Result<Recorded> read = read_record(text, "the state");
  ASSERT_TRUE(read) << read.error().what;
  EXPECT_EQ(record_text(*read), text);
  EXPECT_TRUE(text.ends_with("}\n"));
}

TEST(RecordFile, IgnoresMembersItDoesNotKnow) {
  const std::string text = replaced(record_text(full_record()), "\"serial\": 7", "\"serial\": 7, \"colour\": \"red\"");
  const Result<Recorded> read = read_record(text, "the state");
  ASSERT_TRUE(read) << read.error().what;
  EXPECT_EQ(record_text(*read), record_text(full_record()));
}

TEST(RecordFile, RefusesANewerFormatInWords) {
  const std::string text = replaced(record_text(full_record()), "\"format_version\": 1", "\"format_version\": 2");
  const Result<Recorded> read = read_record(text, "the state in local file x.json");
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, ErrorCode::corrupt);
  EXPECT_EQ(
      read.error().what,
      "the state in local file x.json was written by a newer changeover (format version 2, this one reads up to 1)");
}

TEST(RecordFile, NamesThePlaceOfWhatIsWrong) {
  const std::string text = record_text(full_record());
  const auto problem = [](const std::string& broken) {
    const Result<Recorded> read = read_record(broken, "the state");
    return read ? std::string("read") : read.error().what;
  };
  EXPECT_EQ(problem(""), "the state cannot be understood: it is empty");
  EXPECT_EQ(problem("[]"), "the state cannot be understood: `format_version` is missing or no version");
  EXPECT_NE(problem(text.substr(0, text.size() / 2)).find("not JSON at line"), std::string::npos);
  EXPECT_EQ(problem(replaced(text, "\"state\": \"aborting\"", "\"state\": \"resting\"")),
            "the state cannot be understood: `migrations[1].attempt.state` holds the unknown word `resting`");
  EXPECT_EQ(
      problem(replaced(text, "\"transaction\": 4294967297", "\"transaction\": \"many\"")),
      "the state cannot be understood: `migrations[1].attempt.certificate.transaction` is missing or no whole number");
  EXPECT_EQ(problem(replaced(text, "\"2026-11-22T10:00:05Z\"", "\"yesterday\"")),
            "the state cannot be understood: `migrations[1].attempt.downtime_ended` is no RFC 3339 time");
  EXPECT_EQ(problem(replaced(text, "\"name\": \"orders\"", "\"name\": \"accounts\"")),
            "the state cannot be understood: `migrations` are not in the order of their names, or one is there twice");
  EXPECT_EQ(problem(replaced(text, "\"serial\": 7", "\"serial\": 0")),
            "the state cannot be understood: `lineage` or `serial` is not set");
}

TEST(RecordFile, UpgradesStepByStep) {
  const std::array<RecordUpgrade, 2> upgrades{[](json::Value& document) -> Result<void> {
                                                document.set("path", document["path"].as_string() + " 1-2");
                                                return {};
                                              },
                                              [](json::Value& document) -> Result<void> {
                                                document.set("path", document["path"].as_string() + " 2-3");
                                                return {};
                                              }};
  json::Value old = json::Value::object();
  old.set("format_version", 1).set("path", "began");
  const Result<json::Value> from_one = upgrade_record(old, upgrades, "the state");
  ASSERT_TRUE(from_one);
  EXPECT_EQ(from_one->dump(), R"({"format_version":3,"path":"began 1-2 2-3"})");
  old.set("format_version", 2);
  EXPECT_EQ((*upgrade_record(old, upgrades, "the state"))["path"].as_string(), "began 2-3");
  old.set("format_version", 4);
  EXPECT_FALSE(upgrade_record(old, upgrades, "the state"));
}

TEST(RecordFile, PutsAMigrationInItsPlace) {
  Recorded recorded;
  for (const char* name : {"b", "c", "a"}) {
    RecordedMigration migration;
    migration.name = name;
    put_migration(recorded, migration);
  }
  RecordedMigration changed;
  changed.name = "b";
  changed.live = true;
  put_migration(recorded, changed);
  ASSERT_EQ(recorded.migrations.size(), 3U);
  EXPECT_EQ(recorded.migrations[0].name, "a");
  EXPECT_EQ(recorded.migrations[2].name, "c");
  EXPECT_TRUE(recorded.migrations[1].live);
}

}  // namespace
}  // namespace changeover
