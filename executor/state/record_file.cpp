#include "executor/state/record_file.h"

#include <algorithm>
#include <array>

#include "core/text.h"
#include "json/fields.h"

namespace changeover {

// Found by argument-dependent lookup from json::Fields::word.
static std::string_view to_string(Attempt::State state) {
  switch (state) {
    case Attempt::State::open:
      return "open";
    case Attempt::State::aborting:
      return "aborting";
    case Attempt::State::aborted:
      return "aborted";
    case Attempt::State::finished:
      return "finished";
  }
  return "open";
}

namespace {

using json::Fields;
using json::Value;

constexpr std::array<RecordUpgrade, record_format_version - 1> upgrades{};

Value texts(const std::vector<std::string>& items) {
  Value list = Value::array();
  for (const std::string& item : items) list.push(item);
  return list;
}

template <class T>
Value list_of(const std::vector<T>& items, Value (*write)(const T&)) {
  Value list = Value::array();
  for (const T& item : items) list.push(write(item));
  return list;
}

void set_time(Value& object, std::string_view key, const std::optional<WallTime>& time) {
  if (time) object.set(key, format_time(*time));
}

Value write_reference(const Reference& reference) {
  return Value::object().set("id", reference.id).set("name", reference.name);
}

Value write_process(const Process& process) {
  return Value::object().set("type", process.type).set("quantity", process.quantity).set("size", process.size);
}

Value write_baseline(const Baseline& baseline) {
  return Value::object()
      .set("app", write_reference(baseline.app))
      .set("maintenance", baseline.maintenance)
      .set("formation", list_of(baseline.formation, write_process))
      .set("release_version", baseline.release_version);
}

Value write_certificate(const Certificate& certificate) {
  Value releases = Value::object();
  for (const auto& [app, version] : certificate.writer_releases) releases.set(app, version);
  return Value::object()
      .set("copy_id", certificate.copy_id)
      .set("leader_id", certificate.leader_id)
      .set("leader_primary", certificate.leader_primary)
      .set("system_identifier", certificate.system_identifier)
      .set("proof", to_string(certificate.proof))
      .set("at", format_time(certificate.at))
      .set("fence_lsn", certificate.fence_lsn)
      .set("transaction", certificate.transaction)
      .set("evidence", certificate.evidence)
      .set("writer_releases", std::move(releases));
}

Value write_range(const TimeRange& range) {
  return Value::object()
      .set("from_seconds", static_cast<std::int64_t>(range.from.count()))
      .set("to_seconds", static_cast<std::int64_t>(range.to.count()));
}

void set_range(Value& object, std::string_view key, const std::optional<TimeRange>& range) {
  if (range) object.set(key, write_range(*range));
}

Value write_attempt(const Attempt& attempt) {
  Value object = Value::object();
  object.set("id", attempt.id)
      .set("state", to_string(attempt.state))
      .set("started_at", format_time(attempt.started_at))
      .set("plan_id", attempt.plan_id)
      .set("baseline", list_of(attempt.baseline, write_baseline));
  set_time(object, "downtime_began", attempt.downtime_began);
  set_time(object, "downtime_ended", attempt.downtime_ended);
  object.set("max_downtime_seconds", static_cast<std::int64_t>(attempt.max_downtime.count()));
  if (attempt.certificate) object.set("certificate", write_certificate(*attempt.certificate));
  object.set("unfollow_sent", attempt.unfollow_sent)
      .set("late_write_checked", attempt.late_write_checked)
      .set("past_point_of_no_return", attempt.past_point_of_no_return)
      .set("copy_opened", attempt.copy_opened)
      .set("abort_reason", attempt.abort_reason);
  if (!attempt.held_before.empty()) object.set("held_before", attempt.held_before);
  if (!attempt.due_hooks.empty()) object.set("due_hooks", texts(attempt.due_hooks));
  set_range(object, "downtime_expected", attempt.downtime_expected);
  return object;
}

Value write_retirement(const Retirement& retirement) {
  Value object = Value::object();
  object.set("transfers_before", retirement.transfers_before).set("backup", write_reference(retirement.backup));
  set_time(object, "backed_up_at", retirement.backed_up_at);
  set_time(object, "retired_at", retirement.retired_at);
  return object;
}

Value write_run(const RunRecord& run) {
  Value object = Value::object();
  object.set("at", format_time(run.at)).set("outcome", run.outcome);
  if (run.downtime) object.set("downtime_ms", static_cast<std::int64_t>(run.downtime->count()));
  if (run.downtime_own) object.set("downtime_own_ms", static_cast<std::int64_t>(run.downtime_own->count()));
  if (run.began) object.set("began", format_time(*run.began));
  if (run.requests) object.set("requests", *run.requests);
  if (run.polls) object.set("polls", *run.polls);
  set_range(object, "downtime_expected", run.downtime_expected);
  if (run.preparation) object.set("preparation_ms", static_cast<std::int64_t>(run.preparation->count()));
  set_range(object, "preparation_expected", run.preparation_expected);
  if (run.bytes) object.set("bytes", *run.bytes);
  return object;
}

Value write_migration(const RecordedMigration& migration) {
  Value object = Value::object();
  object.set("name", migration.name)
      .set("source", write_reference(migration.source))
      .set("source_app", write_reference(migration.source_app))
      .set("target_app", write_reference(migration.target_app))
      .set("copy", write_reference(migration.copy))
      .set("create_intent", migration.create_intent)
      .set("started_plan", migration.started_plan);
  if (migration.attempt) object.set("attempt", write_attempt(*migration.attempt));
  object.set("live", migration.live);
  set_time(object, "live_since", migration.live_since);
  if (migration.retirement) object.set("retirement", write_retirement(*migration.retirement));
  object.set("spent_plans", texts(migration.spent_plans)).set("history", list_of(migration.history, write_run));
  return object;
}

Reference read_reference(const Fields& fields) { return {fields.text("id"), fields.text("name")}; }

Process read_process(const Fields& fields) {
  return {fields.text("type"), fields.number("quantity"), fields.text("size")};
}

Baseline read_baseline(const Fields& fields) {
  return {read_reference(fields.inside("app")), fields.boolean("maintenance"), fields.list("formation", read_process),
          fields.number("release_version")};
}

Certificate read_certificate(const Fields& fields) {
  Certificate certificate;
  certificate.copy_id = fields.text("copy_id");
  certificate.leader_id = fields.text("leader_id");
  certificate.leader_primary = fields.text("leader_primary");
  certificate.system_identifier = fields.text("system_identifier");
  certificate.proof = fields.word("proof", {Proof::sql, Proof::api});
  certificate.at = fields.time("at");
  certificate.fence_lsn = fields.text("fence_lsn");
  certificate.transaction = fields.integer("transaction");
  certificate.evidence = fields.text("evidence");
  const Fields releases = fields.inside("writer_releases");
  for (const auto& [app, version] : fields.raw("writer_releases").members())
    certificate.writer_releases[app] = releases.number(app);
  return certificate;
}

std::optional<TimeRange> read_range(const Fields& fields, std::string_view key) {
  if (!fields.has(key)) return std::nullopt;
  const Fields range = fields.inside(key);
  return TimeRange{std::chrono::seconds(range.integer("from_seconds")),
                   std::chrono::seconds(range.integer("to_seconds"))};
}

Attempt read_attempt(const Fields& fields) {
  Attempt attempt;
  attempt.id = fields.text("id");
  attempt.state = fields.word(
      "state", {Attempt::State::open, Attempt::State::aborting, Attempt::State::aborted, Attempt::State::finished});
  attempt.started_at = fields.time("started_at");
  attempt.plan_id = fields.text("plan_id");
  attempt.baseline = fields.list("baseline", read_baseline);
  attempt.downtime_began = fields.optional_time("downtime_began");
  attempt.downtime_ended = fields.optional_time("downtime_ended");
  attempt.max_downtime = std::chrono::seconds(fields.integer("max_downtime_seconds"));
  if (fields.has("certificate")) attempt.certificate = read_certificate(fields.inside("certificate"));
  attempt.unfollow_sent = fields.boolean("unfollow_sent");
  attempt.late_write_checked = fields.boolean("late_write_checked");
  attempt.past_point_of_no_return = fields.boolean("past_point_of_no_return");
  // Who wrote it before there was the field did not tell the two apart.
  attempt.copy_opened = fields.has("copy_opened") ? fields.boolean("copy_opened") : attempt.past_point_of_no_return;
  attempt.abort_reason = fields.text("abort_reason");
  if (fields.has("held_before")) attempt.held_before = fields.text("held_before");
  if (fields.has("due_hooks")) attempt.due_hooks = fields.texts("due_hooks");
  attempt.downtime_expected = read_range(fields, "downtime_expected");
  return attempt;
}

Retirement read_retirement(const Fields& fields) {
  Retirement retirement;
  retirement.transfers_before = fields.integer("transfers_before");
  retirement.backup = read_reference(fields.inside("backup"));
  retirement.backed_up_at = fields.optional_time("backed_up_at");
  retirement.retired_at = fields.optional_time("retired_at");
  return retirement;
}

RunRecord read_run(const Fields& fields) {
  RunRecord run;
  run.at = fields.time("at");
  run.outcome = fields.text("outcome");
  if (fields.has("downtime_ms")) run.downtime = std::chrono::milliseconds(fields.integer("downtime_ms"));
  if (fields.has("downtime_own_ms")) run.downtime_own = std::chrono::milliseconds(fields.integer("downtime_own_ms"));
  run.began = fields.optional_time("began");
  if (fields.has("requests")) run.requests = fields.number("requests");
  if (fields.has("polls")) run.polls = fields.number("polls");
  run.downtime_expected = read_range(fields, "downtime_expected");
  if (fields.has("preparation_ms")) run.preparation = std::chrono::milliseconds(fields.integer("preparation_ms"));
  run.preparation_expected = read_range(fields, "preparation_expected");
  if (fields.has("bytes")) run.bytes = fields.integer("bytes");
  return run;
}

RecordedMigration read_migration(const Fields& fields) {
  RecordedMigration migration;
  migration.name = fields.text("name");
  migration.source = read_reference(fields.inside("source"));
  migration.source_app = read_reference(fields.inside("source_app"));
  migration.target_app = read_reference(fields.inside("target_app"));
  migration.copy = read_reference(fields.inside("copy"));
  migration.create_intent = fields.text("create_intent");
  migration.started_plan = fields.text("started_plan");
  if (fields.has("attempt")) migration.attempt = read_attempt(fields.inside("attempt"));
  migration.live = fields.boolean("live");
  migration.live_since = fields.optional_time("live_since");
  if (fields.has("retirement")) migration.retirement = read_retirement(fields.inside("retirement"));
  migration.spent_plans = fields.texts("spent_plans");
  migration.history = fields.list("history", read_run);
  return migration;
}

tl::unexpected<Error> corrupt(const std::string& where, const std::string& what) {
  return fail(
      ErrorCode::corrupt, where + " cannot be understood: " + what,
      "restore it from a backup or from git; without it nothing recorded is known, and a cutover that was under "
      "way must be finished or undone by hand");
}

}  // namespace

json::Value record_document(const Recorded& recorded) {
  std::vector<const RecordedMigration*> by_name;
  for (const RecordedMigration& migration : recorded.migrations) by_name.push_back(&migration);
  std::ranges::sort(by_name, {}, [](const RecordedMigration* one) -> const std::string& { return one->name; });
  Value migrations = Value::array();
  for (const RecordedMigration* migration : by_name) migrations.push(write_migration(*migration));
  return Value::object()
      .set("format_version", record_format_version)
      .set("lineage", recorded.lineage)
      .set("serial", recorded.serial)
      .set("migrations", std::move(migrations));
}

std::string record_text(const Recorded& recorded) { return record_document(recorded).pretty(); }

Result<json::Value> upgrade_record(json::Value document, std::span<const RecordUpgrade> steps,
                                   const std::string& where) {
  const auto newest = static_cast<std::int64_t>(steps.size()) + 1;
  const Value& version = document["format_version"];
  if (!version.is_integer() || version.as_integer() < 1)
    return corrupt(where, "`format_version` is missing or no version");
  if (version.as_integer() > newest)
    return fail(ErrorCode::corrupt,
                where + " was written by a newer changeover (format version " + std::to_string(version.as_integer()) +
                    ", this one reads up to " + std::to_string(newest) + ")",
                "use that version of changeover, or a newer one");
  for (std::int64_t at = version.as_integer(); at < newest; ++at) {
    Result<void> done = steps[static_cast<std::size_t>(at - 1)](document);
    if (!done) return fail(done.error().in(where + ": upgrading format version " + std::to_string(at)));
    document.set("format_version", at + 1);
  }
  return document;
}

Result<Recorded> read_record(std::string_view text, const std::string& where) {
  if (text.empty()) return corrupt(where, "it is empty");
  Result<Value> parsed = json::parse(text);
  if (!parsed) return corrupt(where, parsed.error().what);
  Result<Value> document = upgrade_record(std::move(*parsed), upgrades, where);
  if (!document) return fail(document.error());
  std::string problem;
  const Fields fields(*document, "", problem);
  Recorded recorded;
  recorded.lineage = fields.text("lineage");
  recorded.serial = fields.integer("serial");
  recorded.migrations = fields.list("migrations", read_migration);
  for (std::size_t i = 1; problem.empty() && i < recorded.migrations.size(); ++i)
    if (recorded.migrations[i - 1].name >= recorded.migrations[i].name)
      problem = "`migrations` are not in the order of their names, or one is there twice";
  if (problem.empty() && (recorded.lineage.empty() || recorded.serial < 1))
    problem = "`lineage` or `serial` is not set";
  if (!problem.empty()) return corrupt(where, problem);
  return recorded;
}

void put_migration(Recorded& recorded, const RecordedMigration& migration) {
  auto& all = recorded.migrations;
  const auto place = std::ranges::lower_bound(all, migration.name, {}, &RecordedMigration::name);
  if (place != all.end() && place->name == migration.name) {
    *place = migration;
  } else {
    all.insert(place, migration);
  }
}

}  // namespace changeover
