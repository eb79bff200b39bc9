// What every route has in common: who may call, how often, how lists are cut, how a run repeats.
#include <algorithm>

#include "emulator/model/routes.h"
#include "tests/unit/emulator/example_path.h"
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

TEST(EmulatorSurface, EveryListTakesRanges) {
  Harness heroku(std::string(small_world) + "attachments: [{app: orders, addon: old-db, as: SPARE}]\n");
  for (const emulator::Route& route : emulator::all_routes()) {
    if (route.method != "GET" || route.api() != emulator::Route::Api::platform) continue;
    const std::string path = example_path(heroku, route.pattern);
    const Answer whole = heroku.get(path);
    ASSERT_EQ(whole.status, 200) << path;
    if (!whole.body.is_array()) continue;
    EXPECT_EQ(heroku.get(path, {{"range", "nothing .."}}).status, 416) << path;
    EXPECT_EQ(heroku.get(path, {{"range", "bytes=0-10"}}).status, 416) << path;
    ASSERT_NE(whole.header("accept-ranges"), "") << path;
    const std::size_t size = whole.body.items().size();
    if (size == 0) continue;
    const std::string field = whole.header("content-range").substr(0, whole.header("content-range").find(' '));
    EXPECT_THAT(whole.header("accept-ranges"), ::testing::HasSubstr(field));
    std::vector<std::string> paged;
    std::string range = field + " ..; max=1, order=desc";
    while (!range.empty() && paged.size() <= size) {
      const Answer page = heroku.get(path, {{"range", range}});
      for (const std::string& one : page.all(field)) paged.push_back(one);
      range = page.header("next-range");
      EXPECT_EQ(page.status, range.empty() ? 200 : 206) << path;
    }
    std::vector<std::string> straight = whole.all(field);
    std::reverse(straight.begin(), straight.end());
    EXPECT_EQ(paged, straight) << path;
  }
}

TEST(EmulatorSurface, PagesKeepWhatHasTheSameKeyTogether) {
  Harness heroku(std::string(small_world) + "  spare: {app: orders-space, plan: private-0, as: DATABASE}\n");
  const Answer page = heroku.get("/addon-attachments", {{"range", "name ..; max=1"}});
  EXPECT_EQ(page.status, 200);
  EXPECT_THAT(page.all("name"), ElementsAre("DATABASE", "DATABASE"));
}

TEST(EmulatorSurface, BoundsMayBeLeftOut) {
  Harness heroku;
  const auto versions = [&](const std::string& range) {
    return heroku.get("/apps/orders/releases", {{"range", range}});
  };
  EXPECT_THAT(versions("version 2..3").all("version"), ElementsAre("2", "3"));
  EXPECT_THAT(versions("version ]2..3").all("version"), ElementsAre("3"));
  EXPECT_THAT(versions("version 2..]3").all("version"), ElementsAre("2"));
  EXPECT_THAT(versions("version ]1..; order=desc, max=1").all("version"), ElementsAre("3"));
  EXPECT_EQ(versions("version ]1..; order=desc, max=1").header("next-range"), "version ]1..]3; order=desc, max=1");
  EXPECT_EQ(versions("version 2..3").header("content-range"), "version 2..3");
  for (const char* bad : {"version 1-2", "version ..; max=0", "version ..; order=up", "version ..; colour=red", "..",
                          "version ..; max=99999999999999999999"})
    EXPECT_EQ(versions(bad).status, 416) << bad;
}

TEST(EmulatorSurface, ConditionalRequestsSaveTheBody) {
  Harness heroku;
  const Answer first = heroku.get("/apps");
  const std::string tag = first.header("etag");
  ASSERT_NE(tag, "");
  const auto status = [&](const std::string& header, const std::string& value) {
    return heroku.get("/apps", {{header, value}}).status;
  };
  const Answer unchanged = heroku.get("/apps", {{"if-none-match", tag}});
  EXPECT_EQ(unchanged.status, 304);
  EXPECT_EQ(unchanged.text, "");
  EXPECT_EQ(unchanged.header("content-type"), "");
  EXPECT_EQ(unchanged.header("etag"), tag);
  EXPECT_EQ(status("if-none-match", "\"other\", W/" + tag), 304);
  EXPECT_EQ(status("if-none-match", "*"), 304);
  EXPECT_EQ(status("if-none-match", "\"other\""), 200);
  EXPECT_EQ(status("if-modified-since", first.header("last-modified")), 304);
  EXPECT_EQ(status("if-modified-since", "Sun, 06 Nov 1994 08:49:37 GMT"), 200);
  heroku.call("PATCH", "/apps/orders", R"({"maintenance":true})");
  EXPECT_EQ(status("if-none-match", tag), 200);
  EXPECT_EQ(status("if-modified-since", first.header("last-modified")), 200) << "though it was in the same second";
}

TEST(EmulatorSurface, NotModifiedCostsATokenUnlessToldOtherwise) {
  const auto left = [](const std::string& more) {
    Harness heroku(std::string(small_world) + more);
    const std::string tag = heroku.get("/apps").header("etag");
    return heroku.get("/apps", {{"if-none-match", tag}}).header("ratelimit-remaining");
  };
  EXPECT_EQ(left(""), "4498");
  EXPECT_EQ(left("switches: {not_modified_costs: false}\n"), "4499");
}

TEST(EmulatorSurface, HeadersOfBothApis) {
  Harness heroku;
  const std::string sent = "0f9b2c1e-5a53-4b57-9a3f-2a0d3f0e8f11,not an id,7d1e2c1e-5a53-4b57-9a3f-2a0d3f0e8f11";
  const Answer platform = heroku.get("/addons", {{"request-id", sent}, {"accept-expansion", "plan"}});
  EXPECT_THAT(platform.header("request-id"),
              ::testing::MatchesRegex("[0-9a-f-]{36},0f9b2c1e-5a53-4b57-9a3f-2a0d3f0e8f11,7d1e2c1e-5a53-4b57-9a3f-"
                                      "2a0d3f0e8f11"));
  EXPECT_EQ(platform.header("content-type"), "application/json");
  EXPECT_EQ(platform.header("content-expansion"), "plan");
  EXPECT_EQ(platform.header("accept-ranges"), "id, name");
  EXPECT_EQ(platform.header("content-range"), "name old-db..old-db");
  EXPECT_EQ(platform.header("cache-control"), "private, no-cache");
  EXPECT_EQ(platform.header("ratelimit-multiplier"), "1");
  const Answer data = heroku.get("/client/v11/databases/old-db", {{"request-id", sent}});
  EXPECT_EQ(data.header("content-type"), "application/json;charset=utf-8");
  EXPECT_THAT(data.header("etag"), ::testing::StartsWith("W/\""));
  EXPECT_EQ(data.header("cache-control"), "max-age=0, private, must-revalidate");
  EXPECT_EQ(data.header("request-id").size(), 36U);
  for (const char* absent : {"ratelimit-remaining", "accept-ranges", "vary"}) EXPECT_EQ(data.header(absent), "");
}

TEST(EmulatorSurface, IdsOfAnyLengthAreTaken) {
  Harness heroku;
  std::string sent;
  for (int i = 0; i < 1000; ++i) sent += "0f9b2c1e-5a53-4b57-9a3f-2a0d3f0e8f11,";
  const Answer answer = heroku.get("/apps", {{"request-id", sent}});
  EXPECT_EQ(answer.status, 200);
  EXPECT_LT(answer.header("request-id").size(), 8000U);
}

TEST(EmulatorSurface, BadBodiesAndUnknownRoutes) {
  Harness heroku;
  EXPECT_EQ(heroku.call("PATCH", "/apps/orders", "{\"maintenance\":").body["id"].as_string(), "bad_request");
  EXPECT_EQ(heroku.call("PATCH", "/apps/orders", "7").status, 400);
  EXPECT_EQ(heroku.get("/nothing/here").status, 404);
  EXPECT_EQ(heroku.get("/client/v11/nothing").text, "");
  EXPECT_EQ(heroku.call("PUT", "/apps/orders").status, 404) << "no such method";
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
