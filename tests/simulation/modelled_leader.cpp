#include "tests/simulation/modelled_leader.h"

#include <utility>
#include <vector>

#include "emulator/modelled/database_url.h"

namespace changeover::simulation {
namespace {

using emulator::DataPlane;
using emulator::ModelledServer;

constexpr std::chrono::seconds lock_patience{6};  // three tries of lock_timeout 2 s
constexpr std::chrono::milliseconds lock_look{100};

std::string lsn(std::int64_t position) { return "0/" + std::to_string(position); }

heroku::ClientBackend backend_of(const std::string& writer) {
  heroku::ClientBackend backend;
  backend.pid = 4242;
  backend.role = "app";
  backend.application = writer;
  backend.state = "idle in transaction";
  backend.kind = "client backend";
  backend.holds_xid = true;
  backend.may_be_ended = true;
  return backend;
}

}  // namespace

class ModelledLeaders::Session final : public heroku::LeaderSession {
 public:
  Session(ModelledLeaders& leaders, const Secret& url)
      : leaders_(leaders), number_(++leaders.next_session_), url_(emulator::parse_database_url(url.reveal())) {}
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
  ~Session() override { end_fence(); }

  Task<Result<heroku::LeaderIdentity>> connect() override {
    auto met = co_await arrive("connect");
    if (!met) co_return fail(met.error());
    const ModelledServer* server = url_ ? plane().find_at(url_->host, url_->port) : nullptr;
    if (server == nullptr || server->state == ModelledServer::State::failed)
      co_return fail(ErrorCode::unavailable, "nobody answers at the leader's address");
    const auto password = server->passwords.find(url_->user);
    if (password == server->passwords.end() || !(password->second == url_->password))
      co_return fail(ErrorCode::unauthorized, "the leader does not accept this password");
    server_ = server->id;
    machine_ = server->machine;
    co_return identity(*server);
  }
  Task<Result<heroku::PreflightFacts>> inspect() override {
    auto met = co_await arrive("inspect");
    if (!met) co_return fail(met.error());
    heroku::PreflightFacts facts;
    facts.tables = met.value()->tables;
    facts.database_bytes = met.value()->bytes;
    facts.lock_capacity = 10'000;
    facts.read_only = met.value()->read_only;
    co_return facts;
  }
  Task<Result<heroku::EndedClients>> end_client_backends() override {
    auto met = co_await arrive("end_client_backends");
    if (!met) co_return fail(met.error());
    heroku::EndedClients ended;
    ended.ended = plane().end_sessions(server_);
    co_return ended;
  }
  Task<Result<void>> fence() override {
    auto met = co_await arrive("fence");
    if (!met) co_return fail(met.error());
    const SteadyTime deadline = leaders_.loop_.clock().steady_now() + lock_patience;
    for (auto open = plane().open_transactions(server_); !open.empty(); open = plane().open_transactions(server_)) {
      if (leaders_.loop_.clock().steady_now() >= deadline)
        co_return fail(ErrorCode::precondition, "cannot fence the leader; in the way: " + open.front());
      co_await leaders_.loop_.sleep_for(lock_look);
      plane().settle();
    }
    const ModelledServer* server = plane().find(server_);
    if (server == nullptr || server->machine != machine_) co_return fail(ErrorCode::unavailable, "the leader is gone");
    plane().add_fence(server_, number_);
    holds_ = true;
    co_return Result<void>{};
  }
  Task<Result<heroku::Quiet>> quiet() override {
    auto met = co_await arrive("quiet");
    if (!met) co_return fail(met.error());
    heroku::Quiet quiet;
    quiet.why = why_not_quiet();
    quiet.quiet = quiet.why.empty();
    quiet.snapshot = now(*met.value());
    co_return quiet;
  }
  Task<Result<heroku::Marker>> mark() override {
    auto met = co_await arrive("mark");
    if (!met) co_return fail(met.error());
    if (!why_not_quiet().empty())
      co_return fail(ErrorCode::precondition, "the leader is not quiet: " + why_not_quiet());
    heroku::Marker marker;
    marker.system_identifier = identity(*met.value()).system_identifier;
    marker.timeline = met.value()->timeline;
    marker.xid = plane().commit(server_);
    marker.fence_lsn = lsn(plane().position(*met.value()));
    marker.after = now(*met.value());
    if (holds_) marker.ledger = heroku::Ledger{};
    co_return marker;
  }
  Task<Result<heroku::Drain>> drain(heroku::Marker marker) override {
    auto met = co_await arrive("drain");
    if (!met) co_return fail(met.error());
    heroku::Drain drain;
    for (const ModelledServer* follower : plane().followers(server_)) {
      if (follower->state != ModelledServer::State::running) continue;
      const std::int64_t replayed = plane().position(*follower);
      drain.replicas.push_back({"follower", "streaming", lsn(replayed), replayed >= marker.after.xmax});
    }
    drain.fence_holds = fence_stands();
    drain.why = moved(*met.value(), marker);
    drain.unmoved = drain.why.empty();
    if (drain.unmoved && !drain.fence_holds) drain.why = "the fence does not stand";
    co_return drain;
  }
  Task<Result<heroku::Snapshot>> snapshot() override {
    auto met = co_await arrive("snapshot");
    if (!met) co_return fail(met.error());
    co_return now(*met.value());
  }
  Task<Result<heroku::LateWrites>> late_writes(heroku::Marker marker) override {
    auto met = co_await arrive("late_writes");
    if (!met) co_return fail(met.error());
    using Verdict = heroku::LateWrites::Verdict;
    heroku::LateWrites late;
    late.snapshot = now(*met.value());
    late.why = moved(*met.value(), marker);
    late.verdict = late.why.empty() ? Verdict::none : Verdict::unexplained;
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
    co_return count(*met.value());
  }
  Task<Result<heroku::Aftermath>> writes_since(heroku::Marker marker) override {
    auto met = co_await arrive("writes_since");
    if (!met) co_return fail(met.error());
    using Verdict = heroku::Aftermath::Verdict;
    const bool same = identity(*met.value()).system_identifier == marker.system_identifier &&
                      met.value()->timeline == marker.timeline;
    if (!same) co_return heroku::Aftermath{Verdict::not_known, "another server answers"};
    const std::string since = moved(*met.value(), marker);
    co_return heroku::Aftermath{since.empty() ? Verdict::none : Verdict::written, since};
  }
  Task<Result<heroku::PermanentFence>> fence_permanently() override {
    auto met = co_await arrive("fence_permanently");
    if (!met) co_return fail(met.error());
    plane().set_read_only(server_);
    heroku::PermanentFence fence;
    fence.after = now(*met.value());
    fence.ledger = count(*met.value());
    co_return fence;
  }
  Task<Result<void>> lift_permanent_fence() override {
    auto met = co_await arrive("lift_permanent_fence");
    if (!met) co_return fail(met.error());
    plane().set_read_only(server_, false);
    co_return Result<void>{};
  }

 private:
  DataPlane& plane() { return leaders_.plane_; }

  /// The way there: latency, then meddling. Gives the server as it is on arrival (none is needed to connect).
  Task<Result<const ModelledServer*>> arrive(std::string call) {
    co_await leaders_.loop_.sleep_for(leaders_.round_trip);
    if (leaders_.before)
      if (std::optional<Error> error = leaders_.before(call)) co_return fail(*error);
    plane().settle();
    if (leaders_.observe) leaders_.observe(call);
    const ModelledServer* server = server_.empty() ? nullptr : plane().find(server_);
    const bool gone =
        server == nullptr || server->state == ModelledServer::State::failed || server->machine != machine_;
    if (call != "connect" && gone) {
      holds_ = false;
      co_return fail(ErrorCode::unavailable, "the connection to the leader broke");
    }
    co_return server;
  }
  [[nodiscard]] heroku::LeaderIdentity identity(const ModelledServer& server) const {
    heroku::LeaderIdentity identity;
    identity.system_identifier = "70000000000000000" + std::to_string(10 + server.log);
    identity.timeline = server.timeline;
    identity.server_version = "15.18";
    identity.server_version_number = 150'018;
    identity.host = server.endpoint.host;
    identity.port = server.endpoint.port;
    identity.database = server.endpoint.database;
    identity.role = server.endpoint.user;
    identity.in_recovery = server.follows();
    identity.sees_statistics = true;
    return identity;
  }
  [[nodiscard]] heroku::Snapshot now(const ModelledServer& server) {
    return {plane().position(server), plane().position(server)};
  }
  [[nodiscard]] heroku::Ledger count(const ModelledServer& server) {
    heroku::Ledger ledger;
    ledger.rows_changed = plane().position(server);
    ledger.counting_since = "start";
    return ledger;
  }
  [[nodiscard]] std::string why_not_quiet() {
    const auto open = plane().open_transactions(server_);
    return open.empty() ? "" : "a transaction that can write is open: " + to_text(backend_of(open.front()));
  }
  [[nodiscard]] bool fence_stands() {
    const ModelledServer* server = plane().find(server_);
    return holds_ && server != nullptr && server->fences.contains(number_);
  }
  [[nodiscard]] std::string moved(const ModelledServer& server, const heroku::Marker& marker) {
    if (identity(server).system_identifier != marker.system_identifier || server.timeline != marker.timeline)
      return "the leader was replaced since the marker";
    if (const std::string open = why_not_quiet(); !open.empty()) return open;
    const std::int64_t taken = now(server).xmax - marker.after.xmax;
    return taken == 0 ? "" : "transactions since the marker: " + std::to_string(taken);
  }
  void end_fence() {
    if (fence_stands()) plane().remove_fence(server_, number_);
    holds_ = false;
  }

  ModelledLeaders& leaders_;
  const int number_;
  std::optional<emulator::DatabaseUrl> url_;
  std::string server_;  ///< id, once connected
  int machine_ = 0;     ///< that the session is with
  bool holds_ = false;
};

std::unique_ptr<heroku::LeaderSession> ModelledLeaders::open(Secret database_url) {
  return std::make_unique<Session>(*this, database_url);
}

}  // namespace changeover::simulation
