#include "executor/restore_run.h"

#include <utility>

#include "core/text.h"
#include "planner/situation.h"

namespace changeover {

RestoreRun::RestoreRun(RunPorts ports, const Migration& migration, RestoreOptions options)
    : ports_(ports),
      migration_(migration),
      accepts_lost_writes_(options.accepts_lost_writes),
      command_("changeover restore " + options.spec_path + " " + migration.name +
               (options.accepts_lost_writes ? " --accept-lost-writes" : "")) {
  migration_.stage = Stage::source;
}

MigrationOutcome RestoreRun::end(Outcome outcome, std::string message, std::optional<Error> error) const {
  return {migration_.name, outcome, std::move(message), std::move(error)};
}

void RestoreRun::tell(EventType type, std::string message, json::Value data, std::optional<Error> error) const {
  Event event;
  event.type = type;
  event.at = ports_.loop.clock().wall_now();
  event.migration = migration_.name;
  event.message = std::move(message);
  event.data = std::move(data);
  event.error = std::move(error);
  ports_.events.emit(event);
}

Task<Result<void>> RestoreRun::look() {
  Result<std::unique_ptr<Lease>> lease = co_await ports_.state.lock(migration_.name, "restore");
  if (!lease) co_return fail(lease.error());
  lease_ = std::move(*lease);
  Result<Recorded> recorded = co_await ports_.state.load();
  if (!recorded) co_return fail(recorded.error());
  const RecordedMigration* known = recorded->find(migration_.name);
  RecordedMigration record = known == nullptr ? RecordedMigration{} : *known;
  record.name = migration_.name;
  journal_ = std::make_unique<Journal>(ports_.state, *lease_, std::move(record));
  // Service may be down: what only a cutover or a retirement has to know is not asked.
  Migration asked = migration_;
  asked.stage = Stage::replicating;
  const std::vector<const Migration*> self{&asked};
  Result<Observed> observed = co_await ports_.provider.observe(self, *recorded);
  if (!observed) co_return fail(observed.error());
  observed_ = std::move(*observed);
  const Situation situation = assess(migration_, observed_, observed_.migrations.front(), known);
  phase_ = phase_of(situation).phase;
  restoration_ = plan_restoration(situation, phase_, accepts_lost_writes_);
  co_return Result<void>{};
}

Task<MigrationOutcome> RestoreRun::carry_out() {
  json::Value began = json::Value::object();
  const std::size_t apps = restoration_.attempt ? restoration_.attempt->baseline.size() : 0;
  began.set("phase", to_string(phase_)).set("stage", to_string(Stage::source));
  began.set("actions", static_cast<std::int64_t>(restoration_.first.size() + 2 * apps));
  tell(EventType::migration_started, {}, std::move(began));
  MigrationOutcome ended = co_await restore();
  json::Value data = json::Value::object();
  data.set("outcome", to_string(ended.outcome)).set("exit_code", exit_code(ended.outcome));
  if (ended.outcome == Outcome::in_downtime) data.set("command", command_);
  tell(EventType::migration_done, ended.message, std::move(data), ended.error);
  co_return ended;
}

Task<MigrationOutcome> RestoreRun::restore() {
  if (!restoration_.refused.empty())
    co_return end(Outcome::blocked, "not restored: " + restoration_.refused + " (" + restoration_.refused_remedy + ")");
  for (const std::string& remark : restoration_.remarks) tell(EventType::warning, remark);
  std::unique_ptr<Hands> hands = ports_.provider.hands(migration_, observed_, *journal_);
  MigrationPlan plan;
  plan.name = migration_.name;
  Halt never(ports_.loop);  // a restore is never interrupted
  const Surroundings around{ports_.loop, ports_.events, ports_.outside};
  Cutover::Context context{around, *hands, *journal_, ports_.random, never,           migration_,
                           plan,   {},     "",        command_,      ports_.processes};
  Cutover cutover(std::move(context));
  if (!restoration_.attempt) co_return co_await nothing_of_ours(cutover);
  if (!restoration_.recorded) {
    Result<void> noted = co_await note_attempt();
    if (!noted) co_return end(Outcome::failed, "not restored: " + noted.error().what, noted.error());
  }
  std::string why = restoration_.recorded ? "changeover restore" : "changeover restore, with no record of the attempt";
  MigrationOutcome given_up = co_await cutover.give_up(std::move(why), restoration_.first);
  co_return judged(std::move(given_up));
}

/// So that a kill in the middle is gone on with as from a record.
Task<Result<void>> RestoreRun::note_attempt() {
  Attempt attempt = *restoration_.attempt;
  attempt.id = ports_.random.uuid();
  attempt.state = Attempt::State::aborting;
  std::function<void(RecordedMigration&)> change = [&attempt](RecordedMigration& record) { record.attempt = attempt; };
  co_return co_await journal_->write(change);
}

Task<MigrationOutcome> RestoreRun::nothing_of_ours(Cutover& cutover) {
  std::optional<Error> hook = co_await cutover.run_due_hooks();
  if (!restoration_.missing.empty()) co_return what_is_missing();
  if (hook) co_return end(Outcome::failed, "nothing had to be restored; but " + hook->what, hook);
  co_return end(Outcome::no_changes, "nothing to restore: no attempt is open, and " + migration_.source.app +
                                         " is neither in maintenance nor without dynos");
}

MigrationOutcome RestoreRun::what_is_missing() const {
  std::vector<std::string> words;
  for (const Finding& finding : restoration_.missing)
    words.push_back(finding.id + ": " + finding.what + " (" + finding.remedy + ")");
  return end(Outcome::blocked, "not everything is restored: " + and_list(words));
}

/// `aborted` is what was asked for here.
MigrationOutcome RestoreRun::judged(MigrationOutcome given_up) const {
  if (given_up.outcome != Outcome::aborted) return given_up;
  if (!restoration_.missing.empty()) return what_is_missing();
  given_up.outcome = given_up.error ? Outcome::failed : Outcome::done;
  return given_up;
}

}  // namespace changeover
