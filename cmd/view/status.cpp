#include "cmd/view/status.h"

#include <algorithm>
#include <utility>

#include "cmd/view/action_words.h"
#include "cmd/view/plan_summary.h"
#include "core/text.h"

namespace changeover {
namespace {

std::optional<RunningDowntime> running_downtime(const Attempt* attempt, WallTime now) {
  if (attempt == nullptr || !attempt->downtime_began || attempt->downtime_ended) return std::nullopt;
  if (attempt->state != Attempt::State::open && attempt->state != Attempt::State::aborting) return std::nullopt;
  RunningDowntime downtime{*attempt->downtime_began, now - *attempt->downtime_began, std::nullopt};
  const bool forward = attempt->unfollow_sent && attempt->state == Attempt::State::open;
  if (!forward) downtime.restore_by = *attempt->downtime_began + attempt->max_downtime;
  return downtime;
}

NextStep forward(const MigrationStatus& status, const MigrationPlan& plan, const std::string& apply) {
  const Attempt& attempt = *status.attempt;
  const bool in_vain = !status.copy_exists && !plan.actions.empty() && plan.actions.front().group == Group::restore;
  if (attempt.state == Attempt::State::aborting || in_vain) return {"service is restored on the source", apply};
  if (attempt.unfollow_sent) return {"the cutover goes on: the way is forward", apply};
  return {"the cutover goes on, or service is restored on the source when max_downtime is over", apply};
}

/// Where nothing is left to do: the next move is the spec's.
NextStep settled(const MigrationStatus& status) {
  switch (status.phase) {
    case Phase::retired:
      return {"nothing: it is done", ""};
    case Phase::live: {
      if (status.old_database && status.old_database->verdict == WritesSince::Verdict::written)
        return {"find who writes to " + status.source.addon +
                    ", stop it, and carry over by hand what the new database lacks",
                ""};
      std::string due = status.retire_from ? " (due from " + format_time(*status.retire_from) + ")" : "";
      return {"set stage retired in the spec, once the old database is not needed any more" + due, ""};
    }
    case Phase::absent:
      return {"set stage replicating in the spec, to make the copy", ""};
    default:
      return {"set stage live in the spec, for the cutover", ""};
  }
}

NextStep next_step(const MigrationStatus& status, const MigrationPlan& plan, const std::string& spec) {
  const std::string apply = "changeover apply " + spec;
  if (status.downtime && !plan.refused) return forward(status, plan, apply);
  if (!plan.blockers.empty()) {
    const Finding& blocker = plan.refused ? plan.blockers.back() : plan.blockers.front();
    return {"blocked by " + blocker.id + ": " + blocker.what + (blocker.remedy.empty() ? "" : ". " + blocker.remedy),
            "changeover plan " + spec};
  }
  if (plan.actions.empty()) {
    if (plan.then.empty()) return settled(status);
    return {plan.then, apply};
  }
  std::string what = action_words(plan.actions.front(), plan).text();
  if (plan.actions.size() > 1)
    what += " (the first of " + counted(static_cast<long long>(plan.actions.size()), "action") + ")";
  if (plan.has_downtime()) what += ", with downtime " + downtime_words(plan);
  return {std::move(what), apply};
}

MigrationStatus status_of(const StatusInputs& inputs, const MigrationPlan& plan) {
  MigrationStatus status;
  status.name = plan.name;
  status.stage = plan.stage;
  status.phase = plan.phase;
  status.meaning = plan.phase_reason;
  status.source = plan.source;
  status.target = plan.target;
  status.blockers = plan.blockers;
  const auto facts = std::ranges::find(inputs.observed.migrations, plan.name, &MigrationFacts::name);
  if (facts != inputs.observed.migrations.end()) {
    status.copy_exists = facts->copy.has_value();
    status.cents_a_month = plan.cost.now;
    if (facts->copy_database && facts->copy_database->following) {
      status.lag = facts->copy_database->behind_by;
      status.lag_sampled_at = facts->copy_database->sampled_at;
    }
  }
  if (const RecordedMigration* record = inputs.recorded.find(plan.name)) {
    status.attempt = record->attempt;
    if (record->live) status.live_since = record->live_since;
  }
  const Migration* wanted = inputs.desired.find(plan.name);
  if (wanted != nullptr && status.live_since && status.phase != Phase::retired)
    status.retire_from = *status.live_since + wanted->retire.after;
  status.downtime = running_downtime(status.attempt ? &*status.attempt : nullptr, inputs.observed.at);
  if (const auto old = inputs.old_databases.find(plan.name); old != inputs.old_databases.end())
    status.old_database = old->second;
  if (const auto holder = inputs.holders.find(plan.name); holder != inputs.holders.end()) status.lock = holder->second;
  status.next = next_step(status, plan, inputs.plan.spec_file);
  return status;
}

}  // namespace

Status status_of(const StatusInputs& inputs) {
  Status status;
  status.tool_version = inputs.plan.tool_version;
  status.spec_file = inputs.plan.spec_file;
  status.at = inputs.observed.at;
  for (const MigrationPlan& plan : inputs.plan.migrations) status.migrations.push_back(status_of(inputs, plan));
  // Whoever is down is told first.
  std::ranges::stable_partition(status.migrations, [](const MigrationStatus& one) { return one.downtime.has_value(); });
  return status;
}

}  // namespace changeover
