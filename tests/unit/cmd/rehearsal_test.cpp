// The world of a rehearsal is one that the emulator reads, and holds nothing of the account but names and numbers.
#include "cmd/rehearsal.h"

#include "cmd/view/rehearsal_world.h"
#include "core/diagnostic.h"
#include "emulator/world_reader.h"
#include "tests/unit/cmd/commands_fixture.h"

namespace changeover {
namespace {

using testing::FakeEnvironment;

Migration migration() {
  Migration one;
  one.name = "orders";
  one.source = {"common-runtime-example", "DATABASE"};
  one.target.app = "private-spaces-example";
  one.target.plan = "heroku-postgresql:private-4";
  return one;
}

std::optional<emulator::World> read(const std::string& text) {
  Diagnostics diagnostics("world.yaml", text);
  emulator::WorldSurroundings surroundings;
  surroundings.substitutions["DATA"] = "/data";
  auto world = emulator::read_world(text, surroundings, diagnostics);
  for (const Diagnostic& diagnostic : diagnostics.sorted()) ADD_FAILURE() << to_text(diagnostic) << text;
  return world;
}

TEST(RehearsalWorld, IsOneTheEmulatorReads) {
  Observed observed = testing::seed_facts("orders");
  observed.apps["common-runtime-example"].formation = {{"web", 40, "standard-2x"}, {"release", 0, ""}};
  observed.migrations.front().source_database->url = Secret("postgres://u:p4ssw0rd@host/db");
  const std::string text = rehearsal_world({migration()}, observed);
  EXPECT_EQ(text.find("p4ssw0rd"), std::string::npos);
  const auto world = read(text);
  ASSERT_TRUE(world);
  EXPECT_NE(text.find("\"web\": {quantity: 2, size: \"standard-2x\", command: \"exec changeover-writer\"}"),
            std::string::npos)
      << text;
}

TEST(RehearsalWorld, HasTheOthersThatWriteAndWhatStartsDynos) {
  Observed observed = testing::seed_facts("orders");
  AppFacts billing = observed.apps["common-runtime-example"];
  billing.app.id = "a-3";
  billing.app.name = "billing";
  observed.apps["billing"] = billing;
  MigrationFacts& facts = observed.migrations.front();
  facts.source_attachments.push_back(
      {"t-9", "ORDERS", "", {"a-3", "billing"}, {"d-1", "looking-simply-2449"}, {"ORDERS_URL"}, {}});
  observed.addons_by_app["billing"] = {
      {"s-1", "clock-1", "scheduler", "scheduler:standard", "provisioned", {"a-3", "billing"}, {}, {}}};
  const std::string text = rehearsal_world({migration()}, observed);
  ASSERT_TRUE(read(text));
  EXPECT_NE(text.find("DATABASE_URL=$ORDERS_URL exec changeover-writer"), std::string::npos) << text;
  EXPECT_NE(text.find("{app: \"billing\", addon: \"looking-simply-2449\", as: \"ORDERS\"}"), std::string::npos) << text;
  EXPECT_NE(text.find("plan: \"scheduler:standard\""), std::string::npos) << text;
  Migration reads = migration();
  reads.quiesce.read_only = {"billing"};
  const std::string quiet = rehearsal_world({reads}, observed);
  EXPECT_EQ(quiet.find("$ORDERS_URL"), std::string::npos) << quiet;
}

TEST(Rehearsal, WithoutTheEmulatorSaysWhatToInstall) {
  const FakeEnvironment environment;
  const auto rehearsal = start_rehearsal("version: 1\n", environment);
  ASSERT_FALSE(rehearsal);
  EXPECT_NE(rehearsal.error().what.find("changeover-emulator is neither beside changeover nor on the PATH"),
            std::string::npos);
}

TEST(RehearsalEnvironment, HasNothingOfTheRealAccount) {
  const RehearsalEnvironment environment(std::map<std::string, std::string>{{"HEROKU_API_KEY", "made-up"}});
  EXPECT_EQ(environment.get("HEROKU_API_KEY"), "made-up");
  EXPECT_EQ(environment.get("PATH"), std::nullopt);
  EXPECT_FALSE(environment.read_file("/etc/hosts"));
}

}  // namespace
}  // namespace changeover
