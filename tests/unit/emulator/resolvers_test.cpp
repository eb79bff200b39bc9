// What a person typed, as the CLI hands it on (heroku-api.md 2.5).
#include "tests/unit/emulator/model_harness.h"

namespace changeover::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::UnorderedElementsAre;

struct Typed : Harness {
  Typed()
      : Harness(std::string(small_world) + R"(
  second: {app: orders, plan: standard-0, as: HEROKU_POSTGRESQL_BRONZE}
  jobs: {app: orders, plan: "scheduler:standard", as: SCHEDULER}
attachments:
- {app: orders, addon: old-db, as: ORDERS_DATABASE}
- {app: orders-space, addon: old-db, as: OLD}
)") {}

  Answer addon(const std::string& name, const std::string& app = "null", const std::string& service = "null") {
    return call("POST", "/actions/addons/resolve",
                R"({"addon":")" + name + R"(","app":)" + app + R"(,"addon_service":)" + service + "}");
  }
  Answer attachment(const std::string& name, const std::string& app = "null", const std::string& service = "null") {
    return call("POST", "/actions/addon-attachments/resolve",
                R"({"addon_attachment":")" + name + R"(","app":)" + app + R"(,"addon_service":)" + service + "}");
  }
};

TEST(EmulatorResolvers, AddOnsByNameIdAttachmentAndService) {
  Typed heroku;
  const std::string orders = R"("orders")";
  EXPECT_THAT(heroku.addon("old-db").all("name"), ElementsAre("old-db"));
  EXPECT_THAT(heroku.addon(heroku.id_of("old-db")).all("name"), ElementsAre("old-db"));
  EXPECT_THAT(heroku.addon("DATABASE", orders).all("name"), ElementsAre("old-db"));
  EXPECT_THAT(heroku.addon("DATABASE_URL", orders).all("name"), ElementsAre("old-db"));
  EXPECT_THAT(heroku.addon("OLD", R"("orders-space")").all("name"), ElementsAre("old-db"));
  EXPECT_THAT(heroku.addon("scheduler", orders).all("name"), ElementsAre("jobs"));
  EXPECT_THAT(heroku.addon("scheduler:standard", orders).all("name"), ElementsAre("jobs"));
  EXPECT_THAT(heroku.addon("scheduler").all("name"), ElementsAre("jobs")) << "anywhere, when there is one only";
  EXPECT_THAT(heroku.addon("bronze", orders).all("name"), ElementsAre("second")) << "a part of the name";
  EXPECT_THAT(heroku.addon("database", orders).all("name"), ElementsAre("old-db")) << "two ways to one add-on";
  EXPECT_THAT(heroku.addon("orders::HEROKU_POSTGRESQL_BRONZE").all("name"), ElementsAre("second"));
}

TEST(EmulatorResolvers, SeveralAddOnsAreAmbiguous) {
  Typed heroku;
  for (const Answer& answer : {heroku.addon("heroku-postgresql", R"("orders")"), heroku.addon("heroku-postgresql")}) {
    EXPECT_EQ(answer.status, 422);
    EXPECT_EQ(answer.body["id"].as_string(), "multiple_matches");
    EXPECT_EQ(answer.body["message"].as_string(),
              "Ambiguous identifier; multiple matching add-ons found: old-db, second.");
  }
  EXPECT_THAT(heroku.addon("DATABASE", R"("orders")", R"("heroku-postgresql")").all("name"), ElementsAre("old-db"));
  EXPECT_EQ(heroku.addon("DATABASE", R"("orders")", R"("scheduler")").status, 404);
}

TEST(EmulatorResolvers, WhatIsNotThereNamesTheResource) {
  Typed heroku;
  EXPECT_EQ(heroku.addon("nothing", R"("orders")").body["resource"].as_string(), "add_on");
  EXPECT_EQ(heroku.attachment("nothing", R"("orders")").body["resource"].as_string(), "add_on attachment");
  EXPECT_EQ(heroku.attachment("DATABASE", R"("nowhere")").body["resource"].as_string(), "app");
  EXPECT_EQ(heroku.attachment("nowhere::DATABASE").body["resource"].as_string(), "app");
  EXPECT_EQ(heroku.attachment("DATABASE").status, 404) << "a name means nothing without an app";
  EXPECT_EQ(heroku.addon("").status, 404);
}

TEST(EmulatorResolvers, AttachmentsByNameIdAddOnAndPart) {
  Typed heroku;
  const std::string orders = R"("orders")";
  EXPECT_THAT(heroku.attachment("DATABASE", orders).all("name"), ElementsAre("DATABASE")) << "not ORDERS_DATABASE";
  EXPECT_THAT(heroku.attachment("DATABASE_URL", orders).all("name"), ElementsAre("DATABASE"));
  EXPECT_THAT(heroku.attachment("old-db", orders).all("name"), UnorderedElementsAre("DATABASE", "ORDERS_DATABASE"));
  EXPECT_THAT(heroku.attachment("old-db").all("name"), UnorderedElementsAre("DATABASE", "ORDERS_DATABASE", "OLD"));
  EXPECT_THAT(heroku.attachment("bronze", orders).all("name"), ElementsAre("HEROKU_POSTGRESQL_BRONZE"));
  EXPECT_THAT(heroku.attachment("bronze_URL", orders).all("name"), ElementsAre("HEROKU_POSTGRESQL_BRONZE"));
  EXPECT_THAT(heroku.attachment("orders-space::OLD").all("name"), ElementsAre("OLD"));
  const std::string id = heroku.get("/apps/orders/addon-attachments/DATABASE").body["id"].as_string();
  EXPECT_THAT(heroku.attachment(id).all("name"), ElementsAre("DATABASE"));
  const Answer ambiguous = heroku.attachment("heroku-postgresql", orders);
  EXPECT_EQ(ambiguous.status, 422);
  EXPECT_EQ(ambiguous.body["id"].as_string(), "multiple_matches");
}

}  // namespace
}  // namespace changeover::testing
