#include <algorithm>
#include <ostream>
#include <utility>

#include "cmd/commands.h"
#include "cmd/plan_output.h"
#include "cmd/reading.h"
#include "cmd/run_view.h"
#include "cmd/signals.h"
#include "cmd/spec_file.h"
#include "cmd/version.h"
#include "cmd/view/rehearsal_world.h"
#include "core/text.h"
#include "executor/provider.h"
#include "executor/run.h"

namespace changeover {
namespace {

/// A cluster for each database and its copy, on this machine.
constexpr std::size_t most_rehearsed = 20;
static_assert(most_rehearsed <= observed_in_full, "a rehearsal needs every formation, whatever the stage");

/// The same migrations with nothing of the real world behind them: a state of their own, no hooks, and no waiting for a
/// window or for a second apply.
Desired rehearsed(const Desired& real, const std::vector<const Migration*>& chosen, const Observed& observed,
                  const std::string& folder) {
  Desired desired;
  desired.file = real.file;
  desired.spec_sha256 = real.spec_sha256;
  desired.state = LocalState{folder + "/state.json", true};
  desired.fleet = real.fleet;
  if (std::ranges::none_of(chosen, [&](const Migration* one) { return one->name == real.fleet.canary; }))
    desired.fleet.canary.reset();
  for (const Migration* one : chosen) {
    Migration migration = *one;
    migration.hooks = {};
    migration.cutover.window.reset();
    migration.cutover.unattended = true;
    std::erase_if(migration.depends_on, [&](const std::string& name) {
      return std::ranges::none_of(chosen, [&](const Migration* other) { return other->name == name; });
    });
    const auto facts = std::ranges::find(observed.migrations, migration.name, &MigrationFacts::name);
    // A copy that follows already keeps its name there, which tells whose it is.
    if (facts != observed.migrations.end() && facts->copy) migration.target.addon_name = facts->copy->name;
    desired.migrations.push_back(std::move(migration));
  }
  return desired;
}

/// Why this can not be rehearsed; nothing when it can.
std::optional<Error> unfit(const Reading& reading, std::size_t chosen, const std::string& spec) {
  if (chosen > most_rehearsed)
    return Error{ErrorCode::precondition,
                 std::to_string(chosen) + " migrations are more than this machine should run databases for",
                 "choose at most " + std::to_string(most_rehearsed) + " with --only",
                 {}};
  for (const MigrationPlan& plan : reading.plan.migrations) {
    const RecordedMigration* record = reading.recorded.find(plan.name);
    const Attempt* open = record == nullptr ? nullptr : record->open_attempt();
    if (open != nullptr && open->downtime_began && !open->downtime_ended)
      return Error{ErrorCode::precondition,
                   plan.name + " is in downtime: this is no time for a rehearsal",
                   "go on with: changeover apply " + spec,
                   {}};
  }
  for (const MigrationFacts& facts : reading.observed.migrations)
    if (!facts.source)
      return Error{
          ErrorCode::precondition, facts.name + ": " + facts.source_problem, "only what is there can be rehearsed", {}};
  return std::nullopt;
}

/// The URL of the database that serves now; an empty one when that is not known.
Secret serving(const MigrationFacts& facts, const Recorded& recorded) {
  const RecordedMigration* record = recorded.find(facts.name);
  const bool moved = record != nullptr && record->live && facts.copy_database;
  if (moved) return facts.copy_database->url;
  return facts.source_database ? facts.source_database->url : Secret();
}

/// Asks the writers whether everything they were promised is there. False when not.
bool verify(World& world, const Desired& desired, Rehearsal& rehearsal, Shell& shell) {
  PlanOptions options;
  options.tool_version = tool_version;
  const Result<Reading> reading = world.loop().run(read_all(world, desired, options));
  if (!reading) {
    report(reading.error(), false, shell);
    return false;
  }
  bool good = true;
  for (const MigrationFacts& facts : reading->observed.migrations) {
    const Secret url = serving(facts, reading->recorded);
    const Result<std::string> said = rehearsal.verify(ledger_file(facts.name), url);
    if (said) {
      shell.out << paragraph(shell.out_style, "  writers   ", facts.name + ": " + *said);
    } else {
      report(said.error(), false, shell);
      good = false;
    }
  }
  return good;
}

ExitCode rehearse(const Desired& desired, Rehearsal& rehearsal, Shell& shell) {
  Signals signals;  // before any other thread
  const auto opened = shell.open_world(desired, Reach::heroku, rehearsal.environment());
  if (!opened) return report(opened.error(), false, shell);
  World& world = **opened;
  RunView view(false, shell);
  RunOptions options;
  options.plan.tool_version = tool_version;
  options.wait = std::chrono::minutes{10};
  options.spec_path = desired.file;
  Run run({world.loop(), world.provider(), world.state(), view, world.outside(), world.random(), world.processes()},
          desired, options);
  Gate interrupted(world.loop());
  signals.deliver_to(&world.loop(), [&](int signal, int) {
    run.stop(signal_name(signal));
    interrupted.open();
  });
  const std::optional<Result<Plan>> plan = world.loop().run(unless(world.loop(), interrupted, run.plan()));
  if (!plan) return ExitCode::interrupted;
  if (!*plan) return report(plan->error(), false, shell);
  shell.out << plan_in(Format::text, **plan, shell.out_style) << "\n" << std::flush;
  view.begin(**plan, world.loop().clock().wall_now());
  const std::vector<MigrationOutcome> outcomes = view.show_while(world.loop(), run.apply(**plan));
  signals.deliver_to(nullptr, nullptr);
  std::vector<Outcome> all;
  for (const MigrationOutcome& outcome : outcomes) all.push_back(outcome.outcome);
  const auto code = static_cast<ExitCode>(exit_code(all));
  view.end(code, world.provider().traffic(), world.loop().clock().wall_now());
  if (code == ExitCode::interrupted) return code;
  const bool kept = verify(world, desired, rehearsal, shell);
  return code == ExitCode::done && !kept ? ExitCode::error : code;
}

}  // namespace

ExitCode run_command(const SimulateCommand& command, Shell& shell) {
  const std::optional<Desired> desired = need_spec(command.spec, command.only, false, shell);
  if (!desired) return ExitCode::error;
  const std::vector<const Migration*> chosen = desired->chosen(command.only);
  std::optional<Reading> reading;
  {
    const auto real = shell.open_world(*desired, Reach::heroku, shell.environment);
    if (!real) return report(real.error(), false, shell);
    PlanOptions options;
    options.tool_version = tool_version;
    options.only = command.only;
    Result<Reading> read = (*real)->loop().run(read_all(**real, *desired, options));
    if (!read) return report(read.error(), false, shell);
    reading = std::move(*read);
  }
  if (const auto why = unfit(*reading, chosen.size(), command.spec)) return report(*why, false, shell);
  std::vector<Migration> migrations;
  for (const Migration* migration : chosen) migrations.push_back(*migration);
  shell.err << paragraph(shell.err_style, "",
                         "A local Heroku starts with what was observed: names, plans, formations, attachments; no "
                         "data. The real account is not touched. Heroku itself takes longer than this emulator.");
  shell.err << std::flush;
  const auto rehearsal = shell.start_rehearsal(rehearsal_world(migrations, reading->observed), shell.environment);
  if (!rehearsal) return report(rehearsal.error(), false, shell);
  const Desired copy = rehearsed(*desired, chosen, reading->observed, (*rehearsal)->folder());
  return rehearse(copy, **rehearsal, shell);
}

}  // namespace changeover
