#include "executor/migration_run.h"

#include <algorithm>
#include <set>
#include <utility>

#include "core/text.h"
#include "executor/history.h"
#include "executor/plain_actions.h"
#include "executor/retirement.h"
#include "planner/planner.h"

namespace changeover {

std::vector<Action> of_groups(const std::vector<Action>& actions, std::vector<Group> groups) {
  std::vector<Action> chosen;
  for (const Action& action : actions)
    if (std::ranges::find(groups, action.group) != groups.end()) chosen.push_back(action);
  return chosen;
}

bool is_good(Outcome outcome) { return outcome == Outcome::done || outcome == Outcome::no_changes; }

bool holds_up_the_others(const MigrationOutcome& ended) {
  const bool poor = ended.error && ended.error->code == ErrorCode::rate_limited;
  return poor || ended.outcome == Outcome::aborted || ended.outcome == Outcome::in_downtime ||
         ended.outcome == Outcome::failed;
}

MigrationRun::MigrationRun(RunContext& run, const Migration& migration, const MigrationPlan& planned, Journal journal,
                           const std::map<std::string, MigrationRun>& all)
    : run_(run),
      migration_(migration),
      planned_(planned),
      all_(all),
      journal_(std::move(journal)),
      over_(run.ports.loop) {}

MigrationOutcome MigrationRun::end(Outcome outcome, std::string message, std::optional<Error> error) const {
  return {migration_.name, outcome, std::move(message), std::move(error)};
}

MigrationOutcome MigrationRun::blocked_by(const Finding& finding) const {
  return end(Outcome::blocked,
             finding.id + ": " + finding.what + (finding.remedy.empty() ? "" : " (" + finding.remedy + ")"));
}

void MigrationRun::tell(EventType type, std::string message, json::Value data, std::optional<Error> error) const {
  Event event;
  event.type = type;
  event.at = run_.ports.loop.clock().wall_now();
  event.migration = migration_.name;
  event.message = std::move(message);
  event.data = std::move(data);
  event.error = std::move(error);
  run_.ports.events.emit(event);
}

MigrationFacts* MigrationRun::observed_facts() const {
  const auto seen = std::ranges::find(run_.observed.migrations, migration_.name, &MigrationFacts::name);
  return seen == run_.observed.migrations.end() ? nullptr : &*seen;
}

void MigrationRun::forget_copy() {
  MigrationFacts* seen = observed_facts();
  if (seen == nullptr) return;
  seen->copy.reset();
  seen->copy_database.reset();
  seen->copy_attachments.clear();
}

Task<int> MigrationRun::carry_out() {
  json::Value data = json::Value::object();
  data.set("phase", to_string(planned_.phase)).set("stage", to_string(planned_.stage));
  data.set("actions", static_cast<std::int64_t>(planned_.actions.size()));
  tell(EventType::migration_started, planned_.phase_reason, std::move(data));
  const WallTime began = run_.ports.loop.clock().wall_now();
  std::optional<Error> hook = co_await owed_hooks();
  Result<void> ours = co_await still_ours();
  if (ours) {
    result_ = co_await go();
    if (stopped_before_downtime() && !is_good(result_.outcome)) co_await give_back();
  } else {
    result_ = end(Outcome::locked, "nothing was done: " + ours.error().what, ours.error());
  }
  release_turn(!holds_up_the_others(result_));
  if (hook && is_good(result_.outcome)) result_ = end(Outcome::failed, result_.message + "; but " + hook->what, hook);
  co_await note_run(began);
  json::Value ended = json::Value::object();
  ended.set("outcome", to_string(result_.outcome)).set("exit_code", exit_code(result_.outcome));
  if (preparation_) {
    ended.set("preparation_ms", static_cast<std::int64_t>(preparation_->count()));
    set_expected(ended, planned_.estimate.preparation);
  }
  if (result_.outcome == Outcome::in_downtime) ended.set("command", command_that_goes_on());
  tell(EventType::migration_done, result_.message, std::move(ended), result_.error);
  over_.open();
  co_return 0;
}

/// A run that ended an attempt and died before its hook had.
Task<std::optional<Error>> MigrationRun::owed_hooks() {
  const auto& attempt = journal_.record().attempt;
  const bool over =
      attempt && (attempt->state == Attempt::State::finished || attempt->state == Attempt::State::aborted);
  if (!over || attempt->due_hooks.empty()) co_return std::nullopt;
  std::unique_ptr<Hands> hands = run_.ports.provider.hands(migration_, run_.observed, journal_);
  Cutover::Context context_of_then = context(*hands, planned_);
  Cutover cutover(std::move(context_of_then));
  co_return co_await cutover.run_due_hooks();
}

/// For `report`. Nothing hangs on the history, so a failure to write it is no failure of the run.
Task<void> MigrationRun::note_run(WallTime began) {
  const bool did_nothing = planned_.actions.empty() || result_.outcome == Outcome::blocked ||
                           result_.outcome == Outcome::stale || journal_.record().source.id.empty();
  if (did_nothing) co_return;
  RunRecord entry = history_entry(result_, began, run_.ports.loop.clock().wall_now(), run_.ports.provider.traffic());
  if (preparation_) {
    entry.preparation = preparation_;
    entry.preparation_expected = planned_.estimate.preparation;
    const MigrationFacts* seen = observed_facts();
    if (seen != nullptr && seen->source_database) entry.bytes = seen->source_database->bytes;
  }
  std::function<void(RecordedMigration&)> change = [&entry](RecordedMigration& record) {
    add_to_history(record.history, entry);
  };
  const Result<void> ignored = co_await journal_.write(change);
}

/// While somebody was asked for approval, or the machine slept, the lease may have run out and another run may have
/// ended the attempt (safety S12).
Task<Result<void>> MigrationRun::still_ours() {
  const bool long_ago = run_.ports.loop.clock().wall_now() - run_.observed.at > facts_stay_fresh;
  if (!long_ago || planned_.actions.empty()) co_return Result<void>{};
  Result<void> held = co_await journal_.assert_held();
  // Whoever restores does not wait for a state that can not be reached.
  if (!held && held.error().code != ErrorCode::locked) co_return Result<void>{};
  co_return held;
}

Task<Result<void>> MigrationRun::note_ends() {
  const MigrationPlan& plan = planned_;
  const std::string& plan_id = run_.options.plan_id;
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
  co_return co_await journal_.write(change);
}

/// An earlier run began a downtime that has not ended: nothing but service counts now (safety S17).
bool MigrationRun::in_downtime() const { return is_in_downtime(journal_.record()); }

/// An earlier run stopped background dynos and died before any downtime began.
bool MigrationRun::stopped_before_downtime() const {
  const Attempt* attempt = journal_.record().open_attempt();
  return attempt != nullptr && !attempt->downtime_began && !attempt->unfollow_sent;
}

/// Service back on the source, then what became of it; `first` is about the databases.
Task<MigrationOutcome> MigrationRun::give_up(const Observed& facts, const MigrationPlan& plan, std::string why,
                                             std::vector<Action> first) {
  std::unique_ptr<Hands> hands = run_.ports.provider.hands(migration_, facts, journal_);
  Cutover::Context restoring = context(*hands, plan);
  Cutover cutover(std::move(restoring));
  co_return co_await cutover.give_up(std::move(why), std::move(first));
}

/// This run does not go on with it, whatever the reason: what was stopped is not left so.
Task<void> MigrationRun::give_back() {
  if (result_.outcome == Outcome::locked) co_return;
  co_await hold_turn(Turn::For::service);
  MigrationOutcome back = co_await give_up(run_.observed, planned_, result_.message);
  if (back.outcome != Outcome::aborted) {
    result_ = std::move(back);
  } else {
    result_.message += "; what an earlier run had stopped runs again";
  }
}

Task<MigrationOutcome> MigrationRun::go() {
  if (const auto left_out = run_.left_out.find(migration_.name); left_out != run_.left_out.end())
    co_return end(Outcome::stale, left_out->second);
  if (planned_.refused) co_return blocked_by(planned_.blockers.back());
  std::optional<MigrationOutcome> early;
  if (!in_downtime()) early = co_await dependencies();
  if (early) co_return *early;
  const bool nothing = planned_.actions.empty();
  // A run that died behind the destroy left it to us to say so.
  if (planned_.phase == Phase::retired && journal_.record().live) {
    Result<void> noted = co_await Retiring::note(journal_, run_.ports.loop.clock().wall_now());
    if (!noted) co_return end(Outcome::failed, noted.error().what, noted.error());
  }
  if (nothing && planned_.blockers.empty())
    co_return end(planned_.then.empty() ? Outcome::no_changes : Outcome::pending,
                  planned_.then.empty() ? "nothing to do" : planned_.then);
  if (!of_groups(planned_.actions, {Group::restore}).empty()) {
    MigrationOutcome undone = co_await undo();
    if (!is_good(undone.outcome)) co_return undone;
  }
  const Finding* blocker = planned_.blocker_of(Group::prepare);
  if (blocker != nullptr && !in_downtime()) co_return blocked_by(*blocker);
  const bool unknown_ends = journal_.record().source.id.empty() && !planned_.source.addon_id.empty();
  if (!nothing && (unknown_ends || journal_.record().started_plan != run_.options.plan_id)) {
    Result<void> noted = co_await note_ends();
    if (!noted) co_return end(Outcome::failed, noted.error().what, noted.error());
  }
  // In a downtime no copy is made or waited for: service goes back, while nobody can have written elsewhere (safety
  // S17).
  const bool behind =
      std::ranges::find(planned_.actions, Kind::follower_wait_caught_up, &Action::kind) != planned_.actions.end();
  if (in_downtime() && behind && !journal_.record().attempt->past_point_of_no_return)
    co_return co_await give_up(run_.observed, planned_, "the copy does not keep up");
  early = co_await prepare();
  // A blocker of what the stage asks for makes it exit 4 also while preparing goes on (safety, Exact meanings).
  const Finding* ahead = planned_.blocker_of(Group::restore);
  if (early && early->outcome == Outcome::pending && ahead != nullptr && !in_downtime()) co_return blocked_by(*ahead);
  if (early) co_return *early;
  const bool prepared = !of_groups(planned_.actions, {Group::prepare}).empty();
  const bool resumes = !of_groups(planned_.actions, {Group::resume}).empty();
  if (planned_.has_downtime() || resumes) co_return co_await cut_over(prepared);
  if (const Finding* later = planned_.blocker_of(Group::restore)) {
    MigrationOutcome blocked = blocked_by(*later);
    if (in_downtime()) blocked.outcome = Outcome::in_downtime;
    co_return blocked;
  }
  if (!of_groups(planned_.actions, {Group::retire}).empty()) co_return co_await retire();
  co_return end(
      planned_.then.empty() ? Outcome::done : Outcome::pending,
      planned_.then.empty() ? "stage " + std::string(to_string(migration_.stage)) + " is reached" : planned_.then);
}

/// Alone, where there are others: what holds those up does not hold this one up.
std::string MigrationRun::command_that_goes_on() const {
  const std::string command = "changeover apply " + run_.options.spec_path;
  return run_.desired.migrations.size() > 1 ? command + " --only " + migration_.name : command;
}

Cutover::Context MigrationRun::context(Hands& hands, const MigrationPlan& plan) {
  std::set<std::string> apps{migration_.source.app};
  if (migration_.target.consumer == Consumer::app) apps.insert(migration_.target.app);
  for (const Action& action : plan.actions)
    if (action.kind == Kind::app_enable_maintenance || action.kind == Kind::app_scale_down) apps.insert(action.subject);
  return {around(),
          hands,
          journal_,
          run_.ports.random,
          run_.halt,
          migration_,
          plan,
          {apps.begin(), apps.end()},
          run_.options.plan_id,
          command_that_goes_on(),
          run_.ports.processes};
}

std::string MigrationRun::why_undone() const {
  if (const MigrationFacts* seen = observed_facts(); seen != nullptr && seen->copy_gone)
    return journal_.record().copy.name + " is gone, and nothing was ever written to it";
  const Attempt* open = journal_.record().open_attempt();
  if (planned_.phase == Phase::spent && open != nullptr && open->past_point_of_no_return)
    return "nothing proves any more that " + journal_.record().copy.name +
           " has every write, and nothing was ever written to it";
  return "an earlier run left it unfinished, past its max_downtime or given up";
}

/// The way back: the databases, then every app, then a copy that nobody needs. Restoring is never interrupted.
Task<MigrationOutcome> MigrationRun::undo() {
  std::vector<Action> first;
  std::vector<Action> destroyed;
  bool service = false;
  for (Action& action : of_groups(planned_.actions, {Group::restore})) {
    if (action.kind == Kind::restore_attachment || action.kind == Kind::restore_leader) {
      first.push_back(std::move(action));
    } else if (action.kind == Kind::addon_destroy) {
      destroyed.push_back(std::move(action));
    } else {
      service = true;
    }
  }
  if (journal_.record().attempt && (service || !first.empty())) {
    const bool asked = migration_.stage < Stage::live;
    std::string why = asked ? "stage " + std::string(to_string(migration_.stage)) + " takes it back" : why_undone();
    co_await hold_turn(Turn::For::service);
    MigrationOutcome undone = co_await give_up(run_.observed, planned_, std::move(why), std::move(first));
    release_turn(asked || !holds_up_the_others(undone));
    if (undone.outcome != Outcome::aborted || !asked) co_return undone;
  } else {  // no attempt is recorded, so no app has to go back
    destroyed.insert(destroyed.begin(), std::make_move_iterator(first.begin()), std::make_move_iterator(first.end()));
  }
  if (!destroyed.empty()) {
    std::unique_ptr<Hands> hands = run_.ports.provider.hands(migration_, run_.observed, journal_);
    PlainActions plain({around(), *hands, journal_, run_.halt, migration_.name});
    std::optional<MigrationOutcome> early =
        co_await plain.carry_out(std::move(destroyed), "interrupted on the way back; apply again to go on");
    if (early) co_return *early;
    forget_copy();
  }
  co_return end(Outcome::done, "undone");
}

/// When the copy that these actions wait for was begun; nothing when they do not make it from its beginning on.
std::optional<WallTime> MigrationRun::copy_begun(const std::vector<Action>& actions) const {
  const auto has = [&](Kind kind) { return std::ranges::find(actions, kind, &Action::kind) != actions.end(); };
  if (!has(Kind::follower_wait_caught_up) || !has(Kind::database_wait_available)) return std::nullopt;
  if (has(Kind::follower_create)) return run_.ports.loop.clock().wall_now();
  const MigrationFacts* seen = observed_facts();
  return seen != nullptr && seen->copy ? seen->copy->created_at : std::nullopt;
}

/// The actions without downtime; an outcome when the migration ends with them.
Task<std::optional<MigrationOutcome>> MigrationRun::prepare() {
  std::vector<Action> actions = of_groups(planned_.actions, {Group::prepare});
  if (actions.empty()) co_return std::nullopt;
  const std::optional<WallTime> begun = copy_begun(actions);
  std::unique_ptr<Hands> hands = run_.ports.provider.hands(migration_, run_.observed, journal_);
  PlainActions plain({around(), *hands, journal_, run_.halt, migration_.name, patience()});
  std::optional<MigrationOutcome> early =
      co_await plain.carry_out(std::move(actions), "interrupted before any downtime; apply again to go on");
  if (!early && begun) preparation_ = run_.ports.loop.clock().wall_now() - *begun;
  co_return early;
}

/// The facts of this migration alone, with what this run has recorded by now.
Task<Result<Observed>> MigrationRun::observe_again() {
  const std::vector<const Migration*> self{&migration_};
  const Recorded recorded{run_.recorded.lineage, run_.recorded.serial, {journal_.record()}};
  co_return co_await run_.ports.provider.observe(self, recorded);
}

MigrationPlan MigrationRun::plan_from(const Observed& facts) const {
  MigrationPlan fresh =
      plan_migration(run_.desired, migration_, facts, facts.migrations.front(), &journal_.record(), run_.options.plan);
  fresh.estimate = planned_.estimate;  // what was approved is what is measured against
  return fresh;
}

std::optional<SteadyTime> MigrationRun::patience() const {
  if (!run_.options.wait) return std::nullopt;
  return run_.ports.loop.clock().steady_now() + *run_.options.wait;
}

/// A backup takes hours, so what forbids to destroy is looked at once more behind it.
Task<MigrationOutcome> MigrationRun::retire() {
  const std::vector<Action> actions = of_groups(planned_.actions, {Group::retire});
  Retiring retiring({around(), journal_, run_.halt, migration_, patience()});
  std::unique_ptr<Hands> hands = run_.ports.provider.hands(migration_, run_.observed, journal_);
  std::optional<MigrationOutcome> early = co_await retiring.make_ready(*hands, actions);
  if (early) co_return *early;
  Result<Observed> facts = co_await observe_again();
  if (!facts) co_return end(Outcome::failed, "nothing was destroyed: " + facts.error().what, facts.error());
  const MigrationPlan fresh = plan_from(*facts);
  if (const Finding* blocker = fresh.blocker_of(Group::restore)) co_return blocked_by(*blocker);
  const std::vector<Action> left = of_groups(fresh.actions, {Group::retire});
  if (left.empty() && !fresh.then.empty()) co_return end(Outcome::pending, fresh.then);
  const bool same = std::ranges::all_of(
      left, [&](const Action& one) { return std::ranges::find(actions, one.id, &Action::id) != actions.end(); });
  if (left.empty() || !same)
    co_return end(Outcome::stale, "the world changed since it was planned, so nothing was destroyed; plan again");
  hands = run_.ports.provider.hands(migration_, *facts, journal_);
  co_return co_await retiring.destroy(*hands, actions);
}

}  // namespace changeover
