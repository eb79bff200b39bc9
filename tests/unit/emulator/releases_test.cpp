// Releases and the release phase (heroku-api.md 2.8).
#include "tests/unit/emulator/model_harness.h"

namespace changeover::testing {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::EndsWith;

constexpr std::string_view shop = R"(
version: 1
api_key: test-token
timing: {dyno_boot: 0s, dyno_grace: 10s, release_phase: 1h}
apps:
  shop:
    config: {A: "1"}
    formation:
      web: {quantity: 1, command: serve}
      release: {command: migrate}
addons:
  db: {app: shop, plan: standard-0, as: DATABASE}
)";

struct Shop : Harness {
  Shop() : Harness(shop) {}

  Answer set(const std::string& body) { return call("PATCH", "/apps/shop/config-vars", body); }
  /// The newest release.
  json::Value last() { return get("/apps/shop/releases").body.items().back(); }
  json::Value number(int version) { return get("/apps/shop/releases/" + std::to_string(version)).body; }
  /// The running release phase ends.
  void phase_ends(int code) {
    for (const std::string& name : dyno_names("shop"))
      if (name.starts_with("release.")) processes.exit("shop", name, code);
    advance(seconds(1));  // the end is seen
    advance(seconds(1));  // dynos have moved
  }
  /// Of the web dyno, as it runs now.
  std::string web(const std::string& key) {
    const auto* process = processes.find("shop", "web.1");
    if (process == nullptr) return "(no web.1)";
    const auto found = process->environment.find(key);
    return found == process->environment.end() ? "(none)" : found->second;
  }
};

TEST(EmulatorReleases, PendingWhileThePhaseRunsOnTheNewConfig) {
  Shop heroku;
  heroku.advance(seconds(1));
  const int before = static_cast<int>(heroku.last()["version"].as_integer());
  EXPECT_EQ(heroku.set(R"({"A":"2"})").status, 200);
  EXPECT_EQ(heroku.last()["status"].as_string(), "pending");
  EXPECT_FALSE(heroku.last()["current"].as_bool());
  EXPECT_FALSE(heroku.last()["eligible_for_rollback"].as_bool());
  EXPECT_TRUE(heroku.number(before)["current"].as_bool());
  EXPECT_EQ(heroku.web("A"), "1") << "dynos stay on the previous release";
  const auto* phase = heroku.processes.find("shop", "release.1000");
  ASSERT_NE(phase, nullptr);
  EXPECT_EQ(phase->command, "migrate");
  EXPECT_EQ(phase->environment.at("A"), "2");
  heroku.phase_ends(0);
  EXPECT_EQ(heroku.last()["status"].as_string(), "succeeded");
  EXPECT_TRUE(heroku.last()["current"].as_bool());
  EXPECT_FALSE(heroku.number(before)["current"].as_bool());
  EXPECT_EQ(heroku.web("A"), "2");
}

TEST(EmulatorReleases, AFailedPhaseLeavesTheDynosWhereTheyWere) {
  Shop heroku;
  heroku.set(R"({"A":"2"})");
  heroku.phase_ends(1);
  EXPECT_EQ(heroku.last()["status"].as_string(), "failed");
  EXPECT_FALSE(heroku.last()["current"].as_bool());
  EXPECT_EQ(heroku.web("A"), "1");
  heroku.processes.exit("shop", "web.1", 1);
  heroku.advance(seconds(1));  // the crash is seen
  heroku.advance(seconds(5));
  EXPECT_EQ(heroku.web("A"), "1") << "a crash does not bring the failed release in";
  EXPECT_EQ(heroku.get("/apps/shop/config-vars").body["A"].as_string(), "2") << "the config var is set all the same";
  heroku.set(R"({"B":"1"})");
  heroku.phase_ends(0);
  EXPECT_EQ(heroku.web("A"), "2") << "and goes along with the next release";
}

TEST(EmulatorReleases, PhasesRunOneAfterTheOther) {
  Shop heroku;
  heroku.set(R"({"A":"2"})");
  heroku.set(R"({"A":"3"})");
  EXPECT_EQ(heroku.dyno_names("shop"), (std::vector<std::string>{"release.1000", "web.1"}));
  heroku.phase_ends(0);
  EXPECT_EQ(heroku.web("A"), "2");
  EXPECT_EQ(heroku.last()["status"].as_string(), "pending");
  heroku.phase_ends(0);
  EXPECT_EQ(heroku.web("A"), "3");
}

TEST(EmulatorReleases, WhatTheAddOnDoesSkipsThePhase) {
  Shop heroku;
  const int before = static_cast<int>(heroku.last()["version"].as_integer());
  heroku.call("POST", "/postgres/v0/databases/db/credentials_rotation");
  heroku.advance(minutes(1));
  EXPECT_GT(heroku.last()["version"].as_integer(), before);
  EXPECT_EQ(heroku.last()["status"].as_string(), "succeeded");
  EXPECT_TRUE(heroku.last()["output_stream_url"].is_null());
  EXPECT_EQ(heroku.last()["user"]["email"].as_string(), "heroku-postgresql@addons.heroku.com");
}

TEST(EmulatorReleases, APhaseThatTakesTooLongExpires) {
  Shop heroku;
  heroku.set(R"({"A":"2"})");
  heroku.set(R"({"A":"3"})");
  heroku.advance(hours(1));
  const int first = static_cast<int>(heroku.last()["version"].as_integer()) - 1;
  EXPECT_EQ(heroku.number(first)["status"].as_string(), "expired");
  heroku.advance(seconds(11));
  EXPECT_EQ(heroku.web("A"), "1");
  EXPECT_EQ(heroku.dyno_names("shop"), (std::vector<std::string>{"release.1001", "web.1"})) << "the next one's turn";
  heroku.phase_ends(0);
  EXPECT_EQ(heroku.web("A"), "3");
  EXPECT_EQ(heroku.number(first)["status"].as_string(), "expired");
}

TEST(EmulatorReleases, RollbackTakesConfigBackButNotAddOns) {
  Shop heroku;
  const int target = static_cast<int>(heroku.last()["version"].as_integer());
  const std::string id = heroku.last()["id"].as_string();
  heroku.set(R"({"A":"2","B":"1"})");
  heroku.phase_ends(0);
  heroku.call("POST", "/addon-attachments", R"({"addon":"db","app":"shop","name":"SECOND"})");
  heroku.phase_ends(0);
  const Answer back = heroku.call("POST", "/apps/shop/releases", R"({"release":")" + id + R"("})");
  EXPECT_EQ(back.status, 201) << back.text;
  EXPECT_EQ(back.body["description"].as_string(), "Rollback to v" + std::to_string(target));
  EXPECT_EQ(back.body["status"].as_string(), "pending") << "a rollback has a release phase too";
  heroku.phase_ends(0);
  const Answer config = heroku.get("/apps/shop/config-vars");
  EXPECT_EQ(config.body["A"].as_string(), "1");
  EXPECT_FALSE(config.body.has("B"));
  EXPECT_TRUE(config.body.has("SECOND_URL"));
  EXPECT_EQ(heroku.web("A"), "1");
  EXPECT_NE(heroku.web("SECOND_URL"), "(none)");
}

TEST(EmulatorReleases, RefusesToGoBackWhereNothingWas) {
  Shop heroku;
  heroku.set(R"({"A":"2"})");
  const std::string pending = heroku.last()["id"].as_string();
  const auto post = [&](const std::string& body) { return heroku.call("POST", "/apps/shop/releases", body).status; };
  EXPECT_EQ(post(R"({"release":")" + pending + R"("})"), 422);
  EXPECT_EQ(post(R"({"release":"99"})"), 404);
  EXPECT_EQ(post(R"({"slug":"01234567-89ab-cdef-0123-456789abcdef"})"), 404);
  EXPECT_EQ(post(R"({})"), 422);
  EXPECT_EQ(post(R"({"colour":"red"})"), 422);
}

TEST(EmulatorReleases, TheSameSlugCanBeReleasedAgain) {
  Shop heroku;
  const std::string slug = heroku.last()["slug"]["id"].as_string();
  const Answer again =
      heroku.call("POST", "/apps/shop/releases", R"({"slug":")" + slug + R"(","description":"Retry of v3"})");
  EXPECT_EQ(again.status, 201) << again.text;
  EXPECT_EQ(again.body["description"].as_string(), "Retry of v3");
  EXPECT_EQ(again.body["slug"]["id"].as_string(), slug);
}

TEST(EmulatorReleases, ShowsWhatThePhasePrints) {
  Shop heroku;
  heroku.processes.printed = "1 migration\n";
  heroku.set(R"({"A":"2"})");
  heroku.set(R"({"A":"3"})");
  const auto path = [&](int back) {
    const json::Value release = heroku.number(static_cast<int>(heroku.last()["version"].as_integer()) - back);
    const std::string url = release["output_stream_url"].as_string();
    EXPECT_THAT(url, EndsWith("/_output/" + release["id"].as_string()));
    return url.substr(url.find("/_output/"));
  };
  EXPECT_EQ(heroku.get(path(1)).text, "1 migration\n") << "while it runs";
  EXPECT_EQ(heroku.get(path(0)).status, 404) << "its phase has not begun";
  heroku.phase_ends(1);
  EXPECT_EQ(heroku.get(path(1)).text, "1 migration\n") << "and afterwards";
  EXPECT_EQ(heroku.get("/_output/nothing").status, 404);
}

TEST(EmulatorReleases, NameThePlansTheyWereMadeWith) {
  Shop heroku;
  EXPECT_THAT(heroku.last()["addon_plan_names"].items()[0].as_string(), "heroku-postgresql:standard-0");
  EXPECT_TRUE(heroku.number(1)["addon_plan_names"].is_array());
}

}  // namespace
}  // namespace changeover::testing
