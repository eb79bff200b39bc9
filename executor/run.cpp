#include "executor/run.h"

#include <algorithm>
#include <set>
#include <utility>

#include "core/text.h"
#include "executor/cutover.h"

namespace changeover {
namespace {

/// Facts older than this are read again before downtime begins.
constexpr std::chrono::seconds facts_stay_fresh{15};

std::vector<Action> of_groups(const std::vector<Action>& actions, std::vector<Group> groups) {
  std::vector<Action> chosen;
  for (const Action& action : actions)
    if (std::ranges::find(groups, action.group) != groups.end()) chosen.push_back(action);
  return chosen;
}

std::vector<std::string> ids_of(const std::vector<Action>& actions) {
  std::vector<std::string> ids;
  for (const Action& action : actions) ids.push_back(action.id);
  return ids;
}

bool is_good(Outcome outcome) { return outcome == Outcome::done || outcome == Outcome::no_changes; }

/// One that the record knows and the spec does not: there is nothing to run it by.
MigrationOutcome refused_without_run(const MigrationPlan& plan) {
  const Finding& blocker = plan.blockers.front();
  return {plan.name, Outcome::blocked, blocker.id + ": " + blocker.what + " (" + blocker.remedy + ")", {}};
}

/// Around actions that are no cutover: only the lease is asserted before what can not be undone.
class PlainObserver final : public ActionObserver {
 public:
  explicit PlainObserver(Journal& journal) : journal_(journal) {}
  Task<Result<void>> before_change(const Action& action) override {
    if (action.reversible) co_return Result<void>{};
    co_return co_await journal_.assert_held();
  }
  Task<Result<void>> after_change(const Action&, const Result<void>&) override { co_return Result<void>{}; }
  Task<Result<void>> done(const Action&) override { co_return Result<void>{}; }

 private:
  Journal& journal_;
};

}  // namespace

/// One cutover at a time, and none after one was given up.
struct Run::Turn {
  explicit Turn(EventLoop& event_loop) : loop(event_loop) {}
  Task<void> take() {
    while (busy) {
      Gate gate(loop);
      waiting.push_back(&gate);
      co_await gate.passed();
      std::erase(waiting, &gate);
    }
    busy = true;
  }
  void give_back() {
    busy = false;
    for (Gate* gate : waiting) gate->open();
  }
  EventLoop& loop;
  bool busy = false;
  bool ran_before = false;  ///< another cutover of this run may have changed what was observed
  bool abandoned = false;
  std::vector<Gate*> waiting;
};

/// One migration within the run.
struct Run::MigrationRun {
  Run& run;
  const Migration& migration;
  const MigrationPlan& planned;
  std::map<std::string, MigrationRun>& all;
  std::unique_ptr<Journal> journal{};
  std::unique_ptr<Gate> over{};
  MigrationOutcome result{};

  Task<int> carry_out();
  Task<MigrationOutcome> go();
  Task<std::optional<MigrationOutcome>> dependencies();
  Task<std::optional<MigrationOutcome>> prepare();
  Task<MigrationOutcome> cut_over(bool prepared);
  Task<MigrationOutcome> go_on(const Observed& facts, const MigrationPlan& plan);
  Task<MigrationOutcome> undo();
  [[nodiscard]] bool in_downtime() const;
  [[nodiscard]] Cutover::Context context(Hands& hands, const MigrationPlan& plan) const;
  Task<MigrationOutcome> attempt(const Observed& facts, const MigrationPlan& plan);
  Task<Result<void>> note_ends();
  [[nodiscard]] MigrationOutcome end(Outcome outcome, std::string message, std::optional<Error> error = {}) const {
    return {migration.name, outcome, std::move(message), std::move(error)};
  }
  [[nodiscard]] MigrationOutcome blocked_by(const Finding& finding) const {
    return end(Outcome::blocked,
               finding.id + ": " + finding.what + (finding.remedy.empty() ? "" : " (" + finding.remedy + ")"));
  }
  void tell(EventType type, std::string message, json::Value data, std::optional<Error> error = {}) const {
    Event event;
    event.type = type;
    event.at = run.ports_.loop.clock().wall_now();
    event.migration = migration.name;
    event.message = std::move(message);
    event.data = std::move(data);
    event.error = std::move(error);
    run.ports_.events.emit(event);
  }
  [[nodiscard]] Surroundings around() const { return {run.ports_.loop, run.ports_.events, run.ports_.outside}; }
};

Run::Run(RunPorts ports, const Desired& desired, RunOptions options)
    : ports_(ports),
      desired_(desired),
      options_(std::move(options)),
      halt_(ports.loop),
      turn_(std::make_unique<Turn>(ports.loop)) {}
Run::~Run() = default;

void Run::stop(std::string why) { halt_.order(Halt::Reason::signal, std::move(why)); }

std::vector<const Migration*> Run::chosen() const {
  std::vector<const Migration*> migrations;
  for (const Migration& migration : desired_.migrations)
    if (options_.plan.only.empty() || options_.plan.only.contains(migration.name)) migrations.push_back(&migration);
  return migrations;
}

Task<Result<Plan>> Run::plan() {
  const std::vector<const Migration*> migrations = chosen();
  for (const Migration* migration : migrations) {
    Result<std::unique_ptr<Lease>> lease = co_await ports_.state.lock(migration->name, "apply");
    if (!lease) co_return fail(lease.error());
    leases_[migration->name] = std::move(*lease);
  }
  Result<Recorded> recorded = co_await ports_.state.load();
  if (!recorded) co_return fail(recorded.error());
  recorded_ = std::move(*recorded);
  Result<Observed> observed = co_await ports_.provider.observe(migrations, recorded_);
  if (!observed) co_return fail(observed.error());
  observed_ = std::move(*observed);
  co_return plan_migrations(desired_, observed_, recorded_, options_.plan);
}

void Run::forget_copy(const std::string& name) {
  for (MigrationFacts& facts : observed_.migrations) {
    if (facts.name != name) continue;
    facts.copy.reset();
    facts.copy_database.reset();
    facts.copy_attachments.clear();
  }
}

PlanStanding Run::standing_of(const std::string& plan_id) const {
  PlanStanding standing = PlanStanding::fresh;
  for (const RecordedMigration& record : recorded_.migrations) {
    if (std::ranges::find(record.spent_plans, plan_id) != record.spent_plans.end()) return PlanStanding::spent;
    if (record.started_plan == plan_id) standing = PlanStanding::started;
  }
  return standing;
}

Task<std::vector<MigrationOutcome>> Run::apply(const Plan& plan) {
  std::map<std::string, MigrationRun> runs;
  for (const MigrationPlan& planned : plan.migrations) {
    const Migration* migration = desired_.find(planned.name);
    if (migration == nullptr) continue;
    runs.emplace(planned.name, MigrationRun{*this, *migration, planned, runs});
  }
  std::vector<Task<int>> tasks;
  for (auto& [name, run] : runs) {
    RecordedMigration record;
    if (const RecordedMigration* known = recorded_.find(name)) record = *known;
    record.name = name;
    run.journal = std::make_unique<Journal>(ports_.state, *leases_.at(name), std::move(record));
    run.over = std::make_unique<Gate>(ports_.loop);
  }
  for (auto& [name, run] : runs) tasks.push_back(run.carry_out());
  co_await all_of(std::move(tasks));
  std::vector<MigrationOutcome> outcomes;
  for (const MigrationPlan& planned : plan.migrations) {
    const auto ran = runs.find(planned.name);
    outcomes.push_back(ran != runs.end() ? ran->second.result : refused_without_run(planned));
    if (ran != runs.end()) continue;
    Event event;
    event.type = EventType::migration_done;
    event.at = ports_.loop.clock().wall_now();
    event.migration = planned.name;
    event.message = outcomes.back().message;
    event.data = json::Object{{"outcome", to_string(Outcome::blocked)}, {"exit_code", exit_code(Outcome::blocked)}};
    ports_.events.emit(event);
  }
  co_return outcomes;
}

Task<int> Run::MigrationRun::carry_out() {
  json::Value data = json::Value::object();
  data.set("phase", to_string(planned.phase)).set("stage", to_string(planned.stage));
  data.set("actions", static_cast<std::int64_t>(planned.actions.size()));
  tell(EventType::migration_started, planned.phase_reason, std::move(data));
  result = co_await go();
  json::Value ended = json::Value::object();
  ended.set("outcome", to_string(result.outcome)).set("exit_code", exit_code(result.outcome));
  if (result.outcome == Outcome::in_downtime) ended.set("command", "changeover apply " + run.options_.spec_path);
  tell(EventType::migration_done, result.message, std::move(ended), result.error);
  over->open();
  co_return 0;
}

Task<std::optional<MigrationOutcome>> Run::MigrationRun::dependencies() {
  for (const std::string& name : migration.depends_on) {
    const auto other = all.find(name);
    if (other == all.end()) continue;
    co_await other->second.over->passed();
    if (!is_good(other->second.result.outcome))
      co_return end(Outcome::pending, "waits for migration " + name + ", which ended " +
                                          std::string(to_string(other->second.result.outcome)));
  }
  co_return std::nullopt;
}

Task<Result<void>> Run::MigrationRun::note_ends() {
  const MigrationPlan& plan = planned;
  const std::string& plan_id = run.options_.plan_id;
  std::function<void(RecordedMigration&)> change = [&plan, &plan_id](RecordedMigration& record) {
    record.started_plan = plan_id;
    // Known by following the source, which it will not do for ever; a run that died before it noted the uuid of what it
    // made leaves it to us.
    if (record.copy.id.empty() && plan.phase != Phase::absent && !plan.target.addon_id.empty())
      record.copy = {plan.target.addon_id, plan.target.addon};
    if (!record.source.id.empty() || plan.source.addon_id.empty()) return;
    record.source = {plan.source.addon_id, plan.source.addon};
    record.source_app = {plan.source.app_id, plan.source.app};
    record.target_app = {plan.target.app_id, plan.target.app};
  };
  co_return co_await journal->write(change);
}

/// An earlier run began a downtime that has not ended: nothing but service counts now (safety S17).
bool Run::MigrationRun::in_downtime() const {
  const auto& attempt = journal->record().attempt;
  if (!attempt) return false;
  if (attempt->state == Attempt::State::aborting) return true;
  return attempt->state == Attempt::State::open && attempt->downtime_began && !attempt->downtime_ended;
}

Task<MigrationOutcome> Run::MigrationRun::go() {
  if (planned.refused) co_return blocked_by(planned.blockers.back());
  std::optional<MigrationOutcome> early;
  if (!in_downtime()) early = co_await dependencies();
  if (early) co_return *early;
  const bool nothing = planned.actions.empty();
  if (nothing && planned.blockers.empty())
    co_return end(planned.then.empty() ? Outcome::no_changes : Outcome::pending,
                  planned.then.empty() ? "nothing to do" : planned.then);
  if (!of_groups(planned.actions, {Group::restore}).empty()) {
    MigrationOutcome undone = co_await undo();
    if (!is_good(undone.outcome)) co_return undone;
  }
  const Finding* blocker = planned.blocker_of(Group::prepare);
  if (blocker != nullptr && !in_downtime()) co_return blocked_by(*blocker);
  const bool unknown_ends = journal->record().source.id.empty() && !planned.source.addon_id.empty();
  if (!nothing && (unknown_ends || journal->record().started_plan != run.options_.plan_id)) {
    Result<void> noted = co_await note_ends();
    if (!noted) co_return end(Outcome::failed, noted.error().what, noted.error());
  }
  early = co_await prepare();
  if (early) co_return *early;
  const bool prepared = !of_groups(planned.actions, {Group::prepare}).empty();
  const bool resumes = !of_groups(planned.actions, {Group::resume}).empty();
  if (planned.has_downtime() || resumes) co_return co_await cut_over(prepared);
  if (const Finding* later = planned.blocker_of(Group::restore)) {
    MigrationOutcome blocked = blocked_by(*later);
    if (in_downtime()) blocked.outcome = Outcome::in_downtime;
    co_return blocked;
  }
  co_return end(
      planned.then.empty() ? Outcome::done : Outcome::pending,
      planned.then.empty() ? "stage " + std::string(to_string(migration.stage)) + " is reached" : planned.then);
}

Cutover::Context Run::MigrationRun::context(Hands& hands, const MigrationPlan& plan) const {
  std::set<std::string> apps{migration.source.app, migration.target.app};
  for (const Action& action : plan.actions)
    if (action.kind == Kind::app_enable_maintenance || action.kind == Kind::app_scale_down) apps.insert(action.subject);
  return {around(),
          hands,
          *journal,
          run.ports_.random,
          run.halt_,
          migration,
          plan,
          {apps.begin(), apps.end()},
          run.options_.plan_id,
          "changeover apply " + run.options_.spec_path};
}

/// The way back: DATABASE, then every app, then a copy that nobody needs. Restoring is never interrupted.
Task<MigrationOutcome> Run::MigrationRun::undo() {
  std::vector<Action> attached;
  std::vector<Action> destroyed;
  bool service = false;
  for (Action& action : of_groups(planned.actions, {Group::restore})) {
    if (action.kind == Kind::restore_attachment) {
      attached.push_back(std::move(action));
    } else if (action.kind == Kind::addon_destroy) {
      destroyed.push_back(std::move(action));
    } else {
      service = true;
    }
  }
  std::unique_ptr<Hands> hands = run.ports_.provider.hands(migration, run.observed_, *journal);
  MigrationOutcome undone = end(Outcome::done, "undone");
  if (journal->record().attempt && (service || !attached.empty())) {
    Cutover::Context restoring = context(*hands, planned);
    Cutover cutover(std::move(restoring));
    const bool asked = migration.stage < Stage::live;
    std::string why = asked ? "stage " + std::string(to_string(migration.stage)) + " takes it back"
                            : std::string("an earlier run left it unfinished, past its max_downtime or given up");
    undone = co_await cutover.give_up(std::move(why), std::move(attached));
    if (undone.outcome != Outcome::aborted || !asked) co_return undone;
  }
  if (!destroyed.empty()) {
    PlainObserver observer(*journal);
    Scheduler scheduler(around(), *hands, observer, run.halt_, migration.name);
    GraphResult gone = co_await scheduler.run(std::move(destroyed));
    if (gone.end != GraphResult::End::complete)
      co_return end(gone.error ? Outcome::failed : Outcome::interrupted, gone.why, gone.error);
    run.forget_copy(migration.name);
  }
  co_return end(Outcome::done, "undone");
}

/// The actions without downtime; an outcome when the migration ends with them.
Task<std::optional<MigrationOutcome>> Run::MigrationRun::prepare() {
  std::vector<Action> actions = of_groups(planned.actions, {Group::prepare});
  if (actions.empty()) co_return std::nullopt;
  std::unique_ptr<Hands> hands = run.ports_.provider.hands(migration, run.observed_, *journal);
  PlainObserver observer(*journal);
  Scheduler scheduler(around(), *hands, observer, run.halt_, migration.name);
  std::optional<SteadyTime> patience;
  if (run.options_.wait) patience = run.ports_.loop.clock().steady_now() + *run.options_.wait;
  GraphResult graph = co_await scheduler.run(std::move(actions), patience);
  switch (graph.end) {
    case GraphResult::End::complete:
      co_return std::nullopt;
    case GraphResult::End::failed:
      co_return end(Outcome::failed, graph.why, graph.error);
    case GraphResult::End::halted:
      co_return end(Outcome::interrupted, "interrupted before any downtime; apply again to go on");
    case GraphResult::End::out_of_patience:
      break;
  }
  co_return end(Outcome::pending, "still waiting: " + graph.why + "; apply again to go on");
}

Task<MigrationOutcome> Run::MigrationRun::cut_over(bool prepared) {
  co_await run.turn_->take();
  MigrationOutcome ended = end(Outcome::pending, "another cutover of this run was given up, so this one did not begin");
  const bool down = in_downtime();
  if (run.halt_.ordered() && !down) {
    ended = end(Outcome::interrupted, "interrupted before any downtime; apply again to go on");
  } else if (down || !run.turn_->abandoned) {
    // Approval, a copy that was made or another cutover: what was observed may be long ago.
    const bool old = run.ports_.loop.clock().wall_now() - run.observed_.at > facts_stay_fresh;
    if (prepared || old || run.turn_->ran_before) {
      const std::vector<const Migration*> self{&migration};
      Recorded recorded = run.recorded_;
      std::erase_if(recorded.migrations,
                    [&](const RecordedMigration& record) { return record.name == migration.name; });
      recorded.migrations.push_back(journal->record());
      Result<Observed> facts = co_await run.ports_.provider.observe(self, recorded);
      if (facts) {
        const MigrationPlan fresh = plan_migration(run.desired_, migration, *facts, facts->migrations.front(),
                                                   &journal->record(), run.options_.plan);
        ended = co_await go_on(*facts, fresh);
      } else {
        ended = end(down ? Outcome::in_downtime : Outcome::failed, "the cutover did not go on: " + facts.error().what,
                    facts.error());
      }
    } else {
      ended = co_await go_on(run.observed_, planned);
    }
  }
  run.turn_->ran_before = true;
  if (ended.outcome == Outcome::aborted || ended.outcome == Outcome::in_downtime || ended.outcome == Outcome::failed)
    run.turn_->abandoned = true;
  run.turn_->give_back();
  co_return ended;
}

/// With facts that are fresh: is the cutover still the one that was planned, and may it begin?
Task<MigrationOutcome> Run::MigrationRun::go_on(const Observed& facts, const MigrationPlan& plan) {
  const std::vector<Action> actions = of_groups(plan.actions, {Group::cutover, Group::resume});
  const Finding* blocker = plan.blocker_of(Group::resume);
  if (in_downtime()) {
    if (blocker == nullptr && !actions.empty()) co_return co_await attempt(facts, plan);
    const std::string why = blocker != nullptr ? blocker->id + ": " + blocker->what : "the world changed meanwhile";
    std::unique_ptr<Hands> hands = run.ports_.provider.hands(migration, facts, *journal);
    Cutover::Context restoring = context(*hands, plan);
    Cutover cutover(std::move(restoring));
    if (journal->record().attempt->unfollow_sent)
      co_return cutover.stranded("the way is forward, and it is blocked: " + why,
                                 {ErrorCode::precondition, why, blocker != nullptr ? blocker->remedy : "", {}});
    std::string reason = "blocked: " + why;
    std::vector<Action> nothing_first;
    co_return co_await cutover.give_up(std::move(reason), std::move(nothing_first));
  }
  if (blocker != nullptr) co_return blocked_by(*blocker);
  if (actions.empty() || !of_groups(plan.actions, {Group::prepare}).empty())
    co_return end(Outcome::pending, plan.then.empty() ? "the copy does not keep up any more; apply again" : plan.then);
  if (ids_of(actions) != ids_of(of_groups(planned.actions, {Group::cutover, Group::resume})))
    co_return end(
        Outcome::stale,
        "the world changed since it was planned, and the cutover would not be the one that was approved; plan "
        "again");
  co_return co_await attempt(facts, plan);
}

Task<MigrationOutcome> Run::MigrationRun::attempt(const Observed& facts, const MigrationPlan& plan) {
  std::unique_ptr<Hands> hands = run.ports_.provider.hands(migration, facts, *journal);
  std::vector<Action> actions = of_groups(plan.actions, {Group::cutover, Group::resume});
  Cutover::Context whole = context(*hands, plan);
  Cutover cutover(std::move(whole));
  co_return co_await cutover.run(std::move(actions));
}

}  // namespace changeover
