#include "providers/heroku/leader/postgres_leader.h"

#include <utility>

#include "postgres/worker.h"
#include "providers/heroku/leader/aftermath.h"
#include "providers/heroku/leader/clients.h"
#include "providers/heroku/leader/facts.h"
#include "providers/heroku/leader/fence.h"
#include "providers/heroku/leader/ledger.h"
#include "providers/heroku/leader/permanent.h"
#include "providers/heroku/leader/proof.h"

namespace changeover::heroku {

namespace {

using LeaderWorker = postgres::Worker<LeaderBackends>;

class PostgresLeader final : public LeaderSession {
 public:
  PostgresLeader(EventLoop& loop, Mailroom& mailroom, Secret url) : worker_(loop, mailroom, std::move(url)) {}

  Task<Result<LeaderIdentity>> connect() override { return run<LeaderIdentity>(connect_leader); }
  Task<Result<PreflightFacts>> inspect() override { return run<PreflightFacts>(inspect_leader); }
  Task<Result<EndedClients>> end_client_backends() override { return run<EndedClients>(end_clients); }
  Task<Result<void>> fence() override { return run<void>(raise_fence); }
  Task<Result<Quiet>> quiet() override { return run<Quiet>(look_quiet); }
  Task<Result<Marker>> mark() override { return run<Marker>(write_marker); }
  Task<Result<Drain>> drain(Marker marker) override {
    return run<Drain>(
        [marker = std::move(marker)](LeaderBackends& backends) { return look_drained(backends, marker); });
  }
  Task<Result<Snapshot>> snapshot() override { return run<Snapshot>(read_snapshot); }
  Task<Result<LateWrites>> late_writes(Marker marker) override {
    return run<LateWrites>(
        [marker = std::move(marker)](LeaderBackends& backends) { return look_late_writes(backends, marker); });
  }
  Task<Result<void>> release() override { return run<void>(release_fence); }
  Task<Result<Ledger>> ledger() override {
    return run<Ledger>([](LeaderBackends& backends) { return read_ledger(backends.control, backends.identity); });
  }
  Task<Result<Aftermath>> writes_since(Marker marker) override {
    return run<Aftermath>(
        [marker = std::move(marker)](LeaderBackends& backends) { return look_since(backends, marker); });
  }
  Task<Result<PermanentFence>> fence_permanently() override { return run<PermanentFence>(make_read_only); }
  Task<Result<void>> lift_permanent_fence() override { return run<void>(make_writable); }

 private:
  template <class T>
  Task<Result<T>> run(LeaderWorker::Work<T> work) {
    return worker_.run<T>(std::move(work));
  }

  LeaderWorker worker_;
};

}  // namespace

std::unique_ptr<LeaderSession> PostgresLeaderSessions::open(Secret database_url) {
  return std::make_unique<PostgresLeader>(loop_, mailroom_, std::move(database_url));
}

}  // namespace changeover::heroku
