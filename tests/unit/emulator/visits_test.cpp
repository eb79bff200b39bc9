// Where visitors go (heroku-api.md 5.2): by host, by maintenance, by what web dynos there are.
#include <set>

#include "tests/unit/emulator/model_harness.h"

namespace changeover::testing {
namespace {

using emulator::Destination;
using std::chrono::minutes;
using std::chrono::seconds;
using ::testing::ElementsAre;
using Kind = Destination::Kind;

constexpr std::string_view shops = R"(
version: 1
api_key: test-token
timing: {dyno_boot: 2s, preboot: 3m, eco_sleep: 30m, crash_restart: 1m}
teams: [acme]
spaces: {prod-va: {team: acme}}
apps:
  shop:
    domains: [Shop.example.com, "*.shop.example.com"]
    formation: {web: {quantity: 3, command: serve}, worker: {quantity: 1, command: work}}
  inside: {space: prod-va, formation: {web: {quantity: 1, command: serve}}}
  small: {formation: {web: {quantity: 1, size: eco, command: serve}, worker: {quantity: 1, size: eco, command: work}}}
  silent: {formation: {worker: {quantity: 1, command: work}}}
)";

std::vector<std::string> names(const Destination& destination) {
  std::vector<std::string> list;
  for (const Destination::Dyno& dyno : destination.dynos) list.push_back(dyno.name);
  return list;
}

void scale(Harness& heroku, const std::string& app, int web) {
  ASSERT_EQ(heroku
                .call("PATCH", "/apps/" + app + "/formation",
                      R"({"updates":[{"type":"web","quantity":)" + std::to_string(web) + "}]}")
                .status,
            200);
}

void maintain(Harness& heroku, const std::string& app) {
  ASSERT_EQ(heroku.call("PATCH", "/apps/" + app, R"({"maintenance":true})").status, 200);
}

TEST(EmulatorVisits, TheHostNamesTheApp) {
  Harness heroku(shops);
  heroku.advance(seconds(3));
  for (const char* host : {"shop.localhost", "shop.localhost:8080", "SHOP.Localhost", "shop.herokuapp.com",
                           "shop.example.com", "Shop.Example.Com:80", "a.b.shop.example.com", "shop.localhost."})
    EXPECT_EQ(heroku.model.visit(host).app, "shop") << host;
  for (const char* host : {"", "localhost", "localhost:80", "127.0.0.1:80", "[::1]:80", ".localhost", "shop",
                           "example.com", "other.localhost", "eshop.example.com", "shop.example.com.evil.test"})
    EXPECT_EQ(heroku.model.visit(host).kind, Kind::no_app) << host;
}

TEST(EmulatorVisits, GoRoundTheDynosThatAreUp) {
  Harness heroku(shops);
  EXPECT_EQ(heroku.model.visit("shop.localhost").kind, Kind::booting);
  heroku.advance(seconds(3));
  std::set<int> ports;
  std::vector<std::string> first;
  for (int visit = 0; visit < 6; ++visit) {
    const Destination destination = heroku.model.visit("shop.localhost");
    ASSERT_EQ(destination.kind, Kind::dyno);
    ASSERT_EQ(destination.dynos.size(), 3U);
    first.push_back(destination.dynos[0].name);
    ports.insert(destination.dynos[0].port);
    EXPECT_EQ(std::to_string(destination.dynos[0].port),
              heroku.processes.find("shop", destination.dynos[0].name)->environment.at("PORT"));
  }
  EXPECT_EQ(ports.size(), 3U);
  EXPECT_EQ(std::set<std::string>(first.begin(), first.begin() + 3).size(), 3U);
  heroku.processes.exit("shop", "web.2", 1);
  EXPECT_EQ(heroku.model.visit("shop.localhost").dynos.size(), 2U);
  heroku.processes.drain = seconds(20);
  scale(heroku, "shop", 1);
  EXPECT_THAT(names(heroku.model.visit("shop.localhost")), ElementsAre("web.1")) << "not to one that is told to stop";
}

TEST(EmulatorVisits, MaintenanceKeepsThemFromEveryDyno) {
  Harness heroku(shops);
  heroku.advance(seconds(3));
  maintain(heroku, "shop");
  EXPECT_EQ(heroku.model.visit("shop.localhost").kind, Kind::maintenance);
  EXPECT_TRUE(heroku.model.visit("shop.localhost").dynos.empty());
  scale(heroku, "shop", 0);
  EXPECT_EQ(heroku.model.visit("shop.localhost").kind, Kind::maintenance) << "the Common Runtime's page needs no dyno";
}

TEST(EmulatorVisits, InASpaceThePageNeedsAWebDyno) {
  Harness heroku(shops);
  heroku.advance(seconds(3));
  maintain(heroku, "inside");
  EXPECT_EQ(heroku.model.visit("inside.localhost").kind, Kind::maintenance);
  heroku.processes.drain = seconds(10);
  scale(heroku, "inside", 0);
  EXPECT_EQ(heroku.model.visit("inside.localhost").kind, Kind::maintenance) << "it still drains";
  heroku.advance(seconds(10));
  EXPECT_EQ(heroku.model.visit("inside.localhost").kind, Kind::no_proxy);
}

TEST(EmulatorVisits, NobodyToServeHasItsReasons) {
  Harness heroku(shops);
  heroku.advance(seconds(3));
  EXPECT_EQ(heroku.model.visit("silent.localhost").kind, Kind::no_web);
  for (const char* dyno : {"web.1", "web.2", "web.3"}) heroku.processes.exit("shop", dyno, 1);
  EXPECT_EQ(heroku.model.visit("shop.localhost").kind, Kind::crashed);
  heroku.call("DELETE", "/apps/shop/dynos/web.2");
  EXPECT_EQ(heroku.model.visit("shop.localhost").kind, Kind::booting);
  scale(heroku, "shop", 0);
  EXPECT_EQ(heroku.model.visit("shop.localhost").kind, Kind::no_web);
}

TEST(EmulatorVisits, APrebootServesFromTheOldDynosUntilTheyRetire) {
  Harness heroku(shops);
  heroku.call("PATCH", "/apps/shop/features/preboot", R"({"enabled":true})");
  heroku.advance(seconds(3));
  const int old_port = heroku.model.visit("shop.localhost").dynos[0].port;
  heroku.call("PATCH", "/apps/shop/config-vars", R"({"A":"1"})");
  heroku.advance(minutes(2));
  const auto ports = [&] {
    std::set<int> set;
    for (const Destination::Dyno& dyno : heroku.model.visit("shop.localhost").dynos) set.insert(dyno.port);
    return set;
  };
  EXPECT_TRUE(ports().contains(old_port));
  EXPECT_EQ(ports().size(), 3U);
  heroku.advance(minutes(1));
  EXPECT_FALSE(ports().contains(old_port));
  EXPECT_EQ(ports().size(), 3U);
}

TEST(EmulatorVisits, EcoDynosSleepAndAVisitWakesThem) {
  Harness heroku(shops);
  const auto states = [&] { return heroku.get("/apps/small/dynos").all("state"); };
  heroku.advance(minutes(20));
  ASSERT_EQ(heroku.model.visit("small.localhost").kind, Kind::dyno);
  heroku.advance(minutes(29));
  EXPECT_THAT(states(), ElementsAre("up", "up")) << "half an hour from the visit, not from the start";
  heroku.advance(minutes(1));
  EXPECT_THAT(states(), ElementsAre("idle", "idle"));
  EXPECT_EQ(heroku.processes.find("small", "worker.1"), nullptr);
  EXPECT_EQ(heroku.model.visit("small.localhost").kind, Kind::booting);
  heroku.advance(seconds(2));
  EXPECT_THAT(states(), ElementsAre("up", "up"));
  EXPECT_EQ(heroku.model.visit("small.localhost").kind, Kind::dyno);
  heroku.advance(minutes(30));
  EXPECT_THAT(states(), ElementsAre("idle", "idle")) << "and again";
  heroku.call("PATCH", "/apps/small/config-vars", R"({"A":"1"})");
  EXPECT_THAT(states(), ElementsAre("starting", "starting")) << "a release wakes them";
  heroku.advance(minutes(31));
  heroku.call("PATCH", "/apps/small/formation",
              R"({"updates":[{"type":"web","quantity":0},{"type":"worker","quantity":0}]})");
  EXPECT_TRUE(states().empty());
}

}  // namespace
}  // namespace changeover::testing
