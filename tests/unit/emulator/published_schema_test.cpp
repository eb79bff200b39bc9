// Every Platform route's answer by Heroku's published schema. All other tests of the model are judged by it as well
// (model_harness.h); here no route is left out, and the judge itself is judged.
#include "tests/support/published_schema.h"

#include <algorithm>
#include <array>

#include "emulator/model/routes.h"
#include "tests/unit/emulator/example_path.h"
#include "tests/unit/emulator/model_harness.h"

namespace changeover::testing {
namespace {

using ::testing::HasSubstr;

/// Bodies of the calls that need one.
struct Body {
  std::string_view method;
  std::string_view pattern;
  std::string_view text;
};
constexpr auto bodies = std::to_array<Body>({
    {"PATCH", "/apps/:app", R"({"maintenance":true})"},
    {"POST", "/apps", R"({"name":"shop"})"},
    {"POST", "/teams/apps", R"({"name":"shop","team":"acme"})"},
    {"PATCH", "/teams/apps/:app", R"({"locked":true})"},
    {"POST", "/spaces", R"({"name":"other","team":"acme"})"},
    {"PATCH", "/spaces/:space", R"({"name":"other"})"},
    {"PATCH", "/apps/:app/config-vars", R"({"A":"1"})"},
    {"PATCH", "/apps/:app/formation", R"({"updates":[{"type":"worker","quantity":1}]})"},
    {"PATCH", "/apps/:app/formation/:type", R"({"quantity":1})"},
    {"POST", "/apps/:app/releases", R"({"release":"3"})"},
    {"POST", "/apps/:app/dynos", R"({"command":"true"})"},
    {"PATCH", "/apps/:app/features/:feature", R"({"enabled":true})"},
    {"PATCH", "/addons/:addon", R"({"name":"older-db"})"},
    {"PATCH", "/apps/:app/addons/:addon", R"({"name":"older-db"})"},
    {"POST", "/apps/:app/addons", R"({"plan":"heroku-postgresql:standard-0"})"},
    {"POST", "/actions/addons/resolve", R"({"addon":"old-db"})"},
    {"POST", "/addon-attachments", R"({"addon":"old-db","app":"orders"})"},
    {"POST", "/actions/addon-attachments/resolve", R"({"addon_attachment":"DATABASE","app":"orders"})"},
});

/// Routes that Heroku has and its published schema has not, each with where they are known from.
constexpr std::array<std::array<std::string_view, 3>, 5> unpublished{
    {{"PUT", "/apps/:app/pre-authorizations", "heroku-api.md 1.8: the CLI sends it"},
     {"GET", "/apps/:app/config-vars-settings", "heroku-api.md 2.7: the 3.sdk schema"},
     {"PUT", "/users/~/capabilities", "heroku-api.md 2.11: the 3.sdk schema"},
     {"PATCH", "/addons/:addon", "the CLI's addons:rename sends it"},
     {"GET", "/addons/:addon/config/:namespace", "heroku-api.md 2.4: the CLI's addons:attach asks for it"}}};

std::string source_of(const emulator::Route& route) {
  for (const auto& [method, pattern, source] : unpublished)
    if (method == route.method && pattern == route.pattern) return std::string(source);
  return {};
}

std::string body_of(const emulator::Route& route) {
  for (const Body& body : bodies)
    if (body.method == route.method && body.pattern == route.pattern) return std::string(body.text);
  return {};
}

TEST(PublishedSchema, EveryPlatformRouteKeepsIt) {
  PublishedSchema* schema = PublishedSchema::find();
  if (schema == nullptr) GTEST_SKIP() << "Heroku's published schema is not beside this tree; nothing was judged by it";
  for (const emulator::Route& route : emulator::all_routes()) {
    if (route.api() != emulator::Route::Api::platform) continue;
    SCOPED_TRACE(std::string(route.method) + " " + std::string(route.pattern));
    Harness heroku(std::string(small_world) + "attachments: [{app: orders, addon: old-db, as: SPARE}]\n");
    // A space that has no app.
    if (route.method == "DELETE" && route.pattern == "/spaces/:space") heroku.call("DELETE", "/apps/orders-space");
    heroku.advance(std::chrono::seconds(3));
    const std::string path = example_path(heroku, route.pattern);
    const Answer answer =
        heroku.call(std::string(route.method), path, body_of(route), {{"heroku-two-factor-code", "123456"}});
    EXPECT_TRUE(answer.status >= 200 && answer.status < 300) << path << ": " << answer.status << answer.text;
    const auto link = schema->link_of(route.method, path);
    if (!link) {
      EXPECT_NE(source_of(route), "") << "neither published nor listed as unpublished";
    } else {
      EXPECT_TRUE(schema->judged().contains(*link)) << *link << " was never judged";
      EXPECT_EQ(source_of(route), "") << "is published after all";
    }
  }
}

TEST(PublishedSchema, FindsWhatIsWrongWithAnAnswer) {
  PublishedSchema* schema = PublishedSchema::find();
  if (schema == nullptr) GTEST_SKIP() << "Heroku's published schema is not beside this tree";
  Harness heroku;
  const auto complaint = [&](const std::string& path, auto change) {
    json::Value body = heroku.get(path).body;
    change(body);
    return schema->complaint({"GET", path, {}, {}}, body);
  };
  const std::string app = "/apps/orders";
  EXPECT_EQ(complaint(app, [](json::Value&) {}), "");
  EXPECT_THAT(complaint(app, [](json::Value& body) { body.erase("stack"); }), HasSubstr("lacks stack"));
  EXPECT_THAT(complaint(app, [](json::Value& body) { body.set("colour", "red"); }),
              HasSubstr("\"/colour\" breaks /additional"));
  EXPECT_THAT(complaint(app, [](json::Value& body) { body.set("maintenance", "no"); }), HasSubstr("/type"));
  EXPECT_THAT(complaint(app, [](json::Value& body) { body.set("id", "7"); }), HasSubstr("no uuid"));
  EXPECT_THAT(complaint(app, [](json::Value& body) { body.set("created_at", "today"); }), HasSubstr("no date-time"));
  EXPECT_THAT(complaint(app, [](json::Value& body) { body.set("name", "Orders"); }), HasSubstr("does not match"));
  EXPECT_THAT(complaint("/addons/old-db", [](json::Value& body) { body.set("state", "ready"); }), HasSubstr("/enum"));
  EXPECT_EQ(complaint("/addons/old-db", [](json::Value& body) { body.set("state", "deprovisioning"); }), "")
      << "a departure of the list";
  EXPECT_THAT(complaint("/apps/orders/config-vars", [](json::Value& body) { body.set("A-B", "x"); }),
              HasSubstr("no name"));
  EXPECT_THAT(complaint("/apps/orders/config-vars", [](json::Value& body) { body.set("A", 7); }), HasSubstr("/type"));
  EXPECT_THAT(complaint("/apps", [](json::Value& body) { body.mutable_items()[1].erase("id"); }), HasSubstr("\"/1\""));
  EXPECT_THAT(complaint("/apps/orders/addon-attachments",
                        [](json::Value& body) { body.mutable_items()[0].set("config_vars", json::Value::array()); }),
              HasSubstr("\"/0/config_vars\" breaks"))
      << "nobody asked for them";
}

TEST(PublishedSchema, TheMoreExactLinkDecides) {
  PublishedSchema* schema = PublishedSchema::find();
  if (schema == nullptr) GTEST_SKIP() << "Heroku's published schema is not beside this tree";
  EXPECT_EQ(schema->link_of("GET", "/teams/acme/apps"), "GET /teams/{}/apps");
  EXPECT_EQ(schema->link_of("GET", "/teams/apps/orders"), "GET /teams/apps/{}");
  EXPECT_EQ(schema->link_of("GET", "/apps/orders?x=y"), "GET /apps/{}");
  EXPECT_EQ(schema->link_of("GET", "/apps/orders/nothing"), std::nullopt);
}

}  // namespace
}  // namespace changeover::testing
