#include "cmd/view/plan_markdown.h"

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "cmd/view/action_words.h"
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

std::string title(const MigrationPlan& migration) {
  return markdown_code(migration.name) + ": " + markdown_text(to_string(migration.phase)) + " → **" +
         std::string(to_string(migration.stage)) + "**";
}

std::string end_row(std::string_view label, const End& end) {
  return "| " + std::string(label) + " | " + markdown_code(end.addon) + " | " + markdown_text(short_plan(end.plan)) +
         " | " + markdown_code(end.app) + " | " + markdown_text(end.where) + " |\n";
}

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

std::string findings(std::string_view heading, std::string_view sign, const std::vector<Finding>& found) {
  if (found.empty()) return "";
  std::string out = "\n**" + std::string(heading) + "**\n\n";
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

std::string figures_list(const MigrationPlan& migration) {
  std::string out;
  std::string cost;
  for (const std::string& line : cost_lines(migration)) cost += (cost.empty() ? "" : "; ") + markdown_text(line);
  if (!cost.empty()) out += "- **Cost:** " + cost + "\n";
  if (!migration.actions.empty()) out += "- **Downtime:** " + markdown_text(downtime_words(migration)) + "\n";
  if (!migration.then.empty()) out += "- **Next:** " + markdown_text(migration.then) + "\n";
  return out.empty() ? "" : "\n" + out;
}

/// What a reviewer must see comes first; the steps are folded away when there are several migrations.
std::string in_full(const MigrationPlan& migration, bool fold_steps) {
  std::string out = "\n### " + title(migration) + "\n\n";
  if (!migration.phase_reason.empty()) out += markdown_text(migration.phase_reason) + "\n\n";
  out += "| | database | plan | app | where |\n|---|---|---|---|---|\n";
  out += end_row("from", migration.source) + end_row("to", migration.target);
  if (migration.refused)
    out += "\n**Refused:** stage " + std::string(to_string(migration.stage)) + " cannot be reached from phase " +
           markdown_text(to_string(migration.phase)) + ".\n";
  out += figures_list(migration);
  out += findings("Blockers", "✗", migration.blockers);
  out += findings("Warnings", "⚠", migration.warnings);
  out += findings("By hand (no API does these)", "", migration.manual);
  out += findings("Could not be checked", "?", migration.unknowns);
  if (migration.actions.empty()) return out;
  if (!fold_steps) return out + steps(migration);
  return out + "\n<details><summary>" + counted(static_cast<long long>(migration.actions.size()), "step") +
         "</summary>\n" + steps(migration) + "\n</details>\n";
}

std::string in_one_line(const MigrationPlan& migration) {
  return "- " + std::string(migration.blockers.empty() ? "" : "✗ ") + title(migration) + ", " +
         markdown_text(short_summary(migration)) + "\n";
}

int importance_of(const MigrationPlan& migration) {
  if (!migration.blockers.empty() || migration.refused) return 3;
  if (figures(migration).downtimes > 0) return 2;
  return migration.actions.empty() ? 0 : 1;
}

/// A migration in both lengths; one that has nothing to tell is a line in either.
struct Section {
  const MigrationPlan* migration = nullptr;
  std::string full;
  std::string line;
  int importance = 0;  ///< the lower, the sooner it is folded
  bool folded = false;
  [[nodiscard]] bool is_line() const { return folded || full == line; }
};

/// Folds until the text fits: the least important first, from the end of the plan. False when lines alone are too much.
bool fold_to_fit(std::vector<Section>& sections, std::size_t room) {
  std::size_t size = 0;
  for (const Section& section : sections) size += section.full.size();
  for (int level = 0; level <= 3 && size > room; ++level) {
    for (auto section = sections.rbegin(); section != sections.rend() && size > room; ++section) {
      if (section->is_line() || section->importance != level) continue;
      section->folded = true;
      size = size - section->full.size() + section->line.size();
    }
  }
  return size <= room;
}

/// One line for all migrations that go the same way, with the same figures when `with_figures`.
std::string grouped(const std::vector<Section>& sections, bool with_figures) {
  std::map<std::string, int> groups;
  for (const Section& section : sections) {
    const MigrationPlan& migration = *section.migration;
    std::string way =
        std::string(to_string(migration.phase)) + " → **" + std::string(to_string(migration.stage)) + "**";
    if (with_figures) way += ", " + markdown_text(short_summary(migration));
    if (!with_figures && !migration.blockers.empty()) way += ", blocked";
    ++groups[way];
  }
  std::string out;
  for (const auto& [way, number] : groups) out += "- " + counted(number, "migration") + ": " + way + "\n";
  return out;
}

std::string all_grouped(const std::vector<Section>& sections, std::size_t room) {
  const std::string note =
      "\n_The " + counted(static_cast<long long>(sections.size()), "migration is", "migrations are") +
      " folded by what is planned for them, because a comment holds 65,536 characters. `changeover "
      "show` on the plan file names each._\n\n";
  const std::string with_figures = grouped(sections, true);
  return note + (with_figures.size() <= room ? with_figures : grouped(sections, false));
}

std::string folding_note(std::size_t folded) {
  if (folded == 0) return "";
  return "\n_" + counted(static_cast<long long>(folded), "migration is", "migrations are") +
         " folded into one line each, because a comment holds 65,536 characters. `changeover show` on the plan file "
         "has "
         "every step._\n\n";
}

std::string assembled(const std::vector<Section>& sections) {
  std::string full;
  std::string lines;
  std::size_t folded = 0;
  for (const Section& section : sections) {
    (section.is_line() ? lines : full) += section.folded ? section.line : section.full;
    if (section.folded) ++folded;
  }
  if (folded == 0 && !lines.empty()) full += "\n";
  return full + folding_note(folded) + lines;
}

}  // namespace

std::string markdown_text(std::string_view text) {
  constexpr std::string_view special = "\\`*_{}[]<>|~#@&!$";
  std::string out;
  for (const char c : printable(text)) {
    if (c == '<') {
      out += "&lt;";
    } else if (c == '>') {
      out += "&gt;";
    } else if (c == '&') {
      out += "&amp;";
    } else if (c == '@' || c == '#') {
      out += c;
      out += "<!-- -->";  // splits what would be a mention or a reference, and shows as nothing
    } else {
      if (special.find(c) != std::string_view::npos) out += '\\';
      out += c;
    }
  }
  return out;
}

std::string markdown_code(std::string_view name) {
  const std::string clean = printable(name);
  std::size_t longest = 0;
  std::size_t run = 0;
  for (const char c : clean) {
    run = c == '`' ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  const std::string fence(longest + 1, '`');
  if (clean.empty()) return "—";
  std::string code;
  for (const char c : clean) {
    if (c == '|') code += '\\';  // code does not protect the cell of a table
    code += c;
  }
  return longest == 0 ? fence + code + fence : fence + " " + code + " " + fence;
}

std::string plan_as_markdown(const Plan& plan, std::size_t most) {
  const std::string head = "## changeover plan\n\n**" + markdown_text(summary_line(plan)) + "**\n";
  const std::size_t reserve = head.size() + 512;  // the folding note
  const std::size_t room = most > reserve ? most - reserve : 0;
  std::vector<Section> sections;
  for (const MigrationPlan& migration : plan.migrations) {
    const bool says_nothing = is_settled(migration) && migration.warnings.empty() && migration.manual.empty();
    std::string line = in_one_line(migration);
    std::string full = says_nothing ? line : in_full(migration, plan.migrations.size() > 1);
    sections.push_back({&migration, std::move(full), std::move(line), importance_of(migration)});
  }
  return head + (fold_to_fit(sections, room) ? assembled(sections) : all_grouped(sections, room));
}

}  // namespace changeover
