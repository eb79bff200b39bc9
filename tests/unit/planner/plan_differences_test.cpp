#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "core/text.h"
#include "planner/plan_file.h"
#include "tests/support/sample_plan.h"

namespace changeover {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::sample_migration;
using testing::sample_plan;

/// What changes when `edit` was done to the sample plan in the meantime.
std::vector<std::string> after(const std::function<void(Plan&)>& edit) {
  Plan fresh = sample_plan();
  edit(fresh);
  return plan_differences(plan_to_json(sample_plan()), plan_to_json(fresh));
}

std::vector<std::string> after_change_of(const std::function<void(MigrationPlan&)>& edit) {
  return after([&](Plan& plan) { edit(plan.migrations[0]); });
}

constexpr const char* spec_changed = "the spec file is not the one that this plan was made from";

TEST(PlanDifferences, TheSamePlanHasNone) {
  EXPECT_THAT(after([](Plan&) {}), IsEmpty());
}

TEST(PlanDifferences, LeavesOutWhatMayChange) {
  EXPECT_THAT(after([](Plan& plan) {
                plan.observed_at += std::chrono::hours(5);
                plan.tool_version = "9";
                plan.spec_file = "elsewhere/spec.yaml";
                MigrationPlan& migration = plan.migrations[0];
                migration.cost = {};
                migration.estimate = {};
                migration.way_back = {};
                migration.gives_up = {"more"};
                migration.phase_reason = "in other words";
                migration.then = "later";
                migration.point_of_no_return.why = "in other words";
                migration.actions[0].price.reset();
                migration.actions[0].reason = "in other words";
                migration.actions[0].undo = "in other words";
                migration.actions[0].waits_for = "longer";
                migration.blockers[0].remedy = "do it otherwise";
              }),
              IsEmpty());
}

TEST(PlanDifferences, ACommentInTheSpecIsNone) {
  EXPECT_THAT(after([](Plan& plan) { plan.spec_sha256 = sha256_hex("spec # comment"); }), IsEmpty());
}

TEST(PlanDifferences, TellFactsInWords) {
  EXPECT_THAT(after_change_of([](MigrationPlan& plan) {
                plan.fingerprint.member("source").set("followers", json::Value::array().push("stray-follower-12"));
              }),
              ElementsAre("orders: the follower set of looking-simply-2449 changed from none to [stray-follower-12]"));
  EXPECT_THAT(after_change_of([](MigrationPlan& plan) {
                plan.fingerprint.member("source").set("plan", "heroku-postgresql:standard-2");
                plan.source.plan = "heroku-postgresql:standard-2";
              }),
              ElementsAre("orders: plan of looking-simply-2449 was heroku-postgresql:standard-0, is now "
                          "heroku-postgresql:standard-2"));
  EXPECT_THAT(after_change_of([](MigrationPlan& plan) { plan.fingerprint.set("release_phase", true); }),
              ElementsAre("orders: release phase was no, is now yes"));
  EXPECT_THAT(
      after_change_of([](MigrationPlan& plan) {
        plan.fingerprint.member("apps").member("common-runtime-example").member("process_types").push("clock");
      }),
      ElementsAre(
          "orders: process types of common-runtime-example changed from [web, worker] to [web, worker, clock]"));
  EXPECT_THAT(after_change_of([](MigrationPlan& plan) {
                plan.fingerprint.set("copy", json::Value::object().set("id", "copy-id").set("name", "orders-private"));
              }),
              ElementsAre("orders: copy was none, is now orders-private"));
  EXPECT_THAT(after_change_of([](MigrationPlan& plan) {
                plan.fingerprint.member("apps").member("common-runtime-example").set("id", "other-id");
              }),
              ElementsAre("orders: the identity of common-runtime-example was source-app-id, is now other-id"));
}

TEST(PlanDifferences, TheOrderOfASetIsNone) {
  EXPECT_THAT(after_change_of([](MigrationPlan& plan) {
                json::Value types = json::Value::array();
                types.push("worker").push("web");
                plan.fingerprint.member("apps").member("common-runtime-example").set("process_types", types);
              }),
              IsEmpty());
}

TEST(PlanDifferences, TellStagePhaseAndEnds) {
  EXPECT_THAT(after_change_of([](MigrationPlan& plan) {
                plan.stage = Stage::retired;
                plan.phase = Phase::live;
                plan.target.app = "other-example";
                plan.refused = false;
              }),
              ElementsAre("orders: stage was live, is now retired", "orders: phase was absent, is now live",
                          "orders: app of the target was private-spaces-example, is now other-example",
                          "orders: the stage can be reached now"));
}

TEST(PlanDifferences, TellActions) {
  EXPECT_THAT(after_change_of([](MigrationPlan& plan) {
                Action detach = plan.actions[0];
                detach.id = "orders/attachment.detach/looking-simply-2449";
                detach.kind = Kind::attachment_detach;
                detach.subject = "looking-simply-2449";
                plan.actions.push_back(detach);
                plan.actions.erase(plan.actions.begin());
                plan.actions[0].depends_on.clear();
              }),
              ElementsAre("orders: the action follower.create orders-private is no longer needed",
                          "orders: depends on of the action app.scale_up private-spaces-example changed from "
                          "[orders/follower.create/orders-private] to none",
                          "orders: the action attachment.detach looking-simply-2449 was added"));
  EXPECT_THAT(after_change_of([](MigrationPlan& plan) {
                plan.actions[0].parameters.set("plan", "heroku-postgresql:private-5");
                plan.actions[2].reversible = true;
                plan.actions[0].wait_most.reset();
              }),
              ElementsAre("orders: plan of the action follower.create orders-private was heroku-postgresql:private-4, "
                          "is now heroku-postgresql:private-5",
                          "orders: wait most seconds of the action follower.create orders-private was 90, is now none",
                          "orders: reversible of the action app.scale_up private-spaces-example was no, is now yes"));
  EXPECT_THAT(after_change_of([](MigrationPlan& plan) { std::swap(plan.actions[0], plan.actions[2]); }),
              ElementsAre("orders: the order of the actions changed"));
}

TEST(PlanDifferences, LagIsNone) {
  const auto caught_up = [](MigrationPlan& plan) {
    plan.phase = Phase::replicating;
    plan.actions[2].depends_on = {plan.actions[0].id};
    plan.actions.erase(plan.actions.begin() + 1);
  };
  Plan behind = sample_plan();
  behind.migrations[0].phase = Phase::catching_up;
  Plan close = sample_plan();
  caught_up(close.migrations[0]);
  EXPECT_THAT(plan_differences(plan_to_json(behind), plan_to_json(close)), IsEmpty());
  EXPECT_THAT(plan_differences(plan_to_json(close), plan_to_json(behind)), IsEmpty());
}

TEST(PlanDifferences, WaitsInACircleEnd) {
  Plan odd = sample_plan();
  odd.migrations[0].actions[1].depends_on = {odd.migrations[0].actions[1].id};
  EXPECT_EQ(plan_differences(plan_to_json(odd), plan_to_json(sample_plan())).size(), 1U);
}

TEST(PlanDifferences, FormationsCountOnlyWhenTheSpecChanged) {
  const auto three_dynos = [](Plan& plan) {
    plan.migrations[0].actions[2].parameters.member("formation").mutable_items()[0].set("quantity", 3);
  };
  EXPECT_THAT(after(three_dynos), IsEmpty());
  EXPECT_THAT(after([&](Plan& plan) {
                three_dynos(plan);
                plan.spec_sha256 = sha256_hex("another spec");
              }),
              ElementsAre("orders: quantity of web of formation of the action app.scale_up private-spaces-example was "
                          "2, is now 3",
                          spec_changed));
}

TEST(PlanDifferences, TellFindings) {
  EXPECT_THAT(after_change_of([](MigrationPlan& plan) {
                plan.blockers.clear();
                plan.warnings[0].what = "the release phase runs twice on promote";
                plan.manual.push_back({"data-link", "the data link is not moved", "", {}});
                plan.unknowns.push_back(plan.unknowns[0]);
              }),
              ElementsAre("orders: the blocker unquiesced-writer is gone: reports-example writes too",
                          "orders: the warning release-phase is gone: the release phase runs 1 time on promote",
                          "orders: the warning release-phase is new: the release phase runs twice on promote",
                          "orders: the manual item data-link is new: the data link is not moved",
                          "orders: the unknown unlogged-tables is new: 12 tables could not be checked"));
}

TEST(PlanDifferences, CountsInFindingsAreNoneAndNamesAreNot) {
  EXPECT_THAT(after_change_of([](MigrationPlan& plan) {
                plan.unknowns[0].what = "1 table could not be checked";
                plan.warnings[0].what = "the release phase runs 2 times on promote";
              }),
              IsEmpty());
  EXPECT_THAT(after_change_of([](MigrationPlan& plan) { plan.blockers[0].what = "reports-2-example writes too"; }),
              ::testing::SizeIs(2));
}

TEST(PlanDifferences, WhatComesAndGoesByItselfIsNone) {
  EXPECT_THAT(after_change_of([](MigrationPlan& plan) {
                plan.warnings.push_back({"long-transaction", "pid 4711 has had a transaction open", "", {}});
              }),
              IsEmpty());
}

TEST(PlanDifferences, TellMigrationsThatCameAndWent) {
  EXPECT_THAT(
      after([](Plan& plan) { plan.migrations[0].name = "users"; }),
      ElementsAre("orders: the migration is in the plan file only", "users: the migration is not in the plan file"));
}

TEST(PlanDifferences, NameTheEditedSpecLast) {
  EXPECT_THAT(after([](Plan& plan) {
                plan.spec_sha256 = sha256_hex("another spec");
                plan.migrations[0].stage = Stage::source;
              }),
              ElementsAre("orders: stage was live, is now source", spec_changed));
}

}  // namespace
}  // namespace changeover
