#include "cmd/view/plan_text.h"

#include <algorithm>
#include <array>
#include <vector>

#include "cmd/view/action_words.h"
#include "cmd/view/plan_outline.h"
#include "cmd/view/plan_summary.h"
#include "core/text.h"

namespace changeover {
namespace {

/// Both ends in columns; the apps on lines of their own where the screen is too narrow for that.
std::string ends_lines(const TextStyle& style, const MigrationPlan& migration) {
  struct Line {
    std::string_view lead;
    const End& end;
  };
  const std::array<Line, 2> lines{Line{"  from  ", migration.source}, Line{"  to    ", migration.target}};
  std::size_t addon_width = 0;
  std::size_t plan_width = 0;
  std::size_t where_width = 0;
  const auto where = [](const End& end) { return end.app + (end.where.empty() ? "" : ", " + end.where); };
  for (const Line& line : lines) {
    addon_width = std::max(addon_width, columns(line.end.addon));
    plan_width = std::max(plan_width, columns(short_plan(line.end.plan)));
    where_width = std::max(where_width, columns(where(line.end)));
  }
  const bool wide =
      8 + addon_width + 2 + plan_width + 2 + where_width <= static_cast<std::size_t>(std::max(style.width, 0));
  std::string out;
  for (const Line& line : lines) {
    std::string text = padded(printable(line.end.addon), addon_width) + "  " + printable(short_plan(line.end.plan));
    if (wide) text = padded(text, addon_width + 2 + plan_width) + "  " + printable(where(line.end));
    out += paint(style, Ink::dim, line.lead) + spell(style, text) + "\n";
    if (!wide) out += paragraph(style, "        ", where(line.end));
  }
  return out;
}

std::string header(const TextStyle& style, const MigrationPlan& migration) {
  const std::string title =
      migration.name + ": " + std::string(to_string(migration.phase)) + " → " + std::string(to_string(migration.stage));
  std::string out = paint(style, Ink::bold, spell(style, printable(title))) + "\n";
  if (!migration.phase_reason.empty()) out += paragraph(style, "  ", migration.phase_reason, Ink::dim);
  out += ends_lines(style, migration);
  return out;
}

std::string step_lines(const TextStyle& style, const OutlineRow& row, const MigrationPlan& migration) {
  const std::string number = "    " + right_aligned(std::to_string(row.number), 2) + "  ";
  const std::string aside(number.size(), ' ');
  const Action& action = *row.action;
  std::string out =
      paragraph(style, number, action_words(action, migration).text(), row.blocker == nullptr ? Ink::plain : Ink::dim);
  if (!action.waits_for.empty()) out += paragraph(style, aside + "waits for ", wait_words(action), Ink::dim, Ink::dim);
  if (row.undo_matters) out += paragraph(style, aside, undo_words(action), Ink::dim);
  return out;
}

std::string mark_line(const TextStyle& style, Mark mark, const MigrationPlan& migration) {
  const std::string words = mark_words(mark, migration);
  switch (mark) {
    case Mark::downtime_begins:
    case Mark::downtime_goes_on:
      return rule(style, "  ", "━", words, Ink::red);
    case Mark::downtime_ends:
      return rule(style, "  ", "━", words, Ink::green);
    case Mark::point_of_no_return:
      return rule(style, "  ", "─", words, Ink::yellow) +
             (migration.point_of_no_return.why.empty()
                  ? ""
                  : paragraph(style, "     ", migration.point_of_no_return.why, Ink::yellow));
    default:
      return paint(style, Ink::bold, "  " + spell(style, printable(words))) + "\n";
  }
}

/// A blocked group says so once, where its steps begin.
std::string steps(const TextStyle& style, const MigrationPlan& migration) {
  std::string out;
  const Finding* said = nullptr;
  for (const OutlineRow& row : outline(migration)) {
    if (row.mark != Mark::step) {
      out += mark_line(style, row.mark, migration);
      continue;
    }
    if (row.blocker != nullptr && row.blocker != said)
      out += paragraph(style, "    ✗ ", "held back by " + row.blocker->id + ", see below", Ink::red, Ink::red);
    said = row.blocker;
    out += step_lines(style, row, migration);
  }
  return out.empty() ? "" : "\n" + out;
}

std::string finding_lines(const TextStyle& style, std::string_view sign, const Finding& finding, Ink ink) {
  std::string tag = finding.id;
  if (finding.blocks) tag += ", blocks " + group_words(*finding.blocks);
  std::string out = paragraph(style, "    " + std::string(sign) + " ",
                              finding.what + (tag.empty() ? "" : "  [" + tag + "]"), Ink::plain, ink);
  if (!finding.remedy.empty()) out += paragraph(style, "        to do: ", finding.remedy, Ink::plain, Ink::dim);
  return out;
}

std::string findings(const TextStyle& style, std::string_view title, std::string_view sign,
                     const std::vector<Finding>& found, Ink ink) {
  if (found.empty()) return "";
  std::string out = "\n" + paint(style, ink, "  " + std::string(title)) + "\n";
  for (const Finding& finding : found) out += finding_lines(style, sign, finding, ink);
  return out;
}

std::string figures_lines(const TextStyle& style, const MigrationPlan& migration) {
  std::string out;
  std::string lead = "  Cost      ";
  for (const std::string& line : cost_lines(migration)) {
    out += paragraph(style, lead, line, Ink::plain, Ink::bold);
    lead = "            ";
  }
  if (const std::string words = preparation_words(migration); !words.empty())
    out += paragraph(style, "  Prepare   ", words, Ink::plain, Ink::bold);
  if (!migration.actions.empty())
    out += paragraph(style, "  Downtime  ", downtime_words(migration), Ink::plain, Ink::bold);
  if (const std::string words = basis_words(migration); !words.empty())
    out += paragraph(style, "            resting on ", words, Ink::dim, Ink::dim);
  for (const std::string& lost : migration.gives_up) {
    const bool first = &lost == &migration.gives_up.front();
    out += paragraph(style, first ? "  Gives up  " : "            ", lost, Ink::plain, Ink::bold);
  }
  if (const std::string words = way_back_words(migration); !words.empty())
    out += paragraph(style, "  Way back  ", words, Ink::plain, Ink::bold);
  if (!migration.then.empty()) out += paragraph(style, "  Next      ", migration.then, Ink::plain, Ink::bold);
  return out.empty() ? "" : "\n" + out;
}

std::string migration_text(const TextStyle& style, const MigrationPlan& migration) {
  if (is_settled(migration) && migration.warnings.empty() && migration.manual.empty()) {
    std::string line = migration.name + ": " + std::string(to_string(migration.phase)) + ", nothing to do";
    return paragraph(style, "✓ ", line, Ink::plain, Ink::green);
  }
  std::string out = header(style, migration);
  if (migration.refused)
    out += "\n" + paragraph(style, "  REFUSED  ",
                            "stage " + std::string(to_string(migration.stage)) + " cannot be reached from phase " +
                                std::string(to_string(migration.phase)) + "; the blockers say why",
                            Ink::plain, Ink::red);
  out += steps(style, migration);
  out += figures_lines(style, migration);
  out += findings(style, "Blockers", "✗", migration.blockers, Ink::red);
  out += findings(style, "Warnings", "!", migration.warnings, Ink::yellow);
  out += findings(style, "By hand (no API does these)", "•", migration.manual, Ink::cyan);
  out += findings(style, "Could not be checked", "?", migration.unknowns, Ink::yellow);
  return out;
}

}  // namespace

std::string plan_as_text(const Plan& plan, const TextStyle& style) {
  std::string out;
  bool settled_before = true;  // lines of settled migrations stand together, everything else apart
  for (const MigrationPlan& migration : plan.migrations) {
    const std::string text = migration_text(style, migration);
    const bool one_line = std::ranges::count(text, '\n') == 1;
    if (!out.empty() && !(one_line && settled_before)) out += "\n";
    settled_before = one_line;
    out += text;
  }
  const PlanFigures all = figures(plan);
  const Ink ink = all.blockers > 0 ? Ink::red : all.actions > 0 ? Ink::bold : Ink::green;
  return out + (out.empty() ? "" : "\n") + paragraph(style, "", summary_line(plan), ink);
}

}  // namespace changeover
