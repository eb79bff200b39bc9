// Who may call: every way of being refused before a handler sees the call (heroku-api.md 1.6 to 1.8).
#include "tests/unit/emulator/model_harness.h"

namespace changeover::testing {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr std::string_view tokens = R"(
accounts:
  viewer@example.com: {api_key: viewer, apps: {orders: [view]}}
  worker@example.com: {api_key: worker, apps: {orders: [operate], orders-space: [operate]}}
  late@example.com: {api_key: late, expired: true}
  gone@example.com: {api_key: gone, suspended: true}
  poor@example.com: {api_key: poor, delinquent: true}
)";

struct Tokens : Harness {
  explicit Tokens(const std::string& more = {}) : Harness(std::string(small_world) + std::string(tokens) + more) {}

  Answer as(const std::string& token, const std::string& method, const std::string& path,
            const std::string& body = {}) {
    return call(method, path, body, {{"authorization", "Bearer " + token}});
  }
  /// "403 forbidden"
  std::string refusal(const Answer& answer) {
    return std::to_string(answer.status) + " " + answer.body["id"].as_string();
  }
};

TEST(EmulatorAccess, ThreeWaysToBeUnauthorized) {
  Tokens heroku;
  emulator::Request bare{"GET", "/apps", {{"accept", "application/vnd.heroku+json; version=3"}}, {}};
  const emulator::Response missing = heroku.model.handle(bare);
  EXPECT_EQ(missing.status, 401);
  EXPECT_THAT(missing.body, HasSubstr("no credentials"));
  const Answer invalid = heroku.as("nobody", "GET", "/apps");
  EXPECT_EQ(heroku.refusal(invalid), "401 unauthorized");
  EXPECT_THAT(invalid.text, HasSubstr("Invalid credentials"));
  const Answer expired = heroku.as("late", "GET", "/apps");
  EXPECT_EQ(heroku.refusal(expired), "401 unauthorized");
  EXPECT_THAT(expired.text, HasSubstr("expired"));
  EXPECT_EQ(heroku.as("nobody", "GET", "/client/v11/databases/old-db").status, 401);
}

TEST(EmulatorAccess, TheVersionMustBeNamed) {
  Tokens heroku;
  const auto accept = [&](const std::string& header) { return heroku.get("/apps", {{"accept", header}}); };
  for (const char* good :
       {"application/vnd.heroku+json; version=3", "application/vnd.heroku+json; version=3.sdk",
        "text/html, application/vnd.heroku+json;version=3", "application/vnd.heroku+json; version=3;q=1"})
    EXPECT_EQ(accept(good).status, 200) << good;
  for (const char* bare : {"*/*", "application/json", "application/vnd.heroku+json"}) {
    const Answer missing = accept(bare);
    EXPECT_EQ(heroku.refusal(missing), "400 missing_version") << bare;
    EXPECT_THAT(missing.body["error"].as_string(), HasSubstr("version=3"));
  }
  for (const char* wrong :
       {"text/html", "application/vnd.heroku+json; version=2", "application/vnd.heroku+json; version=30"})
    EXPECT_EQ(heroku.refusal(accept(wrong)), "406 not_acceptable") << wrong;
  EXPECT_EQ(heroku.get("/client/v11/databases/old-db", {{"accept", "*/*"}}).status, 200) << "the Data API does not ask";
}

TEST(EmulatorAccess, SuspendedAccountsSeeOnlyThemselves) {
  Tokens heroku;
  EXPECT_FALSE(heroku.as("gone", "GET", "/account").body["suspended_at"].is_null());
  EXPECT_EQ(heroku.refusal(heroku.as("gone", "GET", "/apps")), "403 suspended");
  EXPECT_EQ(heroku.refusal(heroku.as("gone", "PATCH", "/apps/orders", R"({"maintenance":true})")), "403 suspended");
}

TEST(EmulatorAccess, DelinquentAccountsChangeNothing) {
  Tokens heroku;
  EXPECT_FALSE(heroku.as("poor", "GET", "/account").body["delinquent_at"].is_null());
  EXPECT_EQ(heroku.as("poor", "GET", "/apps/orders").status, 200);
  EXPECT_EQ(heroku.refusal(heroku.as("poor", "PATCH", "/apps/orders", R"({"maintenance":true})")), "402 delinquent");
  EXPECT_FALSE(heroku.get("/apps/orders").body["maintenance"].as_bool());
}

TEST(EmulatorAccess, AViewerReadsAndNothingElse) {
  Tokens heroku;
  EXPECT_EQ(heroku.as("viewer", "GET", "/account").body["email"].as_string(), "viewer@example.com");
  EXPECT_THAT(heroku.as("viewer", "GET", "/apps").all("name"), ElementsAre("orders"));
  EXPECT_EQ(heroku.as("viewer", "GET", "/apps/orders/formation").status, 200);
  EXPECT_EQ(heroku.as("viewer", "GET", "/addons/old-db").status, 200);
  const std::string no = "403 forbidden";
  EXPECT_EQ(heroku.refusal(heroku.as("viewer", "GET", "/apps/orders/config-vars")), no);
  EXPECT_EQ(heroku.refusal(heroku.as("viewer", "PATCH", "/apps/orders", R"({"maintenance":true})")), no);
  EXPECT_EQ(
      heroku.refusal(heroku.as("viewer", "POST", "/apps/orders/addons", R"({"plan":"heroku-postgresql:standard-0"})")),
      no);
  EXPECT_EQ(heroku.refusal(heroku.as("viewer", "POST", "/addon-attachments", R"({"addon":"old-db","app":"orders"})")),
            no);
  EXPECT_EQ(heroku.refusal(heroku.as("viewer", "PUT", "/client/v11/databases/old-db/unfollow")), no);
  EXPECT_EQ(heroku.as("viewer", "POST", "/actions/addons/resolve", R"({"addon":"old-db"})").status, 200);
  EXPECT_THAT(heroku.get("/addons").all("name"), ElementsAre("old-db"));
}

TEST(EmulatorAccess, WhatIsNotSeenIsForbiddenByNameAndNotFoundOtherwise) {
  const std::string more = "attachments: [{app: orders-space, addon: old-db, as: OLD}]\n";
  Tokens heroku(more);
  heroku.create_follower();
  const Answer app = heroku.as("viewer", "GET", "/apps/orders-space");
  EXPECT_EQ(heroku.refusal(app), "403 forbidden");
  EXPECT_THAT(app.text, HasSubstr("You do not have access to the app orders-space."));
  EXPECT_EQ(heroku.refusal(heroku.as("viewer", "GET", "/apps/nothing")), "404 not_found");
  EXPECT_EQ(heroku.refusal(heroku.as("viewer", "GET", "/addons/orders-private")), "404 not_found");
  EXPECT_THAT(heroku.as("viewer", "GET", "/addons").all("name"), ElementsAre("old-db"));
  EXPECT_THAT(heroku.as("viewer", "GET", "/addons/old-db/addon-attachments").all("name"), ElementsAre("DATABASE"));
  heroku.advance(seconds(61));
  EXPECT_EQ(heroku.as("viewer", "GET", "/client/v11/databases/orders-private").status, 404);

  Tokens other(more + "switches: {unseen_apps: not_found}\n");
  EXPECT_EQ(other.refusal(other.as("viewer", "GET", "/apps/orders-space")), "404 not_found");
}

TEST(EmulatorAccess, ReleasesSayWhoMadeThem) {
  Tokens heroku;
  EXPECT_EQ(heroku.as("worker", "PATCH", "/apps/orders/config-vars", R"({"A":"1"})").status, 200);
  heroku.create_follower();
  heroku.advance(seconds(61));
  const auto user = [&](const std::string& app) {
    return heroku.get("/apps/" + app + "/releases").body.items().back()["user"]["email"].as_string();
  };
  EXPECT_EQ(user("orders"), "worker@example.com");
  EXPECT_EQ(user("orders-space"), "heroku-postgresql@addons.heroku.com") << "the completion is the add-on's own";
}

TEST(EmulatorAccess, EachAccountHasItsOwnRateLimit) {
  Tokens heroku("switches: {rate_limit: 2, tokens_per_hour: 3600, retry_after: 7}\n");
  EXPECT_EQ(heroku.as("viewer", "GET", "/apps").header("ratelimit-remaining"), "1");
  (void)heroku.as("viewer", "GET", "/apps");
  const Answer empty = heroku.as("viewer", "GET", "/apps");
  EXPECT_EQ(heroku.refusal(empty), "429 rate_limit");
  EXPECT_EQ(empty.header("retry-after"), "7");
  EXPECT_EQ(heroku.as("worker", "GET", "/apps").status, 200);
  EXPECT_EQ(heroku.as("viewer", "GET", "/account/rate-limits").body["remaining"].as_integer(-1), 0);
}

TEST(EmulatorAccess, SecondFactorsHoldForAnAppAndAWhile) {
  Harness heroku(R"(
version: 1
api_key: test-token
timing: {pre_authorization: 10m}
accounts: {operator@example.com: {second_factor: "777777"}}
apps: {guarded: {two_factor: true}, open: {}}
)");
  const Answer wanted = heroku.get("/apps/guarded");
  EXPECT_EQ(wanted.status, 403);
  EXPECT_EQ(wanted.body["id"].as_string(), "two_factor");
  EXPECT_EQ(wanted.body["app"]["name"].as_string(), "guarded");
  EXPECT_EQ(heroku.get("/apps/open").status, 200);
  EXPECT_EQ(heroku.get("/apps/guarded", {{"heroku-two-factor-code", "777777"}}).status, 200) << "holds for this call";
  EXPECT_EQ(heroku.get("/apps/guarded", {{"heroku-two-factor-code", "123456"}}).status, 403);
  EXPECT_EQ(heroku.get("/apps/guarded").status, 403);
  EXPECT_EQ(heroku.call("PUT", "/apps/guarded/pre-authorizations").status, 403);
  EXPECT_EQ(heroku.call("PUT", "/apps/guarded/pre-authorizations", {}, {{"heroku-two-factor-code", "777777"}}).status,
            200);
  EXPECT_EQ(heroku.get("/apps/guarded").status, 200);
  heroku.advance(minutes(10));
  EXPECT_EQ(heroku.get("/apps/guarded").status, 403);
}

TEST(EmulatorAccess, ASuspendedAppIsRead) {
  Harness heroku("version: 1\napi_key: test-token\napps: {held: {suspended: true}}\n");
  EXPECT_EQ(heroku.get("/apps/held").status, 200);
  const Answer refused = heroku.call("PATCH", "/apps/held", R"({"maintenance":true})");
  EXPECT_EQ(refused.status, 403);
  EXPECT_EQ(refused.body["id"].as_string(), "suspended");
}

}  // namespace
}  // namespace changeover::testing
