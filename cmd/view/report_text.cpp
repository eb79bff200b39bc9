#include "cmd/view/report.h"
#include "core/text.h"

namespace changeover {
namespace {

std::string title_of(const MigrationReport& migration) {
  std::string title = migration.name + ": ";
  if (migration.live_since) {
    title += "live since " + format_time(*migration.live_since);
  } else {
    title += migration.stage ? "stage " + std::string(to_string(*migration.stage)) : "not in the spec any more";
  }
  return title;
}

std::string run_text(const TextStyle& style, const RunRecord& run) {
  std::string out = paragraph(style, "  " + format_time(run.at) + "  ", run.outcome);
  if (const std::string downtime = downtime_of(run); !downtime.empty())
    out += paragraph(style, "    downtime  ", downtime, Ink::plain, Ink::dim);
  if (const std::string prediction = prediction_of(run); !prediction.empty())
    out += paragraph(style, "    predicted ", prediction, Ink::plain, Ink::dim);
  std::string cost = requests_of(run);
  if (run.began) cost += (cost.empty() ? "" : ", ") + human_duration(run.at - *run.began) + " in all";
  if (!cost.empty()) out += paragraph(style, "    run       ", cost, Ink::dim, Ink::dim);
  return out;
}

}  // namespace

std::string report_as_text(const Report& report, const TextStyle& style) {
  std::string out;
  for (const MigrationReport& migration : report.migrations) {
    out += paint(style, Ink::bold, spell(style, printable(title_of(migration)))) + "\n";
    if (!migration.copy.empty())
      out += paragraph(style, "  ", "from " + migration.source + " to " + migration.copy, Ink::dim);
    if (migration.runs.empty()) out += paragraph(style, "  ", "no run has done anything yet", Ink::dim);
    for (const RunRecord& run : migration.runs) out += run_text(style, run);
    out += "\n";
  }
  return out + paragraph(style, "", totals_line(report), Ink::bold);
}

}  // namespace changeover
