#include "executor/scheduler.h"

#include <algorithm>
#include <utility>

#include "core/text.h"

namespace changeover {
namespace {

using std::chrono::milliseconds;

/// An action that was performed this often and is still not so is not going to be.
constexpr int performs_most = 3;
/// How often in a row a question may fail before its action does; the client below retries too.
constexpr int failures_most = 5;
constexpr milliseconds failure_pause{200};
constexpr milliseconds poor_pause{1000};  // a request comes back in 800 ms
/// The same reason for waiting is told again this often, so that a log shows life.
constexpr std::chrono::seconds tell_again{30};

bool passes_by_itself(ErrorCode code) {
  return code == ErrorCode::unavailable || code == ErrorCode::rate_limited || code == ErrorCode::outcome_unknown;
}

}  // namespace

Task<GraphResult> Scheduler::run(std::vector<Action> actions, std::optional<SteadyTime> patience) {
  patience_ = patience;
  result_ = {};
  nodes_.clear();
  stopped_ = std::make_unique<Gate>(around_.loop);
  for (Action& action : actions) {
    std::string id = action.id;
    Node& node = nodes_[id];
    node.action = std::move(action);
    node.over = std::make_unique<Gate>(around_.loop);
  }
  Task<void> watch = detail::pass_on(halt_.gate(), *stopped_);
  watch.start();
  std::vector<Task<int>> running;
  running.reserve(nodes_.size());
  for (auto& [id, node] : nodes_) running.push_back(run_node(node));
  co_await all_of(std::move(running));
  if (result_.end == GraphResult::End::complete && halt_.ordered() &&
      std::ranges::any_of(nodes_, [](const auto& entry) { return entry.second.ended != Ended::done; })) {
    result_.end = GraphResult::End::halted;
    result_.why = halt_.why();
  }
  co_return std::move(result_);
}

Task<int> Scheduler::run_node(Node& node) {
  bool possible = true;
  for (const std::string& id : node.action.depends_on) {
    const auto dependency = nodes_.find(id);
    if (dependency == nodes_.end()) continue;
    co_await dependency->second.over->passed();
    possible = possible && dependency->second.ended == Ended::done;
  }
  if (possible && !stopped_->is_open()) node.ended = co_await carry_out(node);
  node.over->open();
  co_return 0;
}

Task<Scheduler::Ended> Scheduler::carry_out(Node& node) {
  node.started = around_.loop.clock().steady_now();
  Look look = Look::known;
  int failures = 0;
  while (true) {
    Task<Result<Check>> question = hands_.check(node.action, look);
    // A change that was let finish is done also when its answer alone says so: a halt must not call it unfinished.
    const bool just_changed = node.performed > 0 && look == Look::known;
    std::optional<Result<Check>> answer = co_await unless(around_.loop, *stopped_, std::move(question), just_changed);
    if (!answer) co_return Ended::halted;
    if (!*answer) {
      Error error = answer->error();
      std::optional<Ended> end = co_await recover(node, error, failures);
      if (end) co_return *end;
      look = Look::fresh;
      continue;
    }
    failures = 0;
    const Check check = **answer;
    if (check.verdict == Check::Verdict::satisfied) {
      const auto took = std::chrono::floor<milliseconds>(around_.loop.clock().steady_now() - node.started);
      Result<void> noted = co_await observer_.done(node.action);
      if (!noted) co_return fail(node, noted.error());
      json::Value data = json::Value::object();
      data.set("duration_ms", static_cast<std::int64_t>(took.count())).set("changed", node.performed > 0);
      tell(EventType::action_done, node, check.why, std::move(data));
      co_return Ended::done;
    }
    if (check.verdict == Check::Verdict::failed)
      co_return fail(node, check.error.value_or(Error{ErrorCode::precondition, check.why, {}, {}}));
    std::optional<Ended> end;
    if (check.verdict == Check::Verdict::waiting) {
      end = co_await pause(node, check);
      look = Look::fresh;
    } else if (node.performed > 0 && look == Look::known) {
      look = Look::fresh;  // what the answer said is not enough to do it twice
    } else {
      end = co_await change(node, look);
    }
    if (end) co_return *end;
  }
}

Task<std::optional<Scheduler::Ended>> Scheduler::change(Node& node, Look& look) {
  if (node.performed >= performs_most && node.trouble) co_return fail(node, *node.trouble);
  if (node.performed >= performs_most)
    co_return fail(node, {ErrorCode::conflict,
                          std::string(to_string(node.action.kind)) + " of " + node.action.subject +
                              " was carried out " + std::to_string(performs_most) + " times and did not last",
                          "find out who changes it back, then apply again",
                          {}});
  if (stopped_->is_open()) co_return Ended::halted;
  if (node.performed == 0) tell(EventType::action_started, node);
  Result<void> ready = co_await observer_.before_change(node.action);
  if (!ready) co_return fail(node, ready.error());
  if (stopped_->is_open()) {
    const Result<void> unsent = changeover::fail(ErrorCode::precondition, "halted before it was sent");
    Result<void> undone = co_await observer_.after_change(node.action, unsent);
    if (!undone) co_return fail(node, undone.error());
    co_return Ended::halted;
  }
  Result<void> outcome = co_await hands_.perform(node.action);
  look = outcome ? Look::known : Look::fresh;  // the answer is the newest fact there is; without one, the world is
  if (outcome || !passes_by_itself(outcome.error().code)) ++node.performed;
  if (outcome) ++result_.changed;
  Result<void> noted = co_await observer_.after_change(node.action, outcome);
  if (!noted) co_return fail(node, noted.error());
  node.trouble.reset();
  if (outcome) co_return std::nullopt;
  node.trouble = outcome.error();
  if (!passes_by_itself(outcome.error().code)) co_return fail(node, outcome.error());
  int failures = node.performed;
  if (!waits_for_requests(outcome.error()))
    ++node.performed;  // an unknown outcome may have been one: look before it is done again
  std::optional<Ended> end = co_await recover(node, outcome.error(), failures);
  co_return end;
}

Task<std::optional<Scheduler::Ended>> Scheduler::pause(Node& node, const Check& check) {
  const SteadyTime now = around_.loop.clock().steady_now();
  const auto waited = now - node.started;
  if (node.action.wait_most && waited > *node.action.wait_most)
    co_return fail(node, {ErrorCode::unavailable,
                          "waited " + human_duration(std::chrono::floor<milliseconds>(waited)) + " for " +
                              node.action.waits_for + ": " + check.why,
                          "look at " + node.action.subject + " itself; apply again when it is well",
                          {}});
  if (patience_ && now >= *patience_) {
    if (result_.end == GraphResult::End::complete)
      result_ = {GraphResult::End::out_of_patience, node.action.id, check.why, {}, result_.changed};
    co_return Ended::out_of_patience;
  }
  if (node.told != check.why || now - node.told_at >= tell_again) {
    json::Value data = json::Value::object();
    if (check.progress) data.set("progress", *check.progress);
    data.set("waited_ms", static_cast<std::int64_t>(std::chrono::floor<milliseconds>(waited).count()));
    tell(EventType::action_waiting, node, check.why, std::move(data));
    node.told = check.why;
    node.told_at = now;
  }
  // A tenth of the wait so far: never late by more than that, and few looks at a long wait.
  const auto tenth = std::chrono::floor<milliseconds>(waited / 10);
  SteadyTime until = now + std::clamp(tenth, check.look_again, std::max(check.look_again, check.look_most));
  if (patience_) until = std::min(until, std::max(*patience_, now + milliseconds{1}));
  const OutsideTime::Span waiting(around_.outside);
  co_await stopped_->passed_before(until);
  co_return std::nullopt;
}

/// They come back, and nothing was done: nobody gives up for that, least of all who restores.
bool Scheduler::waits_for_requests(const Error& error) const {
  const bool patient = !patience_ || around_.loop.clock().steady_now() < *patience_;
  return error.code == ErrorCode::rate_limited && patient;
}

Task<std::optional<Scheduler::Ended>> Scheduler::recover(Node& node, const Error& error, int& failures) {
  const Error reason = error;
  const bool poor = waits_for_requests(reason);
  if (!passes_by_itself(reason.code) || (!poor && ++failures >= failures_most)) co_return fail(node, reason);
  tell(EventType::action_waiting, node, "asking again: " + reason.what);
  const SteadyTime until = around_.loop.clock().steady_now() + (poor ? poor_pause : failure_pause * failures);
  co_await stopped_->passed_before(until);
  co_return std::nullopt;
}

Scheduler::Ended Scheduler::fail(Node& node, Error error) {
  tell(EventType::action_failed, node, error.what, {}, error);
  if (result_.end != GraphResult::End::failed)
    result_ = {GraphResult::End::failed, node.action.id, error.what, std::move(error), result_.changed};
  stopped_->open();
  return Ended::failed;
}

void Scheduler::tell(EventType type, const Node& node, std::string message, json::Value data,
                     std::optional<Error> error) {
  Event event;
  event.type = type;
  event.at = around_.loop.clock().wall_now();
  event.migration = migration_;
  event.action = node.action.id;
  event.kind = std::string(to_string(node.action.kind));
  event.subject = node.action.subject;
  event.message = std::move(message);
  event.data = std::move(data);
  event.error = std::move(error);
  around_.events.emit(event);
}

}  // namespace changeover
