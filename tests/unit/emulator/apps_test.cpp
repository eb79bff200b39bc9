#include "tests/unit/emulator/model_harness.h"

namespace changeover::testing {
namespace {

using std::chrono::seconds;
using ::testing::ElementsAre;

TEST(EmulatorApps, ShowsCommonRuntimeAndSpaceApps) {
  Harness heroku;
  EXPECT_THAT(heroku.get("/apps").all("name"), ElementsAre("orders", "orders-space"));
  const Answer common = heroku.get("/apps/orders");
  EXPECT_TRUE(common.body["space"].is_null());
  EXPECT_EQ(common.body["region"]["name"].as_string(), "us");
  const Answer space = heroku.get("/apps/orders-space");
  EXPECT_EQ(space.body["space"]["name"].as_string(), "prod-va");
  EXPECT_EQ(space.body["region"]["name"].as_string(), "virginia");
  EXPECT_EQ(space.body["team"]["name"].as_string(), "acme");
  EXPECT_EQ(heroku.get("/apps/" + space.body["id"].as_string()).body["name"].as_string(), "orders-space");
  const Answer missing = heroku.get("/apps/nothing");
  EXPECT_EQ(missing.status, 404);
  EXPECT_EQ(missing.body["id"].as_string(), "not_found");
  EXPECT_EQ(missing.body["resource"].as_string(), "app");
}

TEST(EmulatorApps, AUsersAppsAreThoseOfNoTeam) {
  Harness heroku(R"(
version: 1
api_key: test-token
account: someone@example.com
teams: [acme]
apps: {hers: {}, theirs: {team: acme}}
)");
  for (const char* user : {"~", "someone@example.com"})
    EXPECT_THAT(heroku.get("/users/" + std::string(user) + "/apps").all("name"), ElementsAre("hers"));
  EXPECT_EQ(heroku.get("/users/another@example.com/apps").status, 404);
  EXPECT_EQ(heroku.get("/apps/hers").body["owner"]["email"].as_string(), "someone@example.com");
  EXPECT_EQ(heroku.get("/apps/theirs").body["owner"]["email"].as_string(), "acme@herokumanager.com");
}

TEST(EmulatorApps, MaintenanceMakesNoReleaseAndStopsNothing) {
  Harness heroku;
  heroku.advance(seconds(3));
  const auto releases = heroku.release_words("orders");
  const int started = heroku.processes.started();
  const Answer on = heroku.call("PATCH", "/apps/orders", R"({"maintenance":true})");
  EXPECT_EQ(on.status, 200);
  EXPECT_TRUE(on.body["maintenance"].as_bool());
  EXPECT_EQ(heroku.call("PATCH", "/apps/orders", R"({"maintenance":true})").status, 200);
  EXPECT_EQ(heroku.release_words("orders"), releases);
  EXPECT_EQ(heroku.processes.started(), started);
  EXPECT_EQ(heroku.dyno_names("orders").size(), 3U);
  EXPECT_EQ(heroku.call("PATCH", "/apps/orders", R"({"maintenance":"yes"})").status, 422);
  const Answer unknown = heroku.call("PATCH", "/apps/orders", R"({"maintainance":true})");
  EXPECT_EQ(unknown.status, 422);
  EXPECT_EQ(unknown.body["id"].as_string(), "invalid_params");
  EXPECT_THAT(unknown.body["message"].as_string(), ::testing::HasSubstr("maintainance"));
}

TEST(EmulatorApps, FirAppsHaveNoMaintenanceMode) {
  Harness heroku(R"(
version: 1
api_key: test-token
teams: [acme]
spaces: {new: {team: acme, generation: fir}}
apps: {fir-app: {space: new}}
)");
  EXPECT_EQ(heroku.get("/apps/fir-app").body["generation"]["name"].as_string(), "fir");
  EXPECT_EQ(heroku.call("PATCH", "/apps/fir-app", R"({"maintenance":true})").status, 422);
}

TEST(EmulatorApps, ConfigVarsJoinOwnAndAttachedOnes) {
  Harness heroku;
  const Answer before = heroku.get("/apps/orders/config-vars");
  EXPECT_EQ(before.body["RACK_ENV"].as_string(), "production");
  EXPECT_THAT(before.body["DATABASE_URL"].as_string(), ::testing::StartsWith("postgres://"));
  const Answer after = heroku.call("PATCH", "/apps/orders/config-vars", R"({"RACK_ENV":null,"A":"1"})");
  EXPECT_FALSE(after.body.has("RACK_ENV"));
  EXPECT_EQ(after.body["A"].as_string(), "1");
  EXPECT_EQ(heroku.release_words("orders").back(), "Set A and remove RACK_ENV config vars");
  EXPECT_EQ(heroku.call("PATCH", "/apps/orders/config-vars", R"({"DATABASE_URL":"x"})").status, 422);
}

TEST(EmulatorApps, ListsReleasesByVersionNewestFirstWhenAsked) {
  Harness heroku;
  heroku.call("PATCH", "/apps/orders/config-vars", R"({"A":"1"})");
  EXPECT_THAT(heroku.get("/apps/orders/releases").all("version"), ElementsAre("1", "2", "3", "4"));
  const Answer newest = heroku.get("/apps/orders/releases", {{"range", "version ..; max=2, order=desc"}});
  EXPECT_EQ(newest.status, 206);
  EXPECT_THAT(newest.all("version"), ElementsAre("4", "3"));
  EXPECT_TRUE(newest.body.items()[0]["current"].as_bool());
  const Answer next = heroku.get("/apps/orders/releases", {{"range", newest.header("next-range")}});
  EXPECT_EQ(next.status, 200);
  EXPECT_THAT(next.all("version"), ElementsAre("2", "1"));
  EXPECT_EQ(heroku.get("/apps/orders/releases/2").body["description"].as_string(), "Attach DATABASE (@ref:old-db)");
}

TEST(EmulatorApps, TeamsAndSpaces) {
  Harness heroku;
  EXPECT_THAT(heroku.get("/spaces").all("name"), ElementsAre("prod-va"));
  EXPECT_EQ(heroku.get("/spaces/prod-va").body["team"]["name"].as_string(), "acme");
  EXPECT_EQ(heroku.get("/spaces/prod-va", {{"accept-expansion", "region"}}).body["region"]["description"].as_string(),
            "Virginia, United States");
  EXPECT_EQ(heroku.get("/spaces/prod-va/nat").body["sources"].items().size(), 4U);
  EXPECT_EQ(heroku.get("/spaces/nothing/nat").status, 404);
  EXPECT_THAT(heroku.get("/teams/acme/apps").all("name"), ElementsAre("orders-space"));
  EXPECT_EQ(heroku.get("/teams/other").status, 404);
  EXPECT_EQ(heroku.get("/account").body["email"].as_string(), "operator@example.com");
}

}  // namespace
}  // namespace changeover::testing
