#include "providers/heroku/observe.h"

#include <algorithm>
#include <set>

#include "providers/heroku/leader_facts.h"
#include "providers/heroku/old_database.h"

namespace changeover::heroku {
namespace {

constexpr int newest_releases = 10;

/// Runs questions that each put their answer where it belongs.
Task<void> ask_all(std::vector<Task<int>> questions) { co_await all_of(std::move(questions)); }

Result<void> first_error(const Result<std::vector<App>>& apps, const Result<std::vector<Addon>>& addons,
                         const Result<std::vector<Attachment>>& attachments) {
  if (!apps) return fail(apps.error().in("listing the apps"));
  if (!addons) return fail(addons.error().in("listing the add-ons"));
  if (!attachments) return fail(attachments.error().in("listing the attachments"));
  return {};
}

template <class T>
Task<int> keep(Task<Result<T>> question, std::optional<Result<T>>& answer) {
  answer.emplace(co_await question);
  co_return 0;
}

/// Formations are zero and the page is on: only then can dynos tell whether it is parked.
bool looks_parked(const AppFacts& app) {
  return app.app.maintenance && app.formation && std::ranges::all_of(*app.formation, [](const Process& process) {
           return process.quantity == 0 || process.type == "web" || process.type == "release";
         });
}

}  // namespace

Task<Result<Observed>> Observation::run() {
  observed_.at = services_.loop.clock().wall_now();
  Result<void> lists = co_await read_lists();
  if (!lists) co_return fail(lists.error());
  std::vector<Task<int>> missing;
  std::set<std::string> named;
  for (const Migration* migration : migrations_)
    for (const std::string& name : {migration->source.app, migration->target.app})
      if (!apps_.contains(name) && named.insert(name).second) missing.push_back(read_app(name));
  co_await ask_all(std::move(missing));
  file_lists();

  observed_.migrations.resize(migrations_.size());
  bool prices_needed = false;
  std::vector<Task<int>> second;
  for (std::size_t i = 0; i < migrations_.size(); ++i) {
    MigrationFacts& facts = observed_.migrations[i];
    facts.name = migrations_[i]->name;
    resolve_source(*migrations_[i], facts);
    find_copy(*migrations_[i], facts);
    prices_needed = prices_needed || !facts.copy;
    if (facts.source || facts.copy) second.push_back(read_databases(facts));
    if (facts.source) second.push_back(read_attachments(facts));
  }
  if (prices_needed) second.push_back(read_plans());
  std::set<std::string> own;
  for (const Migration* migration : migrations_) {
    own.insert(migration->source.app);
    own.insert(migration->target.app);
    for (const auto& [name, after] : migration->quiesce.apps) own.insert(name);
  }
  for (const Attachment& attachment : attachments_)
    for (const MigrationFacts& facts : observed_.migrations)
      if (facts.source && attachment.addon.id == facts.source->id) own.insert(attachment.app.name);
  for (const std::string& name : own)
    if (observed_.apps.contains(name)) second.push_back(read_formation(name));
  co_await ask_all(std::move(second));

  std::vector<Task<int>> third;
  for (std::size_t i = 0; i < migrations_.size(); ++i) {
    MigrationFacts& facts = observed_.migrations[i];
    judge_copy(*migrations_[i], facts);
    if (plans_)
      for (const PlanOffer& offer : *plans_)
        if (offer.name == migrations_[i]->target.plan) facts.plan = offer;
    if (!plans_problem_.empty()) facts.unreadable.push_back({"the prices", plans_problem_});
    third.push_back(ask_leader(*migrations_[i], facts));
    const auto on_target = observed_.attachments_by_app.find(migrations_[i]->target.app);
    const bool promoted =
        facts.copy && facts.copy_database && on_target != observed_.attachments_by_app.end() &&
        std::ranges::any_of(on_target->second, [&](const Attachment& attachment) {
          return attachment.name == migrations_[i]->target.attachment && attachment.addon.id == facts.copy->id;
        });
    if (promoted && migrations_[i]->stage == Stage::retired && facts.source && !facts.copy_database->following)
      third.push_back(ask_old_database(*migrations_[i], facts));
    const RecordedMigration* record = recorded_.find(facts.name);
    if (promoted && (record == nullptr || !record->live)) {
      third.push_back(read_releases(migrations_[i]->target.app));
      own.insert(migrations_[i]->target.app);
      if (!looks_parked(observed_.apps[migrations_[i]->target.app]))
        third.push_back(read_dynos(migrations_[i]->target.app));
    }
    // A writer that the lists did not show: attached by an app of somebody else.
    for (const Attachment& attachment : facts.source_attachments)
      if (own.insert(attachment.app.name).second) third.push_back(read_app(attachment.app.name));
  }
  co_await ask_all(std::move(third));
  std::vector<Task<int>> fourth;
  for (const std::string& name : own)
    if (observed_.apps.contains(name) && looks_parked(observed_.apps[name])) fourth.push_back(read_dynos(name));
  co_await ask_all(std::move(fourth));
  CloserLook closer(services_, migrations_, recorded_, visible_apps(), observed_);
  Task<void> looking = closer.run();
  co_await looking;
  co_return std::move(observed_);
}

Task<Result<void>> Observation::read_lists() {
  std::optional<Result<std::vector<App>>> apps;
  std::optional<Result<std::vector<Addon>>> addons;
  std::optional<Result<std::vector<Attachment>>> attachments;
  std::vector<Task<int>> lists;
  lists.push_back(keep(services_.platform.apps(), apps));
  lists.push_back(keep(services_.platform.addons(), addons));
  lists.push_back(keep(services_.platform.addon_attachments(), attachments));
  co_await ask_all(std::move(lists));
  const Result<void> error = first_error(*apps, *addons, *attachments);
  if (!error) co_return error;
  for (App& app : **apps) apps_.insert_or_assign(app.name, std::move(app));
  for (Addon& addon : **addons) {
    addon_ids_[addon.name] = addon.id;
    addons_.insert_or_assign(addon.id, std::move(addon));
  }
  attachments_ = std::move(**attachments);
  co_return Result<void>{};
}

void Observation::file_lists() {
  std::set<std::string> wanted;
  std::set<std::string> sources;
  for (const Migration* migration : migrations_) {
    wanted.insert(migration->source.app);
    wanted.insert(migration->target.app);
    for (const auto& [name, after] : migration->quiesce.apps) wanted.insert(name);
    sources.insert(migration->source.app + "::" + migration->source.database);
  }
  // Whoever shares an add-on with a source app may be a writer of it.
  std::set<std::string> shared;
  for (const Attachment& attachment : attachments_)
    if (sources.contains(attachment.app.name + "::" + attachment.name) ||
        sources.contains(attachment.app.name + "::" + attachment.addon.name))
      shared.insert(attachment.addon.id);
  for (const Attachment& attachment : attachments_)
    if (shared.contains(attachment.addon.id)) wanted.insert(attachment.app.name);
  for (const std::string& name : wanted) {
    const auto app = apps_.find(name);
    if (app != apps_.end()) observed_.apps[name].app = app->second;
  }
  for (const auto& [id, addon] : addons_)
    if (wanted.contains(addon.app.name)) observed_.addons_by_app[addon.app.name].push_back(addon);
  for (const Attachment& attachment : attachments_)
    if (wanted.contains(attachment.app.name)) observed_.attachments_by_app[attachment.app.name].push_back(attachment);
}

VisibleApps Observation::visible_apps() const {
  VisibleApps visible;
  for (const auto& [name, app] : apps_) visible[name];
  for (const Attachment& attachment : attachments_)
    if (const auto app = visible.find(attachment.app.name); app != visible.end())
      app->second.insert(attachment.config_vars.begin(), attachment.config_vars.end());
  return visible;
}

const Addon* Observation::addon_by_id(const std::string& id) const {
  const auto found = addons_.find(id);
  return found == addons_.end() ? nullptr : &found->second;
}

const Addon* Observation::addon_by_name(const std::string& name) const {
  const auto found = addon_ids_.find(name);
  return found == addon_ids_.end() ? nullptr : addon_by_id(found->second);
}

/// An attachment of the source app first, else an add-on name; both and different is an error (safety, Exact meanings).
void Observation::resolve_source(const Migration& migration, MigrationFacts& facts) {
  const Addon* attached = nullptr;
  for (const Attachment& attachment : observed_.attachments_by_app[migration.source.app])
    if (attachment.name == migration.source.database) attached = addon_by_id(attachment.addon.id);
  const Addon* named = addon_by_name(migration.source.database);
  const RecordedMigration* record = recorded_.find(migration.name);
  const std::string where = migration.source.database + " of " + migration.source.app;
  if (attached != nullptr && named != nullptr && attached->id != named->id) {
    facts.source_problem =
        where + " is ambiguous: it is an attachment to " + attached->name + " and the name of another add-on";
  } else if (record != nullptr && !record->source.id.empty() && addon_by_id(record->source.id) != nullptr) {
    // What was moved stays what is moved: after a promotion the same attachment name may mean the copy (safety S23).
    facts.source = *addon_by_id(record->source.id);
    const Addon* meant = attached != nullptr ? attached : named;
    if (meant != nullptr && meant->id != record->source.id && meant->id != record->copy.id)
      facts.renamed_source = Reference{meant->id, meant->name};
  } else if (record != nullptr && record->live && !record->source.id.empty()) {
    facts.source_problem = record->source.name + ", which was moved, is gone";
  } else if (attached != nullptr || named != nullptr) {
    facts.source = attached != nullptr ? *attached : *named;
  } else {
    facts.source_problem = "there is no database " + where + ", or this token may not see it";
  }
  if (facts.source && facts.source->state.starts_with("deprovision")) {
    facts.source_problem = facts.source->name + " is being removed";
    facts.source.reset();
  }
}

void Observation::find_copy(const Migration& migration, MigrationFacts& facts) {
  const RecordedMigration* record = recorded_.find(migration.name);
  const auto target = apps_.find(migration.target.app);
  if (facts.source && target != apps_.end())
    facts.copy_name = copy_name(migration, facts.source->id, target->second.id);
  if (facts.copy_name.empty()) facts.copy_name = migration.target.addon_name.value_or(migration.name);
  const Addon* found = nullptr;
  if (record != nullptr && !record->copy.id.empty()) {
    found = addon_by_id(record->copy.id);
    facts.copy_name = record->copy.name;
  } else {
    found = addon_by_name(facts.copy_name);
    // A create was sent under the name that the spec gave then, and its answer was never noted (safety S23).
    const Addon* intended = record != nullptr ? addon_by_name(record->create_intent) : nullptr;
    const bool ours = intended != nullptr && target != apps_.end() && intended->app.id == target->second.id &&
                      !intended->state.starts_with("deprovision");
    if (ours) {
      found = intended;
      facts.copy_name = intended->name;
    }
  }
  if (found != nullptr && !found->state.starts_with("deprovision")) facts.copy = *found;
}

/// After its database was read: ours, or somebody else's under the same name (safety S15).
void Observation::judge_copy(const Migration& migration, MigrationFacts& facts) {
  if (!facts.copy || !facts.source) return;
  const auto target = apps_.find(migration.target.app);
  const std::string target_id = target == apps_.end() ? std::string() : target->second.id;
  if (is_our_copy(*facts.copy, facts.copy_database, *facts.source, target_id, recorded_.find(migration.name))) return;
  const bool attached =
      std::ranges::any_of(observed_.attachments_by_app[migration.target.app], [&](const Attachment& attachment) {
        return attachment.name == migration.target.attachment && attachment.addon.id == facts.copy->id;
      });
  // With the state lost, a copy under its derived name that the target runs on is still the copy (safety S3).
  if (attached && facts.copy->app.id == target_id && !migration.target.addon_name) return;
  facts.stranger = std::move(facts.copy);
  facts.copy.reset();
  facts.copy_database.reset();
}

Task<int> Observation::read_app(std::string name) {
  Result<App> app = co_await services_.platform.app(name);
  if (!app) co_return 0;
  apps_.insert_or_assign(name, *app);
  observed_.apps[name].app = std::move(*app);
  co_return co_await read_formation(name);
}

Task<int> Observation::read_formation(std::string name) {
  if (observed_.apps[name].formation) co_return 0;
  Result<std::vector<Process>> formation = co_await services_.platform.formation(name);
  if (formation) observed_.apps[name].formation = std::move(*formation);
  co_return 0;
}

Task<int> Observation::read_dynos(std::string name) {
  Result<std::vector<Dyno>> dynos = co_await services_.platform.dynos(name);
  if (dynos) observed_.apps[name].dynos = std::move(*dynos);
  co_return 0;
}

Task<int> Observation::read_releases(std::string name) {
  Result<std::vector<Release>> releases = co_await services_.platform.releases(name, newest_releases);
  if (releases) observed_.apps[name].releases = std::move(*releases);
  co_return 0;
}

Task<int> Observation::read_databases(MigrationFacts& facts) {
  std::optional<Result<Database>> source;
  std::optional<Result<Database>> copy;
  std::vector<Task<int>> questions;
  if (facts.source) questions.push_back(keep(services_.data.database(facts.source->id), source));
  if (facts.copy) questions.push_back(keep(services_.data.database(facts.copy->id), copy));
  co_await ask_all(std::move(questions));
  if (source && *source) facts.source_database = std::move(**source);
  if (source && !*source) facts.unreadable.push_back({"the database " + facts.source->name, source->error().what});
  if (copy && *copy) facts.copy_database = std::move(**copy);
  // Heroku's Data API does not know a database in its first minutes (heroku-api.md 3.4).
  if (copy && !*copy && copy->error().code != ErrorCode::not_found) facts.copy_problem = copy->error().what;
  co_return 0;
}

/// On every app, also those that the account's list does not show: these are the writers.
Task<int> Observation::read_attachments(MigrationFacts& facts) {
  Result<std::vector<Attachment>> attachments = co_await services_.platform.attachments_of(facts.source->id);
  if (attachments) {
    facts.source_attachments = std::move(*attachments);
  } else {
    facts.unreadable.push_back({"who is attached to " + facts.source->name, attachments.error().what});
    for (const Attachment& attachment : attachments_)
      if (attachment.addon.id == facts.source->id) facts.source_attachments.push_back(attachment);
  }
  std::ranges::sort(facts.source_attachments, {},
                    [](const Attachment& attachment) { return attachment.app.name + "::" + attachment.name; });
  co_return 0;
}

Task<int> Observation::read_plans() {
  Result<std::vector<PlanOffer>> plans = co_await services_.platform.plans();
  if (plans) {
    plans_ = std::move(*plans);
  } else {
    plans_problem_ = plans.error().what;
  }
  co_return 0;
}

Task<int> Observation::ask_leader(const Migration& migration, MigrationFacts& facts) {
  const bool moving = migration.stage == Stage::replicating || migration.stage == Stage::live;
  const bool detached = facts.copy_database && !facts.copy_database->following && facts.copy_database->available();
  const RecordedMigration* record = recorded_.find(migration.name);
  // With the record lost, whether the leader was closed is what tells on which side of the point of no return it is.
  const bool doubtful = detached && (record == nullptr || !record->attempt);
  if (migration.cutover.proof != Proof::sql || (!moving && !doubtful) || (detached && !doubtful) ||
      !facts.source_database || facts.source_database->url.empty() || facts.source_database->following)
    co_return 0;
  const OutsideTime::Span outside(services_.outside);
  const std::unique_ptr<LeaderSession> leader = services_.leaders.open(facts.source_database->url);
  Result<LeaderIdentity> identity = co_await leader->connect();
  if (!identity) {
    facts.leader_problem = identity.error().what;
    co_return 0;
  }
  Result<PreflightFacts> found = co_await leader->inspect();
  if (!found) {
    facts.leader_problem = found.error().what;
    co_return 0;
  }
  facts.leader = leader_facts(*identity, std::move(*found));
  co_return 0;
}

Task<int> Observation::ask_old_database(const Migration& migration, MigrationFacts& facts) {
  facts.retirement = co_await read_retirement(
      services_, migration, facts, observed_.attachments_by_app[migration.target.app], recorded_.find(migration.name));
  co_return 0;
}

}  // namespace changeover::heroku
