#include <gtest/gtest.h>

#include <string>
#include <vector>

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

TEST(PlanText, NarrowAsciiTerminal) {
  expect_golden("plan_narrow_ascii.txt", plan_as_text(plan_of(first_plan()), {false, false, 60}));
}

TEST(PlanText, ColouredTerminal) {
  expect_golden("plan_colour.txt", plan_as_text(plan_of(blocked_plan()), {true, true, 100}));
}

TEST(PlanMarkdown, FirstPlanToLive) { expect_golden("plan_first.md", plan_as_markdown(plan_of(first_plan()))); }

TEST(PlanMarkdown, Blocked) { expect_golden("plan_blocked.md", plan_as_markdown(plan_of(blocked_plan()))); }

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

TEST(PlanMarkdown, TwoHundredMigrationsFitAComment) {
  const std::string text = plan_as_markdown(fleet(200));
  expect_golden("plan_200.md", text);
  EXPECT_LT(text.size(), most_markdown);
}

TEST(PlanMarkdown, FoldingNamesEveryMigrationAndKeepsTheBlockedOnesLongest) {
  const std::string text = plan_as_markdown(fleet(200));
  for (int i = 0; i < 200; ++i) EXPECT_NE(text.find("`m" + std::to_string(i) + "`"), std::string::npos) << i;
  EXPECT_NE(text.find("### `m1`"), std::string::npos) << "a blocked migration is shown in full while there is room";
  EXPECT_EQ(text.find("### `m4`"), std::string::npos) << "one that only prepares is folded first";
  EXPECT_NE(text.find("are folded into one line each"), std::string::npos);
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
