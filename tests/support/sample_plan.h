// A plan with every field set, for the tests of what keeps and compares plans.
//
// Owner: the test. Thread rule: none.
#pragma once

#include <string>

#include "core/text.h"
#include "planner/plan.h"

namespace changeover::testing {

inline json::Value sample_fingerprint() {
  json::Value types = json::Value::array();
  types.push("web").push("worker");
  json::Value app = json::Value::object();
  app.set("id", "source-app-id").set("generation", "cedar").set("process_types", types);
  json::Value apps = json::Value::object();
  apps.set("common-runtime-example", app);
  json::Value source = json::Value::object();
  source.set("id", "source-id")
      .set("name", "looking-simply-2449")
      .set("plan", "heroku-postgresql:standard-0")
      .set("followers", json::Value::array());
  json::Value attachments = json::Value::array();
  attachments.push("common-runtime-example::DATABASE -> looking-simply-2449");
  json::Value facts = json::Value::object();
  facts.set("apps", apps)
      .set("source", source)
      .set("copy", json::Value())
      .set("source_attachments", attachments)
      .set("release_phase", false);
  return facts;
}

/// Two actions and a wait for the lag between them.
inline std::vector<Action> sample_actions() {
  Action create;
  create.id = "orders/follower.create/orders-private";
  create.kind = Kind::follower_create;
  create.subject = "orders-private";
  create.parameters = json::Value::object();
  create.parameters.set("plan", "heroku-postgresql:private-4").set("app", "private-spaces-example");
  create.group = Group::prepare;
  create.waits_for = "Heroku to take the order";
  create.wait_most = std::chrono::seconds(90);
  create.undo = "destroy it";
  create.price = Price{150000, "month", false, true};
  create.reason = "there is no copy yet";
  Action wait;
  wait.id = "orders/follower.wait_caught_up/orders-private";
  wait.kind = Kind::follower_wait_caught_up;
  wait.subject = "orders-private";
  wait.depends_on = {create.id};
  Action up;
  up.id = "orders/app.scale_up/private-spaces-example";
  up.kind = Kind::app_scale_up;
  up.subject = "private-spaces-example";
  up.group = Group::resume;
  up.reversible = false;
  up.undo = "the new database has taken writes";
  up.depends_on = {wait.id};
  json::Value web = json::Value::object();
  web.set("type", "web").set("quantity", 2);
  up.parameters = json::Value::object();
  up.parameters.set("formation", json::Value::array().push(web));
  return {create, wait, up};
}

inline MigrationPlan sample_migration() {
  MigrationPlan plan;
  plan.name = "orders";
  plan.stage = Stage::live;
  plan.phase = Phase::absent;
  plan.phase_reason = "there is no copy";
  plan.source = {"common-runtime-example",       "source-app-id",     "looking-simply-2449", "source-id",
                 "heroku-postgresql:standard-0", "Common Runtime, us"};
  plan.target = {"private-spaces-example",
                 "target-app-id",
                 "orders-private",
                 "copy-id",
                 "heroku-postgresql:private-4",
                 "Private Space example-space, virginia"};
  plan.fingerprint = sample_fingerprint();
  plan.actions = sample_actions();
  plan.blockers = {{"unquiesced-writer", "reports-example writes too", "name it in quiesce.apps", Group::cutover}};
  plan.warnings = {{"release-phase", "the release phase runs 1 time on promote", "", {}}};
  plan.manual = {{"scheduler", "stop the Scheduler jobs", "in its dashboard", {}}};
  plan.unknowns = {{"unlogged-tables", "12 tables could not be checked", "", {}}};
  plan.point_of_no_return = {"orders/app.scale_up/private-spaces-example", "the first dyno may write"};
  plan.cost = {
      Price{5000, "month", false, true}, Price{150000, "month", true, false}, "both are billed", 5000, 5167, 150000};
  plan.estimate = {true,
                   std::chrono::seconds(300),
                   "mostly Heroku's",
                   TimeRange{std::chrono::minutes(5), std::chrono::minutes(39)},
                   TimeRange{std::chrono::seconds(8), std::chrono::seconds(200)},
                   {"a round trip to Heroku of about 50 ms"}};
  plan.way_back = {true, "set stage source", {"the copy orders-private"}, 1200};
  plan.gives_up = {"the copy as a follower"};
  plan.then = "then it holds";
  plan.refused = true;
  return plan;
}

inline Plan sample_plan() {
  Plan plan;
  plan.tool_version = "0.1.0";
  plan.spec_file = "spec.yaml";
  plan.spec_sha256 = sha256_hex("spec");
  plan.observed_at = parse_time("2026-11-22T10:00:00.250Z").value();
  plan.migrations = {sample_migration()};
  return plan;
}

}  // namespace changeover::testing
