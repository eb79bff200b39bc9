#include <map>
#include <ostream>
#include <utility>
#include <vector>

#include "cmd/commands.h"
#include "cmd/plan_output.h"
#include "cmd/reading.h"
#include "cmd/spec_file.h"
#include "cmd/version.h"
#include "cmd/view/status.h"

namespace changeover {
namespace {

/// Each is a connection to a database of its own.
constexpr std::size_t most_asked = 25;

Task<int> ask(World& world, const Migration& migration, const MigrationFacts& facts, const RecordedMigration& record,
              WritesSince& answer) {
  answer = co_await world.provider().old_database_writes(migration, facts, record);
  co_return 0;
}

/// Of every migration that is live and whose old database is still there (safety S9).
Task<std::map<std::string, WritesSince>> old_databases(World& world, const Desired& desired, const Reading& reading) {
  std::map<std::string, WritesSince> answers;
  std::vector<Task<int>> questions;
  for (const MigrationFacts& facts : reading.observed.migrations) {
    const Migration* migration = desired.find(facts.name);
    const RecordedMigration* record = reading.recorded.find(facts.name);
    if (migration == nullptr || record == nullptr || !record->live || !facts.source) continue;
    WritesSince& answer = answers[facts.name];
    if (facts.retirement) {
      answer = facts.retirement->writes;
    } else if (questions.size() < most_asked) {
      questions.push_back(ask(world, *migration, facts, *record, answer));
    } else {
      answer.why = "status asks " + std::to_string(most_asked) + " old databases and no more; name this one by --only";
    }
  }
  co_await all_of(std::move(questions));
  co_return answers;
}

}  // namespace

ExitCode run_command(const StatusCommand& command, Shell& shell) {
  const std::optional<Desired> desired = need_spec(command.spec, command.only, command.json, shell);
  if (!desired) return ExitCode::error;
  const auto opened = shell.open_world(*desired, Reach::heroku, shell.environment);
  if (!opened) return report(opened.error(), command.json, shell);
  World& world = **opened;

  PlanOptions options;
  options.tool_version = tool_version;
  options.in_ci = is_ci(shell.environment);
  options.only = command.only;
  const Result<Reading> reading = world.loop().run(read_all(world, *desired, options));
  if (!reading) return report(reading.error(), command.json, shell);
  const auto holders = world.loop().run(world.state().holders());

  StatusInputs inputs{*desired, reading->observed, reading->recorded, reading->plan, {}, {}};
  inputs.old_databases = world.loop().run(old_databases(world, *desired, *reading));
  if (holders) inputs.holders = *holders;
  Status status = status_of(inputs);
  if (!holders) status.locks_problem = holders.error().what;
  shell.out << (command.json ? status_as_json(status).pretty() : status_as_text(status, shell.out_style));
  return ExitCode::done;
}

}  // namespace changeover
