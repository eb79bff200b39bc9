// Report: what the runs of each migration came to, from the history in the record, as data for three views of it.
//
// Owner: the report command; a plain value. Thread rule: none; pure functions. Nothing is asked of Heroku. The document
// is described by schemas/report.schema.json.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "cmd/view/text_style.h"
#include "json/value.h"
#include "planner/desired.h"
#include "planner/recorded.h"

namespace changeover {

struct MigrationReport {
  std::string name;
  std::optional<Stage> stage;  ///< that the spec wants; none: the spec does not name it any more
  std::string source;          ///< add-ons; "" when not known yet
  std::string copy;
  std::optional<WallTime> live_since;
  std::vector<RunRecord> runs;  ///< oldest first
};

struct Report {
  std::string tool_version;
  std::string spec_file;
  std::vector<MigrationReport> migrations;  ///< in the order of the spec, then those that only the record names
};

struct ReportTotals {
  int migrations = 0;
  int runs = 0;
  int live = 0;
  int downtimes = 0;  ///< with a duration
  std::chrono::milliseconds longest{0};
  std::chrono::milliseconds median{0};
  std::chrono::milliseconds all{0};
  std::chrono::milliseconds own{0};  ///< of all, where both are known
  int predicted = 0;                 ///< downtimes with a prediction
  int as_predicted = 0;
};

[[nodiscard]] Report report_of(const Desired& desired, const Recorded& recorded);
[[nodiscard]] ReportTotals totals_of(const Report& report);

/// "4.2 s: 4.16 s of Heroku, PostgreSQL and the app, 37 ms of changeover (0.9 %)"; "" for a run without downtime.
[[nodiscard]] std::string downtime_of(const RunRecord& run);
/// "downtime as expected, 8 s to 3 min 15 s; the copy kept up after 9 min, as expected, 8 min to 41 min"; "" for a run
/// of which nothing was predicted or nothing measured.
[[nodiscard]] std::string prediction_of(const RunRecord& run);
/// "31 requests, 54 polls"; "" when they were not recorded.
[[nodiscard]] std::string requests_of(const RunRecord& run);
/// "2 migrations, 1 live; 5 runs; downtime of 1 cutover: 4.2 s"
[[nodiscard]] std::string totals_line(const Report& report);

[[nodiscard]] std::string report_as_text(const Report& report, const TextStyle& style);
[[nodiscard]] std::string report_as_markdown(const Report& report);
[[nodiscard]] json::Value report_as_json(const Report& report);

}  // namespace changeover
