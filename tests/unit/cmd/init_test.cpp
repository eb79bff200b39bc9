// `changeover init`: which databases, which plan, which words, and that the text is a spec.
#include "cmd/view/starter_spec.h"

#include "core/diagnostic.h"
#include "planner/spec_reader.h"
#include "tests/unit/cmd/commands_fixture.h"

namespace changeover {
namespace {

using testing::CommandsTest;

PlanOffer offer(std::string plan, std::int64_t cents, bool inside = true) {
  return {"p-" + plan, "heroku-postgresql:" + plan, "ga", inside, !inside, Price{cents, "month", false, false}};
}

std::vector<PlanOffer> offers() {
  return {offer("private-4", 150'000), offer("standard-0", 5'000, false), offer("private-0", 30'000),
          offer("shield-0", 40'000),   offer("private-2", 50'000),        offer("private-3", 90'000)};
}

std::vector<std::string> names(const std::vector<PlanOffer>& plans) {
  std::vector<std::string> all;
  for (const PlanOffer& plan : plans) all.push_back(plan.name.substr(18));
  return all;
}

TEST(FittingPlans, AreThoseOfTheSpaceThatHoldTheDataByPrice) {
  using Names = std::vector<std::string>;
  EXPECT_EQ(names(fitting_plans(offers(), false, 1'000)), (Names{"private-0", "private-2", "private-3", "private-4"}));
  EXPECT_EQ(names(fitting_plans(offers(), false, 300'000'000'000)), (Names{"private-3", "private-4"}));
  EXPECT_EQ(names(fitting_plans(offers(), true, 1'000)), (Names{"shield-0"}));
}

TEST(BestPlan, IsOfTheSourcesSizeElseLarger) {
  const std::vector<PlanOffer> all = fitting_plans(offers(), false, 1'000);
  EXPECT_EQ(best_plan(all, "heroku-postgresql:standard-2")->name, "heroku-postgresql:private-2");
  EXPECT_EQ(best_plan(all, "heroku-postgresql:premium-7")->name, "heroku-postgresql:private-4");
  EXPECT_EQ(best_plan({all[0], all[2]}, "heroku-postgresql:standard-2")->name, "heroku-postgresql:private-3");
  EXPECT_EQ(best_plan(all, "heroku-postgresql:essential-2")->name, "heroku-postgresql:private-0");
  EXPECT_EQ(best_plan({}, "heroku-postgresql:standard-2"), nullptr);
}

TEST(MovableAttachments, AreOnePerDatabaseAndDatabaseFirst) {
  const auto attached = [](std::string name, std::string addon, std::string name_space = {}) {
    return Attachment{name, name, std::move(name_space), {"a-1", "orders"}, {addon, addon}, {}, {}};
  };
  const auto found =
      movable_attachments({attached("BLUE", "d-1"), attached("AUDIT", "d-2"), attached("DATABASE", "d-1"),
                           attached("POOL", "d-3", "connection-pooling:default")});
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].name, "DATABASE");
  EXPECT_EQ(found[1].name, "AUDIT");
  EXPECT_EQ(migration_name("orders", found[0], true), "orders");
  EXPECT_EQ(migration_name("orders", found[1], false), "orders-audit");
}

struct InitTest : CommandsTest {
  InitTest() {
    script.offers = offers();
    script.observed.migrations.front().name = "common-runtime-example";
    script.observed.migrations.front().source_database->bytes = 12'000'000;
  }
  std::string written(ExitCode code = ExitCode::done) {
    out.str("");
    EXPECT_EQ(run(InitCommand{"common-runtime-example", "private-spaces-example", plan}), code) << err.str();
    return out.str();
  }
  std::optional<std::string> plan;
};

TEST_F(InitTest, WritesASpecOfWhatIsThere) {
  const std::string text = written();
  Diagnostics diagnostics("changeover.yaml", text);
  const auto desired = read_spec(text, "changeover.yaml", diagnostics);
  ASSERT_TRUE(desired) << to_text(diagnostics.sorted().front()) << text;
  ASSERT_EQ(desired->migrations.size(), 1U);
  const Migration& migration = desired->migrations.front();
  EXPECT_EQ(migration.stage, Stage::replicating);
  EXPECT_EQ(migration.source.database, "DATABASE");
  EXPECT_EQ(migration.target.plan, "heroku-postgresql:private-0");
  EXPECT_EQ(migration.target.formation.at("web").quantity, 1);
  EXPECT_NE(text.find("private-0 ($300.00 a month, 64 GB of disk). Others that hold the data: private-2"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("looking-simply-2449: standard-0, PostgreSQL 16.4, 12 MB, $50.00 a month."), std::string::npos)
      << text;
}

TEST_F(InitTest, APlanThatIsNamedIsTakenOrRefused) {
  plan = "private-3";
  EXPECT_NE(written().find("      plan: private-3\n"), std::string::npos);
  plan = "private-99";
  EXPECT_EQ(written(ExitCode::error), "");
  EXPECT_NE(err.str().find("Heroku offers no plan private-99"), std::string::npos);
}

TEST_F(InitTest, WhatStandsInTheWayOfLiveIsSaidWhereItIsWritten) {
  script.observed.addons_by_app["common-runtime-example"] = {
      {"s-1", "clock-1", "scheduler", "scheduler:standard", "provisioned", {"a-1", "common-runtime-example"}, {}, {}}};
  const std::string text = written();
  EXPECT_NE(text.find("    #   scheduler_stopped: [common-runtime-example]\n"), std::string::npos) << text;
  EXPECT_NE(text.find("scheduler-unacknowledged: clock-1"), std::string::npos) << text;
}

TEST_F(InitTest, AnAppThatIsNotThereIsNamed) {
  script.observed.apps.erase("private-spaces-example");
  EXPECT_EQ(written(ExitCode::error), "");
  EXPECT_NE(err.str().find("there is no app private-spaces-example, or this token may not see it"), std::string::npos);
}

}  // namespace
}  // namespace changeover
