#include "core/text.h"
#include "tests/unit/emulator/model_harness.h"

namespace changeover::testing {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::StartsWith;

const std::string follower = "/client/v11/databases/orders-private";

TEST(EmulatorDatabases, IsUnknownAtFirstWithAnEmptyBody) {
  Harness heroku;
  heroku.create_follower();
  const Answer unknown = heroku.get(follower + "/wait_status");
  EXPECT_EQ(unknown.status, 404);
  EXPECT_EQ(unknown.text, "");
  EXPECT_EQ(unknown.header("content-type"), "");
  heroku.advance(seconds(5));
  EXPECT_EQ(heroku.get(follower).status, 200);
  EXPECT_EQ(heroku.info("orders-private", "Status"), "Preparing");
  EXPECT_TRUE(heroku.get(follower + "/wait_status").body["waiting?"].as_bool());
}

TEST(EmulatorDatabases, PreparingDatabasesHaveNulls) {
  Harness heroku;
  heroku.databases.start_time = seconds(30);
  heroku.create_follower();
  heroku.advance(seconds(6));
  const json::Value database = heroku.get(follower).body;
  EXPECT_TRUE(database["current_transaction"].is_null());
  EXPECT_TRUE(database["resource_url"].is_null());
  EXPECT_EQ(heroku.info("orders-private", "Behind By"), "(none)");
  EXPECT_EQ(database["leader"]["name"].as_string(), "old-db");
}

TEST(EmulatorDatabases, AFollowerShowsItsLeader) {
  Harness heroku;
  heroku.create_follower();
  heroku.advance(seconds(70));
  const json::Value database = heroku.get(follower).body;
  EXPECT_EQ(database["following"].as_string(), heroku.get("/apps/orders/config-vars").body["DATABASE_URL"].as_string());
  EXPECT_EQ(database["leader"]["addon_id"].as_string(), heroku.id_of("old-db"));
  EXPECT_EQ(database["plan"].as_string(), "private-4");
  EXPECT_EQ(heroku.info("orders-private", "Fork/Follow"), "Unavailable on followers");
  EXPECT_EQ(heroku.info("orders-private", "Behind By"), "0 commits");
  EXPECT_EQ(heroku.info("old-db", "Behind By"), "(none)");
  EXPECT_THAT(heroku.info("old-db", "Followers"), StartsWith("postgres://127.0.0.1:"));
  EXPECT_THAT(heroku.get("/client/v11/databases/old-db/followers").all("name"), ElementsAre("orders-private"));
  EXPECT_TRUE(heroku.get("/client/v11/databases/old-db").body["leader"].is_null());
}

TEST(EmulatorDatabases, EveryRowOfALeader) {
  Harness heroku(std::string(small_world) + "  big: {app: orders, plan: premium-2, as: BIG}\n");
  heroku.advance(seconds(1));
  const auto rows = [&](const char* addon) {
    std::vector<std::string> names;
    const Answer database = heroku.get("/client/v11/databases/" + std::string(addon));
    for (const json::Value& row : database.body["info"].items()) names.push_back(row["name"].as_string());
    return names;
  };
  EXPECT_THAT(rows("big"), ElementsAre("Plan", "Status", "HA Status", "Data Size", "Tables", "PG Version",
                                       "Connections", "Connection Pooling", "Credentials", "Fork/Follow", "Rollback",
                                       "Created", "Region", "Data Encryption", "Continuous Protection", "Maintenance",
                                       "Maintenance window", "Upgradable Extensions"));
  EXPECT_EQ(heroku.info("big", "Data Size"), "8.0 MB / 256 GB (0.00%)");
  EXPECT_EQ(heroku.info("big", "HA Status"), "Available");
  EXPECT_EQ(heroku.info("big", "Rollback"), "earliest from 2026-09-21 14:13 UTC");
  heroku.advance(std::chrono::hours(24 * 10));
  EXPECT_EQ(heroku.info("big", "Rollback"), "earliest from 2026-09-24 14:13 UTC") << "a week of history";
  EXPECT_EQ(heroku.info("old-db", "Rollback"), "earliest from 2026-09-27 14:13 UTC") << "four days";
}

TEST(EmulatorDatabases, AnEssentialOneSaysLess) {
  Harness heroku(std::string(small_world) + "  tiny: {app: orders, plan: essential-1, as: TINY}\n");
  heroku.advance(seconds(1));
  const json::Value tiny = heroku.get("/client/v11/databases/tiny").body;
  std::vector<std::string> keys;
  for (const auto& [key, value] : tiny.members()) keys.push_back(key);
  EXPECT_THAT(keys, ::testing::UnorderedElementsAre("addon_id", "name", "plan", "created_at", "database_user",
                                                    "database_name", "resource_url", "waiting?", "num_bytes", "info"));
  EXPECT_EQ(heroku.info("tiny", "Plan"), "essential-1");
  EXPECT_EQ(heroku.info("tiny", "Data Size"), "8.0 MB / 10 GB (0.08%) (In compliance)");
  EXPECT_EQ(heroku.info("tiny", "Tables"), "3/4000 (In compliance)");
  EXPECT_EQ(heroku.info("tiny", "Fork/Follow"), "Unsupported");
  EXPECT_EQ(heroku.info("tiny", "Continuous Protection"), "Off");
  EXPECT_EQ(tiny["resource_url"].as_string(), heroku.get("/apps/orders/config-vars").body["TINY_URL"].as_string());
}

TEST(EmulatorDatabases, FiguresAreThoseOfTheLastSample) {
  Harness heroku;
  const std::string id = heroku.create_follower();
  heroku.advance(seconds(70));
  ASSERT_TRUE(heroku.model.stall("orders-private", true));
  const std::string before = heroku.get(follower).body["status_updated_at"].as_string();
  heroku.databases.commit(heroku.id_of("old-db"), 1);
  EXPECT_EQ(heroku.info("orders-private", "Behind By"), "0 commits");
  heroku.advance(seconds(5));
  EXPECT_EQ(heroku.info("orders-private", "Behind By"), "1 commit");
  EXPECT_GT(heroku.get(follower).body["status_updated_at"].as_string(), before);
  heroku.databases.commit(heroku.id_of("old-db"), 56);
  heroku.advance(seconds(5));
  EXPECT_EQ(heroku.info("orders-private", "Behind By"), "57 commits");
  EXPECT_EQ(heroku.get("/client/v11/databases/old-db").body["current_transaction"].as_integer(), 757);
  EXPECT_EQ(heroku.get(follower).body["current_transaction"].as_integer(), 700);
}

TEST(EmulatorDatabases, ASlowReadingIsDatedWhenItBegan) {
  Harness heroku;
  heroku.databases.sample_time = seconds(3);
  heroku.advance(seconds(3));
  heroku.model.tick();
  const auto updated = parse_time(heroku.get("/client/v11/databases/old-db").body["status_updated_at"].as_string());
  ASSERT_TRUE(updated);
  EXPECT_EQ(heroku.time.wall_now() - *updated, seconds(3));
}

TEST(EmulatorDatabases, WaitsUntilCaughtUpOnce) {
  Harness heroku;
  const std::string leader = heroku.id_of("old-db");
  heroku.databases.start_time = seconds(30);
  const std::string id = heroku.create_follower();
  heroku.databases.stall_replay(id, true);  // stands still before its first sample
  heroku.databases.commit(leader, 201);
  heroku.advance(seconds(70));
  EXPECT_EQ(heroku.info("orders-private", "Behind By"), "201 commits");
  EXPECT_TRUE(heroku.get(follower + "/wait_status").body["waiting?"].as_bool());
  heroku.databases.stall_replay(id, false);
  heroku.advance(seconds(5));
  EXPECT_FALSE(heroku.get(follower + "/wait_status").body["waiting?"].as_bool());
  heroku.databases.stall_replay(id, true);
  heroku.databases.commit(leader, 9'000);
  heroku.advance(seconds(5));
  EXPECT_FALSE(heroku.get(follower + "/wait_status").body["waiting?"].as_bool()) << "once is for good";
}

TEST(EmulatorDatabases, UnfollowEndsOnlyWhenTheServerLeftRecovery) {
  Harness heroku;
  heroku.databases.promote_time = seconds(2);
  heroku.databases.password_time = milliseconds(500);
  const std::string id = heroku.create_follower();
  heroku.advance(seconds(70));
  const std::string old_url = heroku.get("/apps/orders-space/config-vars").body["FOLLOWER_URL"].as_string();
  const Answer begun = heroku.call("PUT", follower + "/unfollow");
  EXPECT_EQ(begun.status, 200);
  EXPECT_TRUE(begun.body.has("message"));
  heroku.advance(seconds(3));
  EXPECT_TRUE(heroku.databases.in_recovery(id));
  EXPECT_EQ(heroku.call("PUT", follower + "/unfollow").status, 200) << "repeated while it runs";
  heroku.advance(milliseconds(2'999));
  EXPECT_FALSE(heroku.get(follower).body["following"].is_null());
  EXPECT_TRUE(heroku.get(follower + "/wait_status").body["waiting?"].as_bool());
  heroku.advance(milliseconds(1));
  EXPECT_FALSE(heroku.databases.in_recovery(id));
  EXPECT_FALSE(heroku.get(follower).body["following"].is_null()) << "the new password is not in force yet";
  heroku.advance(milliseconds(500));
  const json::Value database = heroku.get(follower).body;
  EXPECT_TRUE(database["following"].is_null());
  EXPECT_TRUE(database["leader"].is_null());
  EXPECT_EQ(database["forked_from"].as_string(),
            heroku.get("/client/v11/databases/old-db").body["formation"]["id"].as_string());
  EXPECT_FALSE(database["waiting?"].as_bool());
  EXPECT_EQ(heroku.info("orders-private", "Behind By"), "(none)");
  EXPECT_EQ(heroku.info("orders-private", "Fork/Follow"), "Temporarily Unavailable");
  const std::string new_url = heroku.get("/apps/orders-space/config-vars").body["FOLLOWER_URL"].as_string();
  EXPECT_NE(new_url, old_url);
  EXPECT_EQ(database["resource_url"].as_string(), new_url);
  EXPECT_EQ(heroku.release_words("orders-space").back(),
            "@ref:orders-private rotated its credential, setting FOLLOWER_URL.");
  EXPECT_EQ(heroku.call("PUT", follower + "/unfollow").status, 422);
}

TEST(EmulatorDatabases, TheRotationCanBeLateOrOff) {
  for (const char* more :
       {"timing: {unfollow: 1s, provisioning: 1s, data_404: 0s, rotation: 20s}",
        "switches: {rotate_on_unfollow: false}\ntiming: {unfollow: 1s, provisioning: 1s, data_404: 0s}"}) {
    std::string yaml(small_world);
    const std::size_t begin = yaml.find("timing:");
    yaml.replace(begin, yaml.find("teams:") - begin, std::string(more) + "\n");
    Harness heroku(yaml);
    heroku.create_follower();
    heroku.advance(seconds(20));
    const std::string old_url = heroku.get(follower).body["resource_url"].as_string();
    heroku.call("PUT", follower + "/unfollow");
    heroku.advance(seconds(2));
    EXPECT_TRUE(heroku.get(follower).body["following"].is_null());
    EXPECT_EQ(heroku.get(follower).body["resource_url"].as_string(), old_url);
    heroku.advance(seconds(20));
    EXPECT_EQ(heroku.get(follower).body["resource_url"].as_string() == old_url,
              std::string(more).starts_with("switches"));
  }
}

TEST(EmulatorDatabases, UnfollowIsRefusedForALeaderAndWhilePreparing) {
  Harness heroku;
  EXPECT_EQ(heroku.call("PUT", "/client/v11/databases/old-db/unfollow").body["id"].as_string(), "unprocessable_entity");
  heroku.create_follower();
  heroku.advance(seconds(10));
  EXPECT_EQ(heroku.call("PUT", follower + "/unfollow").status, 422);
}

TEST(EmulatorDatabases, AYoungPrimaryCannotBeFollowed) {
  Harness heroku;
  heroku.create_follower();
  heroku.advance(seconds(70));
  heroku.call("PUT", follower + "/unfollow");
  heroku.advance(seconds(10));
  const std::string body =
      R"({"plan":"heroku-postgresql:private-4","attachment":{"name":"B"},"config":{"follow":"orders-private"}})";
  EXPECT_EQ(heroku.call("POST", "/apps/orders-space/addons", body).body["id"].as_string(), "addon_error");
  heroku.advance(std::chrono::hours(1));
  EXPECT_EQ(heroku.call("POST", "/apps/orders-space/addons", body).status, 201);
}

TEST(EmulatorDatabases, AFollowerOutlivesItsLeader) {
  Harness heroku;
  heroku.create_follower();
  heroku.advance(seconds(70));
  const std::string following = heroku.get(follower).body["following"].as_string();
  heroku.call("DELETE", "/apps/orders/addons/old-db");
  heroku.advance(seconds(20));
  EXPECT_EQ(heroku.get(follower).body["following"].as_string(), following);
  EXPECT_EQ(heroku.info("orders-private", "Behind By"), "0 commits");
  EXPECT_NE(heroku.info("orders-private", "Status"), "Available");
  heroku.call("PUT", follower + "/unfollow");
  heroku.advance(seconds(10));
  EXPECT_TRUE(heroku.get(follower).body["following"].is_null());
}

TEST(EmulatorDatabases, ALeadersRotationReachesItsFollowers) {
  Harness heroku;
  heroku.create_follower();
  heroku.advance(seconds(70));
  const std::string before = heroku.get("/apps/orders-space/config-vars").body["FOLLOWER_URL"].as_string();
  EXPECT_EQ(heroku.call("POST", "/postgres/v0/databases/orders-private/credentials_rotation").status, 400);
  EXPECT_EQ(
      heroku
          .call("POST", "/postgres/v0/databases/old-db/credentials/default/credentials_rotation", R"({"forced":true})")
          .status,
      200);
  heroku.advance(seconds(1));
  EXPECT_NE(heroku.get("/apps/orders-space/config-vars").body["FOLLOWER_URL"].as_string(), before);
}

TEST(EmulatorDatabases, SmallRoutes) {
  Harness heroku;
  const std::string base = "/client/v11/databases/old-db";
  const std::string user = heroku.get(base).body["database_user"].as_string();
  heroku.databases.connect(heroku.id_of("old-db"), user, 7);
  heroku.advance(seconds(5));
  EXPECT_EQ(heroku.call("POST", base + "/connection_reset").status, 200);
  EXPECT_EQ(heroku.databases.resets(), 1);
  EXPECT_EQ(heroku.get(base + "/user_connections").text, R"({"connections":{")" + user + R"(":7}})");
  EXPECT_EQ(heroku.get(base + "/bastion").text, R"({"host":null,"private_key":null})");
  EXPECT_EQ(heroku.get(base + "/links").text, "[]");
  EXPECT_THAT(heroku.get("/postgres/v0/databases/old-db/credentials").all("name"), ElementsAre("default"));
  EXPECT_TRUE(heroku.get("/postgres/v0/databases/old-db/config").body["log_lock_waits"]["value"].as_bool());
  EXPECT_FALSE(heroku.call("PATCH", "/postgres/v0/databases/old-db/config", R"({"log_lock_waits":false})")
                   .body["log_lock_waits"]["value"]
                   .as_bool(true));
  EXPECT_EQ(heroku.get("/data/maintenances/v1/" + heroku.id_of("old-db")).body["status"].as_string(), "none");
  EXPECT_EQ(heroku.get("/client/v11/databases/nothing").text, "");
}

TEST(EmulatorDatabases, SettingsTakeWhatFitsThem) {
  Harness heroku;
  const std::string path = "/postgres/v0/databases/old-db/config";
  const Answer mod = heroku.call("PATCH", path, R"({"log_statement":"mod","log_min_duration_statement":-1})");
  EXPECT_EQ(mod.status, 200);
  EXPECT_EQ(mod.body["log_statement"]["value"].as_string(), "mod");
  EXPECT_EQ(mod.body["log_statement"]["default"].as_string(), "ddl");
  EXPECT_NE(mod.body["log_statement"]["values"]["mod"].as_string(), "");
  for (const char* refused :
       {R"({"log_connections":false,"log_statement":"some"})", R"({"log_connections":false,"log_lock_waits":"on"})",
        R"({"log_connections":false,"log_min_duration_statement":"1s"})",
        R"({"log_connections":false,"log_min_duration_statement":-2})",
        R"({"log_connections":false,"pgbouncer_default_pool_size":-1})",
        R"({"log_connections":false,"shared_buffers":1})"})
    EXPECT_EQ(heroku.call("PATCH", path, refused).status, 422) << refused;
  EXPECT_TRUE(heroku.get(path).body["log_connections"]["value"].as_bool()) << "all of a call or nothing";
}

}  // namespace
}  // namespace changeover::testing
