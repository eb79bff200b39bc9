// Hands and state of the executor's own tests: a world of named actions that become so, fail, wait or lose an answer.
//
// Owner: the test. Thread rule: one thread, on virtual time. Every call is noted in order, with what the journal held
// at that moment, so that a test can say what was durable before a change.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "executor/events.h"
#include "executor/provider.h"

namespace changeover::testing {

/// Keeps records in memory; a save can be made to fail.
class FakeState final : public StateBackend {
 public:
  class HeldLease final : public Lease {
   public:
    Task<Result<void>> renew() override { co_return Result<void>{}; }
  };

  Task<Result<Recorded>> load() override { co_return recorded; }
  Task<Result<void>> save(const RecordedMigration& migration) override {
    const RecordedMigration copy = migration;
    if (taken) co_return fail(ErrorCode::locked, "another run holds the lock");
    if (fails) co_return fail(ErrorCode::unavailable, "the disk is full");
    saved = copy;
    co_return Result<void>{};
  }
  Task<Result<std::unique_ptr<Lease>>> lock(std::string, std::string) override {
    std::unique_ptr<Lease> lease = std::make_unique<HeldLease>();
    co_return std::move(lease);
  }
  Task<Result<void>> unlock(std::string, bool) override { co_return Result<void>{}; }
  Task<Result<std::map<std::string, Holder>>> holders() override { co_return std::map<std::string, Holder>{}; }
  [[nodiscard]] std::string describe() const override { return "memory"; }

  Recorded recorded;
  std::optional<RecordedMigration> saved;
  bool fails = false;
  bool taken = false;  ///< by another run
};

class FakeHands final : public Hands {
 public:
  /// How one action behaves; found by the action's id.
  struct Behaviour {
    bool done = false;                        ///< it is so already
    std::chrono::milliseconds takes{0};       ///< perform() takes this long
    std::chrono::milliseconds becomes_so{0};  ///< then it waits this long
    std::optional<Error> check_fails{};       ///< the verdict is `failed`
    std::vector<Error> perform_errors{};  ///< of the first performs; unknown outcomes still take effect when `effect`
    bool effect = true;                   ///< perform() changes the world
  };
  struct Noted {
    std::string call;  ///< "check ID", "perform ID", "let go"
    std::optional<RecordedMigration> durable;
  };

  FakeHands(EventLoop& loop, FakeState& state) : loop_(loop), state_(state) {}

  Task<Result<Check>> check(const Action& action, Look look) override {
    const std::string id = action.id;
    note((look == Look::fresh ? "look " : "check ") + id);
    co_await loop_.sleep_for(std::chrono::milliseconds{1});
    Behaviour& behaviour = actions[id];
    if (behaviour.check_fails) co_return Check::failed(*behaviour.check_fails);
    if (behaviour.done) co_return Check::satisfied();
    const auto performed = performed_at_.find(id);
    if (performed == performed_at_.end()) co_return Check::ready();
    if (loop_.clock().steady_now() >= performed->second + behaviour.becomes_so) co_return Check::satisfied();
    Check waiting;
    waiting.verdict = Check::Verdict::waiting;
    waiting.why = "it takes its time";
    waiting.look_again = std::chrono::milliseconds{10};
    waiting.look_most = std::chrono::milliseconds{60'000};
    co_return waiting;
  }
  Task<Result<void>> perform(const Action& action) override {
    const std::string id = action.id;
    note("perform " + id);
    Behaviour& behaviour = actions[id];
    co_await loop_.sleep_for(behaviour.takes);
    std::optional<Error> error;
    if (!behaviour.perform_errors.empty()) {
      error = behaviour.perform_errors.front();
      behaviour.perform_errors.erase(behaviour.perform_errors.begin());
    }
    const bool happened = !error || (error->code == ErrorCode::outcome_unknown && behaviour.effect);
    if (happened && behaviour.effect) performed_at_[id] = loop_.clock().steady_now();
    note("answered " + id);
    if (error) co_return fail(*error);
    co_return Result<void>{};
  }
  Task<Result<void>> make_ready(bool) override {
    if (not_ready) co_return fail(*not_ready);
    co_return Result<void>{};
  }
  Task<Check> affords_cutover(int) override { co_return Check::satisfied(); }
  Task<void> let_go(bool forward) override {
    note(forward ? "let go forward" : "let go");
    co_return;
  }
  Task<Result<std::vector<Baseline>>> baselines(std::vector<std::string> apps) override {
    std::vector<Baseline> found;
    for (const std::string& app : apps) found.push_back({{app + "-id", app}, false, {{"web", 2, "standard-1x"}}, 7});
    co_return found;
  }

  [[nodiscard]] std::vector<std::string> performed() const {
    std::vector<std::string> ids;
    for (const Noted& noted : calls)
      if (noted.call.starts_with("perform ")) ids.push_back(noted.call.substr(8));
    return ids;
  }
  [[nodiscard]] int count(const std::string& call) const {
    int found = 0;
    for (const Noted& noted : calls) found += noted.call == call ? 1 : 0;
    return found;
  }
  /// What was durable when that call came first.
  [[nodiscard]] const RecordedMigration* durable_at(const std::string& call) const {
    for (const Noted& noted : calls)
      if (noted.call == call) return noted.durable ? &*noted.durable : nullptr;
    return nullptr;
  }

  std::map<std::string, Behaviour> actions;
  std::optional<Error> not_ready;
  std::vector<Noted> calls;

 private:
  void note(std::string call) { calls.push_back({std::move(call), state_.saved}); }
  EventLoop& loop_;
  FakeState& state_;
  std::map<std::string, SteadyTime> performed_at_;
};

class HeardEvents final : public EventSink {
 public:
  void emit(const Event& event) override { events.push_back(event); }
  [[nodiscard]] bool heard(EventType type) const {
    for (const Event& event : events)
      if (event.type == type) return true;
    return false;
  }
  std::vector<Event> events;
};

}  // namespace changeover::testing
