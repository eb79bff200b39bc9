// Two plan files of one pull request, and what its reviewer is told of them.
#include <gtest/gtest.h>

#include <string>

#include "cmd/view/plan_comparison.h"
#include "tests/golden/sample_plans.h"
#include "tests/support/golden.h"
#include "tests/support/schema_file.h"

namespace changeover::testing {
namespace {

/// What a day of work on a pull request does: one stage moves on, one migration comes, one goes, a plan grows.
struct Updated {
  Updated() {
    before.migrations.push_back(hold_plan("accounts"));
    before.migrations.push_back(settled_plan("billing"));
    before.migrations.push_back(cutover_plan("carts"));

    after.spec_sha256 = std::string(64, 'b');
    after.observed_at += std::chrono::hours{26};
    MigrationPlan& orders = after.migrations.front();
    orders.cost.target = Price{250'000, "month", false, false};
    orders.cost.overlap_a_day = 8'500;
    orders.target.plan = "heroku-postgresql:private-5";
    orders.fingerprint.set("source_attachments", json::Value::array().push("reports-example::ORDERS -> looking"));
    orders.actions.erase(orders.actions.begin() + 3);
    orders.actions[4].wait_most = std::chrono::seconds{90};
    orders.warnings.clear();
    orders.unknowns.front().what = "whether private-spaces-example has a release phase: 503";
    after.migrations.push_back(cutover_plan("accounts"));
    after.migrations.push_back(settled_plan("billing"));
    after.migrations.push_back(hold_plan("invoices"));
  }
  Plan before = plan_of(first_plan());
  Plan after = plan_of(first_plan());
};

TEST(PlanComparison, AsText) {
  const Updated plans;
  expect_golden("comparison.txt", comparison_as_text(compare_plans(plans.before, plans.after), {}));
}

TEST(PlanComparison, AsMarkdown) {
  const Updated plans;
  expect_golden("comparison.md", comparison_as_markdown(compare_plans(plans.before, plans.after)));
}

TEST(PlanComparison, AsJson) {
  const Updated plans;
  const json::Value document = comparison_as_json(compare_plans(plans.before, plans.after));
  expect_golden("comparison.json", document.pretty());
  EXPECT_EQ(violation_of("difference.schema.json", document), "");
}

TEST(PlanComparison, OfTheSamePlanFindsNoDifference) {
  const Updated plans;
  const PlanComparison same = compare_plans(plans.after, plans.after);
  EXPECT_TRUE(same.same());
  EXPECT_EQ(comparison_as_text(same, {}), "No difference: 4 migrations as before.\n");
}

/// Read again, by another version, from a spec that only got a comment: worth saying, and no difference.
TEST(PlanComparison, WhatChangesNoStepIsANote) {
  const Plan before = plan_of(first_plan());
  Plan after = before;
  after.spec_sha256 = std::string(64, 'b');
  after.tool_version = "0.2.0";
  after.observed_at += std::chrono::hours{1};
  const PlanComparison comparison = compare_plans(before, after);
  EXPECT_TRUE(comparison.same());
  EXPECT_EQ(comparison.notes.size(), 3U);
}

/// Every member of a migration that a reader is told of, one after the other.
TEST(PlanComparison, NoticesEachChange) {
  const Plan before = plan_of(first_plan());
  using Change = void (*)(MigrationPlan&);
  const std::vector<std::pair<std::string, Change>> changes{
      {"stage", [](MigrationPlan& m) { m.stage = Stage::replicating; }},
      {"phase and cost", [](MigrationPlan& m) { m.phase = Phase::provisioning; }},
      {"reachable", [](MigrationPlan& m) { m.refused = true; }},
      {"from", [](MigrationPlan& m) { m.source.where = "x"; }},
      {"to", [](MigrationPlan& m) { m.target.where = "x"; }},
      {"downtime", [](MigrationPlan& m) { m.estimate.at_most += std::chrono::seconds{60}; }},
      {"point of no return", [](MigrationPlan& m) { m.point_of_no_return.action = m.actions.front().id; }},
      {"cost", [](MigrationPlan& m) { m.cost.source->cents += 1; }},
      {"next", [](MigrationPlan& m) { m.then = "x"; }},
      {"1 fact", [](MigrationPlan& m) { m.fingerprint.set("release_phase", true); }},
      {"1 step", [](MigrationPlan& m) { m.actions.back().undo = "x"; }},
      {"1 step", [](MigrationPlan& m) { std::swap(m.actions[4], m.actions[5]); }},
      {"1 finding", [](MigrationPlan& m) { m.manual.clear(); }},
      {"1 finding", [](MigrationPlan& m) { m.unknowns.front().what = "x"; }},
      {"1 finding", [](MigrationPlan& m) { m.warnings.push_back({"proof-api", "x", "", {}}); }}};
  for (const auto& [told, change] : changes) {
    Plan after = before;
    change(after.migrations.front());
    const PlanComparison comparison = compare_plans(before, after);
    ASSERT_EQ(comparison.migrations.size(), 1U) << told;
    EXPECT_EQ(changes_in_short(comparison.migrations.front()), told);
  }
}

TEST(PlanComparison, OfFiveHundredChangesFitsAComment) {
  Plan before = plan_of(settled_plan("m0"));
  Plan after = before;
  for (int i = 1; i < 500; ++i) {
    before.migrations.push_back(hold_plan("m" + std::to_string(i)));
    after.migrations.push_back(cutover_plan("m" + std::to_string(i)));
  }
  const std::string text = comparison_as_markdown(compare_plans(before, after));
  EXPECT_LT(text.size(), most_markdown);
  for (int i = 1; i < 500; ++i) ASSERT_NE(text.find("`m" + std::to_string(i) + "`"), std::string::npos) << i;
  const std::string shorter = comparison_as_markdown(compare_plans(before, after), 2'000);
  EXPECT_LT(shorter.size(), 2'000U);
  EXPECT_NE(shorter.find("499 migrations"), std::string::npos) << shorter;
}

}  // namespace
}  // namespace changeover::testing
