#include "tests/unit/emulator/model_harness.h"

namespace changeover::testing {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

Answer create(Harness& heroku, const std::string& app, const std::string& body) {
  return heroku.call("POST", "/apps/" + app + "/addons", body);
}

TEST(EmulatorAddons, AFollowerIsProvisionedInTwoReleases) {
  Harness heroku;
  const std::string id = heroku.create_follower();
  EXPECT_EQ(heroku.get("/addons/orders-private").body["state"].as_string(), "provisioning");
  EXPECT_EQ(heroku.release_words("orders-space").back(), "Attach FOLLOWER (@ref:orders-private)");
  EXPECT_FALSE(heroku.get("/apps/orders-space/config-vars").body.has("FOLLOWER_URL"));
  heroku.advance(milliseconds(59'999));
  EXPECT_EQ(heroku.get("/addons/" + id).body["state"].as_string(), "provisioning");
  heroku.advance(milliseconds(1));
  EXPECT_EQ(heroku.get("/addons/" + id).body["state"].as_string(), "provisioned");
  EXPECT_EQ(heroku.release_words("orders-space").back(),
            "@ref:orders-private completed provisioning, setting FOLLOWER_URL.");
  EXPECT_TRUE(heroku.get("/apps/orders-space/config-vars").body.has("FOLLOWER_URL"));
}

TEST(EmulatorAddons, ProvisioningLastsUntilTheServerRuns) {
  Harness heroku;
  heroku.databases.start_time = seconds(300);
  heroku.create_follower();
  heroku.advance(seconds(299));
  EXPECT_EQ(heroku.get("/addons/orders-private").body["state"].as_string(), "provisioning");
  heroku.advance(seconds(1));
  EXPECT_EQ(heroku.get("/addons/orders-private").body["state"].as_string(), "provisioned");
}

TEST(EmulatorAddons, AFailedServerIsAFailedProvisioning) {
  Harness heroku;
  heroku.databases.start_time = seconds(10);
  heroku.databases.fail(heroku.create_follower());
  heroku.advance(seconds(1));
  EXPECT_EQ(heroku.get("/addons/orders-private").body["state"].as_string(), "deprovisioned");
}

TEST(EmulatorAddons, EveryWayToNameTheLeader) {
  const auto url_of = [](Harness& heroku) {
    return heroku.get("/apps/orders/config-vars").body["DATABASE_URL"].as_string();
  };
  Harness scout;
  for (const std::string& follow : {std::string("old-db"), scout.id_of("old-db"), std::string("orders::DATABASE"),
                                    std::string("orders::DATABASE_URL"), url_of(scout)}) {
    Harness heroku;
    const Answer made = create(
        heroku, "orders-space",
        R"({"plan":"heroku-postgresql:private-4","attachment":{"name":"F"},"config":{"follow":")" + follow + R"("}})");
    ASSERT_EQ(made.status, 201) << follow << made.text;
    heroku.advance(seconds(61));
    EXPECT_EQ(heroku.get("/client/v11/databases/" + made.body["name"].as_string()).body["leader"]["name"].as_string(),
              "old-db");
  }
}

TEST(EmulatorAddons, RefusalsOfTheProviderCreateNothing) {
  Harness heroku(std::string(small_world) + R"(
  tiny: {app: orders, plan: essential-0, as: TINY}
  copy: {app: orders, plan: standard-2, as: COPY, follow: old-db}
)");
  heroku.advance(seconds(1));
  const std::size_t before = heroku.databases.size();
  const auto refused = [&](const std::string& app, const std::string& plan, const std::string& follow) {
    const Answer answer = create(
        heroku, app, R"({"plan":")" + plan + R"(","attachment":{"name":"F"},"config":{"follow":")" + follow + R"("}})");
    EXPECT_EQ(answer.status, 422) << answer.text;
    EXPECT_EQ(answer.body["id"].as_string(), "addon_error");
    return answer.body["message"].as_string();
  };
  EXPECT_THAT(refused("orders-space", "heroku-postgresql:private-4", "tiny"), HasSubstr("cannot be followed"));
  EXPECT_THAT(refused("orders-space", "heroku-postgresql:private-4", "copy"), HasSubstr("follower itself"));
  EXPECT_THAT(refused("orders-space", "heroku-postgresql:private-4", "nobody"), HasSubstr("No database"));
  EXPECT_THAT(refused("orders", "heroku-postgresql:private-4", "old-db"), HasSubstr("Private Space"));
  EXPECT_THAT(refused("orders", "heroku-postgresql:essential-1", "old-db"), HasSubstr("cannot be a follower"));
  EXPECT_THAT(refused("orders-space", "heroku-postgresql:shield-4", "old-db"), HasSubstr("Shield"));
  EXPECT_EQ(heroku.databases.size(), before);
  EXPECT_THAT(heroku.get("/addons").all("name"), ElementsAre("copy", "old-db", "tiny"));
}

TEST(EmulatorAddons, TheLeaderMustBeThereFitAndBeSeen) {
  Harness heroku(std::string(small_world) + R"(
  old-advanced: {app: orders, plan: advanced, as: ADVANCED}
)");
  heroku.advance(seconds(1));
  const auto refused = [&](const std::string& plan, const std::string& config) {
    const Answer answer = create(heroku, "orders-space",
                                 R"({"plan":")" + plan + R"(","attachment":{"name":"F"},"config":)" + config + "}");
    EXPECT_EQ(answer.status, 422) << answer.text;
    EXPECT_EQ(answer.body["id"].as_string(), "addon_error") << answer.text;
    return answer.body["message"].as_string();
  };
  const std::string private_0 = "heroku-postgresql:private-0";
  EXPECT_THAT(refused(private_0, R"({"follow":"old-advanced"})"), HasSubstr("cannot be followed"));
  EXPECT_EQ(heroku.get("/client/v11/databases/old-advanced").status, 404) << "it has an API of its own";
  EXPECT_THAT(refused(private_0, R"({"follow":true})"), HasSubstr("No database"));
  EXPECT_THAT(refused(private_0, R"({"follow":"postgres://u:p@elsewhere:5432/d"})"), HasSubstr("No database"));
  EXPECT_THAT(
      refused(private_0, R"({"follow":")" + heroku.get("/apps/orders").body["id"].as_string() + R"(::DATABASE"})"),
      HasSubstr("No database"));
  EXPECT_THAT(refused(private_0, R"({"follow":"old-db","fork":"old-db"})"), HasSubstr("both"));
  EXPECT_THAT(refused(private_0, R"({"rollback":"old-db","by":"1 day"})"), HasSubstr("history"));
  EXPECT_THAT(refused("heroku-postgresql:advanced-private", "{}"), HasSubstr("Advanced"));
  heroku.databases.set_bytes(heroku.id_of("old-db"), 100'000'000'000);
  heroku.advance(seconds(5));
  EXPECT_THAT(refused(private_0, R"({"follow":"old-db"})"), HasSubstr("does not fit"));
  EXPECT_EQ(create(heroku, "orders-space",
                   R"({"plan":"heroku-postgresql:private-2","attachment":{"name":"F"},"config":{"follow":"old-db"}})")
                .status,
            201);
}

TEST(EmulatorAddons, AForkIsADatabaseOfItsOwn) {
  Harness heroku;
  heroku.advance(seconds(1));
  heroku.databases.password_time = seconds(2);
  const Answer made =
      create(heroku, "orders", R"({"plan":"heroku-postgresql:premium-0","name":"fork","config":{"fork":"DATABASE"}})");
  ASSERT_EQ(made.status, 201) << made.text;
  heroku.advance(seconds(70));
  const json::Value fork = heroku.get("/client/v11/databases/fork").body;
  const json::Value source = heroku.get("/client/v11/databases/old-db").body;
  EXPECT_FALSE(fork["waiting?"].as_bool());
  EXPECT_TRUE(fork["following"].is_null());
  EXPECT_EQ(fork["forked_from"].as_string(), source["formation"]["id"].as_string());
  EXPECT_EQ(fork["database_name"].as_string(), source["database_name"].as_string());
  EXPECT_NE(fork["database_password"].as_string(), source["database_password"].as_string());
  EXPECT_THAT(heroku.info("fork", "Forked From"), ::testing::StartsWith("postgres://127.0.0.1:"));
  EXPECT_THAT(heroku.info("old-db", "Forks"), ::testing::StartsWith("postgres://127.0.0.1:"));
  EXPECT_EQ(heroku.info("fork", "Fork/Follow"), "Temporarily Unavailable");
  const std::string of_a_follower = R"({"plan":"heroku-postgresql:private-0","config":{"fork":"orders-private"}})";
  heroku.create_follower();
  heroku.advance(seconds(70));
  EXPECT_EQ(create(heroku, "orders-space", of_a_follower).body["id"].as_string(), "addon_error");
}

TEST(EmulatorAddons, APlanChangesWithinItsTier) {
  Harness heroku;
  heroku.advance(seconds(1));
  const auto change = [&](const std::string& plan) {
    return heroku.call("PATCH", "/apps/orders/addons/old-db",
                       R"({"plan":{"name":"heroku-postgresql:)" + plan + R"("}})",
                       {{"x-heroku-legacy-provider-messages", "true"}});
  };
  const Answer changed = change("standard-2");
  EXPECT_EQ(changed.status, 200) << changed.text;
  EXPECT_EQ(changed.body["plan"]["name"].as_string(), "heroku-postgresql:standard-2");
  EXPECT_EQ(changed.body["billed_price"]["cents"].as_integer(), 20000);
  EXPECT_THAT(changed.body["provision_message"].as_string(), HasSubstr("standard-2"));
  EXPECT_EQ(heroku.info("old-db", "Plan"), "Standard 2");
  EXPECT_EQ(heroku.databases.resets(), 1);
  for (const char* other : {"premium-2", "private-2", "essential-0", "advanced"})
    EXPECT_EQ(change(other).body["id"].as_string(), "addon_error") << other;
  EXPECT_EQ(change("standard-1").body["id"].as_string(), "invalid_params");
  heroku.databases.set_bytes(heroku.id_of("old-db"), 100'000'000'000);
  heroku.advance(seconds(5));
  EXPECT_EQ(change("standard-0").body["id"].as_string(), "addon_error") << "it has outgrown that";
  EXPECT_EQ(heroku.info("old-db", "Plan"), "Standard 2");
}

TEST(EmulatorAddons, NamesPlansAndParametersAreChecked) {
  Harness heroku;
  EXPECT_EQ(create(heroku, "orders", R"({"plan":"heroku-postgresql:standard-1"})").status, 422);
  EXPECT_EQ(create(heroku, "orders", R"({})").status, 422);
  EXPECT_EQ(create(heroku, "orders", R"({"plan":"heroku-postgresql:standard-0","name":"old-db"})").status, 422);
  EXPECT_EQ(create(heroku, "orders", R"({"plan":"heroku-postgresql:standard-0","name":"0ld"})").status, 422);
  EXPECT_EQ(create(heroku, "orders", R"({"plan":"heroku-postgresql:standard-0","colour":"blue"})").status, 422);
  EXPECT_EQ(create(heroku, "nobody", R"({"plan":"heroku-postgresql:standard-0"})").status, 404);
  EXPECT_THAT(heroku.get("/addons").all("name"), ElementsAre("old-db"));
}

TEST(EmulatorAddons, WithoutANameTheFirstPostgresBecomesDatabase) {
  Harness heroku;
  const std::string body = R"({"plan":"heroku-postgresql:private-4","attachment":{},"config":{"follow":"old-db"}})";
  EXPECT_EQ(create(heroku, "orders-space", body).body["config_vars"].items()[0].as_string(), "DATABASE_URL");
  EXPECT_THAT(create(heroku, "orders-space", body).body["config_vars"].items()[0].as_string(),
              ::testing::StartsWith("HEROKU_POSTGRESQL_"));
}

TEST(EmulatorAddons, ATakenAttachmentNameWantsConfirmation) {
  Harness heroku;
  heroku.create_follower("DATABASE");
  heroku.advance(seconds(61));
  const Answer asked =
      create(heroku, "orders-space", R"({"plan":"heroku-postgresql:private-4","attachment":{"name":"DATABASE"}})");
  EXPECT_EQ(asked.status, 423);
  EXPECT_EQ(asked.body["id"].as_string(), "confirmation_required");
  EXPECT_EQ(asked.header("x-confirmation-required"), "orders-space");
}

TEST(EmulatorAddons, ACommonPlanInASpaceWantsConfirmation) {
  Harness heroku;
  const std::string plan = R"({"plan":"heroku-postgresql:standard-0","attachment":{"name":"X"})";
  EXPECT_EQ(create(heroku, "orders-space", plan + "}").status, 423);
  EXPECT_EQ(create(heroku, "orders-space", plan + R"(,"confirm":"orders-space"})").status, 201);
}

TEST(EmulatorAddons, PricesComeWithTheExpansion) {
  Harness heroku;
  EXPECT_FALSE(heroku.get("/addons/old-db").body["plan"].has("price"));
  const Answer expanded = heroku.get("/addons/old-db", {{"accept-expansion", "addon_service, plan"}});
  EXPECT_EQ(expanded.body["plan"]["price"]["cents"].as_integer(), 5000);
  EXPECT_TRUE(expanded.body["addon_service"].has("supported_generations"));
  EXPECT_EQ(heroku.get("/plans/heroku-postgresql:private-4").body["price"]["cents"].as_integer(), 150000);
  EXPECT_THAT(heroku.get("/addon-services/heroku-postgresql/plans").all("name"),
              Contains("heroku-postgresql:private-4"));
  EXPECT_EQ(heroku.get("/plans/heroku-postgresql:private-1").status, 404);
}

TEST(EmulatorAddons, AppListsShowWhatIsAttachedThoughBilledElsewhere) {
  Harness heroku(std::string(small_world) + "attachments: [{app: orders-space, addon: old-db, as: OLD}]\n");
  const Answer list = heroku.get("/apps/orders-space/addons");
  ASSERT_EQ(list.body.items().size(), 1U);
  EXPECT_EQ(list.body.items()[0]["app"]["name"].as_string(), "orders");
  EXPECT_EQ(heroku.get("/apps/orders-space/addons/old-db").status, 200);
  EXPECT_EQ(heroku.get("/apps/orders-space/addons/unknown").body["resource"].as_string(), "add_on");
}

TEST(EmulatorAddons, DestroyTakesTimeAndThenTheNameIsFree) {
  Harness heroku;
  heroku.advance(seconds(3));
  const std::string id = heroku.id_of("old-db");
  const Answer gone = heroku.call("DELETE", "/apps/orders/addons/old-db", R"({"force":false})");
  EXPECT_EQ(gone.status, 202);
  EXPECT_EQ(gone.body["state"].as_string(), "deprovisioning");
  EXPECT_EQ(heroku.release_words("orders").back(), "Detach DATABASE (@ref:old-db)");
  EXPECT_FALSE(heroku.get("/apps/orders/config-vars").body.has("DATABASE_URL"));
  EXPECT_EQ(heroku.get("/addons/old-db").body["state"].as_string(), "deprovisioning");
  heroku.advance(seconds(5));
  EXPECT_EQ(heroku.get("/addons/old-db").status, 404);
  EXPECT_FALSE(heroku.databases.exists(id));
  EXPECT_EQ(create(heroku, "orders", R"({"plan":"heroku-postgresql:standard-0","name":"old-db"})").status, 201);
}

TEST(EmulatorAddons, DestroyIsRefusedWhileOtherAppsUseIt) {
  Harness heroku(std::string(small_world) + "attachments: [{app: orders-space, addon: old-db, as: OLD}]\n");
  EXPECT_EQ(heroku.call("DELETE", "/apps/orders/addons/old-db").status, 422);
  EXPECT_EQ(heroku.call("DELETE", "/apps/orders-space/addons/old-db", R"({"force":true})").status, 404);
  EXPECT_EQ(heroku.call("DELETE", "/apps/orders/addons/old-db", R"({"force":true})").status, 202);
  EXPECT_FALSE(heroku.get("/apps/orders-space/config-vars").body.has("OLD_URL"));
}

TEST(EmulatorAddons, ResolvesNamesAttachmentsAndServices) {
  Harness heroku;
  const auto resolve = [&](const std::string& addon, const std::string& app) {
    return heroku.call("POST", "/actions/addons/resolve", R"({"addon":")" + addon + R"(","app":)" + app + "}");
  };
  EXPECT_THAT(resolve("old-db", "null").all("name"), ElementsAre("old-db"));
  EXPECT_THAT(resolve("DATABASE", R"("orders")").all("name"), ElementsAre("old-db"));
  EXPECT_THAT(resolve("heroku-postgresql", R"("orders")").all("name"), ElementsAre("old-db"));
  EXPECT_EQ(resolve("DATABASE", R"("orders-space")").status, 404);
  heroku.create_follower();
  heroku.call("POST", "/apps/orders/addons", R"({"plan":"heroku-postgresql:standard-0"})");
  EXPECT_EQ(resolve("heroku-postgresql", R"("orders")").body["id"].as_string(), "multiple_matches");
}

}  // namespace
}  // namespace changeover::testing
