#include "tests/unit/cmd/fake_world.h"

#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "tests/support/fake_processes.h"

namespace changeover::testing {
namespace {

class FakeLease final : public Lease {
 public:
  Task<Result<void>> renew() override { co_return Result<void>{}; }
};

class FakeState final : public StateBackend {
 public:
  explicit FakeState(WorldScript& script) : script_(script) {}
  Task<Result<Recorded>> load() override { co_return script_.recorded; }
  Task<Result<void>> save(const RecordedMigration& migration) override {
    auto& all = script_.recorded.migrations;
    std::erase_if(all, [&](const RecordedMigration& one) { return one.name == migration.name; });
    all.push_back(migration);
    co_return Result<void>{};
  }
  Task<Result<std::unique_ptr<Lease>>> lock(std::string, std::string) override {
    if (script_.lock_fails) co_return fail(*script_.lock_fails);
    co_return std::make_unique<FakeLease>();
  }
  Task<Result<void>> unlock(std::string lock_id, bool force) override {
    if (script_.unlock_fails) co_return fail(*script_.unlock_fails);
    script_.unlocked = lock_id + (force ? "!" : "");
    co_return Result<void>{};
  }
  Task<Result<std::map<std::string, Holder>>> holders() override {
    if (script_.holders_fail) co_return fail(*script_.holders_fail);
    co_return script_.holders;
  }
  std::string describe() const override { return "memory"; }

 private:
  WorldScript& script_;
};

class FakeHands final : public Hands {
 public:
  explicit FakeHands(WorldScript& script) : script_(script) {}
  Task<Result<Check>> check(const Action& action, Look) override {
    const bool performed = std::ranges::find(script_.performed, action.id) != script_.performed.end();
    Check check = script_.done_already || performed ? Check::satisfied() : Check::ready();
    co_return check;
  }
  Task<Result<void>> perform(const Action& action) override {
    script_.performed.push_back(action.id);
    co_return Result<void>{};
  }
  Task<Result<void>> make_ready(bool) override { co_return Result<void>{}; }
  Task<Check> affords_cutover(int) override { co_return Check::satisfied(); }
  Task<void> let_go(bool) override { co_return; }
  Task<Result<std::vector<Baseline>>> baselines(std::vector<std::string>) override {
    co_return std::vector<Baseline>{};
  }

 private:
  WorldScript& script_;
};

class FakeProvider final : public Provider {
 public:
  FakeProvider(WorldScript& script, EventLoop& loop) : script_(script), loop_(loop) {}
  Task<Result<Observed>> observe(const std::vector<const Migration*>&, const Recorded&) override {
    if (script_.observe_fails) co_return fail(*script_.observe_fails);
    if (script_.interrupts_observing != 0) kill(getpid(), script_.interrupts_observing);
    while (script_.interrupts_observing != 0) co_await loop_.sleep_for(std::chrono::milliseconds{1});
    co_return script_.observed;
  }
  Task<WritesSince> old_database_writes(const Migration&, const MigrationFacts&, const RecordedMigration&) override {
    ++script_.writes_asked;
    co_return script_.writes;
  }
  std::unique_ptr<Hands> hands(const Migration&, const Observed&, Journal&) override {
    return std::make_unique<FakeHands>(script_);
  }
  Traffic traffic() const override { return {31, 54, {}}; }

 private:
  WorldScript& script_;
  EventLoop& loop_;
};

class FakeSurvey final : public Survey {
 public:
  explicit FakeSurvey(WorldScript& script) : script_(script) {}
  Task<Result<std::vector<PlanOffer>>> plan_offers() override { co_return script_.offers; }
  Task<Examination> examine(std::vector<std::string> apps, std::vector<ExaminedDatabase>) override {
    script_.examined = std::move(apps);
    co_return script_.examination;
  }

 private:
  WorldScript& script_;
};

class FakeWorld final : public World {
 public:
  explicit FakeWorld(WorldScript& script) : state_(script), provider_(script, loop_), survey_(script) {}
  EventLoop& loop() override { return loop_; }
  StateBackend& state() override { return state_; }
  Provider& provider() override { return provider_; }
  Survey& survey() override { return survey_; }
  OutsideTime& outside() override { return outside_; }
  Random& random() override { return random_; }
  ProcessRunner& processes() override { return processes_; }

 private:
  VirtualTime time_;
  EventLoop loop_{time_, time_};
  OutsideTime outside_{time_};
  SeededRandom random_{7};
  FakeProcesses processes_{loop_};
  FakeState state_;
  FakeProvider provider_;
  FakeSurvey survey_;
};

AppFacts app_facts(const std::string& id, const std::string& name, std::vector<Process> formation) {
  AppFacts facts;
  facts.app.id = id;
  facts.app.name = name;
  facts.app.region = "us";
  facts.app.generation = "cedar";
  facts.formation = std::move(formation);
  facts.dynos.emplace();
  facts.releases.emplace();
  return facts;
}

}  // namespace

Observed seed_facts(const std::string& migration) {
  Observed observed;
  observed.at = WallTime{std::chrono::seconds{1'790'000'000}};
  observed.apps["common-runtime-example"] = app_facts("a-1", "common-runtime-example", {{"web", 1, "standard-1x"}});
  AppFacts target = app_facts("a-2", "private-spaces-example", {{"web", 0, "private-m"}});
  target.app.space = App::Space{"s-1", "example-space", false};
  observed.apps["private-spaces-example"] = target;
  observed.addons_by_app["common-runtime-example"] = {};
  observed.addons_by_app["private-spaces-example"] = {};
  observed.attachments_by_app["common-runtime-example"] = {};
  observed.attachments_by_app["private-spaces-example"] = {};
  MigrationFacts& facts = observed.migrations.emplace_back();
  facts.name = migration;
  facts.source = Addon{"d-1",
                       "looking-simply-2449",
                       "heroku-postgresql",
                       "heroku-postgresql:standard-0",
                       "provisioned",
                       {"a-1", "common-runtime-example"},
                       Price{5'000, "month", false, false},
                       {}};
  facts.source_attachments = {
      {"t-1", "DATABASE", "", {"a-1", "common-runtime-example"}, {"d-1", "looking-simply-2449"}, {"DATABASE_URL"}, {}}};
  observed.attachments_by_app["common-runtime-example"] = facts.source_attachments;
  Database database;
  database.addon_id = "d-1";
  database.name = "looking-simply-2449";
  database.plan = "standard-0";
  database.status = "Available";
  database.fork_follow = "Available";
  database.version = "16.4";
  facts.source_database = database;
  facts.copy_name = "orders-private";
  facts.plan =
      PlanOffer{"p-4", "heroku-postgresql:private-4", "ga", true, false, Price{150'000, "month", false, false}};
  facts.leader = LeaderFacts{};
  return observed;
}

std::unique_ptr<World> fake_world(WorldScript& script, Reach reach) {
  script.reach = reach;
  return std::make_unique<FakeWorld>(script);
}

}  // namespace changeover::testing
