// What every route has in common: who may call, how often, how lists are cut, how a run repeats.
#include "tests/unit/emulator/model_harness.h"

namespace changeover::testing {
namespace {

using std::chrono::seconds;
using ::testing::ElementsAre;

TEST(EmulatorSurface, WantsTheTokenAsBearerOrBasic) {
  Harness heroku;
  EXPECT_EQ(heroku.get("/apps", {{"authorization", "Bearer wrong"}}).body["id"].as_string(), "unauthorized");
  EXPECT_EQ(heroku.get("/apps", {{"authorization", "Basic OnRlc3QtdG9rZW4="}}).status, 200);      // ":test-token"
  EXPECT_EQ(heroku.get("/apps", {{"authorization", "Basic bWU6dGVzdC10b2tlbg=="}}).status, 200);  // "me:test-token"
  EXPECT_EQ(heroku.get("/apps", {{"authorization", "Basic Ondyb25n"}}).status, 401);
  EXPECT_EQ(heroku.get("/apps", {{"authorization", "test-token"}}).status, 401);
  EXPECT_EQ(heroku.get("/plans/heroku-postgresql:private-4", {{"authorization", "none"}}).status, 200)
      << "needs no token";
}

TEST(EmulatorSurface, CountsDownTheRateLimitAndRefillsIt) {
  Harness heroku(std::string(small_world) + "switches: {rate_limit: 3, tokens_per_hour: 3600}\n");
  EXPECT_EQ(heroku.get("/apps").header("ratelimit-remaining"), "2");
  EXPECT_EQ(heroku.get("/account/rate-limits").body["remaining"].as_integer(), 2);
  EXPECT_EQ(heroku.get("/client/v11/databases/old-db").header("ratelimit-remaining"), "");
  (void)heroku.get("/apps");
  (void)heroku.get("/apps");
  const Answer empty = heroku.get("/apps");
  EXPECT_EQ(empty.status, 429);
  EXPECT_EQ(empty.body["id"].as_string(), "rate_limit");
  EXPECT_EQ(empty.header("retry-after"), "");
  heroku.advance(seconds(1));
  EXPECT_EQ(heroku.get("/apps").status, 200);
}

TEST(EmulatorSurface, CutsListsIntoPages) {
  std::string yaml = "version: 1\napi_key: test-token\napps:\n";
  for (int i = 1000; i < 1450; ++i) yaml += "  app-" + std::to_string(i) + ": {}\n";
  Harness heroku(yaml);
  std::vector<std::string> names;
  std::string range;
  for (int pages = 1;; ++pages) {
    const Answer page = heroku.get("/apps", range.empty() ? emulator::Headers{} : emulator::Headers{{"range", range}});
    for (const std::string& name : page.all("name")) names.push_back(name);
    range = page.header("next-range");
    EXPECT_EQ(page.status, range.empty() ? 200 : 206);
    if (!range.empty()) continue;
    EXPECT_EQ(pages, 3);
    break;
  }
  ASSERT_EQ(names.size(), 450U);
  EXPECT_EQ(names.front(), "app-1000");
  EXPECT_EQ(names.back(), "app-1449");
  EXPECT_EQ(heroku.get("/apps", {{"range", "name ..; max=5000"}}).body.items().size(), 450U);
  EXPECT_THAT(heroku.get("/apps", {{"range", "name ]app-1447..; order=desc"}}).all("name"),
              ElementsAre("app-1449", "app-1448"));
  EXPECT_EQ(heroku.get("/apps", {{"range", "colour .."}}).body["id"].as_string(), "requested_range_not_satisfiable");
  EXPECT_EQ(heroku.get("/apps", {{"range", "name ..; max=none"}}).status, 416);
}

TEST(EmulatorSurface, ConditionalRequestsSaveTheBody) {
  Harness heroku;
  const std::string tag = heroku.get("/apps").header("etag");
  ASSERT_NE(tag, "");
  const Answer unchanged = heroku.get("/apps", {{"if-none-match", tag}});
  EXPECT_EQ(unchanged.status, 304);
  EXPECT_EQ(unchanged.text, "");
  heroku.call("PATCH", "/apps/orders", R"({"maintenance":true})");
  EXPECT_EQ(heroku.get("/apps", {{"if-none-match", tag}}).status, 200);
}

TEST(EmulatorSurface, BadBodiesAndUnknownRoutes) {
  Harness heroku;
  EXPECT_EQ(heroku.call("PATCH", "/apps/orders", "{\"maintenance\":").body["id"].as_string(), "bad_request");
  EXPECT_EQ(heroku.call("PATCH", "/apps/orders", "7").status, 400);
  EXPECT_EQ(heroku.get("/nothing/here").status, 404);
  EXPECT_EQ(heroku.get("/client/v11/nothing").text, "");
  EXPECT_EQ(heroku.call("DELETE", "/apps/orders").status, 404);
}

TEST(EmulatorSurface, NamesInPathsAreDecoded) {
  Harness heroku;
  EXPECT_EQ(heroku.get("/apps/orders%2Dspace").body["name"].as_string(), "orders-space");
  EXPECT_EQ(heroku.get("/apps/orders/?x=1").body["name"].as_string(), "orders");
}

TEST(EmulatorSurface, TheSameSeedGivesTheSameBytes) {
  const auto story = [] {
    Harness heroku;
    heroku.create_follower();
    heroku.advance(seconds(70));
    heroku.call("PUT", "/client/v11/databases/orders-private/unfollow");
    heroku.advance(seconds(20));
    return heroku.get("/addons").text + heroku.get("/client/v11/databases/orders-private").text +
           heroku.get("/apps/orders-space/releases").text + heroku.get("/apps/orders/dynos").text;
  };
  EXPECT_EQ(story(), story());
}

TEST(EmulatorSurface, IsNotThereBeforeItsDatabasesRun) {
  VirtualTime time;
  SeededRandom random(1);
  FakeDatabases databases(time);
  FakeTransfers transfers(time);
  FakeProcesses processes(time);
  databases.start_time = seconds(3);
  emulator::Model model(Harness::read(small_world), time, random, {databases, transfers, processes});
  EXPECT_FALSE(model.ready());
  EXPECT_EQ(model.handle({"GET", "/apps", {{"authorization", "Bearer test-token"}}, {}}).status, 503);
  EXPECT_EQ(processes.size(), 0U);
  time.advance(seconds(3));
  model.tick();
  EXPECT_TRUE(model.ready());
  EXPECT_EQ(processes.size(), 3U);
}

TEST(EmulatorSurface, SaysWhyAWorldCannotStart) {
  VirtualTime time;
  SeededRandom random(1);
  FakeDatabases databases(time);
  FakeTransfers transfers(time);
  FakeProcesses processes(time);
  databases.start_time = seconds(3);
  emulator::Model model(Harness::read(small_world), time, random, {databases, transfers, processes});
  EXPECT_EQ(model.failure(), "");
  const json::Value status = model.status();
  for (const json::Value& database : status["databases"].items()) databases.fail(database["id"].as_string());
  model.tick();
  EXPECT_EQ(model.failure(), "the database old-db did not start: the disk is full");
}

}  // namespace
}  // namespace changeover::testing
