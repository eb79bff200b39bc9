#include "tests/golden/sample_plans.h"

#include <utility>
#include <vector>

namespace changeover::testing {
namespace {

using namespace std::chrono_literals;

constexpr const char* source_app = "common-runtime-example";
constexpr const char* target_app = "private-spaces-example";
constexpr const char* leader = "looking-simply-2449";
constexpr const char* copy = "orders-private";

Price monthly(std::int64_t cents) { return {cents, "month", false, false}; }

json::Value formation(const std::vector<Process>& processes) {
  json::Value list = json::Value::array();
  for (const Process& process : processes) {
    json::Value item = json::Value::object().set("type", process.type).set("quantity", process.quantity);
    if (!process.size.empty()) item.set("size", process.size);
    list.push(std::move(item));
  }
  return list;
}

/// Adds steps one after the other, each waiting for the one before.
class Steps {
 public:
  explicit Steps(MigrationPlan& plan) : plan_(plan) {}

  Action& add(Kind kind, Group group, std::string subject, std::string undo = {}) {
    Action action;
    action.id = plan_.name + "/" + std::string(to_string(kind)) + "/" + subject;
    action.kind = kind;
    action.subject = std::move(subject);
    action.group = group;
    action.parameters = json::Value::object();
    if (!plan_.actions.empty()) action.depends_on = {plan_.actions.back().id};
    action.reversible = !undo.empty();
    action.undo = std::move(undo);
    plan_.actions.push_back(std::move(action));
    return plan_.actions.back();
  }

  void prepare() {
    Action& create = add(Kind::follower_create, Group::prepare, copy, "destroy orders-private (needs --allow-destroy)");
    create.parameters.set("plan", "heroku-postgresql:private-4").set("follow", leader);
    create.price = monthly(150'000);
    Action& available = add(Kind::database_wait_available, Group::prepare, copy);
    available.waits_for = "the base copy of 12 GB; Heroku names no time";
    wait_caught_up();
  }

  void wait_caught_up() {
    Action& caught_up = add(Kind::follower_wait_caught_up, Group::prepare, copy);
    caught_up.parameters.set("start_lag", 200);
    caught_up.waits_for = "two distinct samples of Behind By at or under 200 commits";
  }

  void cutover() {
    Action& background = add(Kind::app_scale_down, Group::cutover, source_app, "scale back to the recorded formation");
    background.id += "/background";
    background.parameters.set("formation", formation({{"worker", 0, ""}})).set("background", true);
    background.waits_for = "its background dynos to end";
    background.wait_most = 45s;
    add(Kind::app_enable_maintenance, Group::cutover, source_app, "maintenance off");
    Action& stop = add(Kind::app_scale_down, Group::cutover, source_app, "scale back to web=1 and worker=1");
    stop.parameters.set("formation", formation({{"web", 0, ""}, {"worker", 0, ""}})).set("background", false);
    add(Kind::leader_fence, Group::cutover, leader, "let go of the locks");
    Action& drained = add(Kind::follower_wait_drained, Group::cutover, copy);
    drained.waits_for = "replay at or past the fence";
    drained.wait_most = 60s;
    add(Kind::follower_unfollow, Group::cutover, copy,
        "the copy can not follow again; until the point of no return the old database takes service back")
        .reversible = false;
    Action& standalone = add(Kind::database_wait_standalone, Group::cutover, copy);
    standalone.waits_for = "Heroku to end replication";
    standalone.wait_most = 120s;
    add(Kind::leader_verify_no_late_write, Group::cutover, leader);
    add(Kind::attachment_promote, Group::cutover, copy, "detach DATABASE").parameters.set("attachment", "DATABASE");
    const std::string closed = add(Kind::leader_fence_permanently, Group::resume, leader).id;
    Action& start = add(Kind::app_scale_up, Group::resume, target_app);
    start.undo = "none: the app may have written to orders-private";
    start.parameters.set("formation", formation({{"web", 2, ""}, {"worker", 1, "private-m"}}));
    add(Kind::app_disable_maintenance, Group::resume, target_app);
    add(Kind::database_verify_live, Group::resume, copy).parameters.set("app", target_app);
    plan_.point_of_no_return = {closed, "the first dyno of private-spaces-example may write to orders-private"};
    plan_.estimate = {true, 300s, "most of it Heroku's own: dyno stop, unfollow, boot"};
  }

 private:
  MigrationPlan& plan_;
};

MigrationPlan bare(std::string name, Phase phase, Stage stage, std::string reason) {
  MigrationPlan plan;
  plan.name = std::move(name);
  plan.phase = phase;
  plan.stage = stage;
  plan.phase_reason = std::move(reason);
  plan.source = {source_app, "5a2f", leader, "9c11", "heroku-postgresql:standard-0", "Common Runtime, us"};
  plan.target = {target_app, "77d0", copy, "", "heroku-postgresql:private-4", "Private Space example-space, virginia"};
  plan.cost = {monthly(5'000), monthly(150'000), ""};
  plan.fingerprint = json::Value::object().set("source", "9c11");
  return plan;
}

}  // namespace

Plan plan_of(MigrationPlan migration) {
  Plan plan;
  plan.tool_version = "0.1.0";
  plan.spec_file = "orders.yaml";
  plan.spec_sha256 = std::string(64, 'a');
  plan.observed_at = WallTime{std::chrono::seconds{1'790'000'000}};
  plan.migrations.push_back(std::move(migration));
  return plan;
}

MigrationPlan first_plan(std::string name) {
  MigrationPlan plan = bare(std::move(name), Phase::absent, Stage::live, "There is no copy in the space yet.");
  Steps steps(plan);
  steps.prepare();
  steps.cutover();
  plan.cost = {monthly(5'000), monthly(150'000), "", 5'000, 5'167, 150'000};
  plan.estimate.preparation = TimeRange{280s, 2'340s};
  plan.estimate.expected_downtime = TimeRange{7s, 200s};
  plan.estimate.rests_on = {"12 GB to copy, at 20 to 100 MB a second (assumed)",
                            "what dynos, unfollow and boot are assumed to take",
                            "a round trip to Heroku of about 50 ms"};
  plan.gives_up = {
      "the copy as a follower: if the cutover is given up behind the unfollow, another copy would take 5 min to 39 "
      "min"};
  plan.warnings = {{"source-stays-writable",
                    "common-runtime-example stays parked; its old database is made read-only",
                    "leave it scaled to zero, or set stage: retired",
                    {}}};
  plan.manual = {{"scheduler-jobs",
                  "Scheduler jobs of common-runtime-example are not copied by any API",
                  "create them on private-spaces-example before the cutover",
                  {}}};
  plan.unknowns = {{"release-phase",
                    "whether private-spaces-example has a release phase: slug not readable",
                    "give the token access to the app's releases",
                    {}}};
  return plan;
}

MigrationPlan hold_plan(std::string name) {
  MigrationPlan plan = bare(std::move(name), Phase::absent, Stage::replicating, "There is no copy in the space yet.");
  Steps(plan).prepare();
  plan.then = "it holds here and keeps up; set stage: live for the cutover";
  return plan;
}

MigrationPlan cutover_plan(std::string name) {
  MigrationPlan plan = bare(std::move(name), Phase::replicating, Stage::live,
                            "orders-private follows looking-simply-2449 and was at most 12 commits behind, twice.");
  Steps steps(plan);
  steps.wait_caught_up();
  steps.cutover();
  return plan;
}

MigrationPlan settled_plan(std::string name) {
  return bare(std::move(name), Phase::live, Stage::live, "private-spaces-example runs on orders-private.");
}

MigrationPlan blocked_plan(std::string name) {
  MigrationPlan plan = cutover_plan(std::move(name));
  plan.blockers = {
      {"unquiesced-writer",
       "reports-example has looking-simply-2449 attached as ORDERS and 1 dyno up: its writes would be lost",
       "name it under quiesce.apps, or under quiesce.read_only if it never writes", Group::cutover}};
  return plan;
}

MigrationPlan rollback_plan(std::string name) {
  MigrationPlan plan = bare(std::move(name), Phase::quiesced, Stage::source,
                            "orders-private follows looking-simply-2449, and every writer is stopped.");
  Steps steps(plan);
  steps.add(Kind::restore_formation, Group::restore, source_app)
      .parameters.set("formation", formation({{"web", 1, ""}, {"worker", 1, ""}}));
  steps.add(Kind::restore_maintenance, Group::restore, source_app).parameters.set("maintenance", false);
  Action& destroy =
      steps.add(Kind::addon_destroy, Group::restore, copy, "none: a new copy would be made from the source");
  destroy.reversible = false;
  plan.cost = {monthly(5'000), monthly(150'000), "", 155'000, 5'167, 5'000};
  plan.gives_up = {"the copy orders-private", "another copy would take 5 min to 39 min"};
  plan.way_back = {
      true,
      "set stage replicating, or source with --allow-destroy, and apply: service is restored on the source",
      {"the copy orders-private, if the stage is source", "another copy would take 5 min to 39 min"},
      1'240};
  return plan;
}

MigrationPlan retire_plan(std::string name) {
  MigrationPlan plan =
      bare(std::move(name), Phase::live, Stage::retired, "private-spaces-example runs on orders-private.");
  Steps steps(plan);
  Action& backup = steps.add(Kind::backup_capture, Group::retire, leader, "nothing to undo");
  backup.parameters.set("app", source_app);
  backup.waits_for = "the backup to be finished";
  Action& detach = steps.add(Kind::attachment_detach, Group::retire, "reports-example",
                             "attach it again, until the add-on is destroyed");
  detach.id += "/DATABASE";
  detach.parameters.set("attachment", "DATABASE").set("app", "reports-example");
  Action& destroy = steps.add(Kind::addon_destroy, Group::retire, leader);
  destroy.parameters.set("app", source_app);
  destroy.waits_for = "Heroku to remove it";
  destroy.reversible = false;
  destroy.undo = "none";
  plan.cost = {monthly(5'000), monthly(150'000), "", 155'000, 5'167, 150'000};
  plan.gives_up = {"looking-simply-2449, with its rollbacks, forks and backups of its own",
                   "every state of it but the final backup"};
  return plan;
}

}  // namespace changeover::testing
