#include "cmd/view/status.h"
#include "core/text.h"

namespace changeover {
namespace {

using json::Value;

std::string_view word_of(Attempt::State state) {
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

void set_time(Value& object, std::string_view key, const std::optional<WallTime>& time) {
  if (time) object.set(key, format_time(*time));
}

Value end_as_json(const End& end) {
  Value object = Value::object();
  object.set("app", end.app).set("addon", end.addon);
  if (!end.plan.empty()) object.set("plan", end.plan);
  return object;
}

Value attempt_as_json(const Attempt& attempt) {
  Value object = Value::object();
  object.set("id", attempt.id).set("state", word_of(attempt.state)).set("started_at", format_time(attempt.started_at));
  object.set("past_point_of_no_return", attempt.past_point_of_no_return);
  if (!attempt.abort_reason.empty()) object.set("abort_reason", attempt.abort_reason);
  return object;
}

Value downtime_as_json(const RunningDowntime& downtime) {
  Value object = Value::object();
  object.set("began", format_time(downtime.began)).set("running_ms", std::int64_t{downtime.for_now.count()});
  set_time(object, "restore_by", downtime.restore_by);
  return object;
}

std::string_view word_of(WritesSince::Verdict verdict) {
  switch (verdict) {
    case WritesSince::Verdict::none:
      return "none";
    case WritesSince::Verdict::written:
      return "written";
    case WritesSince::Verdict::not_known:
      break;
  }
  return "not_known";
}

Value lock_as_json(const Holder& holder) {
  Value object = Value::object();
  object.set("id", holder.id).set("who", holder.who).set("host", holder.host).set("pid", holder.pid);
  object.set("command", holder.command).set("since", format_time(holder.since));
  set_time(object, "expires", holder.expires);
  return object;
}

Value migration_as_json(const MigrationStatus& status, WallTime now) {
  Value object = Value::object();
  object.set("name", status.name).set("stage", to_string(status.stage)).set("phase", to_string(status.phase));
  object.set("meaning", status.meaning).set("in_downtime", status.downtime.has_value());
  if (status.downtime) object.set("downtime", downtime_as_json(*status.downtime));
  object.set("source", end_as_json(status.source)).set("target", end_as_json(status.target));
  if (status.lag) object.set("lag_commits", *status.lag);
  set_time(object, "lag_sampled_at", status.lag_sampled_at);
  set_time(object, "live_since", status.live_since);
  if (status.live_since)
    object.set("live_for_seconds",
               std::int64_t{std::chrono::floor<std::chrono::seconds>(now - *status.live_since).count()});
  set_time(object, "retire_from", status.retire_from);
  if (status.old_database) {
    Value writes = Value::object();
    writes.set("writes", word_of(status.old_database->verdict)).set("why", status.old_database->why);
    object.set("old_database", std::move(writes));
  }
  if (status.attempt) object.set("attempt", attempt_as_json(*status.attempt));
  if (status.lock) object.set("lock", lock_as_json(*status.lock));
  if (status.cents_a_month) object.set("cents_a_month", *status.cents_a_month);
  Value blockers = Value::array();
  for (const Finding& finding : status.blockers) {
    Value blocker = Value::object();
    blocker.set("id", finding.id).set("what", finding.what);
    if (!finding.remedy.empty()) blocker.set("remedy", finding.remedy);
    blockers.push(std::move(blocker));
  }
  Value next = Value::object();
  next.set("what", status.next.what);
  if (!status.next.command.empty()) next.set("command", status.next.command);
  return std::move(object.set("blockers", std::move(blockers)).set("next", std::move(next)));
}

}  // namespace

Value status_as_json(const Status& status) {
  Value migrations = Value::array();
  for (const MigrationStatus& one : status.migrations) migrations.push(migration_as_json(one, status.at));
  Value document = Value::object();
  document.set("format_version", 1).set("tool_version", status.tool_version).set("spec", status.spec_file);
  document.set("at", format_time(status.at));
  if (!status.locks_problem.empty()) document.set("locks_problem", status.locks_problem);
  return std::move(document.set("migrations", std::move(migrations)));
}

}  // namespace changeover
