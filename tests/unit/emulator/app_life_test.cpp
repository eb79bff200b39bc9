// Apps and spaces that begin and end by calls.
#include "tests/unit/emulator/model_harness.h"

namespace changeover::testing {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(EmulatorAppLife, AnAppIsMadeEmpty) {
  Harness heroku;
  const Answer made = heroku.call("POST", "/apps", R"({"name":"shop","region":"eu"})");
  EXPECT_EQ(made.status, 201) << made.text;
  EXPECT_EQ(made.body["region"]["name"].as_string(), "eu");
  EXPECT_EQ(made.body["owner"]["email"].as_string(), "operator@example.com");
  EXPECT_TRUE(made.body["team"].is_null());
  EXPECT_TRUE(heroku.get("/apps/shop/formation").body.items().empty());
  EXPECT_EQ(heroku.release_words("shop").front(), "Initial release");
  EXPECT_TRUE(heroku.get("/apps/shop/releases/1").body["slug"].is_null());
  EXPECT_TRUE(heroku.get("/apps/orders/releases/1").body["slug"].is_null());
  EXPECT_FALSE(heroku.get("/apps/orders/releases/3").body["slug"].is_null());
  const Answer nameless = heroku.call("POST", "/apps");
  EXPECT_THAT(nameless.body["name"].as_string(), ::testing::MatchesRegex("[a-z]+-[a-z]+-[0-9]{5}"));
  EXPECT_EQ(heroku.call("POST", "/apps/shop/addons", R"({"plan":"heroku-postgresql:standard-0"})").status, 201);
  EXPECT_EQ(heroku.get("/apps/shop/addon-attachments").all("name"), std::vector<std::string>{"DATABASE"});
}

TEST(EmulatorAppLife, AppsOfTeamsAndSpaces) {
  Harness heroku;
  const Answer made = heroku.call("POST", "/teams/apps", R"({"name":"shop-space","space":"prod-va","team":"acme"})");
  EXPECT_EQ(made.status, 201) << made.text;
  EXPECT_EQ(made.body["space"]["name"].as_string(), "prod-va");
  EXPECT_EQ(made.body["region"]["name"].as_string(), "virginia");
  EXPECT_EQ(heroku.get("/apps/shop-space").body["owner"]["email"].as_string(), "acme@herokumanager.com");
  EXPECT_THAT(heroku.get("/teams/acme/apps").all("name"), ElementsAre("orders-space", "shop-space"));
  EXPECT_TRUE(heroku.call("PATCH", "/teams/apps/shop-space", R"({"locked":true})").body["locked"].as_bool());
  EXPECT_TRUE(heroku.get("/teams/acme/apps").body.items()[1]["locked"].as_bool());
}

TEST(EmulatorAppLife, RefusesWhatCannotBe) {
  Harness heroku;
  const auto refused = [&](const std::string& path, const std::string& body) {
    const Answer answer = heroku.call("POST", path, body);
    EXPECT_GE(answer.status, 400) << body;
    return std::to_string(answer.status) + " " + answer.body["id"].as_string();
  };
  const std::string wrong = "422 invalid_params";
  for (const char* name : {"Shop", "sh", "shop-", "1shop", "a-name-that-is-longer-than-thirty", "orders", "sh op"})
    EXPECT_EQ(refused("/apps", R"({"name":")" + std::string(name) + R"("})"), wrong) << name;
  EXPECT_EQ(refused("/apps", R"({"name":"shop","region":"virginia"})"), wrong);
  EXPECT_EQ(refused("/apps", R"({"name":"shop","stack":"heroku-14"})"), wrong);
  EXPECT_EQ(refused("/apps", R"({"name":"shop","space":"prod-va"})"), wrong) << "unknown there";
  EXPECT_EQ(refused("/teams/apps", R"({"name":"shop","team":"nobody"})"), "404 not_found");
  EXPECT_EQ(refused("/teams/apps", R"({"name":"shop","space":"nowhere"})"), "404 not_found");
  EXPECT_EQ(refused("/teams/apps", R"({"name":"shop","team":"acme","internal_routing":true})"), wrong);
  EXPECT_EQ(heroku.call("PATCH", "/apps/orders", R"({"name":"orders-space"})").status, 422);
  EXPECT_EQ(heroku.call("PATCH", "/apps/orders", R"({"name":""})").status, 422);
  EXPECT_THAT(heroku.get("/apps").all("name"), ElementsAre("orders", "orders-space"));
}

TEST(EmulatorAppLife, RenamingKeepsEverythingElse) {
  Harness heroku;
  const std::string id = heroku.get("/apps/orders").body["id"].as_string();
  EXPECT_EQ(heroku.call("PATCH", "/apps/orders", R"({"name":"shop"})").status, 200);
  EXPECT_EQ(heroku.get("/apps/shop").body["id"].as_string(), id);
  EXPECT_EQ(heroku.get("/apps/orders").status, 404);
  EXPECT_EQ(heroku.get("/addons/old-db").body["app"]["name"].as_string(), "shop");
}

TEST(EmulatorAppLife, DestroyTakesAddOnsAndDynosAlong) {
  Harness heroku(std::string(small_world) + "attachments: [{app: orders-space, addon: old-db, as: OLD}]\n");
  heroku.create_follower();
  heroku.advance(seconds(70));
  heroku.processes.drain = seconds(20);
  const std::string id = heroku.id_of("old-db");
  EXPECT_EQ(heroku.processes.size(), 3U);
  const Answer gone = heroku.call("DELETE", "/apps/orders");
  EXPECT_EQ(gone.status, 200);
  EXPECT_EQ(gone.body["name"].as_string(), "orders");
  EXPECT_EQ(heroku.get("/apps/orders").status, 404);
  EXPECT_EQ(heroku.get("/addons/old-db").status, 404);
  EXPECT_FALSE(heroku.databases.exists(id));
  EXPECT_EQ(heroku.release_words("orders-space").back(), "Detach OLD (@ref:old-db)");
  EXPECT_FALSE(heroku.get("/client/v11/databases/orders-private").body["following"].is_null()) << "lag stands still";
  heroku.advance(seconds(40));
  EXPECT_EQ(heroku.processes.size(), 0U);
  EXPECT_EQ(heroku.call("POST", "/apps", R"({"name":"orders"})").status, 201) << "the name is free";
}

TEST(EmulatorAppLife, DestroyingLeavesOthersAddOns) {
  Harness heroku(std::string(small_world) + "attachments: [{app: orders-space, addon: old-db, as: OLD}]\n");
  EXPECT_EQ(heroku.call("DELETE", "/apps/orders-space").status, 200);
  EXPECT_THAT(heroku.get("/addons/old-db/addon-attachments").all("name"), ElementsAre("DATABASE"));
  EXPECT_EQ(heroku.release_words("orders").size(), 3U);
}

TEST(EmulatorAppLife, AReleasePhaseDoesNotOutliveItsApp) {
  Harness heroku(R"(
version: 1
api_key: test-token
timing: {dyno_boot: 0s}
apps: {shop: {formation: {release: {command: migrate}}}}
)");
  heroku.call("PATCH", "/apps/shop/config-vars", R"({"A":"1"})");
  EXPECT_EQ(heroku.processes.size(), 1U);
  heroku.call("DELETE", "/apps/shop");
  heroku.advance(minutes(1));
  EXPECT_EQ(heroku.processes.size(), 0U);
  EXPECT_EQ(heroku.get("/apps").body.items().size(), 0U);
}

TEST(EmulatorSpaces, AreAllocatedAfterAWhile) {
  Harness heroku(R"(
version: 1
api_key: test-token
timing: {space_allocation: 5m, deprovision: 5s}
teams: [acme]
spaces: {soon: {team: acme, allocating: 2m}}
)");
  EXPECT_EQ(heroku.get("/spaces/soon").body["state"].as_string(), "allocating");
  EXPECT_EQ(heroku.get("/spaces/soon/nat").body["state"].as_string(), "disabled");
  EXPECT_EQ(heroku.call("POST", "/teams/apps", R"({"name":"shop","space":"soon"})").status, 422);
  heroku.advance(minutes(2));
  EXPECT_EQ(heroku.get("/spaces/soon").body["state"].as_string(), "allocated");
  EXPECT_EQ(heroku.call("POST", "/teams/apps", R"({"name":"shop","space":"soon"})").status, 201);
  const Answer made =
      heroku.call("POST", "/spaces", R"({"name":"later","team":"acme","shield":true,"region":"tokyo"})");
  EXPECT_EQ(made.status, 201) << made.text;
  EXPECT_EQ(made.body["state"].as_string(), "allocating");
  EXPECT_TRUE(made.body["shield"].as_bool());
  heroku.advance(minutes(5));
  EXPECT_EQ(heroku.get("/spaces/later").body["state"].as_string(), "allocated");
  EXPECT_EQ(heroku.call("DELETE", "/spaces/soon").status, 422) << "it has an app";
  EXPECT_EQ(heroku.call("DELETE", "/spaces/later").body["state"].as_string(), "deleting");
  heroku.advance(seconds(5));
  EXPECT_EQ(heroku.get("/spaces/later").status, 404);
  EXPECT_THAT(heroku.get("/teams/acme/spaces").all("name"), ElementsAre("soon"));
}

TEST(EmulatorSpaces, OfThreeKinds) {
  Harness heroku(R"(
version: 1
api_key: test-token
teams: [acme]
spaces:
  cedar-space: {team: acme, region: virginia}
  fir-space: {team: acme, region: dublin, generation: fir}
  shield-space: {team: acme, region: tokyo, shield: true}
apps: {fir-app: {space: fir-space}, shield-app: {space: shield-space}}
)");
  EXPECT_EQ(heroku.get("/spaces/fir-space").body["generation"]["name"].as_string(), "fir");
  EXPECT_EQ(heroku.get("/apps/fir-app").body["stack"]["name"].as_string(), "cnb");
  EXPECT_TRUE(heroku.get("/apps/shield-app").body["space"]["shield"].as_bool());
  const auto post = [&](const std::string& body) { return heroku.call("POST", "/spaces", body).status; };
  EXPECT_EQ(post(R"({"name":"x","team":"acme"})"), 422);
  EXPECT_EQ(post(R"({"name":"two--dashes","team":"acme"})"), 422);
  EXPECT_EQ(post(R"({"name":"common","team":"acme","region":"eu"})"), 422);
  EXPECT_EQ(post(R"({"name":"both","team":"acme","generation":"fir","shield":true})"), 422);
  EXPECT_EQ(post(R"({"name":"nobodys","team":"nobody"})"), 404);
  EXPECT_EQ(post(R"({"name":"cedar-space","team":"acme"})"), 422);
}

TEST(EmulatorPeople, CollaboratorsAreTheAccountsThatSeeTheApp) {
  Harness heroku(std::string(small_world) + R"(
accounts: {viewer@example.com: {api_key: v, apps: {orders: [view]}}, other@example.com: {api_key: o, apps: {}}}
)");
  const Answer list = heroku.get("/apps/orders/collaborators");
  ASSERT_EQ(list.body.items().size(), 2U);
  const Answer viewer = heroku.get("/apps/orders/collaborators/viewer@example.com");
  ASSERT_EQ(viewer.body["permissions"].items().size(), 1U);
  EXPECT_EQ(viewer.body["permissions"].items()[0]["name"].as_string(), "view");
  EXPECT_EQ(heroku.get("/apps/orders/collaborators/~").body["permissions"].items().size(), 4U);
  EXPECT_EQ(heroku.get("/apps/orders/collaborators/other@example.com").status, 404);
  EXPECT_EQ(heroku.get("/teams/acme/members").body.items().size(), 3U);
  EXPECT_THAT(heroku.get("/teams/permissions").all("name"), ElementsAre("deploy", "manage", "operate", "view"));
}

TEST(EmulatorConfig, SettingsNameTheAttachmentBehindAVar) {
  Harness heroku;
  const Answer list = heroku.get("/apps/orders/config-vars-settings");
  ASSERT_THAT(list.all("key"), ElementsAre("DATABASE_URL", "RACK_ENV"));
  EXPECT_EQ(list.body.items()[0]["attachment"]["name"].as_string(), "DATABASE");
  EXPECT_TRUE(list.body.items()[1]["attachment"].is_null());
  EXPECT_EQ(list.body.items()[1]["value"].as_string(), "production");
}

TEST(EmulatorConfig, RefusesNamesAndValuesThatNoProcessCanHave) {
  Harness heroku;
  const auto patch = [&](const std::string& body) { return heroku.call("PATCH", "/apps/orders/config-vars", body); };
  EXPECT_EQ(patch(R"({"A-B":"1"})").status, 422);
  EXPECT_EQ(patch(R"({"":"1"})").status, 422);
  EXPECT_EQ(patch(R"({"A":"\u0000"})").status, 422);
  EXPECT_EQ(patch(R"({"A":7})").status, 422);
  EXPECT_EQ(patch(R"({"B":"1","A":7})").status, 422);
  EXPECT_FALSE(heroku.get("/apps/orders/config-vars").body.has("B")) << "all or nothing";
}

}  // namespace
}  // namespace changeover::testing
