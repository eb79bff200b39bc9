#include "cmd/view/plan_comparison.h"
#include "core/text.h"

namespace changeover {
namespace {

std::string from_to(const PlanChange& change) {
  if (change.was.empty()) return change.what + ": " + change.now;
  if (change.now.empty()) return change.what + ": none any more (was " + change.was + ")";
  return change.what + ": " + change.was + " → " + change.now;
}

std::string heading(const TextStyle& style, std::string_view words) {
  return paint(style, Ink::bold, "  " + std::string(words)) + "\n";
}

std::string signed_line(const TextStyle& style, std::string_view sign, const std::string& text) {
  const Ink ink = sign == "+" ? Ink::green : sign == "-" ? Ink::red : Ink::yellow;
  return paragraph(style, "    " + std::string(sign) + " ", text, Ink::plain, ink);
}

std::string actions(const TextStyle& style, const std::vector<PlanChange>& changes) {
  if (changes.empty()) return "";
  std::string out = heading(style, "Steps");
  for (const PlanChange& change : changes)
    out +=
        signed_line(style, change.what, change.what == "~" ? change.was + ": " + change.now : change.was + change.now);
  return out;
}

/// A finding whose text changed is both gone and new.
std::string findings(const TextStyle& style, const std::vector<PlanChange>& changes) {
  if (changes.empty()) return "";
  std::string out = heading(style, "Findings");
  for (const PlanChange& change : changes) {
    if (!change.was.empty()) out += signed_line(style, "-", change.what + ": " + change.was);
    if (!change.now.empty()) out += signed_line(style, "+", change.what + ": " + change.now);
  }
  return out;
}

std::string migration_text(const TextStyle& style, const MigrationChanges& migration) {
  if (migration.kind == MigrationChanges::Kind::added)
    return paragraph(style, "+ ", migration.name + ": added, " + migration.is, Ink::bold, Ink::green);
  if (migration.kind == MigrationChanges::Kind::removed)
    return paragraph(style, "- ", migration.name + ": removed, was " + migration.is, Ink::bold, Ink::red);
  std::string out = paragraph(style, "~ ", migration.name, Ink::bold, Ink::yellow);
  for (const PlanChange& change : migration.figures) out += paragraph(style, "  ", from_to(change));
  if (!migration.facts.empty()) out += heading(style, "Facts");
  for (const std::string& fact : migration.facts) out += signed_line(style, "~", fact);
  return out + actions(style, migration.actions) + findings(style, migration.findings);
}

}  // namespace

std::string comparison_as_text(const PlanComparison& comparison, const TextStyle& style) {
  std::string out;
  for (const MigrationChanges& migration : comparison.migrations) out += migration_text(style, migration) + "\n";
  out += paragraph(style, "", comparison_line(comparison), comparison.same() ? Ink::green : Ink::bold);
  for (const std::string& note : comparison.notes) out += paragraph(style, "  ", note, Ink::dim);
  return out;
}

}  // namespace changeover
