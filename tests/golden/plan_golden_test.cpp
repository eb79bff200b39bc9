#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "cmd/view/plan_diagram.h"
#include "cmd/view/plan_markdown.h"
#include "cmd/view/plan_text.h"
#include "planner/plan_file.h"
#include "tests/golden/sample_plans.h"
#include "tests/support/golden.h"

namespace changeover::testing {
namespace {

TEST(PlanText, FirstPlanToLive) { expect_golden("plan_first.txt", plan_as_text(plan_of(first_plan()), {})); }

TEST(PlanText, HoldsAtReplicating) { expect_golden("plan_hold.txt", plan_as_text(plan_of(hold_plan()), {})); }

TEST(PlanText, CutoverFromReplicating) { expect_golden("plan_cutover.txt", plan_as_text(plan_of(cutover_plan()), {})); }

TEST(PlanText, NothingToDo) { expect_golden("plan_settled.txt", plan_as_text(plan_of(settled_plan()), {})); }

TEST(PlanText, Blocked) { expect_golden("plan_blocked.txt", plan_as_text(plan_of(blocked_plan()), {})); }

TEST(PlanText, BackToTheSource) { expect_golden("plan_rollback.txt", plan_as_text(plan_of(rollback_plan()), {})); }

TEST(PlanText, TheOldDatabaseGoes) { expect_golden("plan_retire.txt", plan_as_text(plan_of(retire_plan()), {})); }

TEST(PlanText, NarrowAsciiTerminal) {
  expect_golden("plan_narrow_ascii.txt", plan_as_text(plan_of(first_plan()), {false, false, 60}));
}

TEST(PlanText, ColouredTerminal) {
  expect_golden("plan_colour.txt", plan_as_text(plan_of(blocked_plan()), {true, true, 100}));
}

TEST(PlanMarkdown, FirstPlanToLive) { expect_golden("plan_first.md", plan_as_markdown(plan_of(first_plan()))); }

TEST(PlanMarkdown, Blocked) { expect_golden("plan_blocked.md", plan_as_markdown(plan_of(blocked_plan()))); }

TEST(PlanMarkdown, TheOldDatabaseGoes) { expect_golden("plan_retire.md", plan_as_markdown(plan_of(retire_plan()))); }

TEST(PlanMarkdown, NothingToDo) { expect_golden("plan_settled.md", plan_as_markdown(plan_of(settled_plan()))); }

TEST(PlanJson, FirstPlanToLive) { expect_golden("plan_first.json", plan_to_json(plan_of(first_plan())).pretty()); }

Plan fleet(int size) {
  Plan plan = plan_of(settled_plan("m0"));
  for (int i = 1; i < size; ++i) {
    const std::string name = "m" + std::to_string(i);
    plan.migrations.push_back(i % 10 == 1   ? blocked_plan(name)
                              : i % 10 == 2 ? cutover_plan(name)
                              : i % 10 == 3 ? settled_plan(name)
                                            : hold_plan(name));
  }
  return plan;
}

TEST(PlanMarkdown, AFewMigrationsFoldTheirStepsOnly) { expect_golden("plan_few.md", plan_as_markdown(fleet(5))); }

/// Of those that are named somewhere in the text.
int named(const std::string& text, const Plan& plan) {
  return static_cast<int>(std::ranges::count_if(plan.migrations, [&](const MigrationPlan& migration) {
    return text.find("`" + migration.name + "`") != std::string::npos ||
           text.find("<summary>" + migration.name + ": ") != std::string::npos;
  }));
}

TEST(PlanMarkdown, FiveHundredMigrationsFitACommentAndEachIsNamed) {
  const Plan plan = fleet(500);
  const std::string text = plan_as_markdown(plan);
  expect_golden("plan_500.md", text);
  EXPECT_LT(text.size(), most_markdown);
  EXPECT_EQ(named(text, plan), 500);
}

TEST(PlanMarkdown, FoldingKeepsTheBlockedOnesLongest) {
  const std::string text = plan_as_markdown(fleet(500));
  EXPECT_NE(text.find("### ✗ `m1`"), std::string::npos) << "a blocked migration is shown in full while there is room";
  EXPECT_EQ(text.find("<summary>m4: "), std::string::npos) << "one that only prepares is shortened first";
  EXPECT_NE(text.find("told in short"), std::string::npos);
}

/// Names as long as they may be, and findings that say much: what does not fit as a line is named in a list.
TEST(PlanMarkdown, FiveHundredMigrationsWithLongNamesFitAComment) {
  Plan plan = fleet(500);
  for (std::size_t i = 0; i < plan.migrations.size(); ++i) {
    MigrationPlan& migration = plan.migrations[i];
    migration.name = std::string(37, 'n') + std::to_string(100 + i);
    migration.target.addon = std::string(256, 'a');
    for (Finding& blocker : migration.blockers) blocker.what += std::string(2'000, 'w');
  }
  const std::string text = plan_as_markdown(plan);
  EXPECT_LT(text.size(), most_markdown);
  EXPECT_EQ(named(text, plan), 500);
}

TEST(PlanMarkdown, ASinglePlanThatIsTooLongIsToldInShort) {
  MigrationPlan migration = blocked_plan();
  for (int i = 0; i < 300; ++i) migration.warnings.push_back({"copied-url", std::string(300, 'w'), "", {}});
  const std::string text = plan_as_markdown(plan_of(migration));
  EXPECT_LT(text.size(), most_markdown);
  EXPECT_NE(text.find("300 warnings"), std::string::npos) << text;
}

TEST(PlanMarkdown, EveryPlanOfASpecBeginsWithTheSameMarker) {
  Plan plan = plan_of(first_plan());
  EXPECT_TRUE(plan_as_markdown(plan).starts_with("<!-- changeover:plan orders.yaml -->\n"));
  Plan later = plan_of(blocked_plan());
  later.observed_at += std::chrono::hours{5};
  later.spec_file = "./orders.yaml";
  EXPECT_EQ(plan_marker(later), plan_marker(plan));
  plan.spec_file = "a--b>c.yaml";
  EXPECT_EQ(plan_marker(plan), "<!-- changeover:plan a-%45b%62c.yaml -->");
}

TEST(PlanMarkdown, ThatSaysTheSameIsTheSameText) {
  Plan plan = plan_of(first_plan());
  const std::string text = plan_as_markdown(plan);
  plan.observed_at += std::chrono::hours{5};
  plan.tool_version = "0.2.0";
  EXPECT_EQ(plan_as_markdown(plan), text);
}

TEST(PlanDiagram, OfAWayBackRunsToTheSource) {
  expect_golden("plan_rollback.mmd", plan_as_diagram(plan_of(rollback_plan())));
}

TEST(PlanDiagram, OfAFleetCountsTheWays) { expect_golden("plan_fleet.mmd", plan_as_diagram(fleet(500))); }

TEST(PlanDiagram, OfNothingToDoIsNone) { EXPECT_EQ(plan_as_diagram(plan_of(settled_plan())), ""); }

TEST(PlanDiagram, NoNameEndsALabelOrTheBlock) {
  EXPECT_EQ(mermaid_label("a\"]; end %% ``` #quot; <b>\n"),
            "\"a#34;]#59; end #37;#37; #96;#96;#96; #35;quot#59; #60;b#62; \"");
}

TEST(PlanMarkdown, TenThousandMigrationsAreGrouped) {
  const std::string text = plan_as_markdown(fleet(10'000));
  expect_golden("plan_10000.md", text);
  EXPECT_LT(text.size(), most_markdown);
}

TEST(PlanMarkdown, WhateverTheLimitNothingIsCutInTheMiddle) {
  for (const std::size_t most : {std::size_t{3'000}, std::size_t{6'000}, std::size_t{12'000}, std::size_t{24'000}}) {
    const std::string text = plan_as_markdown(fleet(20), most);
    EXPECT_LE(text.size(), most);
    EXPECT_EQ(text.back(), '\n');
    std::size_t opened = 0;
    std::size_t closed = 0;
    for (std::size_t at = 0; (at = text.find("<details>", at)) != std::string::npos; ++at) ++opened;
    for (std::size_t at = 0; (at = text.find("</details>", at)) != std::string::npos; ++at) ++closed;
    EXPECT_EQ(opened, closed);
  }
}

TEST(PlanMarkdown, TextFromOutsideNeitherFormatsNorMentionsNorLinks) {
  EXPECT_EQ(markdown_text("*a* _b_ [c](d) <img> `e` | & ~f~"),
            "\\*a\\* \\_b\\_ \\[c\\](d) &lt;img&gt; \\`e\\` \\| &amp; \\~f\\~");
  EXPECT_EQ(markdown_text("@everyone #12"), "@<!-- -->everyone #<!-- -->12");
  EXPECT_EQ(markdown_text("two\nlines\x1b[31m"), "two lines?\\[31m");
  EXPECT_EQ(markdown_code("a`b"), "`` a`b ``");
}

}  // namespace
}  // namespace changeover::testing
