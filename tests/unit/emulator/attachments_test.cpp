#include "tests/unit/emulator/model_harness.h"

namespace changeover::testing {
namespace {

using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::UnorderedElementsAre;

/// A world where orders-private follows, unfollowed or not, and is ready.
struct Ready : Harness {
  Ready() {
    create_follower();
    advance(seconds(70));
  }
  Answer attach(const std::string& rest) {
    return call("POST", "/addon-attachments",
                R"({"addon":{"name":"orders-private"},"app":{"name":"orders-space"})" + rest + "}");
  }
};

TEST(EmulatorAttachments, PromotionMakesOneReleaseWithoutAPreviousDatabase) {
  Ready heroku;
  const std::size_t before = heroku.release_words("orders-space").size();
  const Answer made = heroku.attach(R"(,"name":"DATABASE","namespace":null,"confirm":"orders-space")");
  EXPECT_EQ(made.status, 201);
  EXPECT_EQ(made.body["name"].as_string(), "DATABASE");
  EXPECT_TRUE(made.body["namespace"].is_null());
  const auto words = heroku.release_words("orders-space");
  ASSERT_EQ(words.size(), before + 1);
  EXPECT_EQ(words.back(), "Attach DATABASE (@ref:orders-private)");
  const json::Value config = heroku.get("/apps/orders-space/config-vars").body;
  EXPECT_EQ(config["DATABASE_URL"].as_string(), config["FOLLOWER_URL"].as_string());
}

TEST(EmulatorAttachments, ReplacingNeedsConfirmationAndMakesTwoReleases) {
  Ready heroku;
  heroku.call("POST", "/apps/orders-space/addons",
              R"({"plan":"heroku-postgresql:private-0","name":"young","attachment":{"name":"DATABASE"}})");
  heroku.advance(seconds(70));
  const Answer asked = heroku.attach(R"(,"name":"DATABASE")");
  EXPECT_EQ(asked.status, 423);
  EXPECT_EQ(asked.header("x-confirmation-required"), "orders-space");
  EXPECT_EQ(heroku.attach(R"(,"name":"DATABASE","confirm":"wrong")").status, 423);
  // DATABASE is the last attachment of `young` on the app it is billed to: the CLI makes an alias first.
  const Answer last = heroku.attach(R"(,"name":"DATABASE","confirm":"orders-space")");
  EXPECT_EQ(last.status, 422);
  EXPECT_THAT(last.body["message"].as_string(), HasSubstr("last attachment"));
  const Answer alias = heroku.call(
      "POST", "/addon-attachments",
      R"({"addon":{"name":"young"},"app":{"name":"orders-space"},"confirm":"orders-space","namespace":null})");
  EXPECT_EQ(alias.status, 201);
  EXPECT_THAT(alias.body["name"].as_string(), ::testing::StartsWith("HEROKU_POSTGRESQL_"));
  EXPECT_EQ(heroku.attach(R"(,"name":"DATABASE","confirm":"orders-space")").status, 201);
  const auto words = heroku.release_words("orders-space");
  EXPECT_EQ(words[words.size() - 2], "Detach DATABASE (@ref:young)");
  EXPECT_EQ(words[words.size() - 1], "Attach DATABASE (@ref:orders-private)");
}

TEST(EmulatorAttachments, DetachRemovesTheConfigVarAndRestarts) {
  Ready heroku;
  heroku.call("PATCH", "/apps/orders-space/formation", R"({"updates":[{"type":"web","quantity":1}]})");
  heroku.advance(seconds(3));
  const std::string id = heroku.attach(R"(,"name":"DATABASE")").body["id"].as_string();
  heroku.advance(seconds(3));
  EXPECT_TRUE(heroku.processes.find("orders-space", "web.1")->environment.contains("DATABASE_URL"));
  EXPECT_EQ(heroku.call("DELETE", "/addon-attachments/" + id).status, 200);
  heroku.advance(seconds(3));
  EXPECT_FALSE(heroku.processes.find("orders-space", "web.1")->environment.contains("DATABASE_URL"));
  EXPECT_EQ(heroku.get("/addon-attachments/" + id).status, 404);
  const std::string last = heroku.get("/apps/orders-space/addon-attachments/FOLLOWER").body["id"].as_string();
  EXPECT_EQ(heroku.call("DELETE", "/addon-attachments/" + last).status, 422);
}

TEST(EmulatorAttachments, ListsPerAppPerAddonAndGlobally) {
  Harness heroku(std::string(small_world) + "attachments: [{app: orders-space, addon: old-db, as: OLD}]\n");
  EXPECT_THAT(heroku.get("/apps/orders/addon-attachments").all("name"), ElementsAre("DATABASE"));
  EXPECT_THAT(heroku.get("/addons/old-db/addon-attachments").all("name"), UnorderedElementsAre("DATABASE", "OLD"));
  EXPECT_THAT(heroku.get("/addon-attachments").all("name"), UnorderedElementsAre("DATABASE", "OLD"));
  const json::Value plain = heroku.get("/apps/orders/addon-attachments").body.items()[0];
  EXPECT_FALSE(plain.has("config_vars"));
  EXPECT_FALSE(plain["addon"].has("plan"));
  const json::Value full =
      heroku.get("/apps/orders/addon-attachments", {{"accept-inclusion", "addon:plan,config_vars"}}).body.items()[0];
  EXPECT_EQ(full["config_vars"].items()[0].as_string(), "DATABASE_URL");
  EXPECT_EQ(full["addon"]["plan"]["name"].as_string(), "heroku-postgresql:standard-0");
}

TEST(EmulatorAttachments, ResolvesByNameUrlAndAddon) {
  Harness heroku;
  const auto resolve = [&](const std::string& name, const std::string& app) {
    return heroku.call("POST", "/actions/addon-attachments/resolve",
                       R"({"addon_attachment":")" + name + R"(","app":)" + app + "}",
                       {{"accept-inclusion", "addon:plan,config_vars"}});
  };
  EXPECT_THAT(resolve("DATABASE", R"("orders")").all("name"), ElementsAre("DATABASE"));
  EXPECT_THAT(resolve("DATABASE_URL", R"("orders")").all("name"), ElementsAre("DATABASE"));
  EXPECT_THAT(resolve("old-db", R"("orders")").all("name"), ElementsAre("DATABASE"));
  EXPECT_THAT(resolve("old-db", "null").all("name"), ElementsAre("DATABASE"));
  const Answer missing = resolve("DATABASE", R"("orders-space")");
  EXPECT_EQ(missing.status, 404);
  EXPECT_EQ(missing.body["resource"].as_string(), "add_on attachment");
}

TEST(EmulatorAttachments, RefusesWhatCannotWork) {
  Harness heroku;
  heroku.create_follower();
  const auto post = [&](const std::string& body) { return heroku.call("POST", "/addon-attachments", body).status; };
  EXPECT_EQ(post(R"({"addon":"orders-private","app":"orders-space","name":"X"})"), 422) << "still provisioning";
  heroku.advance(seconds(70));
  EXPECT_EQ(post(R"({"addon":"orders-private","app":"orders","name":"X"})"), 422) << "outside its space";
  EXPECT_EQ(post(R"({"addon":"old-db","app":"orders-space","name":"X"})"), 423) << "not networked with the space";
  EXPECT_EQ(post(R"({"addon":"old-db","app":"orders-space","name":"X","confirm":"orders-space"})"), 201);
  EXPECT_EQ(post(R"({"addon":"orders-private","app":"orders-space","name":"x"})"), 422) << "no attachment name";
  EXPECT_EQ(post(R"({"addon":"orders-private","app":"orders-space","name":"Y","namespace":"credential:nobody"})"), 422);
  EXPECT_EQ(post(R"({"addon":"nothing","app":"orders-space"})"), 404);
}

TEST(EmulatorAttachments, PoolsAreAttachmentsWithAPortOfTheirOwn) {
  Harness heroku(std::string(small_world) +
                 "  tiny: {app: orders, plan: essential-0, as: TINY}\n"
                 "attachments: [{app: orders, addon: old-db, as: EARLY, namespace: 'connection-pooling:default'}]\n");
  const std::string base = "/client/v11/databases/old-db";
  const std::string body = R"({"app":"orders","credential":"default"})";
  EXPECT_EQ(heroku.get(base + "/connection-pooling").body["status"].as_string(), "available");
  const std::size_t releases = heroku.release_words("orders").size();
  const Answer made = heroku.call("POST", base + "/connection-pooling", body);
  EXPECT_EQ(made.status, 201);
  EXPECT_EQ(made.text, R"({"name":"DATABASE_CONNECTION_POOL"})");
  EXPECT_EQ(heroku.release_words("orders").size(), releases + 1);
  EXPECT_EQ(heroku.get("/apps/orders/addon-attachments/DATABASE_CONNECTION_POOL").body["namespace"].as_string(),
            "connection-pooling:default");
  const json::Value config = heroku.get("/apps/orders/config-vars").body;
  std::string pool = config["DATABASE_CONNECTION_POOL_URL"].as_string();
  EXPECT_EQ(config["EARLY_URL"].as_string(), pool);
  EXPECT_NE(config["DATABASE_URL"].as_string(), pool);
  EXPECT_EQ(config["DATABASE_URL"].as_string(), pool.replace(pool.find(":5"), 2, ":4")) << "all but the port";
  EXPECT_EQ(heroku.call("POST", base + "/connection-pooling", body).status, 422) << "the name is taken";
  EXPECT_EQ(heroku.call("POST", base + "/connection-pooling", R"({"app":"nobody"})").status, 422);
  EXPECT_EQ(heroku.get("/client/v11/databases/tiny/connection-pooling").status, 422);
  EXPECT_EQ(
      heroku.call("POST", "/client/v11/databases/tiny/connection-pooling", R"({"app":"orders","name":"X"})").status,
      422);
  EXPECT_EQ(heroku
                .call("POST", "/addon-attachments",
                      R"({"addon":"tiny","app":"orders","name":"X","namespace":"connection-pooling:default"})")
                .status,
            422);
}

}  // namespace
}  // namespace changeover::testing
