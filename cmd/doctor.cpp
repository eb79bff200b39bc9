#include <ostream>
#include <set>
#include <utility>

#include "cmd/commands.h"
#include "cmd/spec_file.h"
#include "cmd/version.h"
#include "cmd/view/diagnosis.h"

namespace changeover {
namespace {

/// Every name that could tell whose account it is, and what stands for it.
std::vector<std::pair<std::string, std::string>> masks_of(const Examination& found, const Observed& observed) {
  std::vector<std::pair<std::string, std::string>> masks{{found.account.email, "the-account"}};
  std::set<std::string> apps;
  std::set<std::string> addons;
  for (const AppRights& rights : found.rights) apps.insert(rights.app);
  for (const auto& [name, facts] : observed.apps) apps.insert(name);
  for (const MigrationFacts& facts : observed.migrations) {
    if (facts.source) addons.insert(facts.source->name);
    if (!facts.copy_name.empty()) addons.insert(facts.copy_name);
    masks.emplace_back(facts.name + ": ", "migration-" + std::to_string(masks.size()) + ": ");
  }
  int number = 0;
  for (const std::string& app : apps) masks.emplace_back(app, "app-" + std::to_string(++number));
  number = 0;
  for (const std::string& addon : addons) masks.emplace_back(addon, "database-" + std::to_string(++number));
  return masks;
}

/// With a spec: what its apps and databases answer.
Task<Result<Observed>> observe_all(World& world, const Desired& desired) {
  std::vector<const Migration*> migrations;
  for (const Migration& migration : desired.migrations) migrations.push_back(&migration);
  const Result<Recorded> recorded = co_await world.state().load();
  const Recorded known = recorded ? *recorded : Recorded{};
  co_return co_await world.provider().observe(migrations, known);
}

void check_spec(World& world, const Desired& desired, Diagnosis& diagnosis, Observed& observed) {
  const Result<Recorded> recorded = world.loop().run(world.state().load());
  const std::string where = "the state, " + world.state().describe() + ", ";
  diagnosis.checks.push_back(recorded ? DoctorCheck{"state", Verdict::good, where + "is read", ""}
                                      : DoctorCheck{"state", Verdict::bad,
                                                    where + "can not be read: " + recorded.error().what,
                                                    recorded.error().advice});
  Result<Observed> seen = world.loop().run(observe_all(world, desired));
  if (!seen) {
    diagnosis.checks.push_back(
        {"observe", Verdict::bad, "the account can not be observed: " + seen.error().what, seen.error().advice});
    return;
  }
  observed = std::move(*seen);
  for (const MigrationFacts& facts : observed.migrations) {
    const Migration* migration = desired.find(facts.name);
    add_migration(diagnosis, facts, migration != nullptr && migration->cutover.proof == Proof::sql);
  }
}

ExitCode tell(const DoctorCommand& command, const Diagnosis& diagnosis, Shell& shell) {
  if (command.json) {
    shell.out << diagnosis_as_json(diagnosis).pretty();
  } else {
    shell.out << diagnosis_as_text(diagnosis, shell.out_style);
  }
  return diagnosis.all_good() ? ExitCode::done : ExitCode::error;
}

}  // namespace

ExitCode run_command(const DoctorCommand& command, Shell& shell) {
  Desired desired;
  desired.file = "changeover.yaml";
  desired.state = LocalState{"changeover.state.json", false};
  if (command.spec) {
    std::optional<Desired> read = need_spec(*command.spec, {}, command.json, shell);
    if (!read) return ExitCode::error;
    desired = std::move(*read);
  }
  Diagnosis diagnosis;
  diagnosis.tool_version = tool_version;
  const auto opened = shell.open_world(desired, Reach::heroku, shell.environment);
  if (!opened) {
    diagnosis.at = SystemClock().wall_now();
    diagnosis.checks.push_back({"credentials", Verdict::bad, opened.error().what, opened.error().advice});
    return tell(command, diagnosis, shell);
  }
  World& world = **opened;
  diagnosis.at = world.loop().clock().wall_now();

  Observed observed;
  Diagnosis spec_part;
  const int before = world.provider().traffic().requests;
  if (command.spec) check_spec(world, desired, spec_part, observed);
  const int plan_requests = world.provider().traffic().requests - before;
  std::set<std::string> apps;
  for (const Migration& migration : desired.migrations) {
    apps.insert(migration.source.app);
    apps.insert(migration.target.app);
  }
  std::vector<ExaminedDatabase> databases;
  for (const MigrationFacts& facts : observed.migrations)
    if (facts.source) databases.push_back({facts.source->id, facts.copy ? facts.copy->id : ""});
  const Examination found = world.loop().run(world.survey().examine({apps.begin(), apps.end()}, std::move(databases)));
  add_examination(diagnosis, found);
  add_rate_limit(diagnosis, found.requests_left, plan_requests, static_cast<int>(desired.migrations.size()));
  for (DoctorCheck& check : spec_part.checks) diagnosis.checks.push_back(std::move(check));
  if (command.anonymous) diagnosis.mask_names(masks_of(found, observed));
  return tell(command, diagnosis, shell);
}

}  // namespace changeover
