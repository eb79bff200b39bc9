#include <ostream>
#include <utility>

#include "cmd/commands.h"
#include "cmd/plan_output.h"
#include "cmd/spec_file.h"
#include "cmd/version.h"
#include "cmd/view/starter_spec.h"
#include "core/diagnostic.h"
#include "planner/planner.h"
#include "planner/spec_reader.h"

namespace changeover {
namespace {

constexpr const char* file_name = "changeover.yaml";

Migration question(const InitCommand& command, std::string name, std::string database) {
  Migration migration;
  migration.name = std::move(name);
  migration.source = {command.source_app, std::move(database)};
  migration.target.app = command.target_app;
  migration.target.plan = "heroku-postgresql:" + command.plan.value_or("private-0");
  return migration;
}

/// The databases that can move: those of Heroku Postgres that the source app has and that follow nobody.
Task<Result<Observed>> look(World& world, const InitCommand& command, std::vector<Migration>& migrations) {
  const Recorded nothing;
  const Migration first = question(command, command.source_app, "DATABASE");
  const std::vector<const Migration*> ask_first{&first};
  Result<Observed> apps = co_await world.provider().observe(ask_first, nothing);
  if (!apps) co_return apps;
  for (const std::string& name : {command.source_app, command.target_app})
    if (apps->app(name) == nullptr || apps->app(name)->app.id.empty())
      co_return fail(ErrorCode::not_found, "there is no app " + name + ", or this token may not see it",
                     "`heroku apps` lists those it may see");
  const std::vector<Attachment> movable = movable_attachments(apps->attachments_by_app[command.source_app]);
  for (const Attachment& attachment : movable)
    migrations.push_back(
        question(command, migration_name(command.source_app, attachment, movable.size() == 1), attachment.name));
  std::vector<const Migration*> ask;
  for (const Migration& migration : migrations) ask.push_back(&migration);
  if (ask.empty()) co_return apps;
  co_return co_await world.provider().observe(ask, nothing);
}

bool moves(const MigrationFacts& facts) {
  return facts.source && facts.source->service == "heroku-postgresql" &&
         !(facts.source_database && facts.source_database->following);
}

Result<PlanOffer> choose_plan(const InitCommand& command, const std::vector<PlanOffer>& offers,
                              const MigrationFacts& facts, bool shield, std::vector<PlanOffer>& alternatives) {
  std::optional<std::int64_t> bytes;
  if (facts.source_database) bytes = facts.source_database->bytes;
  const std::vector<PlanOffer> fitting = fitting_plans(offers, shield, bytes);
  std::optional<PlanOffer> chosen;
  if (command.plan) {
    for (const PlanOffer& offer : offers)
      if (offer.name == "heroku-postgresql:" + *command.plan || offer.name == *command.plan) chosen = offer;
    if (!chosen)
      return fail(ErrorCode::not_found, "Heroku offers no plan " + *command.plan,
                  "leave --plan out, and one that fits is chosen");
  } else if (const PlanOffer* best = best_plan(fitting, facts.source->plan)) {
    chosen = *best;
  } else {
    return fail(ErrorCode::not_found, "Heroku offers no plan for this space that holds " + facts.source->name,
                "name one with --plan");
  }
  constexpr std::size_t shown = 4;
  for (const PlanOffer& offer : fitting)
    if (offer.name != chosen->name && alternatives.size() < shown) alternatives.push_back(offer);
  return *chosen;
}

/// What a plan of this spec finds in the way of stage live, so that the spec can say it where it is written.
void add_findings(StarterSpec& spec, Observed& observed) {
  const std::string text = starter_spec_text(spec);
  Diagnostics diagnostics(file_name, text);
  std::optional<Desired> desired = read_spec(text, file_name, diagnostics);
  if (!desired) return;
  for (Migration& migration : desired->migrations) migration.stage = Stage::live;
  for (const StarterMigration& migration : spec.migrations)
    for (MigrationFacts& facts : observed.migrations)
      if (facts.name == migration.name) facts.plan = migration.plan;
  PlanOptions options;
  options.tool_version = tool_version;
  const Plan plan = plan_migrations(*desired, observed, {}, options);
  for (StarterMigration& migration : spec.migrations)
    for (const MigrationPlan& planned : plan.migrations)
      if (planned.name == migration.name) {
        migration.ahead = planned.blockers;
        migration.by_hand = planned.manual;
      }
}

}  // namespace

ExitCode run_command(const InitCommand& command, Shell& shell) {
  Desired nothing;
  nothing.file = file_name;
  nothing.state = LocalState{"changeover.state.json", false};
  const auto opened = shell.open_world(nothing, Reach::heroku, shell.environment);
  if (!opened) return report(opened.error(), false, shell);
  World& world = **opened;
  std::vector<Migration> migrations;
  Result<Observed> observed = world.loop().run(look(world, command, migrations));
  if (!observed) return report(observed.error(), false, shell);
  const Result<std::vector<PlanOffer>> offers = world.loop().run(world.survey().plan_offers());
  if (!offers) return report(offers.error(), false, shell);

  StarterSpec spec{command.source_app, command.target_app, std::string(tool_version), &*observed, {}};
  const AppFacts* target = observed->app(command.target_app);
  const bool shield = target != nullptr && target->app.space && target->app.space->shield;
  for (const Attachment& attachment : movable_attachments(observed->attachments_by_app[command.source_app])) {
    for (const MigrationFacts& facts : observed->migrations) {
      if (!moves(facts) || facts.source->id != attachment.addon.id) continue;
      StarterMigration migration{facts.name, attachment, {}, {}, &facts, {}, {}};
      Result<PlanOffer> plan = choose_plan(command, *offers, facts, shield, migration.alternatives);
      if (!plan) return report(plan.error(), false, shell);
      migration.plan = std::move(*plan);
      spec.migrations.push_back(std::move(migration));
    }
  }
  if (spec.migrations.empty())
    return report({ErrorCode::not_found,
                   command.source_app + " has no database of Heroku Postgres that can be moved: followers stay where "
                                        "their leader is",
                   "name the app that has the leader",
                   {}},
                  false, shell);
  add_findings(spec, *observed);
  shell.out << starter_spec_text(spec);
  return ExitCode::done;
}

}  // namespace changeover
