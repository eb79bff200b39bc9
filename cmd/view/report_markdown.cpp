#include "cmd/view/markdown.h"
#include "cmd/view/report.h"
#include "core/text.h"

namespace changeover {
namespace {

std::string row(const RunRecord& run) {
  std::string duration = run.began ? human_duration(run.at - *run.began) : "";
  return "| " + format_time(run.at) + " | " + markdown_text(run.outcome) + " | " + markdown_text(downtime_of(run)) +
         " | " + markdown_text(prediction_of(run)) + " | " + requests_of(run) + " | " + duration + " |\n";
}

std::string runs_table(const MigrationReport& migration) {
  if (migration.runs.empty()) return "No run has done anything yet.\n";
  std::string out = "| ended | outcome | downtime | predicted | sent | took |\n| --- | --- | --- | --- | --- | --- |\n";
  for (const RunRecord& run : migration.runs) out += row(run);
  return out;
}

std::string state_of(const MigrationReport& migration) {
  if (migration.live_since) return "live since " + format_time(*migration.live_since);
  return migration.stage ? "stage " + std::string(to_string(*migration.stage)) : "not in the spec any more";
}

}  // namespace

/// Beyond the limit of a comment only the runs of those with the longest history would be left, so all tables go and
/// one line a migration stays; a fleet that large reads the JSON.
std::string report_as_markdown(const Report& report) {
  const std::string head = "## changeover report\n\n**" + markdown_text(totals_line(report)) + "**\n";
  std::string full = head;
  for (const MigrationReport& migration : report.migrations) {
    full += "\n### " + markdown_code(migration.name) + ": " + state_of(migration) + "\n\n";
    if (!migration.copy.empty())
      full += "From " + markdown_code(migration.source) + " to " + markdown_code(migration.copy) + ".\n\n";
    full += runs_table(migration);
  }
  if (full.size() <= most_markdown) return full;
  std::string lines = head + "\nToo many runs for one comment; `--format json` has them all.\n\n";
  for (std::size_t i = 0; i < report.migrations.size(); ++i) {
    const MigrationReport& migration = report.migrations[i];
    const std::string line = "- " + markdown_code(migration.name) + ": " + state_of(migration) + ", " +
                             counted(static_cast<long long>(migration.runs.size()), "run") + "\n";
    const std::string rest =
        "- and " + counted(static_cast<long long>(report.migrations.size() - i), "migration") + " more\n";
    if (lines.size() + line.size() + rest.size() > most_markdown) return lines + rest;
    lines += line;
  }
  return lines;
}

}  // namespace changeover
