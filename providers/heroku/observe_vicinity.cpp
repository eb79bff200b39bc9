#include "providers/heroku/observe_vicinity.h"

#include <algorithm>
#include <numeric>
#include <optional>
#include <utility>

#include "planner/plan_figures.h"
#include "providers/heroku/ask_all.h"

namespace changeover::heroku {
namespace {

void not_read(MigrationFacts& facts, std::string what, const Error& error) {
  facts.unreadable.push_back({std::move(what), error.what});
}

}  // namespace

/// A detail is not worth waiting long for: without it the plan says what is not known.
CallOptions CloserLook::brief(Asked asked, const std::string& of) {
  CallOptions options;
  options.timeout = std::chrono::seconds{10};
  options.deadline = std::chrono::seconds{20};
  options.noted = &observed_.origins[{asked, of}];
  return options;
}

Task<void> CloserLook::run(VisibleApps apps) {
  apps_ = std::move(apps);
  if (subjects_.empty()) co_return;
  std::vector<Task<int>> questions = all_questions();
  Task<void> asking = ask_all(std::move(questions));
  co_await asking;
  for (const Subject& subject : subjects_) {
    Vicinity& around = *subject.facts->vicinity;
    std::ranges::sort(around.copied_urls, {}, &CopiedUrl::app);
    std::ranges::sort(around.unread_config);
    std::ranges::sort(around.maintenances, {}, &AnnouncedMaintenance::database);
    std::ranges::stable_sort(subject.facts->unreadable, {}, &Unreadable::what);
  }
}

std::vector<Task<int>> CloserLook::all_questions() {
  std::vector<Task<int>> questions;
  for (const Subject& subject : subjects_) {
    MigrationFacts& facts = *subject.facts;
    questions.push_back(ask_followers(subject));
    questions.push_back(ask_settings(subject));
    questions.push_back(ask_schedules(subject));
    // SQL has told of them already.
    if (!facts.leader) questions.push_back(ask_links(subject));
    if (subject.migration->source.app != subject.migration->target.app) questions.push_back(ask_domains(subject));
    for (const Database* database : {facts.source_database ? &*facts.source_database : nullptr,
                                     facts.copy_database ? &*facts.copy_database : nullptr})
      if (database != nullptr && database->maintenance_is_due())
        questions.push_back(ask_maintenance(subject, database->addon_id, database->name));
  }
  for (const std::string& app : apps_to_search()) questions.push_back(search(app));
  return questions;
}

/// A cutover is asked for and has not begun.
bool CloserLook::is_worth_it(const Migration& migration, const MigrationFacts& facts) const {
  if (migration.stage < Stage::live || !facts.source || !facts.source_database) return false;
  if (is_essential_tier(facts.source->plan) || is_advanced_tier(facts.source->plan)) return false;  // can not be moved
  const RecordedMigration* record = recorded_.find(migration.name);
  if (record != nullptr && record->live) return false;
  if (record != nullptr && record->attempt && record->attempt->downtime_began &&
      record->attempt->state != Attempt::State::finished)
    return record->attempt->state == Attempt::State::aborted;
  return !facts.copy_database || facts.copy_database->following || !facts.copy_database->available();
}

void CloserLook::choose() {
  const std::optional<int> left = services_.api.rate_limit_remaining();
  const int spendable = left ? *left - requests_kept - static_cast<int>(most_apps_searched) : requests_a_migration;
  // Those whose cutover may be the next thing to happen first.
  std::vector<std::size_t> order(migrations_.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_partition(order,
                                [&](std::size_t i) { return i == 0 || observed_.migrations[i].copy_database.has_value(); });
  for (const std::size_t i : order) {
    MigrationFacts& facts = observed_.migrations[i];
    if (!is_worth_it(*migrations_[i], facts)) continue;
    if (subjects_.size() >= most_looked_at)
      facts.not_looked_at = "a plan looks closer at " + std::to_string(most_looked_at) + " migrations and no more";
    else if (requests_a_migration * static_cast<int>(subjects_.size() + 1) > spendable)
      facts.not_looked_at = "the account has too few requests left in this hour";
    else
      subjects_.push_back({migrations_[i], &facts});
    if (facts.not_looked_at.empty()) facts.vicinity.emplace();
  }
}

bool CloserLook::may_have_copied(const std::string& app, const Subject& subject) const {
  const Migration& m = *subject.migration;
  if (app == m.target.app) return true;
  if (app == m.source.app || m.quiesce.read_only.contains(app)) return false;
  const auto named = m.quiesce.apps.find(app);
  if (named != m.quiesce.apps.end()) return named->second == After::resume;
  return std::ranges::none_of(subject.facts->source_attachments,
                              [&](const Attachment& attachment) { return attachment.app.name == app; });
}

std::vector<std::string> CloserLook::apps_to_search() {
  std::vector<std::string> first;
  std::vector<std::string> then;
  std::set<std::string> seen;
  const auto add = [&](std::vector<std::string>& list, const std::string& app) {
    const bool asked =
        std::ranges::any_of(subjects_, [&](const Subject& subject) { return may_have_copied(app, subject); });
    if (asked && apps_.contains(app) && seen.insert(app).second) list.push_back(app);
  };
  for (const Subject& subject : subjects_) {
    add(first, subject.migration->target.app);
    for (const auto& [name, after] : subject.migration->quiesce.apps) add(first, name);
  }
  for (const auto& [name, vars] : apps_) add(then, name);
  first.insert(first.end(), then.begin(), then.end());
  if (first.size() > most_apps_searched) {
    for (const Subject& subject : subjects_)
      subject.facts->vicinity->unsearched_apps = static_cast<int>(first.size() - most_apps_searched);
    first.resize(most_apps_searched);
  }
  return first;
}

/// Values are compared and dropped here; the facts get names.
Task<int> CloserLook::search(std::string app) {
  Result<std::vector<ConfigVar>> vars = co_await services_.platform.config_vars(app, brief(Asked::config_vars, app));
  if (vars) std::erase_if(*vars, [&](const ConfigVar& var) { return apps_.at(app).contains(var.name); });
  for (const Subject& subject : subjects_) {
    if (!may_have_copied(app, subject)) continue;
    Vicinity& around = *subject.facts->vicinity;
    if (!vars) {
      around.unread_config.push_back(app);
      continue;
    }
    const std::optional<DatabasePlace> place = place_of(subject.facts->source_database->url);
    if (!place) continue;
    std::vector<std::string> names = vars_that_lead_to(*place, *vars);
    std::ranges::sort(names);
    if (!names.empty()) around.copied_urls.push_back({app, std::move(names)});
  }
  co_return 0;
}

/// Heroku's list is asked only when it holds more than the copy.
Task<int> CloserLook::ask_followers(Subject subject) {
  const MigrationFacts& facts = *subject.facts;
  const bool copy_follows = facts.copy_database && facts.copy_database->following;
  if (facts.source_database->follower_urls_masked.size() <= (copy_follows ? 1U : 0U)) co_return 0;
  const std::string source = facts.source->name;
  Result<std::vector<Database>> followers =
      co_await services_.data.followers(facts.source->id, brief(Asked::followers, source));
  if (!followers) {
    not_read(*subject.facts, "the followers of " + source, followers.error());
    co_return 0;
  }
  for (const Database& follower : *followers)
    if (!subject.facts->copy || follower.addon_id != subject.facts->copy->id)
      subject.facts->vicinity->other_followers.push_back(follower.name);
  std::ranges::sort(subject.facts->vicinity->other_followers);
  co_return 0;
}

/// Against the copy's, or as long as there is none against Heroku's own defaults, which it would begin with.
Task<int> CloserLook::ask_settings(Subject subject) {
  const std::string name = subject.facts->source->name;
  Result<std::vector<Setting>> here =
      co_await services_.data.settings(subject.facts->source->id, brief(Asked::settings, name));
  if (!here) {
    not_read(*subject.facts, "the settings of " + name, here.error());
    co_return 0;
  }
  std::map<std::string, std::string> there;
  for (const Setting& setting : *here) there[setting.name] = setting.usual;
  if (subject.facts->copy_database && subject.facts->copy_database->available()) {
    const std::string copy = subject.facts->copy->name;
    Result<std::vector<Setting>> copied =
        co_await services_.data.settings(subject.facts->copy->id, brief(Asked::settings, copy));
    if (!copied) {
      not_read(*subject.facts, "the settings of " + copy, copied.error());
      co_return 0;
    }
    for (const Setting& setting : *copied) there[setting.name] = setting.value;
  }
  for (const Setting& setting : *here)
    if (there[setting.name] != setting.value)
      subject.facts->vicinity->settings.push_back({setting.name, setting.value, there[setting.name]});
  co_return 0;
}

Task<int> CloserLook::ask_schedules(Subject subject) {
  const std::string name = subject.facts->source->name;
  Result<std::vector<std::string>> schedules =
      co_await services_.data.backup_schedules(subject.facts->source->id, brief(Asked::backup_schedules, name));
  if (schedules) {
    std::ranges::sort(*schedules);
    subject.facts->vicinity->backup_schedules = std::move(*schedules);
  } else {
    not_read(*subject.facts, "the backup schedules of " + name, schedules.error());
  }
  co_return 0;
}

Task<int> CloserLook::ask_links(Subject subject) {
  const std::string name = subject.facts->source->name;
  Result<std::vector<std::string>> links =
      co_await services_.data.links(subject.facts->source->id, brief(Asked::links, name));
  if (links) {
    std::ranges::sort(*links);
    subject.facts->vicinity->links = std::move(*links);
  } else {
    not_read(*subject.facts, "the data links of " + name, links.error());
  }
  co_return 0;
}

/// The target's are asked only when the source has some of its own.
Task<int> CloserLook::ask_domains(Subject subject) {
  const std::string from = subject.migration->source.app;
  const std::string to = subject.migration->target.app;
  Result<std::vector<Domain>> here = co_await services_.platform.domains(from, brief(Asked::domains, from));
  if (!here) {
    not_read(*subject.facts, "the domains of " + from, here.error());
    co_return 0;
  }
  std::set<std::string> left;
  for (const Domain& domain : *here)
    if (domain.custom) left.insert(domain.hostname);
  if (left.empty()) co_return 0;
  Result<std::vector<Domain>> there = co_await services_.platform.domains(to, brief(Asked::domains, to));
  if (!there) {
    not_read(*subject.facts, "the domains of " + to, there.error());
    co_return 0;
  }
  for (const Domain& domain : *there) left.erase(domain.hostname);
  subject.facts->vicinity->domains_left.assign(left.begin(), left.end());
  co_return 0;
}

Task<int> CloserLook::ask_maintenance(Subject subject, std::string addon_id, std::string name) {
  Result<Maintenance> found =
      co_await services_.data.maintenances(std::move(addon_id), brief(Asked::maintenance, name));
  if (found)
    subject.facts->vicinity->maintenances.push_back({name, found->status, found->scheduled_for});
  else
    not_read(*subject.facts, "when Heroku does maintenance on " + name, found.error());
  co_return 0;
}

}  // namespace changeover::heroku
