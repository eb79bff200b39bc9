#include "core/text.h"
#include "emulator/model/maintenance_window.h"
#include "tests/unit/emulator/model_harness.h"

namespace changeover::testing {
namespace {

using emulator::MaintenanceWindow;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

const std::string v1 = "/data/maintenances/v1/old-db";
const std::string base = "/client/v11/databases/old-db";

/// old-db with more said of it.
std::string with(const std::string& more) {
  return std::string(small_world).replace(small_world.rfind('}'), 1, ", " + more + "}");
}

TEST(MaintenanceWindows, AreReadAndSaid) {
  const auto said = [](const char* day, const char* time) {
    const auto window = MaintenanceWindow::parse(day, time);
    return window ? window->text() : std::string("none");
  };
  EXPECT_EQ(said("sunday", "13:30"), "Sundays 13:30 to Sundays 17:30 UTC");
  EXPECT_EQ(said("Saturday", "9:30PM"), "Saturdays 21:30 to Sundays 01:30 UTC");
  EXPECT_EQ(said("mon", "12am"), "Mondays 00:00 to Mondays 04:00 UTC");
  EXPECT_EQ(MaintenanceWindow::parse("Sunday 06:00")->text(), "Sundays 06:00 to Sundays 10:00 UTC");
  for (const char* time : {"24:00", "6:60", "13pm", "", ":", "noon"}) EXPECT_EQ(said("sunday", time), "none") << time;
  EXPECT_EQ(said("someday", "06:00"), "none");
  const WallTime monday = *parse_time("2026-09-21T14:00:00Z");
  EXPECT_EQ(format_time(MaintenanceWindow::parse("Monday 14:00")->next(monday)), "2026-09-28T14:00:00Z");
  EXPECT_EQ(format_time(MaintenanceWindow::parse("Monday 14:01")->next(monday)), "2026-09-21T14:01:00Z");
}

TEST(EmulatorMaintenances, NoneIsDueByItself) {
  Harness heroku;
  const json::Value none = heroku.get(v1).body;
  EXPECT_EQ(none["status"].as_string(), "none");
  EXPECT_TRUE(none["scheduled_for"].is_null());
  EXPECT_EQ(none["addon"]["attachments"].items()[0].as_string(), "DATABASE");
  EXPECT_EQ(heroku.call("POST", v1 + "/run").status, 422);
  EXPECT_EQ(heroku.call("POST", v1 + "/schedule", R"({"delay_weeks":"1"})").status, 422);
  EXPECT_EQ(heroku.info("old-db", "Maintenance"), "not required");
}

TEST(EmulatorMaintenances, OneRunsInItsWindow) {
  Harness heroku(with("maintenance_due: true, maintenance_window: 'Monday 16:00'"));
  heroku.advance(seconds(1));
  const json::Value due = heroku.get(v1).body;
  EXPECT_EQ(due["status"].as_string(), "pending");
  EXPECT_EQ(due["scheduled_for"].as_string(), "2026-09-21T16:00:00Z");
  EXPECT_EQ(due["required_by"].as_string(), "2026-10-19T16:00:00Z");
  EXPECT_EQ(heroku.info("old-db", "Maintenance"), "required by 2026-10-19 16:00 UTC, planned for 2026-09-21 16:00 UTC");
  EXPECT_EQ(heroku.info("old-db", "Maintenance window"), "Mondays 16:00 to Mondays 20:00 UTC");
  const std::string primary = heroku.get(base).body["formation"]["primary"].as_string();
  const auto left = *parse_time("2026-09-21T16:00:00Z") - heroku.time.wall_now();
  heroku.advance(left + seconds(59));
  EXPECT_EQ(heroku.get(v1).body["status"].as_string(), "running");
  EXPECT_EQ(heroku.info("old-db", "Maintenance"), "in progress");
  EXPECT_EQ(heroku.databases.resets(), 0);
  heroku.advance(seconds(1));
  const json::Value done = heroku.get(v1).body;
  EXPECT_EQ(done["status"].as_string(), "completed");
  EXPECT_EQ(done["duration_seconds"].as_integer(), 60);
  EXPECT_EQ(heroku.databases.resets(), 1);
  EXPECT_NE(heroku.get(base).body["formation"]["primary"].as_string(), primary);
  EXPECT_THAT(heroku.get(v1 + "/history?limit=5").body["maintenances"].items().size(), 1U);
}

TEST(EmulatorMaintenances, CanBePutOffAndPutForward) {
  Harness heroku(with("maintenance_in: 1h"));
  heroku.advance(seconds(1));
  const std::string planned = heroku.get(v1).body["scheduled_for"].as_string();
  const Answer moved = heroku.call("POST", v1 + "/schedule", R"({"delay_weeks":"2"})");
  EXPECT_EQ(moved.status, 200);
  EXPECT_EQ(moved.body["previously_scheduled_for"].as_string(), planned);
  EXPECT_EQ(*parse_time(moved.body["scheduled_for"].as_string()) - *parse_time(planned), hours(14 * 24));
  heroku.advance(hours(2));
  EXPECT_EQ(heroku.get(v1).body["status"].as_string(), "pending") << "the old time is void";
  EXPECT_EQ(heroku.call("POST", v1 + "/schedule", R"({"delay_weeks":"3"})").status, 422) << "required before";
  EXPECT_EQ(heroku.call("POST", v1 + "/schedule", R"({"delay_weeks":"-3"})").status, 422) << "in the past";
  EXPECT_EQ(heroku.call("POST", v1 + "/schedule", R"({"delay_weeks":"soon"})").status, 422);
  EXPECT_EQ(heroku.call("POST", v1 + "/run").status, 200);
  EXPECT_EQ(heroku.call("POST", v1 + "/run").status, 422);
  EXPECT_EQ(heroku.call("GET", base + "/maintenance").body["message"].as_string(), "Maintenance is running.");
  heroku.advance(hours(24 * 30));
  EXPECT_EQ(heroku.databases.resets(), 1) << "once";
}

TEST(EmulatorMaintenances, AWindowMovesWhatIsPlanned) {
  Harness heroku(with("maintenance_due: true"));
  heroku.advance(seconds(1));
  const std::string planned = heroku.get(v1).body["scheduled_for"].as_string();
  EXPECT_EQ(planned, "2026-09-22T21:00:00Z");
  const Answer set = heroku.call("POST", v1 + "/window", R"({"day_of_week":"thursday","time_of_day":"13:30"})");
  EXPECT_EQ(set.status, 200);
  EXPECT_EQ(set.body["window"].as_string(), "Thursdays 13:30 to Thursdays 17:30 UTC");
  EXPECT_EQ(set.body["previous_window"].as_string(), "Tuesdays 21:00 to Wednesdays 01:00 UTC");
  EXPECT_EQ(set.body["previously_scheduled_for"].as_string(), planned);
  EXPECT_EQ(set.body["scheduled_for"].as_string(), "2026-09-24T13:30:00Z");
  EXPECT_TRUE(heroku.get(v1 + "/window").body["previous_window"].is_null());
  EXPECT_EQ(
      heroku.call("PUT", base + "/maintenance_window", R"({"description":"Sunday 06:00"})").body["window"].as_string(),
      "Sundays 06:00 to Sundays 10:00 UTC");
  EXPECT_EQ(heroku.call("PUT", base + "/maintenance_window", R"({"description":"now"})").status, 422);
}

TEST(EmulatorSettings, AFollowerHasTheUsualOnesUnlessTheSwitchIsOn) {
  for (const bool inherits : {false, true}) {
    Harness heroku(with("maintenance_window: 'Sunday 06:00'") +
                   (inherits ? "switches: {follower_inherits_settings: true}\n" : ""));
    heroku.call("PATCH", "/postgres/v0/databases/old-db/config", R"({"track_functions":"all"})");
    heroku.create_follower();
    heroku.advance(seconds(70));
    heroku.call("PUT", "/client/v11/databases/orders-private/unfollow");
    heroku.advance(seconds(10));
    const json::Value settings = heroku.get("/postgres/v0/databases/orders-private/config").body;
    EXPECT_EQ(settings["track_functions"]["value"].as_string(), inherits ? "all" : "none");
    EXPECT_EQ(heroku.info("orders-private", "Maintenance window").starts_with("Sundays"), inherits);
  }
}

TEST(EmulatorUpgrades, GoThroughPreparationAndRun) {
  Harness heroku;
  heroku.advance(seconds(1));
  const auto post = [&](const std::string& action, const std::string& body = "{}") {
    return heroku.call("POST", base + "/upgrade/" + action, body).status;
  };
  const std::string status = base + "/upgrade/wait_status";
  EXPECT_EQ(post("run"), 422) << "nothing is prepared";
  EXPECT_EQ(post("prepare", R"({"version":"12"})"), 422);
  EXPECT_EQ(post("prepare", R"({"version":"16"})"), 200);
  EXPECT_EQ(post("prepare"), 422);
  EXPECT_TRUE(heroku.get(status).body["waiting?"].as_bool());
  EXPECT_EQ(heroku.get(status).body["step"].as_string(), "1/3");
  heroku.advance(seconds(90));
  EXPECT_EQ(heroku.get(status).body["step"].as_string(), "3/3");
  heroku.advance(seconds(30));
  EXPECT_FALSE(heroku.get(status).body["waiting?"].as_bool());
  EXPECT_FALSE(heroku.get(status).body.has("step"));
  EXPECT_THAT(heroku.get(status).body["message"].as_string(), HasSubstr("2026-09-22T21:00:00Z"));
  EXPECT_EQ(post("cancel"), 200);
  EXPECT_EQ(post("cancel"), 422);
  EXPECT_EQ(post("prepare"), 200);
  heroku.advance(seconds(120));
  EXPECT_EQ(post("run"), 200);
  EXPECT_TRUE(heroku.get(base + "/wait_status").body["waiting?"].as_bool());
  EXPECT_EQ(post("cancel"), 422) << "too late";
  heroku.advance(seconds(120));
  EXPECT_FALSE(heroku.get(base + "/wait_status").body["waiting?"].as_bool());
  EXPECT_THAT(heroku.get(status).body["message"].as_string(), HasSubstr("complete"));
  EXPECT_EQ(heroku.info("old-db", "PG Version"), "15.18") << "the server is what this machine has";
}

TEST(EmulatorUpgrades, APreparedOneRunsInTheWindow) {
  Harness heroku;
  heroku.advance(seconds(1));
  heroku.call("POST", base + "/upgrade/prepare");
  heroku.advance(hours(40));
  EXPECT_THAT(heroku.get(base + "/upgrade/wait_status").body["message"].as_string(), HasSubstr("complete"));
}

TEST(EmulatorUpgrades, FollowersUnfollowAndEssentialOnlyRuns) {
  Harness heroku(std::string(small_world) + "  tiny: {app: orders, plan: essential-0, as: TINY}\n");
  heroku.create_follower();
  heroku.advance(seconds(70));
  const std::string follower = "/client/v11/databases/orders-private";
  const std::string tiny = "/client/v11/databases/tiny";
  EXPECT_EQ(heroku.call("POST", follower + "/upgrade/prepare").status, 422);
  EXPECT_EQ(heroku.call("POST", tiny + "/upgrade/prepare").status, 422);
  EXPECT_EQ(heroku.call("POST", tiny + "/upgrade/run").status, 200);
  EXPECT_EQ(heroku.call("POST", follower + "/upgrade/run").status, 200);
  heroku.advance(seconds(130));
  EXPECT_TRUE(heroku.get(follower).body["following"].is_null());
  EXPECT_EQ(heroku.call("POST", base + "/upgrade/dry_run").status, 200);
  heroku.advance(seconds(130));
  EXPECT_EQ(heroku.get(base + "/upgrade/wait_status").body["message"].as_string(), "No upgrade is planned.");
}

TEST(EmulatorLinks, AreListedMadeAndRemoved) {
  Harness heroku(with("links: [spare]") +
                 "  spare: {app: orders, plan: standard-0, as: SPARE}\n"
                 "  tiny: {app: orders, plan: essential-0, as: TINY}\n");
  heroku.advance(seconds(1));
  EXPECT_THAT(heroku.get(base + "/links").all("name"), ElementsAre("spare"));
  const auto post = [&](const std::string& body) { return heroku.call("POST", base + "/links", body); };
  const Answer made = post(R"({"target":"spare","as":"other"})");
  EXPECT_EQ(made.status, 200);
  EXPECT_EQ(made.body["remote"]["attachment_name"].as_string(), "SPARE");
  EXPECT_EQ(made.body["remote_name"].as_string(), "spare");
  EXPECT_EQ(post(R"({"target":"spare","as":"other"})").status, 422);
  EXPECT_EQ(post(R"({"target":"tiny"})").status, 422);
  EXPECT_EQ(post(R"({"target":"old-db"})").status, 422);
  EXPECT_EQ(heroku.get(base + "/links/" + made.body["id"].as_string()).status, 200);
  EXPECT_EQ(heroku.call("DELETE", base + "/links/other").status, 200);
  EXPECT_EQ(heroku.call("DELETE", base + "/links/other").status, 404);
  EXPECT_THAT(heroku.get(base + "/links").all("name"), ElementsAre("spare"));
}

TEST(EmulatorTools, ResetTerminateAndFigures) {
  Harness heroku(std::string(small_world) + "  tiny: {app: orders, plan: essential-0, as: TINY}\n");
  heroku.create_follower();
  heroku.advance(seconds(70));
  EXPECT_EQ(heroku.call("PUT", base + "/reset", R"({"extensions":["hstore","pg_trgm"]})").status, 200);
  EXPECT_EQ(heroku.call("PUT", "/client/v11/databases/orders-private/reset").status, 422);
  EXPECT_EQ(heroku.call("POST", base + "/terminate_process", R"({"pid":4711})").status, 200);
  EXPECT_EQ(heroku.call("POST", base + "/terminate_process", R"({"pid":"4712"})").status, 200);
  EXPECT_EQ(heroku.call("POST", base + "/terminate_process", R"({"pid":"all"})").status, 422);
  EXPECT_THAT(heroku.databases.asked(heroku.id_of("old-db")),
              ElementsAre("reset hstore pg_trgm", "terminate 4711", "terminate 4712"));
  EXPECT_EQ(heroku.get(base + "/metrics").body.items().size(), 1U);
  EXPECT_TRUE(heroku.get(base + "/burst_status").body["burst_status"]["volumebalance"].has("slope"));
  EXPECT_EQ(heroku.get(base + "/expensive-queries").text, R"({"queries":[]})");
  for (const char* route : {"/metrics", "/burst_status", "/expensive-queries"})
    EXPECT_EQ(heroku.get("/client/v11/databases/tiny" + std::string(route)).status, 422) << route;
}

}  // namespace
}  // namespace changeover::testing
