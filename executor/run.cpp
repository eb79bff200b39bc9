#include "executor/run.h"

#include <algorithm>
#include <utility>

#include "executor/migration_run.h"
#include "planner/name_index.h"

namespace changeover {
namespace {

/// One that the record knows and the spec does not: there is nothing to run it by.
MigrationOutcome refused_without_run(const MigrationPlan& plan) {
  const Finding& blocker = plan.blockers.front();
  return {plan.name, Outcome::blocked, blocker.id + ": " + blocker.what + " (" + blocker.remedy + ")", {}};
}

}  // namespace

Run::Run(RunPorts ports, const Desired& desired, RunOptions options) : run_(ports, desired, std::move(options)) {}
Run::~Run() = default;

void Run::stop(std::string why) { run_.halt.order(Halt::Reason::signal, std::move(why)); }

Task<Result<Plan>> Run::plan() {
  const std::vector<const Migration*> migrations = run_.desired.chosen(run_.options.plan.only);
  for (const Migration* migration : migrations) {
    Result<std::unique_ptr<Lease>> lease = co_await run_.ports.state.lock(migration->name, "apply");
    if (!lease) co_return fail(lease.error());
    leases_[migration->name] = std::move(*lease);
  }
  Result<Recorded> recorded = co_await run_.ports.state.load();
  if (!recorded) co_return fail(recorded.error());
  run_.recorded = std::move(*recorded);
  Result<Observed> observed = co_await run_.ports.provider.observe(migrations, run_.recorded);
  if (!observed) co_return fail(observed.error());
  run_.observed = std::move(*observed);
  co_return plan_migrations(run_.desired, run_.observed, run_.recorded, run_.options.plan);
}

PlanStanding Run::standing_of(const std::string& plan_id) const {
  PlanStanding standing = PlanStanding::fresh;
  for (const RecordedMigration& record : run_.recorded.migrations) {
    if (record.started_plan == plan_id) return PlanStanding::started;
    if (is_spent(plan_id, record.name)) standing = PlanStanding::spent;
  }
  return standing;
}

bool Run::is_spent(const std::string& plan_id, const std::string& migration) const {
  const RecordedMigration* record = run_.recorded.find(migration);
  return record != nullptr && std::ranges::find(record->spent_plans, plan_id) != record->spent_plans.end();
}

bool Run::is_down(const std::string& migration) const {
  const RecordedMigration* record = run_.recorded.find(migration);
  return record != nullptr && is_in_downtime(*record);
}

void Run::leave_out(const std::string& migration, std::string why) { run_.left_out[migration] = std::move(why); }

Task<std::vector<MigrationOutcome>> Run::apply(const Plan& plan) {
  std::map<std::string, MigrationRun> runs;
  const NameIndex<Migration> migrations(run_.desired.migrations);
  const NameIndex<RecordedMigration> records(run_.recorded.migrations);
  for (const MigrationPlan& planned : plan.migrations) {
    const Migration* migration = migrations.find(planned.name);
    if (migration == nullptr) continue;
    RecordedMigration record;
    if (const RecordedMigration* known = records.find(planned.name)) record = *known;
    record.name = planned.name;
    Journal journal(run_.ports.state, *leases_.at(planned.name), std::move(record));
    runs.try_emplace(planned.name, run_, *migration, planned, std::move(journal), runs);
  }
  for (auto& [name, run] : runs) run.claim_turn();
  std::vector<Task<int>> tasks;
  for (auto& [name, run] : runs) tasks.push_back(run.carry_out());
  co_await all_of(std::move(tasks));
  std::vector<MigrationOutcome> outcomes;
  for (const MigrationPlan& planned : plan.migrations) {
    const auto ran = runs.find(planned.name);
    outcomes.push_back(ran != runs.end() ? ran->second.result() : refused_without_run(planned));
    if (ran != runs.end()) continue;
    Event event;
    event.type = EventType::migration_done;
    event.at = run_.ports.loop.clock().wall_now();
    event.migration = planned.name;
    event.message = outcomes.back().message;
    event.data = json::Object{{"outcome", to_string(Outcome::blocked)}, {"exit_code", exit_code(Outcome::blocked)}};
    run_.ports.events.emit(event);
  }
  co_return outcomes;
}

}  // namespace changeover
