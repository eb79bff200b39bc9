#include "executor/cutover.h"

#include <algorithm>
#include <utility>

#include "core/text.h"

namespace changeover {
namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using std::chrono::seconds;

/// How long bringing service back may take, which is kept free at the end of max_downtime (safety S18).
seconds restore_reserve(seconds max_downtime) { return std::min(seconds{30}, max_downtime / 3); }

bool begins_downtime(const Action& action) {
  if (action.kind == Kind::app_enable_maintenance) return true;
  return action.kind == Kind::app_scale_down && !action.parameters["background"].as_bool();
}

/// The answer says that nothing was done, so the intent that was journaled is void.
bool refused(const Result<void>& outcome) {
  if (outcome) return false;
  const ErrorCode code = outcome.error().code;
  return code == ErrorCode::precondition || code == ErrorCode::unauthorized || code == ErrorCode::not_found ||
         code == ErrorCode::locked || code == ErrorCode::conflict || code == ErrorCode::rate_limited;
}

}  // namespace

Cutover::Cutover(Context context) : c_(std::move(context)), halt_(c_.around.loop) {}

Task<MigrationOutcome> Cutover::run(std::vector<Action> actions) {
  const bool needs_leader = std::ranges::any_of(actions, [](const Action& action) {
    return action.kind == Kind::leader_fence || action.kind == Kind::leader_verify_no_late_write;
  });
  Result<void> ready = co_await c_.hands.make_ready(needs_leader);
  if (!ready) {
    const Attempt* before = c_.journal.record().open_attempt();
    if (before == nullptr || !before->downtime_began)
      co_return outcome(Outcome::failed, "the cutover did not begin: " + ready.error().what, ready.error());
    GraphResult unready;
    unready.end = GraphResult::End::failed;
    unready.why = ready.error().what;
    unready.error = ready.error();
    co_return co_await end_unfinished(std::move(unready));
  }
  Result<void> opened = co_await open_attempt(actions);
  if (!opened) co_return outcome(Outcome::failed, "nothing was changed: " + opened.error().what, opened.error());
  Task<void> signal = watch_signal();
  signal.start();
  std::optional<MigrationOutcome> unbegun = co_await before_downtime();
  if (unbegun) co_return *unbegun;
  Scheduler scheduler(c_.around, c_.hands, *this, halt_, c_.migration.name);
  GraphResult result = co_await scheduler.run(std::move(actions));
  if (result.end == GraphResult::End::complete) co_return co_await finish();
  co_return co_await end_unfinished(std::move(result));
}

Task<Result<void>> Cutover::open_attempt(const std::vector<Action>& actions) {
  if (c_.journal.record().open_attempt() != nullptr) {
    Result<void> complete = co_await complete_baseline();
    if (!complete) co_return complete;
    // Another run began this one: its baseline stands, and its clock runs on.
    if (attempt().downtime_began) {
      const auto already = c_.around.loop.clock().wall_now() - *attempt().downtime_began;
      start_clock(c_.around.loop.clock().steady_now() - already);
    }
    co_return Result<void>{};
  }
  Result<std::vector<Baseline>> baseline = co_await c_.hands.baselines(c_.apps);
  if (!baseline) co_return fail(baseline.error());
  Attempt attempt;
  attempt.id = c_.random.uuid();
  attempt.started_at = c_.around.loop.clock().wall_now();
  attempt.plan_id = c_.plan_id;
  attempt.baseline = std::move(*baseline);
  attempt.max_downtime = c_.migration.cutover.max_downtime;
  attempt.due_hooks = due_with(c_.migration, Hook::before_downtime);
  const auto promote = std::ranges::find(actions, Kind::attachment_promote, &Action::kind);
  if (promote != actions.end()) attempt.held_before = promote->parameters["held_before"].string_or("");
  attempt.downtime_expected = c_.plan.estimate.expected_downtime;
  std::function<void(RecordedMigration&)> change = [&attempt](RecordedMigration& record) { record.attempt = attempt; };
  Result<void> saved = co_await c_.journal.write(change);
  if (saved) {
    json::Value data = json::Value::object();
    data.set("attempt", attempt.id);
    tell(EventType::attempt_opened,
         "the formation of " + counted(static_cast<long long>(attempt.baseline.size()), "app") + " is recorded",
         std::move(data));
  }
  co_return saved;
}

/// Apps that came to the cutover after the attempt began have a way back too (safety S4).
Task<Result<void>> Cutover::complete_baseline() {
  std::vector<std::string> missing;
  for (const std::string& app : c_.apps)
    if (attempt().baseline_of(app) == nullptr) missing.push_back(app);
  if (missing.empty()) co_return Result<void>{};
  Result<std::vector<Baseline>> baselines = co_await c_.hands.baselines(missing);
  if (!baselines) co_return fail(baselines.error());
  const std::vector<Baseline> found = std::move(*baselines);
  std::function<void(Attempt&)> change = [&found](Attempt& attempt) {
    attempt.baseline.insert(attempt.baseline.end(), found.begin(), found.end());
  };
  co_return co_await write(change);
}

Task<Result<void>> Cutover::write(std::function<void(Attempt&)> change) {
  std::function<void(RecordedMigration&)> outer = [&change](RecordedMigration& record) {
    if (record.attempt) change(*record.attempt);
  };
  co_return co_await c_.journal.write(outer);
}

void Cutover::start_clock(SteadyTime began) {
  downtime_began_ = began;
  outside_before_ = c_.around.outside.total();
  deadline_ = watch_deadline();
  deadline_.start();
}

Task<Result<void>> Cutover::note_downtime() {
  if (downtime_noted_) {  // two pages at once: the second waits for the first one's journal
    co_await downtime_noted_->passed();
    co_return Result<void>{};
  }
  if (attempt().downtime_began) co_return Result<void>{};
  downtime_noted_ = std::make_unique<Gate>(c_.around.loop);
  const WallTime now = c_.around.loop.clock().wall_now();
  std::function<void(Attempt&)> change = [now](Attempt& attempt) { attempt.downtime_began = now; };
  Result<void> saved = co_await write(change);
  if (saved) {
    start_clock(c_.around.loop.clock().steady_now());
    const seconds most = c_.migration.cutover.max_downtime;
    json::Value data = json::Value::object();
    data.set("max_downtime_ms", static_cast<std::int64_t>(milliseconds{most}.count()));
    data.set("restore_by", format_time(now + most));
    tell(EventType::downtime_began, "restored on the source unless it ends within " + spec_duration(most),
         std::move(data));
  }
  downtime_noted_->open();
  co_return saved;
}

Task<Result<void>> Cutover::before_change(const Action& action) {
  if (begins_downtime(action)) {
    Result<void> noted = co_await note_downtime();
    if (!noted) co_return noted;
  }
  // What opens the copy is behind the turn also when nothing had to be done at the turn itself.
  const bool opens = action.id == c_.plan.point_of_no_return.opens;
  const bool no_return = opens || action.id == c_.plan.point_of_no_return.action;
  if (!action.reversible || no_return) {
    Result<void> held = co_await c_.journal.assert_held();
    if (!held) co_return held;
  }
  if (action.kind == Kind::follower_unfollow) {
    std::function<void(Attempt&)> change = [](Attempt& attempt) { attempt.unfollow_sent = true; };
    Result<void> saved = co_await write(change);
    if (!saved) co_return saved;
  }
  const bool crossed = attempt().past_point_of_no_return;
  if ((no_return && !crossed) || (opens && !attempt().copy_opened)) {
    std::function<void(Attempt&)> change = [opens](Attempt& attempt) {
      attempt.past_point_of_no_return = true;
      attempt.copy_opened = attempt.copy_opened || opens;
    };
    Result<void> saved = co_await write(change);
    if (!saved) co_return saved;
    if (!crossed) tell(EventType::point_of_no_return, c_.plan.point_of_no_return.why);
  }
  co_return Result<void>{};
}

Task<Result<void>> Cutover::after_change(const Action& action, const Result<void>& outcome) {
  if (action.kind != Kind::follower_unfollow || !refused(outcome)) co_return Result<void>{};
  const bool no_return = action.id == c_.plan.point_of_no_return.action;
  std::function<void(Attempt&)> change = [no_return](Attempt& attempt) {
    attempt.unfollow_sent = false;
    if (no_return) attempt.past_point_of_no_return = attempt.copy_opened = false;
  };
  co_return co_await write(change);
}

Task<Result<void>> Cutover::done(const Action& action) {
  if (downtime_began_ && !downtime_) {
    const auto at = std::chrono::floor<milliseconds>(c_.around.loop.clock().steady_now() - *downtime_began_);
    parts_.emplace_back(std::string(to_string(action.kind)) + " " + action.subject, at);
  }
  if (action.kind == Kind::leader_verify_no_late_write) {
    std::function<void(Attempt&)> change = [](Attempt& attempt) { attempt.late_write_checked = true; };
    co_return co_await write(change);
  }
  live_ = live_ || action.kind == Kind::database_verify_live;
  if (action.kind == Kind::app_disable_maintenance && action.subject == c_.migration.target.app)
    co_return co_await note_end_of_downtime();
  co_return Result<void>{};
}

Task<Result<void>> Cutover::note_end_of_downtime() {
  if (!downtime_began_ || downtime_ || attempt().downtime_ended) co_return Result<void>{};
  const auto total = c_.around.loop.clock().steady_now() - *downtime_began_;
  downtime_ = std::chrono::floor<milliseconds>(total);
  const nanoseconds outside = c_.around.outside.total() - outside_before_;
  own_ = std::chrono::floor<milliseconds>(std::max(nanoseconds{0}, nanoseconds{total} - outside));
  const WallTime now = c_.around.loop.clock().wall_now();
  std::function<void(Attempt&)> change = [now](Attempt& attempt) { attempt.downtime_ended = now; };
  Result<void> saved = co_await write(change);
  json::Value data = json::Value::object();
  data.set("downtime_ms", static_cast<std::int64_t>(downtime_->count()))
      .set("own_ms", static_cast<std::int64_t>(own_->count()));
  set_expected(data, attempt().downtime_expected);
  json::Value parts = json::Value::array();
  milliseconds before{0};
  for (const auto& [name, at] : parts_) {
    json::Value part = json::Value::object();
    part.set("name", name).set("ms", static_cast<std::int64_t>((at - before).count()));
    parts.push(std::move(part));
    before = at;
  }
  data.set("parts", std::move(parts));
  tell(EventType::downtime_ended, serving(), std::move(data));
  co_return saved;
}

Task<void> Cutover::watch_deadline() {
  const seconds most = attempt().max_downtime;
  SteadyTime at = *downtime_began_ + most - restore_reserve(most);
  while (true) {
    co_await c_.around.loop.sleep_until(at);
    if (attempt().downtime_ended) co_return;
    // Once the unfollow was sent the way is forward (safety S18), unless it turns out never to have arrived.
    if (!attempt().unfollow_sent) break;
    at = c_.around.loop.clock().steady_now() + std::chrono::seconds{1};
  }
  halt_.order(Halt::Reason::deadline,
              "the downtime would have lasted longer than max_downtime, " + spec_duration(most));
}

Task<void> Cutover::watch_signal() {
  co_await c_.signal.gate().passed();
  halt_.order(Halt::Reason::signal, c_.signal.why());
}

MigrationOutcome Cutover::outcome(Outcome outcome, std::string message, std::optional<Error> error) const {
  return {c_.migration.name, outcome, std::move(message), std::move(error)};
}

void Cutover::tell(EventType type, std::string message, json::Value data, std::optional<Error> error) {
  Event event;
  event.type = type;
  event.at = c_.around.loop.clock().wall_now();
  event.migration = c_.migration.name;
  event.message = std::move(message);
  event.data = std::move(data);
  event.error = std::move(error);
  c_.around.events.emit(event);
}

}  // namespace changeover
