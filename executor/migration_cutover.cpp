// When the cutover of a migration begins and whether it is still the one that was approved: what it waits for, its
// turn, the account's requests, and the look right before.
#include <algorithm>
#include <utility>

#include "core/text.h"
#include "executor/migration_run.h"

namespace changeover {
namespace {

std::vector<std::string> ids_of(const std::vector<Action>& actions) {
  std::vector<std::string> ids;
  for (const Action& action : actions) ids.push_back(action.id);
  return ids;
}

/// What would be done beside what was approved, or instead of it; "" when it is the same.
std::string what_differs(const std::vector<Action>& approved, const std::vector<Action>& now) {
  const std::vector<std::string> before = ids_of(approved);
  const std::vector<std::string> after = ids_of(now);
  if (before == after) return {};
  // Every id begins with the migration's name, and of which it is is said already.
  const auto missing = [](const std::vector<std::string>& from, const std::vector<std::string>& in) {
    std::vector<std::string> ids;
    for (const std::string& id : from)
      if (std::ranges::find(in, id) == in.end()) ids.push_back(id.substr(id.find('/') + 1));
    return ids;
  };
  const std::vector<std::string> added = missing(after, before);
  const std::vector<std::string> gone = missing(before, after);
  std::string words = added.empty() && gone.empty() ? "be done in another order" : "";
  if (!added.empty()) words += "also do " + and_list(added);
  if (!gone.empty()) words += (added.empty() ? "not do " : ", and not ") + and_list(gone);
  return "would " + words;
}

bool is_recorded_live(const Recorded& recorded, std::string_view name) {
  const RecordedMigration* record = recorded.find(name);
  return record != nullptr && record->live;
}

}  // namespace

Task<std::optional<MigrationOutcome>> MigrationRun::dependencies() {
  for (const std::string& name : migration_.depends_on) {
    const auto other = all_.find(name);
    if (other == all_.end()) {
      const Migration* left_out = run_.desired.find(name);
      if (left_out != nullptr && left_out->stage >= Stage::live && !is_recorded_live(run_.recorded, name))
        co_return end(Outcome::pending, "waits for migration " + name + ", which is not live and no part of this run");
      continue;
    }
    co_await other->second.over_.passed();
    if (!is_good(other->second.result_.outcome))
      co_return end(Outcome::pending, "waits for migration " + name + ", which ended " +
                                          std::string(to_string(other->second.result_.outcome)));
  }
  co_return std::nullopt;
}

/// One database goes first, and what it teaches is known before the others are touched.
Task<std::optional<MigrationOutcome>> MigrationRun::canary() {
  const std::optional<std::string>& name = run_.desired.fleet.canary;
  if (!name || *name == migration_.name || is_recorded_live(run_.recorded, *name)) co_return std::nullopt;
  const auto first = all_.find(*name);
  if (first == all_.end())
    co_return end(Outcome::pending, "waits for the canary " + *name + ", which is not live and no part of this run");
  co_await first->second.over_.passed();
  if (is_good(first->second.result_.outcome) && first->second.migration_.stage >= Stage::live) co_return std::nullopt;
  co_return end(Outcome::pending, "waits for the canary " + *name + ", which is not live: it ended " +
                                      std::string(to_string(first->second.result_.outcome)));
}

/// In no app and no database may two cutovers meet (safety S10).
Touched MigrationRun::touched() const {
  Touched touched{migration_.source.app, migration_.target.app};
  if (!planned_.source.addon_id.empty()) touched.insert(planned_.source.addon_id);
  for (const Action& action : planned_.actions)
    if (action.kind == Kind::app_enable_maintenance || action.kind == Kind::app_scale_down)
      touched.insert(action.subject);
  if (const auto& attempt = journal_.record().attempt)
    for (const Baseline& baseline : attempt->baseline) touched.insert(baseline.app.name);
  return touched;
}

/// Service counts before new cutovers: it waits for no other one, and none that touches its apps begins before it.
void MigrationRun::claim_turn() {
  if (!in_downtime()) return;
  mine_ = touched();
  run_.turn.claim(mine_);
  holds_turn_ = true;
}

Task<void> MigrationRun::hold_turn(Turn::For what) {
  if (holds_turn_) co_return;
  mine_ = touched();
  co_await run_.turn.take(mine_, what);
  holds_turn_ = true;
}

void MigrationRun::release_turn(bool good) {
  if (holds_turn_) run_.turn.give_back(mine_, good);
  holds_turn_ = false;
}

Task<MigrationOutcome> MigrationRun::cut_over(bool prepared) {
  std::optional<MigrationOutcome> early;
  if (!in_downtime()) early = co_await canary();
  if (early) co_return *early;
  co_await hold_turn(Turn::For::cutover);
  MigrationOutcome ended = co_await cut_over_in_turn(prepared);
  release_turn(!holds_up_the_others(ended));
  co_return ended;
}

Task<MigrationOutcome> MigrationRun::cut_over_in_turn(bool prepared) {
  const bool down = in_downtime();
  if (run_.halt.ordered() && !down)
    co_return end(Outcome::interrupted, "interrupted before any downtime; apply again to go on");
  const auto parked = std::ranges::find(planned_.blockers, "shared-app-in-downtime", &Finding::id);
  if (parked != planned_.blockers.end() && !down) co_return blocked_by(*parked);
  if (run_.turn.abandoned() && !down)
    co_return end(Outcome::pending, "another cutover of this run was given up or could not begin, so this one did not");
  if (!down)
    if (std::optional<MigrationOutcome> poor = co_await enough_requests()) co_return *poor;
  // Approval, a copy that was made or another cutover: what was observed may be long ago. In a fleet it may be too
  // little.
  const MigrationFacts* seen = observed_facts();
  const bool old = run_.ports.loop.clock().wall_now() - run_.observed.at > facts_stay_fresh;
  const bool whole = seen != nullptr && !seen->only_listed_attachments && (down || seen->not_looked_at.empty());
  if (!prepared && !old && whole && !run_.turn.ran_before()) co_return co_await go_on(run_.observed, planned_);
  Result<Observed> facts = co_await observe_again();
  if (!facts)
    co_return end(down ? Outcome::in_downtime : Outcome::failed, "the cutover did not go on: " + facts.error().what,
                  facts.error());
  const std::string& not_looked_at = facts->migrations.front().not_looked_at;
  if (!down && !not_looked_at.empty())
    co_return end(Outcome::pending,
                  "the cutover did not begin: what is around it was not looked at, because " + not_looked_at,
                  Error{ErrorCode::rate_limited, not_looked_at, "apply again when it has", {}});
  const MigrationPlan fresh = plan_from(*facts);
  co_return co_await go_on(*facts, fresh);
}

/// Many cutovers can use up what the account has in an hour. Who waits for it holds its turn: the next one would be as
/// poor (safety S30).
Task<std::optional<MigrationOutcome>> MigrationRun::enough_requests() {
  std::unique_ptr<Hands> hands = run_.ports.provider.hands(migration_, run_.observed, journal_);
  const std::optional<SteadyTime> until = patience();
  for (;;) {
    const Check check = co_await hands->affords_cutover(run_.turn.under_way());
    if (check.verdict == Check::Verdict::satisfied) co_return std::nullopt;
    if (run_.halt.ordered())
      co_return end(Outcome::interrupted, "interrupted before any downtime; apply again to go on");
    const SteadyTime now = run_.ports.loop.clock().steady_now();
    // What an earlier run had stopped does not wait.
    if (stopped_before_downtime()) co_return end(Outcome::pending, "the cutover did not begin: " + check.why);
    if (until && now >= *until)
      co_return end(Outcome::pending, "the cutover did not begin: " + check.why,
                    Error{ErrorCode::rate_limited, check.why, "apply again then", {}});
    tell(EventType::warning, "the cutover waits: " + check.why, {});
    SteadyTime next = now + check.look_again;
    if (until) next = std::min(next, *until);
    co_await run_.halt.gate().passed_before(next);
  }
}

/// With facts that are fresh: is the cutover still the one that was planned, and may it begin?
Task<MigrationOutcome> MigrationRun::go_on(const Observed& facts, const MigrationPlan& plan) {
  const std::vector<Action> actions = of_groups(plan.actions, {Group::cutover, Group::resume});
  const Finding* blocker = plan.blocker_of(Group::resume);
  if (in_downtime()) {
    if (blocker == nullptr && !actions.empty()) co_return co_await attempt(facts, plan);
    const std::string why = blocker != nullptr ? blocker->id + ": " + blocker->what : "the world changed meanwhile";
    if (!journal_.record().attempt->unfollow_sent) co_return co_await give_up(facts, plan, "blocked: " + why);
    std::unique_ptr<Hands> hands = run_.ports.provider.hands(migration_, facts, journal_);
    Cutover::Context stranding = context(*hands, plan);
    const Cutover cutover(std::move(stranding));
    co_return cutover.stranded("the way is forward, and it is blocked: " + why,
                               {ErrorCode::precondition, why, blocker != nullptr ? blocker->remedy : "", {}});
  }
  if (blocker != nullptr) co_return blocked_by(*blocker);
  if (actions.empty() || !of_groups(plan.actions, {Group::prepare}).empty())
    co_return end(Outcome::pending, plan.then.empty() ? "the copy does not keep up any more; apply again" : plan.then);
  const std::string differs = what_differs(of_groups(planned_.actions, {Group::cutover, Group::resume}), actions);
  if (differs.empty()) co_return co_await attempt(facts, plan);
  const MigrationFacts* seen = observed_facts();
  const bool whole = seen != nullptr && !seen->only_listed_attachments;
  co_return end(Outcome::stale, "the cutover is not the one that was approved: it " + differs +
                                    "; nothing was stopped, plan again" +
                                    (whole ? std::string() : " with --only " + migration_.name));
}

Task<MigrationOutcome> MigrationRun::attempt(const Observed& facts, const MigrationPlan& plan) {
  std::unique_ptr<Hands> hands = run_.ports.provider.hands(migration_, facts, journal_);
  std::vector<Action> actions = of_groups(plan.actions, {Group::cutover, Group::resume});
  Cutover::Context whole = context(*hands, plan);
  Cutover cutover(std::move(whole));
  co_return co_await cutover.run(std::move(actions));
}

}  // namespace changeover
