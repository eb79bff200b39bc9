#include "tests/unit/emulator/model_harness.h"

namespace changeover::testing {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

const std::string old_db = "/client/v11/databases/old-db";
const std::string transfers = "/client/v11/apps/orders/transfers";

/// Another database on `orders`, to restore into.
const std::string two_databases = std::string(small_world) + "  spare: {app: orders, plan: standard-0, as: SPARE}\n";

std::string url_of(Harness& heroku, const std::string& name) {
  return heroku.get("/apps/orders/config-vars").body[name + "_URL"].as_string();
}

TEST(EmulatorTransfers, ABackupHasProgressAndAnEnd) {
  Harness heroku;
  heroku.advance(seconds(1));
  heroku.transfers.duration = seconds(20);
  const Answer made = heroku.call("POST", old_db + "/backups");
  EXPECT_EQ(made.status, 201);
  EXPECT_EQ(made.body["num"].as_integer(), 1);
  EXPECT_EQ(made.body["from_name"].as_string(), "DATABASE");
  EXPECT_EQ(made.body["from_type"].as_string() + " " + made.body["to_type"].as_string(), "pg_dump gof3r");
  EXPECT_THAT(made.body["created_at"].as_string(), EndsWith(" +0000"));
  EXPECT_EQ(made.body["source_bytes"].as_integer(), 8'000'000);
  EXPECT_TRUE(made.body["started_at"].is_null());
  EXPECT_FALSE(made.body.has("schedule")) << "the CLI names it b001";
  const std::string path = transfers + "/" + made.body["uuid"].as_string();
  heroku.advance(seconds(15));
  const json::Value running = heroku.get(path).body;
  EXPECT_FALSE(running["started_at"].is_null());
  EXPECT_EQ(running["processed_bytes"].as_integer(), 750'000);
  EXPECT_TRUE(running["finished_at"].is_null());
  EXPECT_TRUE(running["succeeded"].is_null());
  EXPECT_FALSE(running.has("logs"));
  heroku.advance(seconds(5));
  const json::Value done = heroku.get(transfers + "/1?verbose=true").body;
  EXPECT_TRUE(done["succeeded"].as_bool());
  EXPECT_FALSE(done["finished_at"].is_null());
  EXPECT_EQ(done["logs"].items().back()["message"].as_string(), "done");
  EXPECT_EQ(heroku.transfers.order(done["uuid"].as_string())->from->url, Secret(url_of(heroku, "DATABASE")));
  EXPECT_FALSE(heroku.model.moving());
}

TEST(EmulatorTransfers, ABackupTakesAsLongAsTheWorldSays) {
  Harness heroku;
  const std::string path = transfers + "/" + heroku.call("POST", old_db + "/backups").body["uuid"].as_string();
  heroku.advance(milliseconds(9'999));
  EXPECT_TRUE(heroku.get(path).body["finished_at"].is_null());
  heroku.advance(milliseconds(1));
  EXPECT_TRUE(heroku.get(path).body["succeeded"].as_bool());
}

TEST(EmulatorTransfers, AFailureIsShown) {
  Harness heroku;
  heroku.transfers.fail("pg_dump: error: out of paper");
  heroku.call("POST", old_db + "/backups");
  heroku.advance(seconds(10));
  const json::Value failed = heroku.get(transfers + "/1?verbose=true").body;
  EXPECT_FALSE(failed["finished_at"].is_null());
  EXPECT_FALSE(failed["succeeded"].as_bool(true));
  EXPECT_EQ(failed["logs"].items().back()["message"].as_string(), "pg_dump: error: out of paper");
  EXPECT_EQ(heroku.call("POST", transfers + "/1/actions/public-url").status, 422);
}

TEST(EmulatorTransfers, CancelEndsARunningOne) {
  Harness heroku;
  heroku.transfers.duration = hours(1);
  heroku.call("POST", old_db + "/backups");
  heroku.advance(seconds(3));
  const Answer cancelled = heroku.call("POST", transfers + "/1/actions/cancel");
  EXPECT_EQ(cancelled.status, 201);
  EXPECT_FALSE(cancelled.body["canceled_at"].is_null());
  heroku.advance(seconds(1));
  const json::Value over = heroku.get(transfers + "/1").body;
  EXPECT_FALSE(over["finished_at"].is_null());
  EXPECT_FALSE(over["succeeded"].as_bool(true));
  EXPECT_EQ(heroku.call("POST", transfers + "/1/actions/cancel").status, 422);
  EXPECT_EQ(heroku.call("POST", transfers + "/9/actions/cancel").status, 404);
}

TEST(EmulatorTransfers, NumbersAreNotUsedAgain) {
  Harness heroku;
  heroku.call("POST", old_db + "/backups");
  EXPECT_EQ(heroku.call("DELETE", transfers + "/1").status, 200);
  EXPECT_EQ(heroku.transfers.size(), 0U);
  EXPECT_EQ(heroku.get(transfers + "/1").status, 404);
  EXPECT_EQ(heroku.call("POST", old_db + "/backups").body["num"].as_integer(), 2);
  EXPECT_EQ(heroku.get(transfers).body.items().size(), 1U);
  EXPECT_EQ(heroku.get(old_db + "/transfers").body.items().size(), 1U);
}

TEST(EmulatorTransfers, APublicUrlOpensTheDumpForAnHour) {
  Harness heroku;
  heroku.transfers.folder = "/dumps";
  heroku.call("POST", old_db + "/backups", {}, {{"host", "localhost:4567"}});
  heroku.advance(seconds(10));
  const Answer made = heroku.call("POST", transfers + "/1/actions/public-url", {}, {{"host", "localhost:4567"}});
  EXPECT_EQ(made.status, 200);
  EXPECT_FALSE(made.body["expires_at"].as_string().empty());
  const std::string url = made.body["url"].as_string();
  ASSERT_THAT(url, StartsWith("http://localhost:4567/_dumps/"));
  const std::string target = url.substr(std::string("http://localhost:4567").size());
  const emulator::Response dump = heroku.model.handle({"GET", target, {}, {}});
  EXPECT_EQ(dump.status, 200);
  EXPECT_THAT(dump.file, StartsWith("/dumps/"));
  EXPECT_EQ(heroku.model.handle({"GET", target.substr(0, target.find('?')), {}, {}}).status, 403);
  EXPECT_EQ(heroku.model.handle({"GET", target + "x", {}, {}}).status, 403);
  EXPECT_EQ(heroku.model.handle({"GET", "/_dumps/nothing.dump", {}, {}}).status, 404);
  EXPECT_EQ(dump.body, "");
  heroku.advance(hours(1));
  EXPECT_EQ(heroku.model.handle({"GET", target, {}, {}}).status, 403);
}

TEST(EmulatorTransfers, ARestoreTakesItsOwnBackups) {
  Harness heroku(two_databases);
  heroku.advance(seconds(1));
  heroku.call("POST", old_db + "/backups");
  heroku.advance(seconds(10));
  const json::Value backup = heroku.get(transfers + "/1").body;
  const auto restore = [&](const std::string& database, const std::string& url) {
    return heroku.call("POST", "/client/v11/databases/" + database + "/restores",
                       R"({"backup_url":")" + url + R"(","extensions":["hstore"]})");
  };
  const Answer made = restore("spare", backup["to_url"].as_string());
  EXPECT_EQ(made.status, 201) << made.text;
  EXPECT_EQ(made.body["num"].as_integer(), 2);
  EXPECT_EQ(made.body["from_type"].as_string() + " " + made.body["to_type"].as_string(), "gof3r pg_restore");
  EXPECT_EQ(made.body["to_name"].as_string(), "SPARE");
  const emulator::TransferOrder* order = heroku.transfers.order(made.body["uuid"].as_string());
  EXPECT_EQ(order->source, backup["uuid"].as_string());
  EXPECT_EQ(order->to->database, heroku.id_of("spare"));
  EXPECT_THAT(order->extensions, ElementsAre("hstore"));
  heroku.advance(seconds(1));
  EXPECT_TRUE(heroku.get(transfers + "/2").body["succeeded"].as_bool());

  const std::string published = heroku.call("POST", transfers + "/1/actions/public-url").body["url"].as_string();
  EXPECT_EQ(restore("spare", published).status, 201);
  EXPECT_EQ(restore("spare", "https://example.com/other.dump").status, 422);
  heroku.create_follower();
  heroku.advance(seconds(70));
  EXPECT_EQ(restore("orders-private", published).status, 422) << "a follower takes no writes";
}

TEST(EmulatorTransfers, ACopyGoesFromOneDatabaseToAnother) {
  Harness heroku(two_databases);
  heroku.advance(seconds(1));
  const std::string from = url_of(heroku, "DATABASE");
  const auto copy = [&](const std::string& from_url, const std::string& to_url) {
    return heroku.call(
        "POST", old_db + "/transfers",
        R"({"from_name":"DATABASE","from_url":")" + from_url + R"(","to_name":"SPARE","to_url":")" + to_url + R"("})");
  };
  const Answer made = copy(from, url_of(heroku, "SPARE"));
  EXPECT_EQ(made.status, 201) << made.text;
  EXPECT_EQ(made.body["from_type"].as_string() + " " + made.body["to_type"].as_string(), "pg_dump pg_restore");
  const emulator::TransferOrder* order = heroku.transfers.order(made.body["uuid"].as_string());
  EXPECT_EQ(order->from->database, heroku.id_of("old-db"));
  EXPECT_EQ(order->to->database, heroku.id_of("spare"));
  heroku.advance(seconds(1));
  EXPECT_TRUE(heroku.get(transfers + "/1").body["succeeded"].as_bool());
  EXPECT_EQ(copy(from, from).status, 422);
  EXPECT_EQ(copy("postgres://u:p@elsewhere:5432/d", "postgres://u:p@elsewhere:5432/e").status, 422);
  EXPECT_EQ(copy(from, "").status, 422);
  EXPECT_EQ(copy(from, "postgres://u:p@elsewhere:5432/d").status, 201) << "one end may be anywhere";
}

TEST(EmulatorTransfers, ListsOutliveTheDatabase) {
  Harness heroku(two_databases);
  heroku.call("POST", old_db + "/backups");
  heroku.advance(seconds(10));
  heroku.call("DELETE", "/apps/orders/addons/old-db");
  heroku.advance(seconds(10));
  ASSERT_EQ(heroku.get(transfers).body.items().size(), 1U);
  const std::string url = heroku.get(transfers + "/1").body["to_url"].as_string();
  EXPECT_EQ(heroku.call("POST", "/client/v11/databases/spare/restores", R"({"backup_url":")" + url + R"("})").status,
            201);
}

TEST(EmulatorTransfers, OldManualBackupsMakeRoom) {
  Harness heroku(std::string(small_world) + "  tiny: {app: orders, plan: essential-0, as: TINY}\n");
  for (int i = 0; i < 3; ++i) {
    heroku.call("POST", "/client/v11/databases/tiny/backups");
    heroku.advance(seconds(10));
  }
  EXPECT_THAT(heroku.get(transfers).all("num"), ElementsAre("2", "3"));
  EXPECT_EQ(heroku.transfers.size(), 2U);
}

TEST(EmulatorSchedules, RunAtTheirHour) {
  Harness heroku;
  heroku.advance(seconds(1));
  // The virtual clock starts on 2026-09-21 at 14:13:20 UTC; Paris is two hours ahead then.
  const std::string path = old_db + "/transfer-schedules";
  const Answer made =
      heroku.call("POST", path, R"({"hour":"3","timezone":"Europe/Paris","schedule_name":"DATABASE_URL"})");
  EXPECT_EQ(made.status, 201) << made.text;
  EXPECT_EQ(made.body["hour"].as_integer(), 3);
  EXPECT_EQ(made.body["days"].items().size(), 7U);
  EXPECT_EQ(made.body["retain_weeks"].as_integer(), 4);
  EXPECT_THAT(heroku.get(path).all("name"), ElementsAre("DATABASE_URL"));
  heroku.advance(hours(10));
  EXPECT_THAT(heroku.get(transfers).body.items(), IsEmpty());
  heroku.advance(hours(1));
  ASSERT_EQ(heroku.get(transfers).body.items().size(), 1U);
  const json::Value backup = heroku.get(transfers + "/1").body;
  EXPECT_THAT(backup["created_at"].as_string(), StartsWith("2026-09-22 01:00:00"));
  EXPECT_EQ(backup["schedule"]["uuid"].as_string(), made.body["uuid"].as_string()) << "the CLI names it a001";
  heroku.advance(hours(24));
  EXPECT_EQ(heroku.get(transfers).body.items().size(), 2U);
  // Another one takes its place, and none is left when that is gone.
  const std::string second = heroku.call("POST", path, R"({"hour":4})").body["uuid"].as_string();
  EXPECT_THAT(heroku.get(path).all("timezone"), ElementsAre("UTC"));
  EXPECT_EQ(heroku.call("DELETE", path + "/" + made.body["uuid"].as_string()).status, 404);
  EXPECT_EQ(heroku.call("DELETE", path + "/" + second).status, 200);
  heroku.advance(hours(72));
  EXPECT_EQ(heroku.get(transfers).body.items().size(), 2U);
}

TEST(EmulatorSchedules, KeepAWeekOfDaysAndThenWeeks) {
  Harness heroku;
  heroku.advance(seconds(1));
  heroku.call("POST", old_db + "/transfer-schedules", R"({"hour":0})");
  heroku.advance(hours(24 * 60));
  EXPECT_EQ(heroku.get(transfers).body.items().size(), 7U + 3U);
  heroku.advance(hours(24 * 3));
  EXPECT_EQ(heroku.get(transfers).body.items().size(), 7U + 3U);
}

TEST(EmulatorSchedules, GoWithTheirDatabase) {
  Harness heroku;
  heroku.advance(seconds(1));
  heroku.call("POST", old_db + "/transfer-schedules", R"({"hour":0})");
  heroku.call("DELETE", "/apps/orders/addons/old-db");
  heroku.advance(hours(48));
  EXPECT_THAT(heroku.get(transfers).body.items(), IsEmpty());
  EXPECT_EQ(heroku.model.next_due(), std::nullopt);
}

TEST(EmulatorSchedules, HoursAndZonesAreChecked) {
  Harness heroku;
  for (const char* body : {R"({"hour":24})", R"({"hour":"3am"})", R"({"hour":-1})", "{}",
                           R"({"hour":1,"timezone":"Mars/Olympus"})", R"({"hour":1,"timezone":"../../etc/passwd"})"})
    EXPECT_EQ(heroku.call("POST", old_db + "/transfer-schedules", body).status, 422) << body;
}

}  // namespace
}  // namespace changeover::testing
