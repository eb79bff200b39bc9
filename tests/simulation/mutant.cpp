#include "tests/simulation/mutant.h"

#include <utility>

namespace changeover::simulation {
namespace {

class MutantHands final : public Hands {
 public:
  MutantHands(std::unique_ptr<Hands> inner, const Mutant& mutant) : inner_(std::move(inner)), mutant_(mutant) {}

  Task<Result<Check>> check(const Action& action, Look look) override {
    if (mutant_.skips.contains(action.kind)) co_return Check::satisfied();
    Result<Check> checked = co_await inner_->check(action, look);
    if (checked && mutant_.checks) mutant_.checks(action, *checked);
    co_return checked;
  }
  Task<Result<void>> perform(const Action& action) override { return inner_->perform(action); }
  Task<Result<void>> make_ready(bool needs_leader) override { return inner_->make_ready(needs_leader); }
  Task<Check> affords_cutover(int at_once) override { return inner_->affords_cutover(at_once); }
  Task<void> let_go(bool forward) override { return inner_->let_go(forward); }
  Task<Result<std::vector<Baseline>>> baselines(std::vector<std::string> apps) override {
    return inner_->baselines(std::move(apps));
  }

 private:
  std::unique_ptr<Hands> inner_;
  const Mutant& mutant_;
};

class LyingSession final : public heroku::LeaderSession {
 public:
  LyingSession(std::unique_ptr<heroku::LeaderSession> inner, const LeaderLies& lies)
      : inner_(std::move(inner)), lies_(lies) {}

  Task<Result<heroku::LeaderIdentity>> connect() override { return inner_->connect(); }
  Task<Result<heroku::PreflightFacts>> inspect() override { return inner_->inspect(); }
  Task<Result<heroku::EndedClients>> end_client_backends() override { return inner_->end_client_backends(); }
  Task<Result<void>> fence() override {
    if (!lies_.fences) co_return co_await inner_->fence();
    co_return Result<void>{};
  }
  Task<Result<heroku::Quiet>> quiet() override { return inner_->quiet(); }
  Task<Result<heroku::Marker>> mark() override {
    Result<heroku::Marker> marker = co_await inner_->mark();
    if (marker && lies_.fence_let_go) {
      [[maybe_unused]] const Result<void> released = co_await inner_->release();
    }
    co_return marker;
  }
  Task<Result<heroku::Drain>> drain(heroku::Marker marker) override {
    Result<heroku::Drain> drain = co_await inner_->drain(std::move(marker));
    if (drain && (lies_.fences || lies_.fence_let_go)) drain->fence_holds = true;
    if (lies_.unbroken) {
      if (!drain) drain = heroku::Drain{};
      drain->fence_holds = drain->unmoved = true;
    }
    co_return drain;
  }
  Task<Result<heroku::Snapshot>> snapshot() override { return inner_->snapshot(); }
  Task<Result<heroku::LateWrites>> late_writes(heroku::Marker marker) override {
    Result<heroku::LateWrites> late = co_await inner_->late_writes(std::move(marker));
    if (lies_.no_late_write) {
      if (!late) late = heroku::LateWrites{};
      late->verdict = heroku::LateWrites::Verdict::none;
    }
    co_return late;
  }
  Task<Result<void>> release() override { return inner_->release(); }
  Task<Result<heroku::Ledger>> ledger() override { return inner_->ledger(); }
  Task<Result<heroku::Aftermath>> writes_since(heroku::Marker marker) override {
    return inner_->writes_since(std::move(marker));
  }
  Task<Result<heroku::PermanentFence>> fence_permanently() override {
    if (!lies_.closes) co_return co_await inner_->fence_permanently();
    co_return heroku::PermanentFence{};
  }
  Task<Result<void>> lift_permanent_fence() override { return inner_->lift_permanent_fence(); }

 private:
  std::unique_ptr<heroku::LeaderSession> inner_;
  const LeaderLies& lies_;
};

}  // namespace

Task<Result<Observed>> MutantProvider::observe(const std::vector<const Migration*>& migrations,
                                               const Recorded& recorded) {
  Result<Observed> observed = co_await inner_.observe(migrations, recorded);
  if (observed && mutant_.observes) mutant_.observes(*observed);
  co_return observed;
}

std::unique_ptr<Hands> MutantProvider::hands(const Migration& migration, const Observed& facts, Journal& journal) {
  return std::make_unique<MutantHands>(inner_.hands(migration, facts, journal), mutant_);
}

Task<Result<Recorded>> MutantState::load() {
  Result<Recorded> recorded = co_await inner_.load();
  if (recorded && mutant_.loads) mutant_.loads(*recorded);
  co_return recorded;
}

Task<Result<void>> MutantState::save(const RecordedMigration& migration) {
  RecordedMigration written = migration;
  if (mutant_.saves) mutant_.saves(written);
  co_return co_await inner_.save(written);
}

std::unique_ptr<heroku::LeaderSession> MutantLeaders::open(Secret database_url) {
  return std::make_unique<LyingSession>(inner_.open(std::move(database_url)), mutant_.leader);
}

}  // namespace changeover::simulation
