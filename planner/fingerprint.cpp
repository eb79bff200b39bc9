#include "planner/fingerprint.h"

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "planner/moved_attachments.h"

namespace changeover {
namespace {

json::Value sorted_list(std::vector<std::string> lines) {
  std::ranges::sort(lines);
  json::Value list = json::Value::array();
  for (std::string& line : lines) list.push(std::move(line));
  return list;
}

json::Value app_facts(const AppFacts* facts) {
  if (facts == nullptr) return nullptr;
  json::Value value = json::Value::object();
  value.set("id", facts->app.id).set("generation", facts->app.generation);
  value.set("space", facts->app.space ? json::Value(facts->app.space->id) : json::Value());
  std::set<std::string> types;
  if (facts->formation)
    for (const Process& process : *facts->formation) types.insert(process.type);
  json::Value list = json::Value::array();
  for (const std::string& type : types) list.push(type);
  value.set("process_types", std::move(list));
  return value;
}

json::Value addon_facts(const std::optional<Addon>& addon, const std::optional<Database>& database) {
  if (!addon) return nullptr;
  json::Value value = json::Value::object();
  value.set("id", addon->id).set("name", addon->name).set("plan", addon->plan).set("app", addon->app.name);
  if (database) {
    value.set("leader", database->leader ? json::Value(database->leader->id) : json::Value());
    value.set("primary", database->formation_primary);
    value.set("followers", sorted_list(database->follower_urls_masked));
  }
  return value;
}

json::Value attachment_facts(const std::vector<Attachment>& attachments) {
  std::vector<std::string> lines;
  for (const Attachment& attachment : attachments)
    lines.push_back(attachment.app.name + "::" + attachment.name +
                    (attachment.name_space.empty() ? "" : " (" + attachment.name_space + ")") + " -> " +
                    attachment.addon.name);
  return sorted_list(std::move(lines));
}

/// What others do with the copy; on the target it is what we attach ourselves, and its own name.
json::Value foreign_to_the_target(const Situation& situation) {
  std::vector<Attachment> foreign = situation.facts.copy_attachments;
  std::erase_if(foreign, [&](const Attachment& one) { return one.app.name == situation.desired.target.app; });
  return attachment_facts(foreign);
}

/// Who has the names on the target that poolers and named credentials move to.
json::Value moved_names(const Situation& situation) {
  std::vector<std::string> lines;
  for (const MovedAttachment& moved : moved_attachments(situation)) {
    // What we attach ourselves before downtime is no drift.
    const bool ours = moved.standing == MovedAttachment::Standing::made;
    lines.push_back(moved.name + " (" + moved.name_space + ")" +
                    (moved.holder.empty() || ours ? "" : " held by " + moved.holder));
  }
  return sorted_list(std::move(lines));
}

/// What starts dynos by itself on an app of the migration.
json::Value schedules(const Situation& situation) {
  std::vector<std::string> lines;
  for (const QuiescedApp& app : situation.quiesced) {
    const auto addons = situation.observed.addons_by_app.find(app.app.name);
    if (addons == situation.observed.addons_by_app.end()) continue;
    for (const Addon& addon : addons->second)
      if (is_scheduler(addon) || is_autoscaler(addon)) lines.push_back(app.app.name + ": " + addon.name);
  }
  return sorted_list(std::move(lines));
}

}  // namespace

json::Value fingerprint(const Situation& situation) {
  json::Value value = json::Value::object();
  json::Value apps = json::Value::object();
  for (const QuiescedApp& app : situation.quiesced) apps.set(app.app.name, app_facts(app.facts));
  value.set("apps", std::move(apps));
  value.set("source", addon_facts(situation.facts.source, situation.facts.source_database));
  value.set("copy", addon_facts(situation.facts.copy, situation.facts.copy_database));
  value.set("source_attachments", attachment_facts(situation.facts.source_attachments));
  value.set("copy_attachments", foreign_to_the_target(situation));
  value.set("target_attachment", situation.target_attachment != nullptr
                                     ? json::Value(situation.target_attachment->addon.name)
                                     : json::Value());
  value.set("moved_names", moved_names(situation));
  value.set("release_phase", situation.has_release_phase());
  value.set("schedules", schedules(situation));
  value.set("plan_offered", situation.facts.plan.has_value());
  return value;
}

}  // namespace changeover
