// What each call of the two clients puts on the wire, and what becomes of the answer.
#include <gtest/gtest.h>

#include "core/text.h"
#include "providers/heroku/data_client.h"
#include "providers/heroku/platform_client.h"
#include "tests/support/fake_transport.h"
#include "tests/support/virtual_time.h"

namespace changeover::heroku {
namespace {

constexpr const char* app_json = R"({"id":"a1","name":"orders","maintenance":true})";
constexpr const char* addon_json =
    R"({"id":"7d1e","name":"orders-private","state":"provisioning","app":{"id":"a1","name":"orders"},"plan":{"name":"heroku-postgresql:private-4"}})";
constexpr const char* attachment_json =
    R"({"id":"t1","name":"DATABASE","app":{"id":"a1","name":"orders"},"addon":{"id":"7d1e","name":"orders-private"}})";

struct ClientsTest : ::testing::Test {
  testing::VirtualTime time;
  EventLoop loop{time, time};
  testing::FakeTransport transport{loop};
  SeededRandom random{7};
  ApiClient api{loop, transport, random, Hosts{}, Secret("HRKU-token")};
  PlatformClient platform{api};
  DataClient data{api};

  [[nodiscard]] std::string last_header(const std::string& name) const {
    for (const auto& [key, value] : transport.sent.back().headers)
      if (key == name) return value;
    return {};
  }
  [[nodiscard]] const std::string& last_body() const { return transport.sent.back().body; }
  static std::string listed(const std::string& item) { return "[" + item + "]"; }
};

TEST_F(ClientsTest, ListsOfTheAccountAskForWholePagesAndWhatTheyNeed) {
  transport.on("GET /apps", {206, listed(app_json), {{"next-range", "id ]a1..; max=1000"}}})
      .on("GET /apps", {200, "[]"});
  EXPECT_EQ(loop.run(platform.apps())->size(), 1U);
  EXPECT_EQ(last_header("Range"), "id ]a1..; max=1000");
  transport.on("GET /addons", {200, listed(addon_json)});
  EXPECT_EQ(loop.run(platform.addons())->front().id, "7d1e");
  EXPECT_EQ(last_header("Range"), "id ..; max=1000");
  EXPECT_EQ(last_header("Accept-Expansion"), "plan");
  transport.on("GET /addon-attachments", {200, listed(attachment_json)});
  EXPECT_EQ(loop.run(platform.addon_attachments())->front().name, "DATABASE");
  EXPECT_EQ(last_header("Accept-Inclusion"), "addon:plan,config_vars");
}

TEST_F(ClientsTest, ReadsOfOneObjectGoToTheirRoutes) {
  transport.on("GET /apps/orders", {200, app_json});
  EXPECT_TRUE(loop.run(platform.app("orders"))->maintenance);
  transport.on("GET /apps/orders/formation", {200, R"([{"type":"web","quantity":2,"size":"Private-M"}])"});
  EXPECT_EQ(*loop.run(platform.formation("orders")), (std::vector<Process>{{"web", 2, "Private-M"}}));
  transport.on("GET /apps/orders/dynos", {200, R"([{"name":"web.1","state":"up"}])"});
  EXPECT_EQ(loop.run(platform.dynos("orders"))->front().type, "web");
  transport.on("GET /apps/orders/releases/43", {200, R"({"id":"r","version":43,"status":"succeeded"})"});
  EXPECT_EQ(loop.run(platform.release("orders", "43"))->version, 43);
  transport.on("GET /apps/orders/addons", {200, listed(addon_json)});
  EXPECT_EQ(loop.run(platform.app_addons("orders"))->size(), 1U);
  transport.on("GET /addons/orders-private", {200, addon_json});
  EXPECT_EQ(loop.run(platform.addon("orders-private"))->state, "provisioning");
  transport.on("GET /apps/orders/addon-attachments", {200, listed(attachment_json)});
  EXPECT_EQ(loop.run(platform.app_attachments("orders"))->size(), 1U);
  transport.on("GET /addons/7d1e/addon-attachments", {200, listed(attachment_json)});
  EXPECT_EQ(loop.run(platform.attachments_of("7d1e"))->size(), 1U);
  transport.on("GET /addon-services/heroku-postgresql/plans", {200, R"([{"name":"heroku-postgresql:private-4"}])"});
  EXPECT_EQ(loop.run(platform.plans())->size(), 1U);
  transport.on("GET /plans/heroku-postgresql:private-4", {200, R"({"name":"heroku-postgresql:private-4"})"});
  EXPECT_TRUE(loop.run(platform.plan("heroku-postgresql:private-4")));
  transport.on("GET /account/rate-limits", {200, R"({"remaining":4321})"});
  EXPECT_EQ(*loop.run(platform.rate_limits()), 4321);
}

TEST_F(ClientsTest, TheNewestReleasesAreOnePage) {
  transport.on(
      "GET /apps/orders/releases",
      {206, R"([{"id":"r","version":43,"status":"succeeded"}])", {{"next-range", "version ..42; max=5, order=desc"}}});
  EXPECT_EQ(loop.run(platform.releases("orders", 5))->size(), 1U);
  EXPECT_EQ(last_header("Range"), "version ..; max=5, order=desc");
  EXPECT_EQ(transport.sent.size(), 1U);
}

TEST_F(ClientsTest, ChangesOfAnAppSendWhatTheyMean) {
  transport.on("PATCH /apps/orders", {200, app_json});
  EXPECT_TRUE(loop.run(platform.set_maintenance("orders", true)));
  EXPECT_EQ(last_body(), R"({"maintenance":true})");
  transport.on("PATCH /apps/orders/formation",
               {200, R"([{"type":"web","quantity":0},{"type":"worker","quantity":1}])"});
  const auto formation = loop.run(platform.set_formation("orders", {{"web", 0}, {"worker", 1, "private-m"}}));
  ASSERT_TRUE(formation);
  EXPECT_EQ(formation->size(), 2U);
  EXPECT_EQ(last_body(),
            R"({"updates":[{"type":"web","quantity":0},{"type":"worker","quantity":1,"size":"private-m"}]})");
  transport.on("POST /apps/orders/dynos/run.1234/actions/stop", {202, ""});
  EXPECT_TRUE(loop.run(platform.stop_dyno("orders", "run.1234")));
}

TEST_F(ClientsTest, AFollowerIsMadeUnderItsNameAndNeverAsDatabaseByAccident) {
  transport.on("POST /apps/orders/addons", {201, addon_json});
  const NewAddon wanted{"orders", "heroku-postgresql:private-4", "orders-private", "HEROKU_POSTGRESQL_BLUE",
                        "postgresql-old-1"};
  const auto addon = loop.run(platform.create_addon(wanted));
  ASSERT_TRUE(addon);
  EXPECT_EQ(addon->id, "7d1e");
  EXPECT_EQ(
      last_body(),
      R"({"plan":"heroku-postgresql:private-4","name":"orders-private","attachment":{"name":"HEROKU_POSTGRESQL_BLUE"},"config":{"follow":"postgresql-old-1"}})");
}

TEST_F(ClientsTest, ALostAnswerToACreateIsForTheCallerToLookAt) {
  for (const testing::Reply& reply :
       {testing::lost(), testing::Reply{201, R"({"name":"without an id"})"}, testing::Reply{200, "[]"}}) {
    transport.on("POST /apps/orders/addons", reply);
    const auto addon = loop.run(platform.create_addon({"orders", "p", "n", "BLUE"}));
    ASSERT_FALSE(addon);
    EXPECT_EQ(to_string(addon.error().code), "outcome_unknown") << addon.error().what;
  }
  EXPECT_EQ(transport.sent.size(), 3U);
}

TEST_F(ClientsTest, ATakenAttachmentNameIsAConflictWithItsId) {
  transport.on("POST /addon-attachments", {423, R"({"id":"confirmation_required","message":"replaces DATABASE"})"});
  const auto refused = loop.run(platform.create_attachment({"7d1e", "orders", "DATABASE"}));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::conflict);
  EXPECT_EQ(refused.error().api_id, "confirmation_required");
  EXPECT_EQ(last_body(), R"({"addon":"7d1e","app":"orders","name":"DATABASE"})");
}

TEST_F(ClientsTest, AttachmentsAreMadeAndDeleted) {
  transport.on("POST /addon-attachments", {201, attachment_json});
  EXPECT_EQ(
      loop.run(platform.create_attachment({"7d1e", "orders", "POOL", "connection-pooling:default", "orders"}))->id,
      "t1");
  EXPECT_EQ(
      last_body(),
      R"({"addon":"7d1e","app":"orders","name":"POOL","namespace":"connection-pooling:default","confirm":"orders"})");
  transport.on("DELETE /addon-attachments/t1", {200, attachment_json});
  EXPECT_TRUE(loop.run(platform.delete_attachment("t1")));
  EXPECT_EQ(last_body(), "");
}

TEST_F(ClientsTest, AnAddonIsDestroyedWithoutForce) {
  transport.on("DELETE /apps/a1/addons/7d1e",
               {202, R"({"id":"7d1e","name":"orders-private","state":"deprovisioning"})"});
  EXPECT_EQ(loop.run(platform.destroy_addon("a1", "7d1e"))->state, "deprovisioning");
  EXPECT_EQ(last_body(), "");
  EXPECT_EQ(loop.run(platform.destroy_addon("a1", "")).error().code, ErrorCode::internal);
  EXPECT_EQ(transport.sent.size(), 1U);
}

TEST_F(ClientsTest, DatabasesAreReadFromTheDataApi) {
  transport.on("GET /client/v11/databases/7d1e", {200, R"({"addon_id":"7d1e","following":null,"waiting?":false})"});
  EXPECT_FALSE(loop.run(data.database("7d1e"))->following);
  EXPECT_EQ(transport.sent.back().url, "https://api.data.heroku.com/client/v11/databases/7d1e");
  transport.on("GET /client/v11/databases/7d1e/wait_status", {200, R"({"message":"available","waiting?":false})"});
  const auto status = loop.run(data.wait_status("7d1e"));
  ASSERT_TRUE(status);
  EXPECT_FALSE(status->waiting);
  EXPECT_FALSE(status->failed);
  transport.on("GET /client/v11/databases/7d1e/wait_status", {200, R"({"message":"x"})"});
  EXPECT_EQ(loop.run(data.wait_status("7d1e")).error().code, ErrorCode::corrupt);
  transport.on("GET /data/maintenances/v1/7d1e",
               {200, R"({"status":"pending","scheduled_for":"2026-12-01T13:30:00Z","reason":"kernel"})"});
  const auto maintenance = loop.run(data.maintenances("7d1e"));
  ASSERT_TRUE(maintenance);
  EXPECT_EQ(maintenance->status, "pending");
  EXPECT_EQ(maintenance->scheduled_for, parse_time("2026-12-01T13:30:00Z"));
}

TEST_F(ClientsTest, ADatabaseThatIsNotYetThereIsNotFoundWhateverTheBody) {
  for (const char* body : {"", "<h1>Not Found</h1>", R"({"id":"not_found","message":"x"})", R"({"error":"x"})"}) {
    transport.on("GET /client/v11/databases/7d1e", {404, body, {{"content-type", "application/json"}}});
    EXPECT_EQ(loop.run(data.database("7d1e")).error().code, ErrorCode::not_found) << body;
  }
}

TEST_F(ClientsTest, UnfollowGoesOutOnceWithoutABody) {
  transport.on("PUT /client/v11/databases/7d1e/unfollow", {200, R"({"message":"ok"})"});
  EXPECT_TRUE(loop.run(data.unfollow("7d1e")));
  EXPECT_EQ(last_body(), "");
  transport.on("PUT /client/v11/databases/7d1e/unfollow", testing::lost());
  EXPECT_EQ(loop.run(data.unfollow("7d1e")).error().code, ErrorCode::outcome_unknown);
  EXPECT_EQ(transport.sent.size(), 2U);
  transport.on("PUT /client/v11/databases/7d1e/unfollow",
               {422, R"({"id":"unprocessable_entity","message":"not a follower"})"});
  const auto refused = loop.run(data.unfollow("7d1e"));
  EXPECT_EQ(refused.error().code, ErrorCode::precondition);
  EXPECT_EQ(refused.error().api_id, "unprocessable_entity");
  transport.on("POST /client/v11/databases/7d1e/connection_reset", {200, R"({"message":"ok"})"});
  EXPECT_TRUE(loop.run(data.connection_reset("7d1e")));
}

TEST_F(ClientsTest, WhatLiesAroundADatabaseIsReadFromItsRoutes) {
  transport.on("GET /apps/orders/config-vars",
               {200, R"({"DB":"postgres://u:open-sesame@h/d","RAILS_ENV":"production"})"});
  const auto vars = loop.run(platform.config_vars("orders"));
  ASSERT_EQ(vars->size(), 2U);
  EXPECT_EQ(vars->front().name, "DB");
  EXPECT_EQ(vars->front().value, Secret("postgres://u:open-sesame@h/d"));
  transport.on(
      "GET /apps/orders/domains",
      {200, R"([{"hostname":"orders.herokuapp.com","kind":"heroku"},{"hostname":"shop.example","kind":"custom"}])"});
  const auto domains = loop.run(platform.domains("orders"));
  EXPECT_FALSE(domains->front().custom);
  EXPECT_TRUE(domains->back().custom);
  transport.on(
      "GET /postgres/v0/databases/7d1e/config",
      {200, R"({"log_statement":{"value":"all","default":"ddl"},"log_lock_waits":{"value":true,"default":true}})"});
  const auto settings = loop.run(data.settings("7d1e"));
  ASSERT_EQ(settings->size(), 2U);
  EXPECT_EQ(settings->front().value, "true");
  EXPECT_EQ(settings->back().usual, "ddl");
  transport.on("GET /client/v11/databases/7d1e/transfer-schedules",
               {200, R"([{"hour":3,"timezone":"UTC"},{"hour":"14","timezone":"Europe/Paris"}])"});
  EXPECT_EQ(*loop.run(data.backup_schedules("7d1e")), (std::vector<std::string>{"03:00 UTC", "14:00 Europe/Paris"}));
  transport.on("GET /client/v11/databases/7d1e/links", {200, R"([{"id":"l1","name":"warehouse"}])"});
  EXPECT_EQ(*loop.run(data.links("7d1e")), std::vector<std::string>{"warehouse"});
  transport.on("GET /client/v11/databases/7d1e/followers",
               {200, R"([{"addon_id":"9","name":"reports-db","following":"postgres://u:p@h/d","waiting?":false}])"});
  EXPECT_EQ(loop.run(data.followers("7d1e"))->front().name, "reports-db");
}

TEST_F(ClientsTest, AConfigVarThatIsNoTextIsNoValueAndNoErrorShowsOne) {
  transport.on("GET /apps/orders/config-vars", {200, R"(["postgres://u:open-sesame@h/d"])"});
  const auto vars = loop.run(platform.config_vars("orders"));
  ASSERT_FALSE(vars);
  EXPECT_EQ((vars.error().what + vars.error().advice).find("sesame"), std::string::npos);
}

TEST_F(ClientsTest, ParallelReadsRunAtOnce) {
  testing::Reply reply{200, R"([{"name":"web.1","state":"up"}])"};
  reply.takes = std::chrono::milliseconds{100};
  transport.on("GET /apps/a/dynos", reply).on("GET /apps/b/dynos", reply);
  std::vector<Task<Result<std::vector<Dyno>>>> both;
  CallOptions poll;
  poll.poll = true;
  both.push_back(platform.dynos("a", poll));
  both.push_back(platform.dynos("b", poll));
  for (const auto& dynos : loop.run(all_of(std::move(both)))) EXPECT_TRUE(dynos);
  EXPECT_EQ(time.steady_now().time_since_epoch(), std::chrono::milliseconds{100});
  EXPECT_EQ(api.counts().polls, 2);
}

}  // namespace
}  // namespace changeover::heroku
