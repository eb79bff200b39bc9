#include "cmd/view/report.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "core/text.h"

namespace changeover {
namespace {

using std::chrono::milliseconds;

MigrationReport migration_report(const std::string& name, const Migration* wanted, const RecordedMigration* record) {
  MigrationReport report;
  report.name = name;
  if (wanted != nullptr) report.stage = wanted->stage;
  if (record == nullptr) return report;
  report.source = record->source.name;
  report.copy = record->copy.name;
  if (record->live) report.live_since = record->live_since;
  report.runs = record->history;
  return report;
}

std::string percent(milliseconds part, milliseconds whole) {
  if (whole.count() <= 0) return "0 %";
  std::array<char, 24> text{};
  const double share = 100.0 * static_cast<double>(part.count()) / static_cast<double>(whole.count());
  const int length = std::snprintf(text.data(), text.size(), "%.1f %%", share);
  return {text.data(), static_cast<std::size_t>(length)};
}

}  // namespace

Report report_of(const Desired& desired, const Recorded& recorded) {
  Report report;
  report.spec_file = desired.file;
  for (const Migration& migration : desired.migrations)
    report.migrations.push_back(migration_report(migration.name, &migration, recorded.find(migration.name)));
  for (const RecordedMigration& record : recorded.migrations)
    if (desired.find(record.name) == nullptr)
      report.migrations.push_back(migration_report(record.name, nullptr, &record));
  return report;
}

ReportTotals totals_of(const Report& report) {
  ReportTotals totals;
  std::vector<milliseconds> downtimes;
  for (const MigrationReport& migration : report.migrations) {
    ++totals.migrations;
    totals.runs += static_cast<int>(migration.runs.size());
    totals.live += migration.live_since ? 1 : 0;
    for (const RunRecord& run : migration.runs) {
      if (!run.downtime) continue;
      if (run.downtime_expected) {
        ++totals.predicted;
        totals.as_predicted += holds(*run.downtime_expected, *run.downtime) ? 1 : 0;
      }
      downtimes.push_back(*run.downtime);
      totals.all += *run.downtime;
      totals.own += run.downtime_own.value_or(milliseconds{0});
    }
  }
  if (downtimes.empty()) return totals;
  std::ranges::sort(downtimes);
  totals.downtimes = static_cast<int>(downtimes.size());
  totals.longest = downtimes.back();
  totals.median = downtimes[downtimes.size() / 2];
  return totals;
}

std::string downtime_of(const RunRecord& run) {
  if (!run.downtime) return "";
  std::string words = human_duration(*run.downtime);
  if (!run.downtime_own) return words;
  const milliseconds theirs = std::max(milliseconds{0}, *run.downtime - *run.downtime_own);
  return words + ": " + human_duration(theirs) + " of Heroku, PostgreSQL and the app, " +
         human_duration(*run.downtime_own) + " of changeover (" + percent(*run.downtime_own, *run.downtime) + ")";
}

std::string prediction_of(const RunRecord& run) {
  std::string words;
  if (run.downtime && run.downtime_expected) words = "downtime " + against(*run.downtime_expected, *run.downtime);
  if (!run.preparation) return words;
  words += (words.empty() ? "" : "; ") + std::string("the copy kept up after ") + human_duration(*run.preparation);
  if (run.preparation_expected) words += ", " + against(*run.preparation_expected, *run.preparation);
  return words;
}

std::string requests_of(const RunRecord& run) {
  if (!run.requests) return "";
  std::string words = counted(*run.requests, "request");
  if (run.polls) words += ", " + counted(*run.polls, "poll");
  return words;
}

std::string totals_line(const Report& report) {
  const ReportTotals totals = totals_of(report);
  std::string line = counted(totals.migrations, "migration") + ", " + std::to_string(totals.live) + " live; " +
                     counted(totals.runs, "run");
  if (totals.downtimes == 0) return line;
  line += "; downtime of " + counted(totals.downtimes, "cutover") + ": " + human_duration(totals.all);
  if (totals.downtimes > 1)
    line += ", median " + human_duration(totals.median) + ", longest " + human_duration(totals.longest);
  line += ", of it " + human_duration(totals.own) + " changeover's own";
  if (totals.predicted == 0) return line;
  return line + "; " + std::to_string(totals.as_predicted) + " of " + counted(totals.predicted, "prediction") + " held";
}

}  // namespace changeover
