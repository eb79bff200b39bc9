#include <map>

#include "cmd/view/plan_comparison.h"
#include "core/text.h"

namespace changeover {
namespace {

std::string side(const std::string& text) { return text.empty() ? "—" : markdown_text(text); }

std::string figures(const std::vector<PlanChange>& changes) {
  if (changes.empty()) return "";
  std::string out = "| | before | now |\n|---|---|---|\n";
  for (const PlanChange& change : changes)
    out += "| " + markdown_text(change.what) + " | " + side(change.was) + " | " + side(change.now) + " |\n";
  return out + "\n";
}

std::string folded(std::string_view title, std::size_t count, const std::string& lines) {
  if (count == 0) return "";
  return "<details><summary>" + counted(static_cast<long long>(count), title) + "</summary>\n\n" + lines +
         "\n</details>\n\n";
}

std::string facts(const std::vector<std::string>& changes) {
  std::string lines;
  for (const std::string& fact : changes) lines += "- " + markdown_text(fact) + "\n";
  return folded("fact of the fingerprint", changes.size(), lines);
}

std::string actions(const std::vector<PlanChange>& changes) {
  std::string lines;
  for (const PlanChange& change : changes) {
    const std::string sign = change.what == "+" ? "new" : change.what == "-" ? "gone" : "changed";
    lines += "- **" + sign + "** " +
             markdown_text(change.what == "~" ? change.was + ": " + change.now : change.was + change.now) + "\n";
  }
  return folded("step", changes.size(), lines);
}

/// Findings are what a reviewer looks for: never folded.
std::string findings(const std::vector<PlanChange>& changes) {
  std::string lines;
  for (const PlanChange& change : changes) {
    const std::string what = markdown_text(change.what);
    if (!change.was.empty()) lines += "- **gone** " + what + ": " + markdown_text(change.was) + "\n";
    if (!change.now.empty()) lines += "- **new** " + what + ": " + markdown_text(change.now) + "\n";
  }
  return lines.empty() ? "" : lines + "\n";
}

std::string in_one_line(const MigrationChanges& migration) {
  return "- **" + std::string(to_string(migration.kind)) + "** " + markdown_code(migration.name) + ": " +
         markdown_text(changes_in_short(migration)) + "\n";
}

std::string in_full(const MigrationChanges& migration) {
  if (migration.kind != MigrationChanges::Kind::changed) return in_one_line(migration) + "\n";
  return "### " + markdown_code(migration.name) + "\n\n" + figures(migration.figures) + findings(migration.findings) +
         facts(migration.facts) + actions(migration.actions);
}

/// One line for all that changed in the same way.
std::string grouped(const std::vector<MigrationChanges>& migrations) {
  std::map<std::string, int> groups;
  for (const MigrationChanges& migration : migrations)
    ++groups["**" + std::string(to_string(migration.kind)) + "**: " + markdown_text(changes_in_short(migration))];
  std::string out;
  for (const auto& [way, number] : groups) out += "- " + counted(number, "migration") + " " + way + "\n";
  return out;
}

}  // namespace

std::string comparison_as_markdown(const PlanComparison& comparison, std::size_t most) {
  std::string head = "## changeover plan: what changed\n\n**" + markdown_text(comparison_line(comparison)) + "**\n\n";
  std::string tail;
  for (const std::string& note : comparison.notes) tail += "- " + markdown_text(note) + "\n";
  const auto fits = [&](const std::string& middle) { return head.size() + middle.size() + tail.size() <= most; };
  std::string full;
  std::string lines;
  for (const MigrationChanges& migration : comparison.migrations) {
    full += in_full(migration);
    lines += in_one_line(migration);
  }
  if (fits(full)) return head + full + tail;
  head += "_Too much for one comment: `changeover show --diff` in its other formats names each change._\n\n";
  return head + (fits(lines) ? lines : grouped(comparison.migrations)) + "\n" + tail;
}

}  // namespace changeover
