// Every behaviour that a world can turn does what its switch says (docs/emulator.md, "What nobody outside Heroku
// knows").
#include "tests/unit/emulator/model_harness.h"

namespace changeover::testing {
namespace {

using std::chrono::seconds;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

struct Turned : Harness {
  explicit Turned(const std::string& switches = {}, const std::string& more = {})
      : Harness(std::string(small_world) + more + (switches.empty() ? "" : "switches: {" + switches + "}\n")) {}

  Answer attach(const std::string& body) { return call("POST", "/addon-attachments", body); }
  std::string refusal(const Answer& answer) {
    return std::to_string(answer.status) + " " + answer.body["id"].as_string();
  }
  /// Two databases of orders, DATABASE the older one's.
  static constexpr const char* second = "  second: {app: orders, plan: standard-0, as: SECOND}\n";
};

TEST(Switches, NameTaken) {
  const std::string body = R"({"addon":"second","app":"orders","name":"DATABASE"})";
  Turned usual("", Turned::second);
  const Answer asked = usual.attach(body);
  EXPECT_EQ(usual.refusal(asked), "423 confirmation_required");
  EXPECT_EQ(asked.header("x-confirmation-required"), "orders");
  Turned refusing("name_taken: refuse", Turned::second);
  EXPECT_EQ(refusing.refusal(refusing.attach(body)), "422 invalid_params");
  Turned four("confirmation_status: 400", Turned::second);
  EXPECT_EQ(four.refusal(four.attach(body)), "400 confirmation_required");
}

TEST(Switches, WrongConfirm) {
  const std::string body = R"({"addon":"second","app":"orders","name":"DATABASE","confirm":"order"})";
  Turned usual("", Turned::second);
  EXPECT_EQ(usual.refusal(usual.attach(body)), "423 confirmation_required");
  Turned refusing("wrong_confirm: refuse", Turned::second);
  EXPECT_EQ(refusing.refusal(refusing.attach(body)), "422 invalid_params");
}

TEST(Switches, LastBilling) {
  const std::string body = R"({"addon":"second","app":"orders","name":"DATABASE","confirm":"orders"})";
  Turned usual("", Turned::second);
  EXPECT_EQ(usual.refusal(usual.attach(body)), "422 invalid_params");
  Turned allowing("last_billing: allow", Turned::second);
  EXPECT_EQ(allowing.attach(body).status, 201);
  EXPECT_TRUE(allowing.get("/addons/old-db/addon-attachments").body.items().empty());
  EXPECT_EQ(allowing.get("/addons/old-db").status, 200);
}

TEST(Switches, PrivatePlansOutsideTheirSpace) {
  const std::string more = "  inside: {app: orders-space, plan: private-0, as: DATABASE}\n";
  const std::string body = R"({"addon":"inside","app":"orders","name":"INSIDE")";
  Turned usual("", more);
  EXPECT_EQ(usual.refusal(usual.attach(body + "}")), "422 invalid_params");
  EXPECT_EQ(usual.attach(body + R"(,"confirm":"orders"})").status, 422);
  Turned asking("private_outside: confirm", more);
  EXPECT_EQ(asking.attach(body + "}").status, 423);
  EXPECT_EQ(asking.attach(body + R"(,"confirm":"orders"})").status, 201);
  Turned allowing("private_outside: allow", more);
  EXPECT_EQ(allowing.attach(body + "}").status, 201);
}

TEST(Switches, CommonPlansIntoASpace) {
  const std::string body = R"({"addon":"old-db","app":"orders-space","name":"OLD"})";
  const std::string order = R"({"plan":"heroku-postgresql:standard-0"})";
  Turned usual;
  EXPECT_EQ(usual.attach(body).status, 423);
  EXPECT_EQ(usual.call("POST", "/apps/orders-space/addons", order).status, 423);
  Turned refusing("common_into_space: refuse");
  EXPECT_EQ(refusing.attach(body).status, 422);
  EXPECT_EQ(refusing.call("POST", "/apps/orders-space/addons", order).status, 422);
  Turned allowing("common_into_space: allow");
  EXPECT_EQ(allowing.attach(body).status, 201);
  EXPECT_EQ(allowing.call("POST", "/apps/orders-space/addons", order).status, 201);
}

TEST(Switches, AttachedElsewhere) {
  const std::string more = "attachments: [{app: orders-space, addon: old-db, as: OLD}]\n";
  Turned usual("", more);
  EXPECT_EQ(usual.refusal(usual.call("DELETE", "/apps/orders/addons/old-db", R"({"force":false})")),
            "422 invalid_params");
  Turned allowing("attached_elsewhere: allow", more);
  EXPECT_EQ(allowing.call("DELETE", "/apps/orders/addons/old-db", R"({"force":false})").status, 202);
  EXPECT_EQ(allowing.release_words("orders-space").back(), "Detach OLD (@ref:old-db)");
}

TEST(Switches, AttachProvisioning) {
  const std::string body = R"({"addon":"orders-private","app":"orders-space","name":"EARLY"})";
  Turned usual;
  usual.create_follower();
  EXPECT_EQ(usual.refusal(usual.attach(body)), "422 invalid_params");
  Turned allowing("attach_provisioning: allow");
  allowing.create_follower();
  EXPECT_EQ(allowing.attach(body).status, 201);
  EXPECT_FALSE(allowing.get("/apps/orders-space/config-vars").body.has("EARLY_URL"));
  allowing.advance(seconds(60));
  EXPECT_TRUE(allowing.get("/apps/orders-space/config-vars").body.has("EARLY_URL"));
}

TEST(Switches, FormationAnswer) {
  const std::string body = R"({"updates":[{"type":"worker","quantity":"1"}]})";
  Turned usual;
  EXPECT_THAT(usual.call("PATCH", "/apps/orders/formation", body).all("type"), ElementsAre("web", "worker"));
  Turned updated("formation_answer: updated");
  EXPECT_THAT(updated.call("PATCH", "/apps/orders/formation", body).all("type"), ElementsAre("worker"));
}

TEST(Switches, UnknownProcess) {
  const std::string body = R"({"updates":[{"type":"worker","quantity":1},{"type":"clock","quantity":1}]})";
  const auto workers = [](Harness& heroku) {
    return heroku.get("/apps/orders/formation/worker").body["quantity"].as_integer();
  };
  Turned usual;
  EXPECT_EQ(usual.refusal(usual.call("PATCH", "/apps/orders/formation", body)), "422 invalid_params");
  EXPECT_EQ(workers(usual), 2) << "the whole call";
  Turned missing("unknown_process: not_found");
  EXPECT_EQ(missing.refusal(missing.call("PATCH", "/apps/orders/formation", body)), "404 not_found");
  EXPECT_EQ(workers(missing), 2);
  Turned ignoring("unknown_process: ignore");
  EXPECT_EQ(ignoring.call("PATCH", "/apps/orders/formation", body).status, 200);
  EXPECT_EQ(workers(ignoring), 1);
}

TEST(Switches, ReplaceDetaches) {
  const std::string more = std::string(Turned::second) + "attachments: [{app: orders, addon: old-db, as: OLD}]\n";
  const std::string body = R"({"addon":"second","app":"orders","name":"DATABASE","confirm":"orders"})";
  Turned usual("", more);
  const std::size_t before = usual.release_words("orders").size();
  EXPECT_EQ(usual.attach(body).status, 201);
  const auto words = usual.release_words("orders");
  ASSERT_EQ(words.size(), before + 2);
  EXPECT_EQ(words[before], "Detach DATABASE (@ref:old-db)");
  EXPECT_EQ(words[before + 1], "Attach DATABASE (@ref:second)");
  EXPECT_FALSE(
      usual.get("/apps/orders/releases/" + std::to_string(before + 1) + "/config-vars").body.has("DATABASE_URL"))
      << "between the two there is none";
  Turned one("replace_detaches: false", more);
  EXPECT_EQ(one.attach(body).status, 201);
  EXPECT_EQ(one.release_words("orders").size(), before + 1);
  EXPECT_EQ(one.release_words("orders").back(), "Attach DATABASE (@ref:second)");
}

TEST(Switches, FailedAttachStays) {
  const std::string yaml = R"(
version: 1
api_key: test-token
timing: {dyno_boot: 0s}
apps: {shop: {formation: {web: {quantity: 1, command: serve}, release: {command: migrate}}}}
addons:
  first: {app: shop, plan: standard-0, as: DATABASE}
  second: {app: shop, plan: standard-0, as: SECOND}
attachments: [{app: shop, addon: first, as: FIRST}]
)";
  const auto promote_and_fail = [](Harness& heroku) {
    EXPECT_EQ(
        heroku
            .call("POST", "/addon-attachments", R"({"addon":"second","app":"shop","name":"DATABASE","confirm":"shop"})")
            .status,
        201);
    heroku.processes.exit("shop", "release.1000", 0);  // of the Detach release
    heroku.advance(seconds(1));
    heroku.processes.exit("shop", "release.1001", 1);
    heroku.advance(seconds(1));
    EXPECT_EQ(heroku.get("/apps/shop/releases").body.items().back()["status"].as_string(), "failed");
  };
  Harness usual(yaml);
  promote_and_fail(usual);
  EXPECT_EQ(usual.get("/apps/shop/addon-attachments/DATABASE").body["addon"]["name"].as_string(), "second");
  Harness undoing(yaml + "switches: {failed_attach_stays: false}\n");
  promote_and_fail(undoing);
  EXPECT_EQ(undoing.get("/apps/shop/addon-attachments/DATABASE").body["addon"]["name"].as_string(), "first");
}

TEST(Switches, DestroyMakesReleases) {
  Turned usual;
  usual.call("DELETE", "/apps/orders/addons/old-db");
  EXPECT_EQ(usual.release_words("orders").back(), "Detach DATABASE (@ref:old-db)");
  Turned silent("destroy_makes_releases: false");
  silent.call("DELETE", "/apps/orders/addons/old-db");
  EXPECT_THAT(silent.release_words("orders"), Not(Contains("Detach DATABASE (@ref:old-db)")));
  EXPECT_FALSE(silent.get("/apps/orders/config-vars").body.has("DATABASE_URL"));
}

}  // namespace
}  // namespace changeover::testing
