// What every state backend keeps (executor/state/backend.h), asked of a local file, an http address and PostgreSQL.
#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "tests/support/state_world_http.h"
#include "tests/support/state_world_local.h"
#include "tests/support/state_world_postgres.h"

namespace changeover {
namespace {

using testing::StateWorld;

struct Kind {
  std::string name;
  std::function<std::unique_ptr<StateWorld>()> make;
};

class StateContract : public ::testing::TestWithParam<Kind> {
 protected:
  StateContract() : world(GetParam().make()), loop(world->loop()), one(world->one()), two(world->two()) {}

  static RecordedMigration record(std::string name, std::string copy = "copy") {
    RecordedMigration migration;
    migration.name = std::move(name);
    migration.copy = {"id-of-" + copy, copy};
    return migration;
  }
  Result<std::unique_ptr<Lease>> lock(StateBackend& state, const std::string& migration) {
    return loop.run(state.lock(migration, "apply"));
  }
  Result<void> save(StateBackend& state, const RecordedMigration& migration) { return loop.run(state.save(migration)); }
  void let_go(StateBackend& state, std::unique_ptr<Lease>& lease) {
    lease.reset();
    loop.run(state.settle());
  }

  std::unique_ptr<StateWorld> world;
  EventLoop& loop;
  StateBackend& one;
  StateBackend& two;
};

TEST_P(StateContract, IsEmptyBeforeTheFirstSave) {
  const Result<Recorded> recorded = loop.run(one.load());
  ASSERT_TRUE(recorded) << recorded.error().what;
  EXPECT_EQ(recorded->serial, 0);
  EXPECT_TRUE(recorded->migrations.empty());
}

TEST_P(StateContract, KeepsWhatWasSavedAndCountsTheWrites) {
  auto lease = lock(one, "orders");
  ASSERT_TRUE(lease) << lease.error().what;
  ASSERT_TRUE(save(one, record("orders", "a")));
  const Result<Recorded> first = loop.run(two.load());
  ASSERT_TRUE(first) << first.error().what;
  ASSERT_TRUE(save(one, record("orders", "b")));
  const Result<Recorded> second = loop.run(two.load());
  ASSERT_TRUE(second) << second.error().what;
  EXPECT_EQ(first->lineage.size(), 36U);
  EXPECT_EQ(second->lineage, first->lineage);
  EXPECT_GT(second->serial, first->serial);
  ASSERT_EQ(second->migrations.size(), 1U);
  EXPECT_EQ(second->migrations[0].copy.name, "b");
}

TEST_P(StateContract, TwoRunsAtOnceKeepEachOthersRecords) {
  auto orders = lock(one, "orders");
  auto users = lock(two, "users");
  ASSERT_TRUE(orders) << orders.error().what;
  ASSERT_TRUE(users) << users.error().what;
  const auto save_often = [](StateBackend& state, std::string name) -> Task<Result<void>> {
    for (int i = 0; i < 5; ++i) {
      const RecordedMigration migration = record(name, std::to_string(i));
      Result<void> saved = co_await state.save(migration);
      if (!saved) co_return saved;
    }
    co_return Result<void>{};
  };
  std::vector<Task<Result<void>>> both;
  both.push_back(save_often(one, "orders"));
  both.push_back(save_often(two, "users"));
  for (const Result<void>& saved : loop.run(all_of(std::move(both)))) EXPECT_TRUE(saved) << saved.error().what;
  const Result<Recorded> recorded = loop.run(one.load());
  ASSERT_TRUE(recorded) << recorded.error().what;
  ASSERT_NE(recorded->find("orders"), nullptr);
  ASSERT_NE(recorded->find("users"), nullptr);
  EXPECT_EQ(recorded->find("orders")->copy.name, "4");
  EXPECT_EQ(recorded->find("users")->copy.name, "4");
}

TEST_P(StateContract, SaysWhoHoldsTheLockAndHowToBreakIt) {
  auto lease = lock(one, "orders");
  ASSERT_TRUE(lease) << lease.error().what;
  const auto second = lock(two, "orders");
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::locked);
  EXPECT_NE(second.error().what.find("dana on build-7 (process 11, `apply`), since 20"), std::string::npos)
      << second.error().what;
  EXPECT_EQ(second.error().what.find(", until 20") != std::string::npos, world->leases_run_out());
  EXPECT_NE(second.error().advice.find("changeover unlock spec.yaml " + world->lock_id("orders") + " --force"),
            std::string::npos)
      << second.error().advice;
  EXPECT_TRUE(loop.run((*lease)->renew()));
}

TEST_P(StateContract, LocksAgainstItselfToo) {
  auto lease = lock(one, "orders");
  ASSERT_TRUE(lease);
  const auto second = lock(one, "orders");
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::locked);
}

TEST_P(StateContract, IsFreeAfterTheLeaseIsGivenBack) {
  auto lease = lock(one, "orders");
  ASSERT_TRUE(lease);
  let_go(one, *lease);
  const auto second = lock(two, "orders");
  EXPECT_TRUE(second) << second.error().what;
}

TEST_P(StateContract, SavingNeedsTheLease) {
  const Result<void> saved = save(one, record("orders"));
  ASSERT_FALSE(saved);
  EXPECT_EQ(saved.error().code, ErrorCode::internal);
}

TEST_P(StateContract, ADeadRunLosesItsLockAndWritesNothingAnyMore) {
  auto lease = lock(one, "orders");
  ASSERT_TRUE(lease) << lease.error().what;
  ASSERT_TRUE(save(one, record("orders", "first")));
  world->kill_one();
  if (world->leases_run_out()) {
    const auto early = lock(two, "orders");
    ASSERT_FALSE(early);
    EXPECT_EQ(early.error().code, ErrorCode::locked);
    world->let_leases_run_out();
  }
  auto second = lock(two, "orders");
  ASSERT_TRUE(second) << second.error().what;
  EXPECT_TRUE(save(two, record("orders", "second")));
  EXPECT_TRUE(loop.run((*second)->renew()));
}

TEST_P(StateContract, UnlockRefusesWhileTheHolderLives) {
  auto lease = lock(one, "orders");
  ASSERT_TRUE(lease);
  const Result<void> unlocked = loop.run(two.unlock(world->lock_id("orders"), false));
  ASSERT_FALSE(unlocked);
  EXPECT_EQ(unlocked.error().code, ErrorCode::locked);
  EXPECT_NE(unlocked.error().advice.find("--force"), std::string::npos);
  EXPECT_TRUE(loop.run((*lease)->renew()));
}

TEST_P(StateContract, ForcedUnlockStopsTheHolderAtItsNextStep) {
  auto lease = lock(one, "orders");
  ASSERT_TRUE(lease);
  ASSERT_TRUE(save(one, record("orders", "first")));
  const Result<void> unlocked = loop.run(two.unlock(world->lock_id("orders"), true));
  ASSERT_TRUE(unlocked) << unlocked.error().what;
  const Result<void> saved = save(one, record("orders", "late"));
  ASSERT_FALSE(saved);
  EXPECT_EQ(saved.error().code, ErrorCode::locked);
  const Result<void> renewed = loop.run((*lease)->renew());
  ASSERT_FALSE(renewed);
  EXPECT_EQ(renewed.error().code, ErrorCode::locked);
  const Result<Recorded> recorded = loop.run(two.load());
  ASSERT_TRUE(recorded);
  EXPECT_EQ(recorded->find("orders")->copy.name, "first");
}

TEST_P(StateContract, UnlockOfAnUnknownIdListsTheLocks) {
  auto lease = lock(one, "orders");
  ASSERT_TRUE(lease);
  const Result<void> unlocked = loop.run(two.unlock("11111111-2222-4333-8444-555555555555", true));
  ASSERT_FALSE(unlocked);
  EXPECT_EQ(unlocked.error().code, ErrorCode::not_found);
  EXPECT_NE(unlocked.error().advice.find(world->lock_id("orders")), std::string::npos);
}

TEST_P(StateContract, RefusesANewerFormatAndLeavesItAlone) {
  auto lease = lock(one, "orders");
  ASSERT_TRUE(lease);
  ASSERT_TRUE(save(one, record("orders")));
  std::string newer = world->content();
  const std::size_t version = newer.find("\"format_version\": 1");
  ASSERT_NE(version, std::string::npos) << newer;
  newer.replace(version, 19, "\"format_version\": 9");
  world->replace_content(newer);
  const Result<Recorded> loaded = loop.run(two.load());
  ASSERT_FALSE(loaded);
  EXPECT_EQ(loaded.error().code, ErrorCode::corrupt);
  EXPECT_NE(loaded.error().what.find("newer changeover"), std::string::npos) << loaded.error().what;
  EXPECT_FALSE(save(one, record("orders", "again")));
  EXPECT_FALSE(lock(two, "users"));
  EXPECT_EQ(world->content(), newer);
}

TEST_P(StateContract, ATornDocumentIsCorruptAndNeverGuessed) {
  auto lease = lock(one, "orders");
  ASSERT_TRUE(lease);
  ASSERT_TRUE(save(one, record("orders")));
  const std::string whole = world->content();
  world->replace_content(whole.substr(0, whole.size() / 2));
  const Result<Recorded> loaded = loop.run(two.load());
  ASSERT_FALSE(loaded);
  EXPECT_EQ(loaded.error().code, ErrorCode::corrupt);
  const Result<void> saved = save(one, record("orders", "again"));
  ASSERT_FALSE(saved);
  EXPECT_EQ(saved.error().code, ErrorCode::corrupt);
  EXPECT_EQ(world->content(), whole.substr(0, whole.size() / 2));
}

TEST_P(StateContract, RefusesAStateThatWasReplaced) {
  auto lease = lock(one, "orders");
  ASSERT_TRUE(lease);
  ASSERT_TRUE(save(one, record("orders", "old")));
  const std::string older = world->content();
  ASSERT_TRUE(save(one, record("orders", "new")));
  world->replace_content(older);
  const Result<void> saved = save(one, record("orders", "newest"));
  ASSERT_FALSE(saved);
  EXPECT_EQ(saved.error().code, ErrorCode::conflict);
  EXPECT_EQ(world->content(), older);
}

TEST_P(StateContract, APlaceThatMayOnlyBeReadIsNamed) {
  world->make_read_only();
  const auto lease = lock(one, "orders");
  ASSERT_FALSE(lease);
  EXPECT_TRUE(lease.error().code == ErrorCode::unauthorized || lease.error().code == ErrorCode::precondition)
      << lease.error().what;
}

TEST_P(StateContract, AFullPlaceKeepsWhatItHad) {
  auto lease = lock(one, "orders");
  ASSERT_TRUE(lease);
  ASSERT_TRUE(save(one, record("orders", "kept")));
  world->fill_up();
  const Result<void> saved = save(one, record("orders", "lost"));
  ASSERT_FALSE(saved);
  EXPECT_EQ(saved.error().code, ErrorCode::unavailable) << saved.error().what;
  const Result<Recorded> recorded = loop.run(two.load());
  ASSERT_TRUE(recorded);
  EXPECT_EQ(recorded->find("orders")->copy.name, "kept");
}

INSTANTIATE_TEST_SUITE_P(Backends, StateContract,
                         ::testing::Values(Kind{"local", [] { return testing::local_state_world(); }},
                                           Kind{"http", [] { return testing::http_state_world(false); }},
                                           Kind{"gitlab", [] { return testing::http_state_world(true); }},
                                           Kind{"postgres", [] { return testing::postgres_state_world(); }}),
                         [](const auto& kind) { return kind.param.name; });

}  // namespace
}  // namespace changeover
