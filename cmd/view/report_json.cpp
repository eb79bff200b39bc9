#include "cmd/view/report.h"
#include "core/text.h"

namespace changeover {
namespace {

using json::Value;

Value range_as_json(const TimeRange& range) {
  return Value::object()
      .set("from_seconds", std::int64_t{range.from.count()})
      .set("to_seconds", std::int64_t{range.to.count()});
}

Value run_as_json(const RunRecord& run) {
  Value object = Value::object();
  object.set("at", format_time(run.at)).set("outcome", run.outcome);
  if (run.began) object.set("began", format_time(*run.began));
  if (run.downtime) object.set("downtime_ms", std::int64_t{run.downtime->count()});
  if (run.downtime_own) object.set("downtime_own_ms", std::int64_t{run.downtime_own->count()});
  if (run.requests) object.set("requests", *run.requests);
  if (run.polls) object.set("polls", *run.polls);
  if (run.downtime_expected) object.set("downtime_expected", range_as_json(*run.downtime_expected));
  if (run.preparation) object.set("preparation_ms", std::int64_t{run.preparation->count()});
  if (run.preparation_expected) object.set("preparation_expected", range_as_json(*run.preparation_expected));
  if (run.bytes) object.set("source_bytes", *run.bytes);
  return object;
}

Value migration_as_json(const MigrationReport& migration) {
  Value object = Value::object();
  object.set("name", migration.name);
  if (migration.stage) object.set("stage", to_string(*migration.stage));
  if (!migration.source.empty()) object.set("source", migration.source);
  if (!migration.copy.empty()) object.set("copy", migration.copy);
  if (migration.live_since) object.set("live_since", format_time(*migration.live_since));
  Value runs = Value::array();
  for (const RunRecord& run : migration.runs) runs.push(run_as_json(run));
  return std::move(object.set("runs", std::move(runs)));
}

}  // namespace

Value report_as_json(const Report& report) {
  const ReportTotals totals = totals_of(report);
  Value sums = Value::object();
  sums.set("migrations", totals.migrations).set("runs", totals.runs).set("live", totals.live);
  sums.set("downtimes", totals.downtimes);
  if (totals.downtimes > 0)
    sums.set("downtime_ms", std::int64_t{totals.all.count()})
        .set("downtime_own_ms", std::int64_t{totals.own.count()})
        .set("downtime_median_ms", std::int64_t{totals.median.count()})
        .set("downtime_longest_ms", std::int64_t{totals.longest.count()})
        .set("predicted", totals.predicted)
        .set("as_predicted", totals.as_predicted);
  Value migrations = Value::array();
  for (const MigrationReport& migration : report.migrations) migrations.push(migration_as_json(migration));
  Value document = Value::object();
  document.set("format_version", 1).set("tool_version", report.tool_version).set("spec", report.spec_file);
  return std::move(document.set("totals", std::move(sums)).set("migrations", std::move(migrations)));
}

}  // namespace changeover
