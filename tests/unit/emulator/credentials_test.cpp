#include "tests/unit/emulator/model_harness.h"

namespace changeover::testing {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

const std::string base = "/postgres/v0/databases/old-db";

/// old-db with the credential `report`, attached to `orders` as REPORT.
struct WithReport : Harness {
  WithReport()
      : Harness(std::string(small_world).replace(small_world.rfind('}'), 1, ", credentials: [report]}") +
                "attachments: [{app: orders, addon: old-db, as: REPORT, namespace: 'credential:report'}]\n") {}
  std::string url(const std::string& app, const std::string& name) {
    return get("/apps/" + app + "/config-vars").body[name + "_URL"].as_string();
  }
};

TEST(EmulatorCredentials, AreRolesOfTheirOwn) {
  Harness heroku;
  heroku.databases.password_time = seconds(2);
  EXPECT_EQ(heroku.call("POST", base + "/credentials", R"({"name":"report"})").status, 200);
  const Answer young = heroku.get(base + "/credentials/report");
  EXPECT_EQ(young.body["state"].as_string(), "provisioning");
  const std::string attach = R"({"addon":"old-db","app":"orders","name":"REPORT","namespace":"credential:report"})";
  EXPECT_EQ(heroku.call("POST", "/addon-attachments", attach).status, 422) << "the role is not there yet";
  heroku.advance(seconds(2));
  const Answer made = heroku.get(base + "/credentials/report");
  EXPECT_EQ(made.body["state"].as_string(), "active");
  const json::Value role = made.body["credentials"].items()[0];
  EXPECT_EQ(role["user"].as_string(), "report");
  EXPECT_EQ(heroku.databases.status(heroku.id_of("old-db")).roles.at("report").reveal(), role["password"].as_string());
  EXPECT_NE(role["password"].as_string(),
            heroku.get(base + "/credentials/default").body["credentials"].items()[0]["password"].as_string());
  EXPECT_EQ(heroku.call("POST", "/addon-attachments", attach).status, 201);
  EXPECT_THAT(heroku.get("/apps/orders/config-vars").body["REPORT_URL"].as_string(), StartsWith("postgres://report:"));
  EXPECT_THAT(heroku.get(base + "/credentials").all("name"), ElementsAre("default", "report"));
  EXPECT_EQ(heroku.get("/client/v11/databases/old-db").body["credentials"].as_integer(), 2);
  EXPECT_THAT(heroku.get("/addons/old-db/config/credential:report").text, HasSubstr("postgres://report:"));
  EXPECT_EQ(heroku.get("/addons/old-db/config/credential:nobody").text, "[]");
}

TEST(EmulatorCredentials, ARotationChangesWhatItConcernsOnly) {
  WithReport heroku;
  heroku.databases.password_time = seconds(2);
  heroku.create_follower();
  heroku.advance(seconds(70));
  const std::string report = heroku.url("orders", "REPORT");
  const std::string database = heroku.url("orders", "DATABASE");
  const std::string follower = heroku.url("orders-space", "FOLLOWER");
  const std::size_t releases = heroku.release_words("orders").size();
  EXPECT_EQ(heroku.call("POST", base + "/credentials/report/credentials_rotation", "{}").status, 200);
  EXPECT_EQ(heroku.get(base + "/credentials/report").body["state"].as_string(), "rotating");
  EXPECT_EQ(heroku.call("POST", base + "/credentials/report/credentials_rotation", "{}").status, 400);
  EXPECT_EQ(heroku.url("orders", "REPORT"), report) << "not in force yet";
  heroku.advance(seconds(2));
  EXPECT_NE(heroku.url("orders", "REPORT"), report);
  EXPECT_EQ(heroku.url("orders", "DATABASE"), database);
  EXPECT_EQ(heroku.url("orders-space", "FOLLOWER"), follower);
  EXPECT_EQ(heroku.databases.resets(), 0) << "connections live on unless it is forced";
  ASSERT_EQ(heroku.release_words("orders").size(), releases + 1);
  EXPECT_EQ(heroku.release_words("orders").back(), "@ref:old-db rotated its credential, setting REPORT_URL.");

  EXPECT_EQ(heroku.call("POST", base + "/credentials_rotation").status, 200);
  heroku.advance(seconds(2));
  EXPECT_NE(heroku.url("orders", "DATABASE"), database);
  EXPECT_NE(heroku.url("orders-space", "FOLLOWER"), follower);
  EXPECT_GT(heroku.databases.resets(), 0);
  EXPECT_EQ(heroku.release_words("orders").back(),
            "@ref:old-db rotated its credential, setting DATABASE_URL, REPORT_URL.");
}

TEST(EmulatorCredentials, AreNotDestroyedWhileAttached) {
  WithReport heroku;
  const std::string path = base + "/credentials/report";
  const Answer refused = heroku.call("DELETE", path);
  EXPECT_EQ(refused.status, 400);
  EXPECT_THAT(refused.body["message"].as_string(), HasSubstr("detached from orders"));
  EXPECT_FALSE(refused.body.has("id")) << "the old style of this path";
  EXPECT_EQ(heroku.call("DELETE", base + "/credentials/default").status, 403);
  heroku.call("DELETE",
              "/addon-attachments/" + heroku.get("/apps/orders/addon-attachments/REPORT").body["id"].as_string());
  heroku.databases.password_time = seconds(2);
  EXPECT_EQ(heroku.call("DELETE", path).status, 200);
  EXPECT_EQ(heroku.get(path).body["state"].as_string(), "revoking");
  heroku.advance(seconds(2));
  EXPECT_EQ(heroku.get(path).status, 404);
  EXPECT_EQ(heroku.databases.status(heroku.id_of("old-db")).roles.size(), 1U);
}

TEST(EmulatorCredentials, AFollowerHasItsLeaders) {
  WithReport heroku;
  heroku.create_follower();
  heroku.advance(seconds(70));
  const std::string follower = "/postgres/v0/databases/orders-private";
  EXPECT_THAT(heroku.get(follower + "/credentials").all("name"), ElementsAre("default", "report"));
  EXPECT_EQ(heroku.call("POST", follower + "/credentials", R"({"name":"x"})").status, 400);
  EXPECT_EQ(heroku.call("POST", follower + "/credentials_rotation").status, 400);
  EXPECT_EQ(heroku.call("DELETE", follower + "/credentials/report").status, 400);
  heroku.call("POST", base + "/credentials", R"({"name":"late"})");
  heroku.advance(seconds(1));
  EXPECT_THAT(heroku.get(follower + "/credentials").all("name"), ElementsAre("default", "report", "late"));
}

TEST(EmulatorCredentials, StayWithAnUnfollowedDatabaseOrNot) {
  for (const bool kept : {true, false}) {
    std::string yaml(small_world);
    yaml.replace(yaml.rfind('}'), 1, ", credentials: [report]}");
    if (!kept) yaml += "switches: {keep_credentials_on_unfollow: false}\n";
    Harness heroku(yaml);
    heroku.create_follower();
    heroku.advance(seconds(70));
    heroku.call("PUT", "/client/v11/databases/orders-private/unfollow");
    heroku.advance(seconds(5));
    const std::string follower = "/postgres/v0/databases/orders-private/credentials";
    ASSERT_THAT(heroku.get(follower).all("state"), ::testing::Each("active"));
    EXPECT_EQ(heroku.get(follower).body.items().size(), kept ? 2U : 1U);
    // What is missing can be made, and both go their own ways from here.
    EXPECT_EQ(heroku.call("POST", follower, R"({"name":"report"})").status, kept ? 400 : 200);
    heroku.advance(seconds(1));
    heroku.call("POST", follower + "/report/credentials_rotation");
    heroku.advance(seconds(1));
    EXPECT_NE(heroku.get(follower + "/report").body["credentials"].items()[0]["password"].as_string(),
              heroku.get(base + "/credentials/report").body["credentials"].items()[0]["password"].as_string());
  }
}

TEST(EmulatorCredentials, NamesAndTiersAreChecked) {
  Harness heroku(std::string(small_world) + "  tiny: {app: orders, plan: essential-0, as: TINY}\n");
  for (const char* name : {"", "1st", "two words", "pg_read", "postgres", "default", "a;b"})
    EXPECT_EQ(heroku.call("POST", base + "/credentials", R"({"name":")" + std::string(name) + R"("})").status, 400)
        << name;
  EXPECT_EQ(heroku.call("POST", "/postgres/v0/databases/tiny/credentials", R"({"name":"x"})").status, 400);
  EXPECT_EQ(heroku.call("POST", "/postgres/v0/databases/tiny/repair-default").status, 400);
  EXPECT_EQ(heroku.call("POST", base + "/credentials/nobody/credentials_rotation").status, 404);
  EXPECT_EQ(heroku.call("POST", base + "/repair-default").status, 200);
  EXPECT_THAT(heroku.databases.asked(heroku.id_of("old-db")), ElementsAre("repair"));
  EXPECT_EQ(heroku
                .call("POST", "/addon-attachments",
                      R"({"addon":"old-db","app":"orders","name":"X","namespace":"odd:default"})")
                .status,
            422);
}

TEST(EmulatorCredentials, ABrokenServerEndsTheWaiting) {
  Harness heroku;
  heroku.databases.password_time = seconds(2);
  heroku.call("POST", base + "/credentials", R"({"name":"report"})");
  EXPECT_TRUE(heroku.model.moving());
  heroku.databases.fail(heroku.id_of("old-db"));
  heroku.advance(seconds(20));
  EXPECT_EQ(heroku.get(base + "/credentials/report").body["state"].as_string(), "provisioning");
  EXPECT_FALSE(heroku.model.moving());
}

}  // namespace
}  // namespace changeover::testing
