#include "cmd/view/plan_comparison.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <utility>

#include "cmd/view/action_words.h"
#include "cmd/view/plan_outline.h"
#include "cmd/view/plan_summary.h"
#include "core/text.h"
#include "planner/findings.h"
#include "planner/value_differences.h"

namespace changeover {
namespace {

using json::Value;

/// Collects pairs that differ.
void compare(std::vector<PlanChange>& changes, std::string what, std::string was, std::string now) {
  if (was != now) changes.push_back({std::move(what), std::move(was), std::move(now)});
}

std::string as_one_line(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += (text.empty() ? "" : "; ") + line;
  return text;
}

std::string end_words(const End& end) {
  return end.addon + ", " + std::string(short_plan(end.plan)) + ", " + end.app + ", " + end.where;
}

std::string step_words(const MigrationPlan& plan, const std::string& action_id) {
  const auto found = std::ranges::find(plan.actions, action_id, &Action::id);
  return found == plan.actions.end() ? "" : action_words(*found, plan).text();
}

std::vector<PlanChange> changed_figures(const MigrationPlan& was, const MigrationPlan& now) {
  std::vector<PlanChange> changes;
  compare(changes, "stage", std::string(to_string(was.stage)), std::string(to_string(now.stage)));
  compare(changes, "phase", std::string(to_string(was.phase)), std::string(to_string(now.phase)));
  compare(changes, "reachable", was.refused ? "no" : "yes", now.refused ? "no" : "yes");
  compare(changes, "from", end_words(was.source), end_words(now.source));
  compare(changes, "to", end_words(was.target), end_words(now.target));
  compare(changes, "downtime", downtime_words(was), downtime_words(now));
  compare(changes, "point of no return", step_words(was, was.point_of_no_return.action),
          step_words(now, now.point_of_no_return.action));
  compare(changes, "cost", as_one_line(cost_lines(was)), as_one_line(cost_lines(now)));
  compare(changes, "next", was.then, now.then);
  return changes;
}

/// An action's steps before it, of those that both plans have: others come and go as actions of their own.
Value shared_dependencies(const Action& action, const std::set<std::string>& shared) {
  Value list = Value::array();
  for (const std::string& id : action.depends_on)
    if (shared.contains(id)) list.push(id);
  return list;
}

/// What a reader is told of a step, as one value to compare.
Value told_of(const Action& action, const MigrationPlan& plan, const std::set<std::string>& shared) {
  Value told = Value::object();
  told.set("words", action_words(action, plan).text()).set("parameters", action.parameters);
  told.set("part", to_string(action.group)).set("after", shared_dependencies(action, shared));
  told.set("wait", wait_words(action)).set("undo", undo_words(action));
  return told;
}

std::vector<PlanChange> changed_actions(const MigrationPlan& was, const MigrationPlan& now) {
  std::map<std::string, const Action*> before;
  for (const Action& action : was.actions) before[action.id] = &action;
  std::set<std::string> shared;
  for (const Action& action : now.actions)
    if (before.contains(action.id)) shared.insert(action.id);
  std::vector<PlanChange> changes;
  for (const Action& action : was.actions)
    if (!shared.contains(action.id)) changes.push_back({"-", action_words(action, was).text(), ""});
  for (const Action& action : now.actions) {
    const std::string words = action_words(action, now).text();
    if (!shared.contains(action.id)) {
      changes.push_back({"+", "", words});
      continue;
    }
    ValueDifferences differences;
    differences.compare("", told_of(*before[action.id], was, shared), told_of(action, now, shared));
    const std::vector<std::string> found = std::move(differences).take();
    if (!found.empty()) changes.push_back({"~", words, as_one_line(found)});
  }
  const auto order = [&](const MigrationPlan& plan) {
    std::vector<std::string> ids;
    for (const Action& action : plan.actions)
      if (shared.contains(action.id)) ids.push_back(action.id);
    return ids;
  };
  if (order(was) != order(now)) changes.push_back({"~", "the order of the steps", "it is another one"});
  return changes;
}

/// What a finding says, as it is read.
std::string said_by(const Finding& finding) {
  return finding.what + (finding.blocks ? " (blocks " + group_words(*finding.blocks) + ")" : "");
}

/// Of one list and one id: what both have is dropped, the rest is paired in order, and what is left over is new or
/// gone.
void compare_findings(std::vector<PlanChange>& changes, const std::string& what, const std::vector<Finding>& was,
                      const std::vector<Finding>& now) {
  std::vector<std::string> gone;
  std::vector<std::string> appeared;
  for (const Finding& finding : was) gone.push_back(said_by(finding));
  for (const Finding& finding : now) {
    const auto same = std::ranges::find(gone, said_by(finding));
    if (same == gone.end()) {
      appeared.push_back(said_by(finding));
    } else {
      gone.erase(same);
    }
  }
  for (std::size_t i = 0; i < std::max(gone.size(), appeared.size()); ++i)
    changes.push_back({what, i < gone.size() ? gone[i] : "", i < appeared.size() ? appeared[i] : ""});
}

std::vector<PlanChange> changed_findings(const MigrationPlan& was, const MigrationPlan& now) {
  using List = std::vector<Finding> MigrationPlan::*;
  constexpr std::array<std::pair<FindingKind, List>, 4> lists{{{FindingKind::blocker, &MigrationPlan::blockers},
                                                               {FindingKind::warning, &MigrationPlan::warnings},
                                                               {FindingKind::manual, &MigrationPlan::manual},
                                                               {FindingKind::unknown, &MigrationPlan::unknowns}}};
  std::vector<PlanChange> changes;
  for (const auto& [kind, list] : lists) {
    std::map<std::string, std::pair<std::vector<Finding>, std::vector<Finding>>> by_id;
    for (const Finding& finding : was.*list) by_id[finding.id].first.push_back(finding);
    for (const Finding& finding : now.*list) by_id[finding.id].second.push_back(finding);
    for (const auto& [id, both] : by_id)
      compare_findings(changes, std::string(to_string(kind)) + " " + id, both.first, both.second);
  }
  return changes;
}

std::string what_it_is(const MigrationPlan& plan) {
  return std::string(to_string(plan.phase)) + " → " + std::string(to_string(plan.stage)) + ", " + short_summary(plan);
}

MigrationChanges changes_between(const MigrationPlan& was, const MigrationPlan& now) {
  MigrationChanges changes{now.name};
  changes.figures = changed_figures(was, now);
  ValueDifferences facts;
  facts.compare("", was.fingerprint, now.fingerprint);
  changes.facts = std::move(facts).take();
  changes.actions = changed_actions(was, now);
  changes.findings = changed_findings(was, now);
  return changes;
}

std::vector<std::string> notes_on(const Plan& was, const Plan& now) {
  std::vector<std::string> notes;
  if (was.spec_sha256 != now.spec_sha256) notes.emplace_back("the spec was edited");
  if (was.spec_file != now.spec_file) notes.push_back("the spec was " + was.spec_file + ", is now " + now.spec_file);
  if (was.tool_version != now.tool_version)
    notes.push_back("made by changeover " + was.tool_version + ", now by " + now.tool_version);
  if (was.observed_at != now.observed_at)
    notes.push_back("the world was read at " + format_time(was.observed_at) + ", now at " +
                    format_time(now.observed_at));
  return notes;
}

Value changes_as_json(const std::vector<PlanChange>& changes) {
  Value list = Value::array();
  for (const PlanChange& change : changes)
    list.push(Value::object().set("what", change.what).set("was", change.was).set("now", change.now));
  return list;
}

}  // namespace

std::string_view to_string(MigrationChanges::Kind kind) {
  switch (kind) {
    case MigrationChanges::Kind::added:
      return "added";
    case MigrationChanges::Kind::removed:
      return "removed";
    case MigrationChanges::Kind::changed:
      return "changed";
  }
  return "changed";
}

PlanComparison compare_plans(const Plan& before, const Plan& after) {
  std::map<std::string, const MigrationPlan*> was;
  for (const MigrationPlan& migration : before.migrations) was[migration.name] = &migration;
  PlanComparison comparison;
  for (const MigrationPlan& migration : after.migrations) {
    const auto other = was.find(migration.name);
    if (other == was.end()) {
      comparison.migrations.push_back({migration.name, MigrationChanges::Kind::added, what_it_is(migration)});
      continue;
    }
    MigrationChanges changes = changes_between(*other->second, migration);
    was.erase(other);
    if (changes.empty()) {
      ++comparison.unchanged;
    } else {
      comparison.migrations.push_back(std::move(changes));
    }
  }
  for (const auto& [name, migration] : was)
    comparison.migrations.push_back({name, MigrationChanges::Kind::removed, what_it_is(*migration)});
  comparison.notes = notes_on(before, after);
  return comparison;
}

std::string comparison_line(const PlanComparison& comparison) {
  const std::string same = counted(comparison.unchanged, "migration") + " as before";
  if (comparison.same()) return "No difference: " + same + ".";
  std::map<MigrationChanges::Kind, int> of_kind;
  for (const MigrationChanges& migration : comparison.migrations) ++of_kind[migration.kind];
  std::vector<std::string> parts;
  for (const auto kind :
       {MigrationChanges::Kind::changed, MigrationChanges::Kind::added, MigrationChanges::Kind::removed})
    if (of_kind[kind] > 0) parts.push_back(counted(of_kind[kind], "migration") + " " + std::string(to_string(kind)));
  if (comparison.unchanged > 0) parts.push_back(same);
  return and_list(parts) + ".";
}

std::string changes_in_short(const MigrationChanges& migration) {
  if (migration.kind != MigrationChanges::Kind::changed) return migration.is;
  std::vector<std::string> parts;
  for (const PlanChange& change : migration.figures) parts.push_back(change.what);
  const auto many = [&](std::size_t number, std::string_view one) {
    if (number > 0) parts.push_back(counted(static_cast<long long>(number), one));
  };
  many(migration.facts.size(), "fact");
  many(migration.actions.size(), "step");
  many(migration.findings.size(), "finding");
  return and_list(parts);
}

json::Value comparison_as_json(const PlanComparison& comparison) {
  Value list = Value::array();
  for (const MigrationChanges& migration : comparison.migrations) {
    Value entry = Value::object();
    entry.set("name", migration.name).set("change", to_string(migration.kind));
    if (!migration.is.empty()) entry.set("is", migration.is);
    Value facts = Value::array();
    for (const std::string& fact : migration.facts) facts.push(fact);
    entry.set("figures", changes_as_json(migration.figures)).set("facts", std::move(facts));
    entry.set("actions", changes_as_json(migration.actions)).set("findings", changes_as_json(migration.findings));
    list.push(std::move(entry));
  }
  Value notes = Value::array();
  for (const std::string& note : comparison.notes) notes.push(note);
  return Value::object()
      .set("format_version", 1)
      .set("same", comparison.same())
      .set("unchanged", comparison.unchanged)
      .set("migrations", std::move(list))
      .set("notes", std::move(notes));
}

}  // namespace changeover
