#include "providers/heroku/observe.h"

#include <algorithm>
#include <chrono>

#include "core/text.h"
#include "executor/provider.h"
#include "planner/retirement.h"
#include "providers/heroku/ask_all.h"
#include "providers/heroku/leader_facts.h"
#include "providers/heroku/old_database.h"

namespace changeover::heroku {
namespace {

constexpr int newest_releases = 10;

/// Formations are zero and the page is on: only then can dynos tell whether it is parked.
bool looks_parked(const AppFacts& app) {
  return app.app.maintenance && app.formation && std::ranges::all_of(*app.formation, [](const Process& process) {
           return process.quantity == 0 || process.type == "web" || process.type == "release";
         });
}

}  // namespace

Observation::Observation(Services services, const std::vector<const Migration*>& migrations, const Recorded& recorded)
    : services_(services), migrations_(migrations), recorded_(recorded) {
  const NameIndex<RecordedMigration> records(recorded.migrations);
  observed_.migrations.resize(migrations.size());
  subjects_.reserve(migrations.size());
  for (std::size_t i = 0; i < migrations.size(); ++i) {
    subjects_.push_back({*migrations[i], records.find(migrations[i]->name), observed_.migrations[i]});
    subjects_.back().facts.name = migrations[i]->name;
  }
}

Task<Result<Observed>> Observation::run() {
  observed_.at = services_.loop.clock().wall_now();
  services_.api.forget_round_trips();
  Result<void> lists = co_await lists_.read(services_.platform, observed_.origins);
  if (!lists) co_return fail(lists.error());
  Round missing = missing_apps();
  co_await ask_all(std::move(missing.questions));
  for (Subject& subject : subjects_) {
    resolve_source(subject);
    find_copy(subject);
    subject.cutover_is_near = cutover_is_near(subject);
  }
  file_apps();
  Round first = databases_and_apps();
  const Result<void> paid = can_be_paid(first);
  if (!paid) co_return fail(paid.error());
  co_await ask_all(std::move(first.questions));
  for (Subject& subject : subjects_) judge_copy(subject);
  CloserLook closer(services_, migrations_, recorded_, observed_);
  closer.choose();
  choose_retirements();
  Round chosen = what_was_chosen();
  const Result<void> paid_too = can_be_paid(chosen);
  if (!paid_too) co_return fail(paid_too.error());
  co_await ask_all(std::move(chosen.questions));
  Round second = what_those_lead_to();
  co_await ask_all(std::move(second.questions));
  Round last = dynos_of_the_parked();
  co_await ask_all(std::move(last.questions));
  for (Subject& subject : subjects_) std::ranges::sort(subject.facts.unreadable, {}, &Unreadable::what);
  Task<void> looking = closer.run(lists_.visible_apps());
  co_await looking;
  observed_.round_trips = services_.api.round_trips();
  co_return std::move(observed_);
}

CallOptions Observation::noted(Asked asked, const std::string& of) {
  CallOptions options;
  options.noted = &observed_.origins[{asked, of}];
  return options;
}

Observation::Round Observation::missing_apps() {
  Round round;
  std::set<std::string> named;
  for (const Subject& subject : subjects_)
    for (const std::string& name : {subject.migration.source.app, subject.migration.target.app})
      if (lists_.app(name) == nullptr && named.insert(name).second) round.platform(read_app(name));
  return round;
}

Observation::Round Observation::databases_and_apps() {
  Round round;
  bool prices_needed = false;
  for (Subject& subject : subjects_) {
    prices_needed = prices_needed || !subject.facts.copy;
    if (subject.facts.source) round.data(read_source(subject));
    if (subject.facts.copy) round.data(read_copy(subject));
    if (!subject.facts.copy && record_wants_copy(subject)) round.platform(look_for_lost_copy(subject));
    if (subject.facts.source && few()) round.platform(read_attachments(subject));
  }
  if (prices_needed) round.platform(read_plans());
  for (const std::string& name : cutover_apps_)
    if (observed_.apps.contains(name)) round.platform(read_formation(name));
  return round;
}

/// A database that serves, beside the old one.
bool Observation::retiring_is_asked(const Subject& subject) const {
  const MigrationFacts& facts = subject.facts;
  return subject.migration.stage == Stage::retired && facts.source && facts.copy_database &&
         !facts.copy_database->following && is_promoted(subject);
}

/// In a fleet those that are due, and no more than people would review.
void Observation::choose_retirements() {
  std::size_t chosen = 0;
  for (Subject& subject : subjects_) {
    if (!retiring_is_asked(subject)) continue;
    std::string& unasked = subject.facts.retirement_unasked;
    if (!few()) {
      const Situation situation = assess(subject.migration, observed_, subject.facts, subject.record);
      if (!retiring_waits_for(situation).empty())
        unasked = "it is not due";
      else if (chosen == most_retired)
        unasked = "a plan of so many migrations retires " + std::to_string(most_retired) +
                  " and no more; by itself it goes with --only " + subject.migration.name;
    }
    subject.retires = unasked.empty();
    if (subject.retires) ++chosen;
  }
}

/// Of few migrations everything was read with the rest.
Observation::Round Observation::what_was_chosen() {
  Round round;
  if (few()) return round;
  for (Subject& subject : subjects_) {
    subject.facts.only_listed_attachments = !hidden_writers_matter(subject);
    if (subject.facts.source && !subject.facts.only_listed_attachments) round.platform(read_attachments(subject));
    if (!subject.retires) continue;
    for (const std::string& name : apps_of(subject))
      if (observed_.apps.contains(name) && cutover_apps_.insert(name).second) round.platform(read_formation(name));
  }
  return round;
}

Observation::Round Observation::what_those_lead_to() {
  Round round;
  std::set<std::string> asked = cutover_apps_;
  for (Subject& subject : subjects_) {
    MigrationFacts& facts = subject.facts;
    if (plans_)
      for (const PlanOffer& offer : *plans_)
        if (offer.name == subject.migration.target.plan) facts.plan = offer;
    if (!plans_problem_.empty()) facts.unreadable.push_back({"the prices", plans_problem_});
    if (leader_can_be_asked(subject)) round.data(ask_leader(subject));
    const std::string& target = subject.migration.target.app;
    const bool latched = subject.record != nullptr && subject.record->live;
    const bool promoted = facts.copy_database && is_promoted(subject);
    if (subject.retires) round.platform(ask_old_database(subject));
    // Who runs there, and since when, tells who may have written to the copy.
    const Attempt* attempt = subject.record == nullptr ? nullptr : subject.record->open_attempt();
    const bool turned = attempt != nullptr && attempt->past_point_of_no_return;
    if (facts.copy_gone || turned || (promoted && !latched)) {
      round.platform(read_releases(target));
      if (!looks_parked(observed_.apps[target])) round.platform(read_dynos(target));
    }
    // A writer that the lists did not show: attached by an app of somebody else.
    for (const Attachment& attachment : facts.source_attachments)
      if ((subject.cutover_is_near || subject.retires) && asked.insert(attachment.app.name).second)
        round.platform(read_app(attachment.app.name));
  }
  cutover_apps_ = std::move(asked);
  return round;
}

Observation::Round Observation::dynos_of_the_parked() {
  Round round;
  for (const std::string& name : cutover_apps_)
    if (const auto app = observed_.apps.find(name); app != observed_.apps.end() && looks_parked(app->second))
      round.platform(read_dynos(name));
  return round;
}

/// Half a fleet observed is nothing planned: it is said before the requests are spent (safety S30). Of few migrations
/// one may be in downtime, and what is missing comes back within a minute.
Result<void> Observation::can_be_paid(const Round& round) const {
  if (few()) return {};
  const std::optional<int> left = services_.api.rate_limit_remaining();
  if (!left || *left >= round.of_the_platform) return {};
  const int minutes = (round.of_the_platform - *left) / requests_back_a_minute + 1;
  return fail(ErrorCode::rate_limited,
              "to look at " + counted(static_cast<long long>(subjects_.size()), "migration") + " takes " +
                  counted(round.of_the_platform, "more request") + ", and the account has " + std::to_string(*left) +
                  " left this hour; nothing was changed",
              "run it again in about " + counted(minutes, "minute") + ", or for fewer migrations with --only");
}

/// What a cutover or the way back from one rests on costs several requests a migration, so in a fleet it is read where
/// it counts: not of a migration that is live and latched, and not of one that only replicates or has no copy.
bool Observation::cutover_is_near(const Subject& subject) const {
  if (few()) return true;
  if (is_latched(subject)) return false;
  if (subject.migration.stage >= Stage::live) return true;
  if (subject.migration.stage == Stage::source && subject.facts.copy) return true;
  return is_under_way(subject);
}

/// It is live, and no later run manages its apps (safety S3). Nobody promotes what an external consumer uses.
bool Observation::is_latched(const Subject& subject) const {
  const bool external = subject.migration.target.consumer == Consumer::external && subject.facts.copy;
  return subject.record != nullptr && subject.record->live && (external || is_promoted(subject));
}

/// A cutover has begun. An app in maintenance may be one that a lost attempt parked; a target is often so before it
/// ever served.
bool Observation::is_under_way(const Subject& subject) const {
  if (is_latched(subject)) return false;
  if (is_promoted(subject)) return true;
  const RecordedMigration* record = subject.record;
  if (record != nullptr && record->attempt && record->attempt->state != Attempt::State::finished) return true;
  const auto in_maintenance = [this](const std::string& name) {
    const App* app = lists_.app(name);
    return app != nullptr && app->maintenance;
  };
  if (in_maintenance(subject.migration.source.app)) return true;
  return std::ranges::any_of(subject.facts.source_attachments,
                             [&](const Attachment& attachment) { return in_maintenance(attachment.app.name); });
}

/// Apps that the account's own list does not show write too. In a fleet they are asked for where the plan looks closer,
/// where a cutover has begun, and where the old database goes; of the others the look right before their cutover asks.
bool Observation::hidden_writers_matter(const Subject& subject) const {
  if (subject.facts.vicinity || subject.retires) return true;
  if (is_latched(subject)) return false;
  const std::optional<Database>& copy = subject.facts.copy_database;
  return is_under_way(subject) || (copy && !copy->following);
}

/// An attempt is under way with a copy that is not listed.
bool Observation::record_wants_copy(const Subject& subject) {
  const RecordedMigration* record = subject.record;
  return record != nullptr && !record->copy.id.empty() && record->open_attempt() != nullptr;
}

/// A copy holds the wanted name on the target.
bool Observation::is_promoted(const Subject& subject) const {
  if (!subject.facts.copy) return false;
  return std::ranges::any_of(
      lists_.attachments_of_app(subject.migration.target.app), [&](const Attachment& attachment) {
        return attachment.name == subject.migration.target.attachment && attachment.addon.id == subject.facts.copy->id;
      });
}

std::set<std::string> Observation::apps_of(const Subject& subject) {
  std::set<std::string> apps{subject.migration.source.app, subject.migration.target.app};
  for (const auto& [name, after] : subject.migration.quiesce.apps) apps.insert(name);
  for (const Attachment& attachment : subject.facts.source_attachments) apps.insert(attachment.app.name);
  return apps;
}

/// The apps of every migration, with what is billed to them and attached there; whoever shares the source may be a
/// writer of it.
void Observation::file_apps() {
  std::set<std::string> wanted;
  for (const Subject& subject : subjects_) {
    std::set<std::string> touched = apps_of(subject);
    if (subject.cutover_is_near) cutover_apps_.insert(touched.begin(), touched.end());
    wanted.merge(touched);
  }
  for (const std::string& name : wanted) {
    if (const App* app = lists_.app(name); app != nullptr) observed_.apps[name].app = *app;
    if (const auto& addons = lists_.addons_of(name); !addons.empty()) observed_.addons_by_app[name] = addons;
    if (const auto& attachments = lists_.attachments_of_app(name); !attachments.empty())
      observed_.attachments_by_app[name] = attachments;
  }
}

/// An attachment of the source app first, else an add-on name; both and different is an error (safety, Exact meanings).
void Observation::resolve_source(Subject& subject) {
  const Migration& migration = subject.migration;
  MigrationFacts& facts = subject.facts;
  const Addon* attached = nullptr;
  for (const Attachment& attachment : lists_.attachments_of_app(migration.source.app))
    if (attachment.name == migration.source.database) attached = lists_.addon(attachment.addon.id);
  const Addon* named = lists_.addon_named(migration.source.database);
  const RecordedMigration* record = subject.record;
  const std::string where = migration.source.database + " of " + migration.source.app;
  if (attached != nullptr && named != nullptr && attached->id != named->id) {
    facts.source_problem =
        where + " is ambiguous: it is an attachment to " + attached->name + " and the name of another add-on";
  } else if (record != nullptr && !record->source.id.empty() && lists_.addon(record->source.id) != nullptr) {
    // What was moved stays what is moved: after a promotion the same attachment name may mean the copy (safety S23).
    facts.source = *lists_.addon(record->source.id);
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
  if (facts.source) facts.source_attachments = lists_.attachments_of_addon(facts.source->id);
}

void Observation::find_copy(Subject& subject) {
  const Migration& migration = subject.migration;
  MigrationFacts& facts = subject.facts;
  const App* target = lists_.app(migration.target.app);
  if (facts.source && target != nullptr) facts.copy_name = copy_name(migration, facts.source->id, target->id);
  if (facts.copy_name.empty()) facts.copy_name = migration.target.addon_name.value_or(migration.name);
  const RecordedMigration* record = subject.record;
  const Addon* found = nullptr;
  if (record != nullptr && !record->copy.id.empty()) {
    found = lists_.addon(record->copy.id);
    facts.copy_name = record->copy.name;
  } else {
    found = lists_.addon_named(facts.copy_name);
    // A create was sent under the name that the spec gave then, and its answer was never noted (safety S23).
    const Addon* intended = record != nullptr ? lists_.addon_named(record->create_intent) : nullptr;
    const bool ours = intended != nullptr && target != nullptr && intended->app.id == target->id &&
                      !intended->state.starts_with("deprovision");
    if (ours) {
      found = intended;
      facts.copy_name = intended->name;
    }
  }
  if (found == nullptr || found->state.starts_with("deprovision")) return;
  facts.copy = *found;
  facts.copy_attachments = by_app_and_name(lists_.attachments_of_addon(found->id));
}

/// After its database was read: ours, or somebody else's under the same name (safety S15).
void Observation::judge_copy(Subject& subject) {
  MigrationFacts& facts = subject.facts;
  if (!facts.copy || !facts.source) return;
  const App* target = lists_.app(subject.migration.target.app);
  const std::string target_id = target == nullptr ? std::string() : target->id;
  if (is_our_copy(*facts.copy, facts.copy_database, *facts.source, target_id, subject.record)) return;
  // With the state lost, a copy under its derived name that the target runs on is still the copy (safety S3).
  if (is_promoted(subject) && facts.copy->app.id == target_id && !subject.migration.target.addon_name) return;
  facts.stranger = std::move(facts.copy);
  facts.copy.reset();
  facts.copy_database.reset();
  facts.copy_attachments.clear();
}

Task<int> Observation::read_app(std::string name) {
  Result<App> app = co_await services_.platform.app(name, noted(Asked::app, name));
  if (!app) co_return 0;
  lists_.add(*app);
  observed_.apps[name].app = std::move(*app);
  co_return co_await read_formation(name);
}

Task<int> Observation::read_formation(std::string name) {
  if (observed_.apps[name].formation) co_return 0;
  Result<std::vector<Process>> formation = co_await services_.platform.formation(name, noted(Asked::formation, name));
  if (!formation) co_return 0;
  std::ranges::sort(*formation, {}, &Process::type);
  observed_.apps[name].formation = std::move(*formation);
  co_return 0;
}

Task<int> Observation::read_dynos(std::string name) {
  Result<std::vector<Dyno>> dynos = co_await services_.platform.dynos(name, noted(Asked::dynos, name));
  if (!dynos) co_return 0;
  std::ranges::sort(*dynos, {}, &Dyno::name);
  observed_.apps[name].dynos = std::move(*dynos);
  co_return 0;
}

Task<int> Observation::read_releases(std::string name) {
  Result<std::vector<Release>> releases =
      co_await services_.platform.releases(name, newest_releases, noted(Asked::releases, name));
  if (!releases) co_return 0;
  std::ranges::sort(*releases, std::ranges::greater{}, &Release::version);
  observed_.apps[name].releases = std::move(*releases);
  co_return 0;
}

Task<int> Observation::read_source(Subject& subject) {
  MigrationFacts& facts = subject.facts;
  Result<Database> database =
      co_await services_.data.database(facts.source->id, noted(Asked::database, facts.source->name));
  if (database) {
    facts.source_database = std::move(*database);
  } else {
    facts.unreadable.push_back({"the database " + facts.source->name, database.error().what});
  }
  co_return 0;
}

/// That a list does not show the copy of an attempt is no proof: its uuid is asked for.
Task<int> Observation::look_for_lost_copy(Subject& subject) {
  Result<Addon> copy = co_await services_.platform.addon(subject.record->copy.id);
  subject.facts.copy_gone = copy ? copy->state.starts_with("deprovision") : copy.error().code == ErrorCode::not_found;
  co_return 0;
}

Task<int> Observation::read_copy(Subject& subject) {
  MigrationFacts& facts = subject.facts;
  Result<Database> database =
      co_await services_.data.database(facts.copy->id, noted(Asked::database, facts.copy->name));
  // Heroku's Data API does not know a database in its first minutes (heroku-api.md 3.4).
  if (!database && database.error().code != ErrorCode::not_found) facts.copy_problem = database.error().what;
  if (database) facts.copy_database = std::move(*database);
  co_return 0;
}

/// On every app, also those that the account's list does not show: these are the writers.
Task<int> Observation::read_attachments(Subject& subject) {
  MigrationFacts& facts = subject.facts;
  Result<std::vector<Attachment>> attachments =
      co_await services_.platform.attachments_of(facts.source->id, noted(Asked::attached, facts.source->name));
  if (attachments) {
    facts.source_attachments = by_app_and_name(std::move(*attachments));
  } else {
    facts.unreadable.push_back({"who is attached to " + facts.source->name, attachments.error().what});
  }
  co_return 0;
}

Task<int> Observation::read_plans() {
  const CallOptions options = noted(Asked::plans);
  Result<std::vector<PlanOffer>> plans = co_await services_.platform.plans(options);
  if (plans) {
    plans_ = std::move(*plans);
  } else {
    plans_problem_ = plans.error().what;
  }
  co_return 0;
}

bool Observation::leader_can_be_asked(const Subject& subject) {
  const Migration& migration = subject.migration;
  const MigrationFacts& facts = subject.facts;
  if (migration.cutover.proof != Proof::sql || !facts.source_database || facts.source_database->url.empty() ||
      facts.source_database->following)
    return false;
  const bool detached = facts.copy_database && !facts.copy_database->following && facts.copy_database->available();
  // With the record lost, whether the leader was closed is what tells on which side of the point of no return it is.
  if (detached) return subject.record == nullptr || !subject.record->attempt;
  return migration.stage == Stage::replicating || migration.stage == Stage::live;
}

Task<int> Observation::ask_leader(Subject& subject) {
  MigrationFacts& facts = subject.facts;
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
  observed_.origins[{Asked::sql, facts.source->name}] = {"SQL", services_.loop.clock().wall_now()};
  co_return 0;
}

Task<int> Observation::ask_old_database(Subject& subject) {
  subject.facts.retirement = co_await read_retirement(services_, subject.migration, subject.facts,
                                                      lists_.attachments_of_app(subject.migration.target.app),
                                                      subject.record, observed_.origins);
  co_return 0;
}

}  // namespace changeover::heroku
