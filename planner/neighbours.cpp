#include "planner/neighbours.h"

#include <algorithm>
#include <iterator>

namespace changeover {
namespace {

bool has_moved(const Observed& observed, const Migration& migration, const MigrationFacts& facts) {
  const auto on_target = observed.attachments_by_app.find(migration.target.app);
  if (!facts.copy || on_target == observed.attachments_by_app.end()) return false;
  return std::ranges::any_of(on_target->second, [&](const Attachment& attachment) {
    return attachment.name == migration.target.attachment && attachment.addon.id == facts.copy->id;
  });
}

}  // namespace

std::set<std::string> touched_apps(const Migration& migration, const MigrationFacts& facts) {
  std::set<std::string> apps{migration.source.app, migration.target.app};
  for (const auto& [name, after] : migration.quiesce.apps) apps.insert(name);
  for (const Attachment& attachment : facts.source_attachments)
    if (!migration.quiesce.read_only.contains(attachment.app.name)) apps.insert(attachment.app.name);
  return apps;
}

Neighbours::Neighbours(const Desired& desired, const Observed& observed, const Recorded& recorded) {
  for (const RecordedMigration& record : recorded.migrations) {
    if (!is_in_downtime(record)) continue;
    for (const Baseline& baseline : record.attempt->baseline) down_[baseline.app.name].insert(record.name);
  }
  for (const Migration& migration : desired.migrations) by_name_.emplace(migration.name, &migration);
  for (const MigrationFacts& facts : observed.migrations) {
    const auto found = by_name_.find(facts.name);
    if (found == by_name_.end() || found->second->stage < Stage::live) continue;
    const std::size_t place = all_.size();
    all_.push_back({*found->second, facts});
    if (facts.source) by_source_[facts.source->id].push_back(place);
    if (has_moved(observed, *found->second, facts)) continue;
    by_target_[found->second->target.app].push_back(place);
    for (const std::string& app : touched_apps(*found->second, facts)) by_app_[app].push_back(place);
  }
}

std::vector<const Neighbour*> Neighbours::others(const Index& index, std::string_view key, std::string_view but) const {
  std::vector<const Neighbour*> found;
  const auto places = index.find(std::string(key));
  if (places == index.end()) return found;
  for (const std::size_t place : places->second)
    if (all_[place].migration.name != but) found.push_back(&all_[place]);
  return found;
}

std::vector<const Neighbour*> Neighbours::ending_on(std::string_view app, std::string_view but) const {
  return others(by_target_, app, but);
}
std::vector<const Neighbour*> Neighbours::moving(std::string_view source_id, std::string_view but) const {
  return others(by_source_, source_id, but);
}
std::vector<const Neighbour*> Neighbours::stopping(std::string_view app, std::string_view but) const {
  return others(by_app_, app, but);
}

std::vector<std::string> Neighbours::keeping_down(const std::string& app, std::string_view but) const {
  std::vector<std::string> names;
  if (const auto found = down_.find(app); found != down_.end())
    std::ranges::copy_if(found->second, std::back_inserter(names),
                         [&](const std::string& name) { return name != but; });
  return names;
}

bool Neighbours::waits_for(const Migration& later, std::string_view first) const {
  std::vector<std::string_view> open(later.depends_on.begin(), later.depends_on.end());
  std::set<std::string_view> seen;
  while (!open.empty()) {
    const std::string_view name = open.back();
    open.pop_back();
    if (name == first) return true;
    if (!seen.insert(name).second) continue;
    if (const auto next = by_name_.find(name); next != by_name_.end())
      open.insert(open.end(), next->second->depends_on.begin(), next->second->depends_on.end());
  }
  return false;
}

}  // namespace changeover
