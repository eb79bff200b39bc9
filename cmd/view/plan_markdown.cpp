#include "cmd/view/plan_markdown.h"

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "cmd/view/action_words.h"
#include "cmd/view/money.h"
#include "cmd/view/plan_diagram.h"
#include "cmd/view/plan_folding.h"
#include "cmd/view/plan_outline.h"
#include "cmd/view/plan_summary.h"
#include "cmd/view/text_style.h"
#include "core/text.h"

namespace changeover {
namespace {

std::string words(const Phrase& phrase) {
  std::string out;
  for (const Phrase::Piece& piece : phrase.pieces())
    out += piece.name ? markdown_code(piece.text) : markdown_text(piece.text);
  return out;
}

std::string way(const MigrationPlan& migration) {
  return markdown_text(to_string(migration.phase)) + " → **" + std::string(to_string(migration.stage)) + "**";
}

// ---- The ten seconds: one table

std::string row(std::string_view label, const std::string& cell) {
  return cell.empty() ? "" : "| **" + std::string(label) + "** | " + cell + " |\n";
}

std::string end_cell(const End& end) {
  return markdown_code(end.addon) + " (" + markdown_text(short_plan(end.plan)) + ") of " + markdown_code(end.app) +
         ", " + markdown_text(end.where);
}

std::string in_lines(const std::vector<std::string>& lines) {
  std::string cell;
  for (const std::string& line : lines) cell += (cell.empty() ? "" : "<br>") + markdown_text(line);
  return cell;
}

std::string blockers_cell(const PlanFigures& all) {
  if (all.blockers == 0) return "none";
  return "✗ " + counted(all.blockers, "blocker") + ": " +
         markdown_text(and_list({all.blocker_ids.begin(), all.blocker_ids.end()}));
}

std::string attention_cell(const PlanFigures& all) {
  std::vector<std::string> parts;
  if (all.manual > 0) parts.push_back(std::to_string(all.manual) + " to do by hand");
  if (all.warnings > 0) parts.push_back(counted(all.warnings, "warning"));
  if (all.unknowns > 0) parts.push_back(std::to_string(all.unknowns) + " that could not be checked");
  return and_list(parts);
}

std::string no_return_cell(const MigrationPlan& migration) {
  const auto at = std::ranges::find(migration.actions, migration.point_of_no_return.action, &Action::id);
  if (at == migration.actions.end()) return "none in this apply";
  const bool held_back = figures(migration).points_of_no_return == 0;
  return "step " + std::to_string(at - migration.actions.begin() + 1) + (held_back ? " (held back): " : ": ") +
         markdown_text(migration.point_of_no_return.why);
}

std::string glance(const MigrationPlan& migration) {
  std::string out = "| | |\n|---|---|\n";
  out += row("Moves", end_cell(migration.source) + "<br>to " + end_cell(migration.target));
  out += row("Stage",
             way(migration) + (migration.phase_reason.empty() ? "" : ": " + markdown_text(migration.phase_reason)));
  out += row("Preparation", markdown_text(preparation_words(migration)));
  if (!migration.actions.empty()) out += row("Downtime", markdown_text(downtime_words(migration)));
  out += row("Rests on", markdown_text(basis_words(migration)));
  out += row("Cost", in_lines(cost_lines(migration)));
  out += row("Gives up", in_lines(migration.gives_up));
  out += row("Blockers", blockers_cell(figures(migration)));
  if (!migration.actions.empty()) out += row("Point of no return", no_return_cell(migration));
  out += row("Way back", markdown_text(way_back_words(migration)));
  out += row("Next", markdown_text(migration.then));
  return out + row("Look at", attention_cell(figures(migration)));
}

std::string downtime_cell(const PlanFigures& all) {
  if (all.downtimes == 0) return "none in this apply";
  const std::string most = "up to " + human_duration(all.longest_downtime);
  return all.downtimes == 1 ? most + " for 1 migration" : most + " each for " + counted(all.downtimes, "migration");
}

std::string created_cell(const PlanFigures& all) {
  std::string cell;
  if (all.created > 0) {
    cell = counted(all.created, "add-on") + " created";
    if (all.created_all_priced) cell += " (" + markdown_text(money_change(all.created_cents)) + " a month)";
  }
  if (all.destroyed > 0) cell += (cell.empty() ? "" : ", ") + counted(all.destroyed, "add-on") + " destroyed";
  return cell.empty() ? "no add-on created or destroyed" : cell;
}

std::string glance(const Plan& plan) {
  const PlanFigures all = figures(plan);
  std::map<std::string, int> ways;
  int settled = 0;
  for (const MigrationPlan& migration : plan.migrations) is_settled(migration) ? ++settled : ++ways[way(migration)];
  std::string moves;
  for (const auto& [words, number] : ways)
    moves += (moves.empty() ? "" : "<br>") + std::to_string(number) + ": " + words;
  if (settled > 0) moves += (moves.empty() ? "" : "<br>") + std::to_string(settled) + " with nothing to do";
  const std::string turns = all.points_of_no_return == 0
                                ? "none in this apply"
                                : "crossed by " + counted(all.points_of_no_return, "migration");
  return "| | |\n|---|---|\n" + row("Moves", moves) + row("Downtime", downtime_cell(all)) +
         row("Cost", created_cell(all)) + row("Blockers", blockers_cell(all)) + row("Point of no return", turns) +
         row("Look at", attention_cell(all));
}

// ---- The details

std::string step(const OutlineRow& row, const MigrationPlan& migration) {
  const Action& action = *row.action;
  const std::string number = std::to_string(row.number) + ". ";
  std::string out = number + words(action_words(action, migration));
  const std::string aside = "<br>\n" + std::string(number.size(), ' ');
  if (!action.waits_for.empty()) out += aside + "waits for " + markdown_text(wait_words(action));
  if (row.undo_matters) out += aside + markdown_text(undo_words(action));
  return out + "\n";
}

std::string mark(Mark mark, const MigrationPlan& migration) {
  const std::string title = "\n**" + markdown_text(mark_words(mark, migration)) + "**\n\n";
  switch (mark) {
    case Mark::downtime_begins:
    case Mark::downtime_goes_on:
      return "\n---\n" + title;
    case Mark::downtime_ends:
      return title + "---\n";
    case Mark::point_of_no_return:
      return "\n> **Point of no return:** " + markdown_text(migration.point_of_no_return.why) + "\n\n";
    default:
      return title;
  }
}

std::string steps(const MigrationPlan& migration) {
  std::string out;
  const Finding* said = nullptr;
  for (const OutlineRow& row : outline(migration)) {
    if (row.mark != Mark::step) {
      out += mark(row.mark, migration);
      continue;
    }
    if (row.blocker != nullptr && row.blocker != said)
      out += "\n✗ held back by " + markdown_code(row.blocker->id) + "\n\n";
    said = row.blocker;
    out += step(row, migration);
  }
  return out;
}

std::string finding_items(std::string_view sign, const std::vector<Finding>& found) {
  std::string out;
  for (const Finding& finding : found) {
    out += "- " + std::string(sign) + (sign.empty() ? "" : " ") + markdown_text(finding.what) + " (" +
           markdown_code(finding.id);
    if (finding.blocks) out += ", blocks " + group_words(*finding.blocks);
    out += ")";
    if (!finding.remedy.empty()) out += "<br>\n  to do: " + markdown_text(finding.remedy);
    out += "\n";
  }
  return out;
}

std::string folded_findings(const std::string& title, std::string_view sign, const std::vector<Finding>& found) {
  return found.empty() ? "" : markdown_folded(title, finding_items(sign, found)) + "\n";
}

/// What stands in the way is never folded.
std::string obstacles(const MigrationPlan& migration) {
  std::string out;
  if (migration.refused)
    out += "**Refused:** stage " + std::string(to_string(migration.stage)) + " cannot be reached from phase " +
           markdown_text(to_string(migration.phase)) + ".\n\n";
  if (!migration.blockers.empty()) out += finding_items("✗", migration.blockers) + "\n";
  return out;
}

std::string details(const MigrationPlan& migration) {
  const auto size = [](const auto& list) { return static_cast<long long>(list.size()); };
  std::string out;
  if (!migration.actions.empty())
    out += markdown_folded(counted(size(migration.actions), "step"), steps(migration)) + "\n";
  out += folded_findings(std::to_string(size(migration.manual)) + " to do by hand: no API does these", "",
                         migration.manual);
  out += folded_findings(counted(size(migration.warnings), "warning"), "⚠", migration.warnings);
  return out + folded_findings(std::to_string(size(migration.unknowns)) + " that could not be checked", "?",
                               migration.unknowns);
}

/// One of several: its line is what it is opened by, and what blocks it stands above.
std::string one_of_many(const MigrationPlan& migration) {
  const std::string inside = glance(migration) + "\n" + details(migration);
  const std::string about = std::string(to_string(migration.phase)) + " → " + std::string(to_string(migration.stage)) +
                            ", " + short_summary(migration);
  if (migration.blockers.empty() && !migration.refused)
    return markdown_folded(migration.name + ": " + about, inside) + "\n";
  return "### ✗ " + markdown_code(migration.name) + "\n\n" + obstacles(migration) + markdown_folded(about, inside) +
         "\n";
}

int importance_of(const MigrationPlan& migration) {
  if (!migration.blockers.empty() || migration.refused) return 3;
  if (figures(migration).downtimes > 0) return 2;
  return migration.actions.empty() ? 0 : 1;
}

Foldable foldable(const MigrationPlan& migration) {
  Foldable section;
  section.name = markdown_code(migration.name);
  section.way = way(migration) + ", " + markdown_text(short_summary(migration));
  section.way_in_short = way(migration) + (migration.blockers.empty() ? "" : ", blocked");
  section.line = "- " + std::string(migration.blockers.empty() ? "" : "✗ ") + section.name + ": " + section.way + "\n";
  const bool says_nothing = is_settled(migration) && migration.warnings.empty() && migration.manual.empty();
  section.full = says_nothing ? section.line : one_of_many(migration);
  section.importance = importance_of(migration);
  return section;
}

std::string fleet(const Plan& plan, std::size_t room) {
  std::vector<Foldable> sections;
  for (const MigrationPlan& migration : plan.migrations) sections.push_back(foldable(migration));
  std::ranges::stable_partition(sections, [](const Foldable& section) { return section.importance == 3; });
  return folded_to_fit(sections, room);
}

}  // namespace

std::string plan_marker(const Plan& plan) {
  // What ends or begins a comment can not be in it; another spec has another comment all the same.
  std::string spec;
  for (const char c : printable(plan.spec_file.starts_with("./") ? plan.spec_file.substr(2) : plan.spec_file)) {
    const bool harmless = c != '<' && c != '>' && !(c == '-' && spec.ends_with('-'));
    spec += harmless ? std::string(1, c) : "%" + std::to_string(static_cast<int>(c));
  }
  return "<!-- changeover:plan " + spec + " -->";
}

std::string plan_as_markdown(const Plan& plan, std::size_t most) {
  std::string head = plan_marker(plan) + "\n## changeover plan\n\n**" + markdown_text(summary_line(plan)) + "**\n\n";
  const bool alone = plan.migrations.size() == 1;
  if (!plan.changes_anything() && !plan.is_blocked() && alone && is_settled(plan.migrations.front()))
    return head + details(plan.migrations.front());
  head += (alone ? glance(plan.migrations.front()) : glance(plan)) + "\n";
  if (alone) head += obstacles(plan.migrations.front());
  if (const std::string diagram = plan_as_diagram(plan); !diagram.empty()) head += diagram + "\n";
  const std::size_t room = most > head.size() ? most - head.size() : 0;
  if (!alone) return head + fleet(plan, room);
  Foldable only = foldable(plan.migrations.front());
  only.full = details(plan.migrations.front());
  return head + folded_to_fit({std::move(only)}, room);
}

}  // namespace changeover
