#include "planner/plan_file.h"

#include <gtest/gtest.h>

#include "core/text.h"
#include "tests/support/sample_plan.h"
#include "tests/support/schema_file.h"

namespace changeover {
namespace {

using namespace std::chrono_literals;
using testing::sample_migration;
using testing::sample_plan;
using testing::violation_of;

json::Value without(json::Value document, std::string_view member) {
  document.erase(member);
  return document;
}

TEST(PlanFile, IsWhatTheSchemaSays) {
  EXPECT_EQ(violation_of("plan.schema.json", plan_to_json(sample_plan())), "");
  EXPECT_EQ(violation_of("plan.schema.json", plan_to_json(Plan{})), "/spec_sha256 breaks /definitions/sha256/pattern");
}

TEST(PlanFile, TheSchemaRefusesWhatIsNotOurs) {
  json::Value extra = plan_to_json(sample_plan());
  extra.member("migrations").mutable_items()[0].set("colour", "red");
  EXPECT_NE(violation_of("plan.schema.json", extra), "");
  for (const char* member : {"plan_id", "fingerprint", "summary", "observed_at"})
    EXPECT_NE(violation_of("plan.schema.json", without(plan_to_json(sample_plan()), member)), "") << member;
}

TEST(PlanFile, TheSchemaKnowsEveryWord) {
  Plan plan = sample_plan();
  Action& action = plan.migrations[0].actions[0];
  for (int kind = 0; kind <= static_cast<int>(Kind::restore_maintenance); ++kind) {
    action.kind = static_cast<Kind>(kind);
    EXPECT_EQ(violation_of("plan.schema.json", plan_to_json(plan)), "") << to_string(action.kind);
  }
  for (int group = 0; group <= static_cast<int>(Group::restore); ++group) {
    action.group = static_cast<Group>(group);
    EXPECT_EQ(violation_of("plan.schema.json", plan_to_json(plan)), "") << to_string(action.group);
  }
  for (int stage = 0; stage <= static_cast<int>(Stage::retired); ++stage) {
    plan.migrations[0].stage = static_cast<Stage>(stage);
    EXPECT_EQ(violation_of("plan.schema.json", plan_to_json(plan)), "") << to_string(plan.migrations[0].stage);
  }
  for (int phase = 0; phase <= static_cast<int>(Phase::absent); ++phase) {
    plan.migrations[0].phase = static_cast<Phase>(phase);
    const json::Value document = plan_to_json(plan);
    EXPECT_EQ(violation_of("plan.schema.json", document), "") << to_string(plan.migrations[0].phase);
    ASSERT_TRUE(read_plan_file(document.dump()));
    EXPECT_EQ(read_plan_file(document.dump())->plan.migrations[0].phase, plan.migrations[0].phase);
  }
}

TEST(PlanFile, ComesBackTheSame) {
  const json::Value document = plan_to_json(sample_plan());
  const Result<SavedPlan> saved = read_plan_file(document.pretty());
  ASSERT_TRUE(saved) << saved.error().what;
  EXPECT_EQ(saved->plan_id, document["plan_id"].as_string());
  EXPECT_EQ(saved->document, document);
  EXPECT_EQ(plan_to_json(saved->plan).pretty(), document.pretty());
}

TEST(PlanFile, KeepsEveryFieldOfAnAction) {
  const Result<SavedPlan> saved = read_plan_file(plan_to_json(sample_plan()).dump());
  ASSERT_TRUE(saved) << saved.error().what;
  const Action& read = saved->plan.migrations.at(0).actions.at(0);
  const Action written = sample_migration().actions.at(0);
  EXPECT_EQ(read.id, written.id);
  EXPECT_EQ(read.kind, written.kind);
  EXPECT_EQ(read.subject, written.subject);
  EXPECT_EQ(read.parameters, written.parameters);
  EXPECT_EQ(read.group, written.group);
  EXPECT_EQ(read.reason, written.reason);
  EXPECT_EQ(read.reversible, written.reversible);
  EXPECT_EQ(read.undo, written.undo);
  EXPECT_EQ(read.waits_for, written.waits_for);
  EXPECT_EQ(read.wait_most, written.wait_most);
  EXPECT_EQ(read.price, written.price);
  EXPECT_EQ(saved->plan.migrations[0].actions.at(1).depends_on, sample_migration().actions.at(1).depends_on);
}

TEST(PlanFile, KeepsEveryFieldOfAMigration) {
  const Result<SavedPlan> saved = read_plan_file(plan_to_json(sample_plan()).dump());
  ASSERT_TRUE(saved) << saved.error().what;
  const MigrationPlan& read = saved->plan.migrations.at(0);
  const MigrationPlan written = sample_migration();
  EXPECT_EQ(read.phase_reason, written.phase_reason);
  EXPECT_EQ(read.source.where, written.source.where);
  EXPECT_EQ(read.target.addon_id, written.target.addon_id);
  EXPECT_EQ(read.fingerprint, written.fingerprint);
  EXPECT_EQ(read.point_of_no_return.action, written.point_of_no_return.action);
  EXPECT_EQ(read.point_of_no_return.why, written.point_of_no_return.why);
  ASSERT_EQ(read.blockers.size(), 1U);
  EXPECT_EQ(read.blockers[0].blocks, Group::cutover);
  EXPECT_EQ(read.blockers[0].remedy, written.blockers[0].remedy);
  EXPECT_FALSE(read.warnings.at(0).blocks);
  EXPECT_EQ(read.manual.at(0).id, "scheduler");
  EXPECT_EQ(read.unknowns.at(0).id, "unlogged-tables");
  EXPECT_EQ(read.cost.source, written.cost.source);
  EXPECT_EQ(read.cost.target, written.cost.target);
  EXPECT_EQ(read.cost.note, written.cost.note);
  EXPECT_EQ(read.cost.now, written.cost.now);
  EXPECT_EQ(read.cost.overlap_a_day, written.cost.overlap_a_day);
  EXPECT_EQ(read.cost.after, written.cost.after);
  EXPECT_EQ(read.estimate.at_most, 300s);
  EXPECT_EQ(read.estimate.preparation, written.estimate.preparation);
  EXPECT_EQ(read.estimate.expected_downtime, written.estimate.expected_downtime);
  EXPECT_EQ(read.estimate.rests_on, written.estimate.rests_on);
  EXPECT_EQ(read.way_back.how, written.way_back.how);
  EXPECT_EQ(read.way_back.loses, written.way_back.loses);
  EXPECT_EQ(read.way_back.paid_cents, written.way_back.paid_cents);
  EXPECT_EQ(read.gives_up, written.gives_up);
  EXPECT_EQ(read.then, written.then);
  EXPECT_TRUE(read.refused);
}

TEST(PlanFile, ReadsOneThatIsOlderThanTheEstimates) {
  json::Value document = plan_to_json(sample_plan());
  json::Value& migration = document.member("migrations").mutable_items().at(0);
  migration.erase("way_back");
  migration.erase("gives_up");
  migration.member("estimate").erase("rests_on");
  migration.member("cost").erase("now_cents_a_month");
  const Result<SavedPlan> saved = read_plan_file(document.dump());
  ASSERT_FALSE(saved);
  EXPECT_NE(saved.error().what.find("changed after it was written"), std::string::npos)
      << "only its id is wrong: " << saved.error().what;
}

TEST(PlanFile, TheIdNamesTheContentAndNothingElse) {
  const json::Value document = plan_to_json(sample_plan());
  EXPECT_EQ(plan_to_json(sample_plan())["plan_id"], document["plan_id"]);
  Plan later = sample_plan();
  later.observed_at += 1ms;
  EXPECT_NE(plan_to_json(later)["plan_id"], document["plan_id"]) << "a plan made anew is another plan";
  EXPECT_EQ(plan_to_json(later)["fingerprint"], document["fingerprint"]) << "which rests on the same facts";
  Plan other = sample_plan();
  other.migrations[0].fingerprint.set("release_phase", true);
  EXPECT_NE(plan_to_json(other)["fingerprint"], document["fingerprint"]);
}

TEST(PlanFile, ReadsAFileThatWasOnlyLaidOutAnew) {
  const json::Value document = plan_to_json(sample_plan());
  json::Object turned = document.members();
  std::reverse(turned.begin(), turned.end());
  EXPECT_TRUE(read_plan_file(json::Value(turned).dump()));
}

TEST(PlanFile, RefusesAFileThatWasEdited) {
  json::Value document = plan_to_json(sample_plan());
  document.member("migrations").mutable_items()[0].member("actions").mutable_items()[0].set("subject", "another-app");
  const Result<SavedPlan> saved = read_plan_file(document.dump());
  ASSERT_FALSE(saved);
  EXPECT_EQ(saved.error().code, ErrorCode::corrupt);
  EXPECT_NE(saved.error().what.find("was changed after it was written"), std::string::npos);
}

TEST(PlanFile, RefusesAnotherFormatInWords) {
  json::Value document = plan_to_json(sample_plan());
  document.set("format_version", 2);
  const Result<SavedPlan> saved = read_plan_file(document.dump());
  ASSERT_FALSE(saved);
  EXPECT_EQ(saved.error().what, "this plan file has format version 2, and this changeover reads 1");
}

TEST(PlanFile, NamesThePlaceOfWhatIsWrong) {
  json::Value document = plan_to_json(sample_plan());
  document.member("migrations").mutable_items()[0].member("actions").mutable_items()[1].set("kind", "app.explode");
  EXPECT_EQ(read_plan_file(document.dump()).error().what,
            "this is no plan file: `migrations[0].actions[1].kind` holds the unknown word `app.explode`");
  EXPECT_NE(read_plan_file("").error().what.find("not JSON"), std::string::npos);
  EXPECT_EQ(read_plan_file("[]").error().what, "this is no plan file: `format_version` is missing or no version");
  EXPECT_EQ(read_plan_file(R"({"format_version":1})").error().what,
            "this is no plan file: `plan_id` is missing or no text");
}

TEST(PlanFile, SumsUpTheFleet) {
  Plan plan = sample_plan();
  MigrationPlan second = sample_migration();
  second.name = "users";
  second.estimate.at_most = 600s;
  MigrationPlan third = sample_migration();
  third.name = "mail";
  third.estimate = {};
  plan.migrations.push_back(second);
  plan.migrations.push_back(third);
  EXPECT_EQ(plan_to_json(plan)["summary"].dump(),
            R"({"actions":9,"blockers":3,"downtime":{"migrations":2,"at_most_seconds":600}})");
}

TEST(PlanFile, IsStaleAfterSevenDaysAndWhenItComesFromTheFuture) {
  const Plan plan = sample_plan();
  EXPECT_FALSE(plan_is_too_old(plan, plan.observed_at));
  EXPECT_FALSE(plan_is_too_old(plan, plan.observed_at + std::chrono::days{7}));
  EXPECT_TRUE(plan_is_too_old(plan, plan.observed_at + std::chrono::days{7} + 1ms));
  EXPECT_FALSE(plan_is_too_old(plan, plan.observed_at - 5min));
  EXPECT_TRUE(plan_is_too_old(plan, plan.observed_at - 6min));
}

}  // namespace
}  // namespace changeover
