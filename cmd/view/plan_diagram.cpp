#include "cmd/view/plan_diagram.h"

#include <map>
#include <utility>
#include <vector>

#include "cmd/view/action_words.h"
#include "cmd/view/markdown.h"
#include "cmd/view/plan_outline.h"
#include "cmd/view/plan_summary.h"
#include "core/text.h"

namespace changeover {
namespace {

std::string fenced(const std::string& lines) { return "```mermaid\nflowchart LR\n" + lines + "```\n"; }

/// Steps that stand under one heading, on one side of the point of no return.
struct Part {
  std::string title;
  int first = 0;
  int last = 0;
  bool down = false;
  bool held_back = false;
  bool is_turn = false;  ///< the point of no return itself
};

std::vector<Part> parts_of(const MigrationPlan& migration) {
  std::vector<Part> parts;
  Part heading;
  const auto under = [&](Mark mark) {
    heading.title = mark_words(mark, migration);
    heading.down = mark == Mark::downtime_begins || mark == Mark::downtime_goes_on;
  };
  bool opens = true;  // the next step begins a part
  for (const OutlineRow& row : outline(migration)) {
    if (row.mark == Mark::downtime_ends) continue;
    if (row.mark == Mark::point_of_no_return) {
      parts.push_back({mark_words(row.mark, migration), 0, 0, false, false, true});
      opens = true;
      if (heading.down) heading.title = "still down";
    } else if (row.mark != Mark::step) {
      under(row.mark);
      opens = true;
    } else if (opens || parts.back().held_back != (row.blocker != nullptr)) {
      parts.push_back(heading);
      parts.back().first = parts.back().last = row.number;
      parts.back().held_back = row.blocker != nullptr;
      opens = false;
    } else {
      parts.back().last = row.number;
    }
  }
  return parts;
}

std::string steps_words(const Part& part) {
  const std::string first = std::to_string(part.first);
  return part.first == part.last ? "step " + first : "steps " + first + " to " + std::to_string(part.last);
}

std::string part_node(const std::string& id, const Part& part) {
  if (part.is_turn) return "  " + id + "{{" + mermaid_label(part.title) + "}}:::turn\n";
  const std::string words = part.title + (part.held_back ? ", held back" : "") + ", " + steps_words(part);
  const std::string look = part.held_back ? ":::held" : part.down ? ":::down" : "";
  return "  " + id + "[" + mermaid_label(words) + "]" + look + "\n";
}

std::string end_node(const std::string& id, const End& end) {
  return "  " + id + "[(" + mermaid_label(end.addon + ", " + short_plan(end.plan) + ", " + end.app + ", " + end.where) +
         ")]\n";
}

constexpr std::string_view looks =
    "  classDef down fill:#ffebe9,stroke:#cf222e,color:#1f2328\n"
    "  classDef turn fill:#fff8c5,stroke:#9a6700,color:#1f2328\n"
    "  classDef held stroke-dasharray:5 5\n";

/// From the old database over the parts of the plan to the new one; the way back runs the other way.
std::string course(const MigrationPlan& migration) {
  const std::vector<Part> parts = parts_of(migration);
  if (parts.empty()) return "";
  const bool goes_back = migration.actions.front().group == Group::restore;
  std::string out = end_node("first", goes_back ? migration.target : migration.source);
  std::string arrows = "  first";
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const std::string id = "part" + std::to_string(i + 1);
    out += part_node(id, parts[i]);
    arrows += " --> " + id;
  }
  out += end_node("last", goes_back ? migration.source : migration.target);
  return fenced(out + arrows + " --> last\n" + std::string(looks));
}

/// How many go from which phase to which stage.
std::string ways(const Plan& plan) {
  struct Way {
    int all = 0;
    int blocked = 0;
  };
  std::map<std::pair<Phase, Stage>, Way> counts;
  bool anything = false;
  for (const MigrationPlan& migration : plan.migrations) {
    Way& way = counts[{migration.phase, migration.stage}];
    ++way.all;
    if (!migration.blockers.empty()) ++way.blocked;
    anything = anything || !is_settled(migration);
  }
  if (!anything) return "";
  std::string out;
  for (const auto& [way, count] : counts) {
    const std::string phase(to_string(way.first));
    const std::string stage(to_string(way.second));
    std::string words = counted(count.all, "migration");
    if (count.blocked > 0) words += ", " + std::to_string(count.blocked) + " blocked";
    out += "  phase_" + phase + "[" + mermaid_label(phase) + "] -->|" + mermaid_label(words) + "| stage_" + stage +
           "([" + mermaid_label("stage " + stage) + "])\n";
  }
  return fenced(out);
}

}  // namespace

std::string plan_as_diagram(const Plan& plan) {
  return plan.migrations.size() == 1 ? course(plan.migrations.front()) : ways(plan);
}

}  // namespace changeover
