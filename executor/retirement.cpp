#include "executor/retirement.h"

#include <algorithm>

namespace changeover {

Task<std::optional<MigrationOutcome>> Retiring::carry_out(Hands& hands, std::vector<Action> actions) {
  PlainActions plain({c_.around, hands, c_.journal, c_.halt, c_.migration.name, c_.patience});
  co_return co_await plain.carry_out(std::move(actions),
                                     "interrupted while retiring; nothing is in downtime, apply again to go on");
}

Task<std::optional<MigrationOutcome>> Retiring::make_ready(Hands& hands, const std::vector<Action>& actions) {
  std::vector<Action> undoable;
  std::ranges::copy_if(actions, std::back_inserter(undoable), &Action::reversible);
  co_return co_await carry_out(hands, std::move(undoable));
}

Task<MigrationOutcome> Retiring::destroy(Hands& hands, const std::vector<Action>& actions) {
  std::vector<Action> final;
  std::ranges::copy_if(actions, std::back_inserter(final), [](const Action& action) { return !action.reversible; });
  const std::string old = final.empty() ? "the old database" : final.back().subject;
  const std::string app = final.empty() ? "" : final.back().parameters["app"].as_string();
  std::optional<MigrationOutcome> early = co_await carry_out(hands, std::move(final));
  if (early) co_return *early;
  Result<void> noted = co_await note(c_.journal, c_.around.loop.clock().wall_now());
  if (!noted)
    co_return end(Outcome::failed, old + " is gone, but that could not be recorded: " + noted.error().what,
                  noted.error());
  const std::string backup = c_.journal.record().retirement->backup.name;
  co_return end(Outcome::done,
                old + " is retired" + (backup.empty() ? "" : "; its final backup is " + backup + " of " + app));
}

Task<Result<void>> Retiring::note(Journal& journal, WallTime now) {
  if (journal.record().retirement && journal.record().retirement->retired_at) co_return Result<void>{};
  std::function<void(RecordedMigration&)> change = [now](RecordedMigration& record) {
    if (!record.retirement) record.retirement.emplace();
    record.retirement->retired_at = now;
    if (!record.started_plan.empty()) record.spent_plans.push_back(record.started_plan);
    record.started_plan.clear();
    record.history.push_back({now, "retired", {}, {}});
  };
  co_return co_await journal.write(change);
}

}  // namespace changeover
