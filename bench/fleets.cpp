#include "bench/fleets.h"

#include <cstdlib>
#include <utility>

#include "core/text.h"
#include "planner/situation.h"
#include "planner/spec_reader.h"

namespace changeover::bench {
namespace {

AppFacts app(const std::string& name, const std::string& size, int quantity) {
  AppFacts facts;
  facts.app.id = "app-" + sha256_hex(name).substr(0, 32);
  facts.app.name = name;
  facts.app.region = "us";
  facts.app.generation = "cedar";
  facts.formation = {{"web", quantity, size}, {"worker", quantity, size}};
  return facts;
}

}  // namespace

std::string fleet_spec(int databases) {
  std::string text = "version: 1\ndefaults: {cutover: {proof: api}}\nmigrations:\n";
  for (int number = 1; number <= databases; ++number) {
    const std::string name = "fleet-" + std::to_string(number);
    text += "  " + name + ":\n    stage: replicating\n    source: {app: " + name + ", database: DATABASE}\n";
    text += "    target: {app: " + name + "-space, plan: private-0, formation: {web: 1, worker: 1}}\n";
  }
  return text;
}

Fleet fleet_of(int databases) {
  const std::string text = fleet_spec(databases);
  Diagnostics diagnostics("fleet.yaml", text);
  auto desired = read_spec(text, "fleet.yaml", diagnostics);
  if (!desired) std::abort();
  Fleet fleet{std::move(*desired), {}};
  Observed& observed = fleet.observed;
  observed.at = parse_time("2026-12-01T00:00:00Z").value();
  for (const Migration& migration : fleet.desired.migrations) {
    observed.apps[migration.source.app] = app(migration.source.app, "standard-1x", 1);
    AppFacts target = app(migration.target.app, "private-m", 0);
    target.app.space = App::Space{"space-id", "fleet-space", false};
    const std::string target_id = target.app.id;
    observed.apps[migration.target.app] = std::move(target);
    MigrationFacts facts;
    facts.name = migration.name;
    Addon source;
    source.id = "addon-" + sha256_hex(migration.name).substr(0, 32);
    source.name = migration.name + "-db";
    source.service = "heroku-postgresql";
    source.plan = "heroku-postgresql:standard-0";
    source.state = "provisioned";
    source.app = {observed.apps[migration.source.app].app.id, migration.source.app};
    source.price = Price{5000, "month", false, true};
    observed.addons_by_app[migration.source.app] = {source};
    Attachment attachment;
    attachment.id = "attachment-" + source.id;
    attachment.name = "DATABASE";
    attachment.app = source.app;
    attachment.addon = {source.id, source.name};
    observed.attachments_by_app[migration.source.app] = {attachment};
    facts.source_attachments = {attachment};
    Database database;
    database.addon_id = source.id;
    database.name = source.name;
    database.plan = source.plan;
    database.status = "Available";
    database.formation_primary = "primary";
    database.bytes = 10'000'000'000;
    database.fork_follow = "Available";
    facts.source_database = std::move(database);
    facts.copy_name = copy_name(migration, source.id, target_id);
    facts.source = std::move(source);
    facts.plan = PlanOffer{"plan-id", migration.target.plan, "ga", true, false, Price{30000, "month", true, false}};
    observed.migrations.push_back(std::move(facts));
  }
  return fleet;
}

}  // namespace changeover::bench
