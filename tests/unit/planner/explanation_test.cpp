#include "planner/explanation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>

#include "planner/grounds.h"
#include "tests/places.h"
#include "tests/support/facts.h"

namespace changeover {
namespace {

using ::testing::Contains;
using ::testing::Field;
using ::testing::HasSubstr;
using testing::SeedWorld;
using ::testing::UnorderedElementsAreArray;

std::string source_text(const std::string& path) {
  std::ifstream file(std::string(CHANGEOVER_SOURCE_DIR) + "/" + path, std::ios::binary);
  EXPECT_TRUE(file) << path;
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

Result<std::vector<Explanation>> explained(const SeedWorld& world, std::string_view asked) {
  const Plan plan = plan_migrations(world.desired, world.observed, world.recorded, {"1.0"});
  return explain(world.desired, world.observed, world.recorded, plan, asked);
}

/// The fact of that name; a failure of the test when there is none.
ToldFact fact_of(const Explanation& explanation, std::string_view what) {
  const auto found = std::ranges::find(explanation.facts, what, &ToldFact::what);
  EXPECT_NE(found, explanation.facts.end()) << what;
  return found == explanation.facts.end() ? ToldFact{} : *found;
}

TEST(Grounds, AreThereForEachKindAndEachFindingAndForNothingElse) {
  std::vector<std::string_view> wanted;
  for (int kind = 0; kind <= static_cast<int>(Kind::restore_maintenance); ++kind)
    wanted.push_back(to_string(static_cast<Kind>(kind)));
  for (const FindingRow& row : finding_table()) wanted.push_back(row.id);
  std::vector<std::string_view> given;
  for (const GroundsRow& row : grounds_table()) given.push_back(row.id);
  EXPECT_THAT(given, UnorderedElementsAreArray(wanted));
}

TEST(Grounds, RestOnFactsAndCiteRulesThatExist) {
  for (const GroundsRow& row : grounds_table()) {
    EXPECT_FALSE(row.facts.empty()) << row.id;
    for (const std::string_view rule : row.rules) EXPECT_NE(safety_rule(rule), nullptr) << row.id << " cites " << rule;
    const bool by_sql = std::ranges::find(row.facts, Ground::sql) != row.facts.end();
    EXPECT_TRUE(by_sql || row.question.empty()) << row.id << " asks SQL and does not rest on it";
  }
}

/// What is cited as asked is asked: every catalog and setting that a question names stands in the SQL of inspecting.
TEST(Grounds, NameTheQuestionsThatSqlIsAsked) {
  static const std::regex name(
      R"(\b(pg_\w+|max_\w+|has_table_privilege|relpersistence|relkind|subenabled|xact_start)\b)");
  const std::string sql = source_text("providers/heroku/leader/facts.cpp") +
                          source_text("providers/heroku/leader/fence.cpp") +
                          source_text("providers/heroku/leader/permanent.cpp");
  int named = 0;
  for (const GroundsRow& row : grounds_table()) {
    const std::string question(row.question);
    for (auto word = std::sregex_iterator(question.begin(), question.end(), name); word != std::sregex_iterator();
         ++word) {
      EXPECT_THAT(sql, HasSubstr((*word)[1].str())) << row.id;
      ++named;
    }
  }
  EXPECT_GT(named, 15);
}

TEST(SafetyRules, AreThoseOfTheDocument) {
  const std::string doc = source_text("docs/safety.md");
  for (const SafetyRule& rule : safety_rules())
    EXPECT_THAT(doc, HasSubstr("| " + std::string(rule.id) + " | **" + std::string(rule.name) + ".** " +
                               std::string(rule.promise) + " | "));
  static const std::regex row(R"(\n\| (S\d+) \| )");
  std::vector<std::string> ids;
  for (auto found = std::sregex_iterator(doc.begin(), doc.end(), row); found != std::sregex_iterator(); ++found)
    ids.push_back((*found)[1].str());
  ASSERT_EQ(ids.size(), safety_rules().size());
  for (std::size_t i = 0; i < ids.size(); ++i) EXPECT_EQ(ids[i], safety_rules()[i].id);
}

TEST(Explain, AnActionGivesItsCellItsFactsAndItsRules) {
  SeedWorld world;
  world.observed.origins[{Asked::addons, ""}] = {"GET /addons", parse_time("2026-11-22T09:59:58Z").value()};
  const auto found = explained(world, "orders/follower.create/orders-private");
  ASSERT_TRUE(found) << found.error().what;
  ASSERT_EQ(found->size(), 1U);
  const Explanation& one = found->front();
  EXPECT_EQ(one.migration, "orders");
  EXPECT_EQ(one.action->kind, Kind::follower_create);
  EXPECT_EQ(one.phase->phase, Phase::absent);
  EXPECT_EQ(one.course->stage, Stage::live);
  EXPECT_TRUE(one.course->hold);
  EXPECT_THAT(one.rules, Contains(safety_rule("S15")));
  EXPECT_EQ(fact_of(one, "the copy"), (ToldFact{"the copy", "none under the name orders-private", "GET /addons",
                                                parse_time("2026-11-22T09:59:58Z").value()}));
  EXPECT_EQ(fact_of(one, "the formation of common-runtime-example").value,
            "web 2 (standard-1x) and worker 1 (standard-1x)");
  EXPECT_EQ(fact_of(one, "the formation of common-runtime-example").from, "") << "no call was noted";
}

TEST(Explain, AKindOrTheBeginningOfAnIdMeansEveryActionOfIt) {
  SeedWorld world;
  world.migration().cutover.unattended = true;
  for (const char* asked : {"app.enable_maintenance", "orders/app.enable_maintenance"}) {
    const auto found = explained(world, asked);
    ASSERT_TRUE(found) << found.error().what;
    ASSERT_EQ(found->size(), 2U) << asked;
    for (const Explanation& one : *found) EXPECT_EQ(one.action->kind, Kind::app_enable_maintenance);
  }
}

TEST(Explain, AFindingGivesItsRowWhatItBlocksAndTheQuestion) {
  SeedWorld world;
  world.facts().leader->unlogged_tables = {"public.sessions"};
  world.observed.origins[{Asked::sql, testing::source_name}] = {"SQL", world.observed.at};
  const auto found = explained(world, "unlogged-tables");
  ASSERT_TRUE(found) << found.error().what;
  ASSERT_EQ(found->size(), 1U);
  const Explanation& one = found->front();
  EXPECT_EQ(one.stands_as, FindingKind::blocker);
  EXPECT_EQ(one.finding->blocks, Group::cutover);
  EXPECT_EQ(one.row, finding_row("unlogged-tables"));
  const ToldFact sql = fact_of(one, "SQL on looking-simply-2449");
  EXPECT_THAT(sql.value, HasSubstr("unlogged: public.sessions"));
  EXPECT_EQ(sql.from, "SQL: pg_class where relpersistence = 'u'");
  EXPECT_EQ(sql.read_at, world.observed.at);
}

TEST(Explain, ABlockerOfALaterStageStandsAsAWarning) {
  SeedWorld world;
  world.stage(Stage::replicating);
  world.facts().leader->unlogged_tables = {"public.sessions"};
  const auto found = explained(world, "orders/unlogged-tables");
  ASSERT_TRUE(found) << found.error().what;
  EXPECT_EQ(found->front().stands_as, FindingKind::warning);
  EXPECT_EQ(found->front().row->kind, FindingKind::blocker);
}

TEST(Explain, WhatIsNotInThePlanIsExplainedByItsRow) {
  for (const char* asked : {"unlogged-tables", "addon.destroy"}) {
    const auto found = explained(SeedWorld(), asked);
    ASSERT_TRUE(found) << asked;
    ASSERT_EQ(found->size(), 1U);
    EXPECT_EQ(found->front().migration, "");
    EXPECT_TRUE(found->front().facts.empty()) << "facts are of a migration";
    EXPECT_FALSE(found->front().rules.empty());
  }
}

TEST(Explain, WhatDoesNotExistNamesWhatIsNear) {
  const auto nothing = explained(SeedWorld(), "unloged-table");
  ASSERT_FALSE(nothing);
  EXPECT_EQ(nothing.error().code, ErrorCode::not_found);
  EXPECT_THAT(nothing.error().what, HasSubstr("`unloged-table`"));
  EXPECT_THAT(nothing.error().advice, HasSubstr("did you mean `unlogged-tables`"));
}

/// A migration that left the spec has facts no more, and its finding is explained all the same.
TEST(Explain, AMigrationThatLeftTheSpec) {
  SeedWorld world;
  world.record().copy = {"orders-private-id", "orders-private"};
  world.desired.migrations.clear();
  world.observed.migrations.clear();
  const auto found = explained(world, "recorded-not-in-spec");
  ASSERT_TRUE(found) << found.error().what;
  EXPECT_EQ(found->front().migration, "orders");
  EXPECT_EQ(found->front().phase, nullptr);
}

/// Every ground of every row can be told of a world that has everything and of one that has nothing, and no value of a
/// secret is in it.
TEST(ToldFacts, AreThereWhateverIsKnown) {
  SeedWorld full;
  full.around().copied_urls = {{"reports", {"OLD_URL"}}};
  full.around().settings = {{"log_statement", "all", "none"}};
  full.around().maintenances = {{testing::source_name, "pending", full.observed.at}};
  full.facts().retirement = RetirementFacts{full.observed.at, {WritesSince::Verdict::none, "no write"}, {}, ""};
  full.facts().unreadable = {{"the links", "503"}};
  SeedWorld bare;
  bare.facts() = MigrationFacts{};
  bare.facts().name = "orders";
  bare.observed.apps.clear();
  for (const SeedWorld* world : {&full, &bare}) {
    const Situation situation = world->situation();
    for (int ground = 0; ground <= static_cast<int>(Ground::not_read); ++ground)
      for (const ToldFact& fact : tell(static_cast<Ground>(ground), situation)) {
        EXPECT_NE(fact.what, "") << ground;
        EXPECT_NE(fact.value, "") << fact.what;
      }
  }
}

}  // namespace
}  // namespace changeover
