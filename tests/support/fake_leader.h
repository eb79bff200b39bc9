// A leader of the imagination: the port of providers/heroku/leader/leader.h over a few numbers a test sets.
//
// Owner: the test owns the FakeLeader; sessions refer to it and must not outlive it. Thread rule: the event loop's
// thread. The rules it keeps are the real one's: a marker takes a transaction id and needs quiet, the fence ends with
// its session, an unmoved snapshot is no late write. Every call first waits `latency`, then meets `before` (where a
// test changes the world or fails the call), then acts.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/event_loop.h"
#include "providers/heroku/leader/leader.h"

namespace changeover::testing {

struct FakeLeader {
  /// The name of the method, as in leader.h ("fence", "mark", …). An Error is what the call gives instead of acting.
  using Before = std::function<std::optional<Error>(const std::string& call)>;

  heroku::LeaderIdentity identity{
      "7000000000000000001", 1, "15.8", 150008, "leader.example", 5432, "orders", "app", false, true};
  heroku::PreflightFacts facts;
  std::int64_t next_xid = 1000;                     ///< a write takes one: call write()
  std::int64_t log_position = 0x1000000;            ///< grows with every write
  std::int64_t marked_at = 0;                       ///< log position of the newest marker
  std::vector<heroku::ClientBackend> open_writers;  ///< hold a transaction id
  std::vector<heroku::ClientBackend> unendable;     ///< what end_client_backends() leaves
  int clients = 0;                                  ///< sessions it ends
  std::function<std::vector<heroku::Replica>(std::int64_t)>
      replicas;                     ///< of a marker's log position; default: one, there
  std::int64_t autovacuum_ids = 0;  ///< how many ids autovacuum explains at the next late look
  std::int64_t settings_ids = 0;    ///< ids that the permanent fence took: no write
  bool fenced = false;
  bool read_only = false;
  int sessions_open = 0;
  std::vector<std::string> calls;
  std::chrono::milliseconds latency{0};
  Before before;

  /// A transaction somebody commits. False when the fence or the read-only setting holds it off.
  bool write() {
    if (fenced || read_only) return false;
    take_id();
    return true;
  }
  /// A transaction the fence does not cover (a sequence, a new table).
  void take_id() {
    ++next_xid;
    log_position += 64;
  }
  [[nodiscard]] heroku::Snapshot snapshot() const { return {next_xid, next_xid}; }
  [[nodiscard]] std::string why_not_quiet() const {
    return open_writers.empty() ? "" : "a transaction that can write is open: " + to_text(open_writers.front());
  }
};

class FakeLeaderSession final : public heroku::LeaderSession {
 public:
  FakeLeaderSession(EventLoop& loop, FakeLeader& leader) : loop_(loop), leader_(leader) { ++leader_.sessions_open; }
  FakeLeaderSession(const FakeLeaderSession&) = delete;
  FakeLeaderSession& operator=(const FakeLeaderSession&) = delete;
  ~FakeLeaderSession() override {
    --leader_.sessions_open;
    end_fence();
  }

  Task<Result<heroku::LeaderIdentity>> connect() override {
    auto met = co_await arrive("connect");
    if (!met) co_return fail(met.error());
    co_return leader_.identity;
  }
  Task<Result<heroku::PreflightFacts>> inspect() override {
    auto met = co_await arrive("inspect");
    if (!met) co_return fail(met.error());
    co_return leader_.facts;
  }
  Task<Result<heroku::EndedClients>> end_client_backends() override {
    auto met = co_await arrive("end_client_backends");
    if (!met) co_return fail(met.error());
    heroku::EndedClients ended;
    ended.ended = std::exchange(leader_.clients, 0);
    std::erase_if(leader_.open_writers, [](const auto& writer) { return writer.may_be_ended; });
    ended.left = leader_.unendable;
    co_return ended;
  }
  Task<Result<void>> fence() override {
    auto met = co_await arrive("fence");
    if (!met) co_return fail(met.error());
    if (!leader_.open_writers.empty())
      co_return fail(ErrorCode::precondition, "cannot fence the leader; in the way: " + leader_.why_not_quiet());
    leader_.fenced = holds_ = true;
    co_return Result<void>{};
  }
  Task<Result<heroku::Quiet>> quiet() override {
    auto met = co_await arrive("quiet");
    if (!met) co_return fail(met.error());
    heroku::Quiet quiet;
    quiet.why = leader_.why_not_quiet();
    quiet.quiet = quiet.why.empty();
    quiet.snapshot = leader_.snapshot();
    co_return quiet;
  }
  Task<Result<heroku::Marker>> mark() override {
    auto met = co_await arrive("mark");
    if (!met) co_return fail(met.error());
    if (!leader_.open_writers.empty())
      co_return fail(ErrorCode::precondition, "the leader is not quiet: " + leader_.why_not_quiet());
    heroku::Marker marker;
    marker.system_identifier = leader_.identity.system_identifier;
    marker.timeline = leader_.identity.timeline;
    marker.xid = leader_.next_xid;
    leader_.take_id();
    marker.fence_lsn = lsn(leader_.log_position);
    marker.after = leader_.snapshot();
    if (holds_) marker.ledger = heroku::Ledger{};
    leader_.marked_at = leader_.log_position;
    co_return marker;
  }
  Task<Result<heroku::Drain>> drain(heroku::Marker marker) override {
    auto met = co_await arrive("drain");
    if (!met) co_return fail(met.error());
    heroku::Drain drain;
    drain.replicas = leader_.replicas ? leader_.replicas(leader_.marked_at)
                                      : std::vector<heroku::Replica>{{"follower", "streaming", marker.fence_lsn, true}};
    drain.fence_holds = holds_ && leader_.fenced;
    drain.why = leader_.why_not_quiet();
    if (drain.why.empty() && !same_server(marker)) drain.why = "the leader was replaced since the marker";
    if (drain.why.empty() && leader_.snapshot() != marker.after) drain.why = "a transaction ran since the marker";
    drain.unmoved = drain.why.empty();
    if (drain.unmoved && !drain.fence_holds) drain.why = "the fence does not stand";
    co_return drain;
  }
  Task<Result<heroku::Snapshot>> snapshot() override {
    auto met = co_await arrive("snapshot");
    if (!met) co_return fail(met.error());
    co_return leader_.snapshot();
  }
  Task<Result<heroku::LateWrites>> late_writes(heroku::Marker marker) override {
    auto met = co_await arrive("late_writes");
    if (!met) co_return fail(met.error());
    using Verdict = heroku::LateWrites::Verdict;
    const std::int64_t taken = leader_.next_xid - marker.after.xmax;
    const bool still = same_server(marker) && leader_.open_writers.empty();
    const bool explained = still && marker.ledger && holds_ && taken > 0 && taken <= leader_.autovacuum_ids;
    heroku::LateWrites late;
    late.snapshot = leader_.snapshot();
    late.verdict = still && taken == 0 ? Verdict::none : explained ? Verdict::autovacuum_only : Verdict::unexplained;
    late.why = "transaction ids taken since the marker: " + std::to_string(taken);
    co_return late;
  }
  Task<Result<void>> release() override {
    auto met = co_await arrive("release");
    if (!met) co_return fail(met.error());
    end_fence();
    co_return Result<void>{};
  }
  Task<Result<heroku::Ledger>> ledger() override {
    auto met = co_await arrive("ledger");
    if (!met) co_return fail(met.error());
    co_return count();
  }
  Task<Result<heroku::Aftermath>> writes_since(heroku::Marker marker) override {
    auto met = co_await arrive("writes_since");
    if (!met) co_return fail(met.error());
    using Verdict = heroku::Aftermath::Verdict;
    if (!same_server(marker)) co_return heroku::Aftermath{Verdict::not_known, "another server answers"};
    const bool written = leader_.next_xid - leader_.settings_ids != marker.after.xmax;
    co_return heroku::Aftermath{written ? Verdict::written : Verdict::none, written ? "1 changed row" : "nothing"};
  }
  Task<Result<heroku::PermanentFence>> fence_permanently() override {
    auto met = co_await arrive("fence_permanently");
    if (!met) co_return fail(met.error());
    leader_.take_id();
    ++leader_.settings_ids;
    leader_.read_only = true;
    heroku::PermanentFence fence;
    fence.after = leader_.snapshot();
    fence.ledger = count();
    fence.clients.ended = std::exchange(leader_.clients, 0);
    co_return fence;
  }
  Task<Result<void>> lift_permanent_fence() override {
    auto met = co_await arrive("lift_permanent_fence");
    if (!met) co_return fail(met.error());
    leader_.take_id();
    ++leader_.settings_ids;
    leader_.read_only = leader_.facts.read_only = false;
    co_return Result<void>{};
  }

 private:
  Task<Result<void>> arrive(std::string call) {
    leader_.calls.push_back(call);
    if (leader_.latency.count() > 0) co_await loop_.sleep_for(leader_.latency);
    std::optional<Error> error;
    if (leader_.before) error = leader_.before(call);
    if (error) co_return fail(std::move(*error));
    co_return Result<void>{};
  }
  [[nodiscard]] bool same_server(const heroku::Marker& marker) const {
    return marker.system_identifier == leader_.identity.system_identifier &&
           marker.timeline == leader_.identity.timeline;
  }
  [[nodiscard]] heroku::Ledger count() const { return {leader_.next_xid, 0, "", "", ""}; }
  void end_fence() {
    if (std::exchange(holds_, false)) leader_.fenced = false;
  }
  static std::string lsn(std::int64_t position) {
    static constexpr const char* digits = "0123456789ABCDEF";
    std::string text;
    for (std::int64_t rest = position; rest > 0; rest /= 16) text.insert(text.begin(), digits[rest % 16]);
    return "0/" + text;
  }

  EventLoop& loop_;
  FakeLeader& leader_;
  bool holds_ = false;
};

class FakeLeaderSessions final : public heroku::LeaderSessions {
 public:
  FakeLeaderSessions(EventLoop& loop, FakeLeader& leader) : loop_(loop), leader_(leader) {}
  std::unique_ptr<heroku::LeaderSession> open(Secret /*database_url*/) override {
    return std::make_unique<FakeLeaderSession>(loop_, leader_);
  }

 private:
  EventLoop& loop_;
  FakeLeader& leader_;
};

}  // namespace changeover::testing
