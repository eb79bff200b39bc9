#include "executor/state/local_state.h"

#include <gtest/gtest.h>

#include "core/text.h"
#include "executor/state/record_file.h"
#include "tests/support/fake_files.h"
#include "tests/support/sample_record.h"
#include "tests/support/virtual_time.h"

namespace changeover {
namespace {

using testing::FakeDisk;
using testing::FakeFiles;
using testing::VirtualTime;

constexpr const char* state_path = "/state/orders.state.json";

/// One process with its own view of the disk.
struct OneProcess {
  OneProcess(FakeDisk& disk, VirtualTime& time, std::int64_t pid)
      : files(disk),
        loop(time, time),
        random(static_cast<std::uint64_t>(pid)),
        state(files, loop, random, {state_path, "spec.yaml", {"dana", "build-7", pid}}) {}

  Result<Recorded> load() { return loop.run(state.load()); }
  Result<void> save(const RecordedMigration& migration) { return loop.run(state.save(migration)); }
  Result<std::unique_ptr<Lease>> lock(const std::string& migration) { return loop.run(state.lock(migration, "apply")); }
  Result<std::map<std::string, Holder>> holders() { return loop.run(state.holders()); }
  Result<void> unlock(const std::string& id, bool force) { return loop.run(state.unlock(id, force)); }
  Result<void> renew(Lease& lease) { return loop.run(lease.renew()); }

  FakeFiles files;
  EventLoop loop;
  SeededRandom random;
  LocalStateBackend state;
};

class LocalStateTest : public ::testing::Test {
 protected:
  FakeDisk disk;
  VirtualTime time;
  OneProcess one{disk, time, 11};
  OneProcess two{disk, time, 22};

  static RecordedMigration record(std::string name, std::string copy = "copy") {
    RecordedMigration migration;
    migration.name = std::move(name);
    migration.copy = {"id-of-" + copy, copy};
    return migration;
  }
  std::string lock_id(const std::string& migration) {
    const auto note = read_lock_note(disk.content(std::string(state_path) + "." + migration + ".lock"));
    return note ? note->holder.id : "no note";
  }
  std::vector<std::string> files() const {
    std::vector<std::string> names;
    for (const auto& [path, file] : disk.names) names.push_back(path);
    return names;
  }
};

TEST_F(LocalStateTest, IsEmptyBeforeTheFirstSave) {
  const Result<Recorded> recorded = one.load();
  ASSERT_TRUE(recorded) << recorded.error().what;
  EXPECT_EQ(recorded->serial, 0);
  EXPECT_TRUE(recorded->migrations.empty());
  EXPECT_TRUE(files().empty());
}

TEST_F(LocalStateTest, KeepsWhatWasSavedAndCountsTheWrites) {
  auto lease = one.lock("orders");
  ASSERT_TRUE(lease) << lease.error().what;
  ASSERT_TRUE(one.save(record("orders", "a")));
  ASSERT_TRUE(one.save(record("orders", "b")));
  const Result<Recorded> recorded = two.load();
  ASSERT_TRUE(recorded) << recorded.error().what;
  EXPECT_EQ(recorded->serial, 2);
  EXPECT_EQ(recorded->lineage.size(), 36U);
  ASSERT_EQ(recorded->migrations.size(), 1U);
  EXPECT_EQ(recorded->migrations[0].copy.name, "b");
}

TEST_F(LocalStateTest, TwoRunsOnDifferentMigrationsKeepEachOthersRecords) {
  auto orders = one.lock("orders");
  auto users = two.lock("users");
  ASSERT_TRUE(orders);
  ASSERT_TRUE(users);
  ASSERT_TRUE(one.load());
  ASSERT_TRUE(two.load());
  ASSERT_TRUE(one.save(record("orders")));
  ASSERT_TRUE(two.save(record("users")));
  ASSERT_TRUE(one.save(record("orders", "again")));
  const Result<Recorded> recorded = one.load();
  ASSERT_TRUE(recorded) << recorded.error().what;
  EXPECT_EQ(recorded->serial, 3);
  ASSERT_NE(recorded->find("users"), nullptr);
  EXPECT_EQ(recorded->find("orders")->copy.name, "again");
}

TEST_F(LocalStateTest, LeavesNoFileButTheState) {
  {
    auto lease = one.lock("orders");
    ASSERT_TRUE(lease);
    EXPECT_EQ(files(), std::vector<std::string>{std::string(state_path) + ".orders.lock"});
    ASSERT_TRUE(one.save(record("orders")));
  }
  EXPECT_EQ(files(), std::vector<std::string>{state_path});
}

TEST_F(LocalStateTest, NamesTheHoldersWithoutTouchingALock) {
  auto lease = one.lock("orders");
  ASSERT_TRUE(lease);
  const std::vector<std::string> before = files();
  auto holders = two.holders();
  ASSERT_TRUE(holders) << holders.error().what;
  ASSERT_EQ(holders->size(), 1U);
  EXPECT_EQ(holders->at("orders").pid, 11);
  EXPECT_EQ(files(), before);
}

TEST_F(LocalStateTest, AHolderThatTheMachineDoesNotRunAnyMoreHoldsNothing) {
  auto lease = one.lock("orders");
  ASSERT_TRUE(lease);
  disk.put("/proc/self", "");
  disk.put("/proc/11", "");
  EXPECT_EQ(two.holders()->size(), 1U);
  disk.names.erase("/proc/11");
  EXPECT_TRUE(two.holders()->empty());
}

TEST_F(LocalStateTest, SaysWhoHoldsTheLock) {
  auto lease = one.lock("orders");
  ASSERT_TRUE(lease);
  const auto second = two.lock("orders");
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::locked);
  EXPECT_EQ(second.error().what,
            "the migration orders is locked by dana on build-7 (process 11, `apply`), since 2026-09-21T14:13:20Z");
  EXPECT_NE(second.error().advice.find("changeover unlock spec.yaml " + lock_id("orders") + " --force"),
            std::string::npos);
}

TEST_F(LocalStateTest, LocksAgainstItselfToo) {
  auto lease = one.lock("orders");
  ASSERT_TRUE(lease);
  const auto second = one.lock("orders");
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::locked);
  EXPECT_TRUE(one.renew(**lease));
}

TEST_F(LocalStateTest, IsFreeAfterTheLeaseIsDropped) {
  auto lease = one.lock("orders");
  ASSERT_TRUE(lease);
  lease->reset();
  EXPECT_TRUE(two.lock("orders"));
}

TEST_F(LocalStateTest, TakesOverTheLockOfADeadRun) {
  auto lease = one.lock("orders");
  ASSERT_TRUE(lease);
  one.files.die();
  const auto second = two.lock("orders");
  ASSERT_TRUE(second) << second.error().what;
  EXPECT_TRUE(two.renew(**second));
  lease->reset();  // what is left of the dead run must not touch the new lock
  EXPECT_TRUE(two.renew(**second));
  EXPECT_TRUE(two.save(record("orders")));
}

TEST_F(LocalStateTest, UnlockRefusesWhileTheHolderLives) {
  auto lease = one.lock("orders");
  ASSERT_TRUE(lease);
  const Result<void> broken = two.unlock(lock_id("orders"), false);
  ASSERT_FALSE(broken);
  EXPECT_EQ(broken.error().code, ErrorCode::locked);
  EXPECT_TRUE(one.renew(**lease));
}

TEST_F(LocalStateTest, ForcedUnlockStopsTheHolderAtItsNextStep) {
  auto lease = one.lock("orders");
  ASSERT_TRUE(lease);
  ASSERT_TRUE(one.save(record("orders", "before")));
  ASSERT_TRUE(two.unlock(lock_id("orders"), true));
  EXPECT_EQ(one.renew(**lease).error().code, ErrorCode::locked);
  auto taken = two.lock("orders");
  ASSERT_TRUE(taken) << taken.error().what;
  const Result<void> renewed = one.renew(**lease);
  ASSERT_FALSE(renewed);
  EXPECT_NE(renewed.error().what.find("now it is held by dana on build-7 (process 22"), std::string::npos);
  const Result<void> saved = one.save(record("orders", "too late"));
  ASSERT_FALSE(saved);
  EXPECT_EQ(saved.error().code, ErrorCode::locked);
  EXPECT_EQ(two.load()->find("orders")->copy.name, "before");
  lease->reset();
  EXPECT_TRUE(two.renew(**taken)) << "the old holder let go of somebody else's lock";
}

TEST_F(LocalStateTest, UnlockRemovesALeftover) {
  auto lease = one.lock("orders");
  ASSERT_TRUE(lease);
  one.files.die();
  const std::string id = lock_id("orders");
  EXPECT_TRUE(two.unlock(id, false));
  EXPECT_TRUE(files().empty());
}

TEST_F(LocalStateTest, UnlockOfAnUnknownIdListsTheLocks) {
  auto lease = one.lock("orders");
  ASSERT_TRUE(lease);
  const Result<void> unlocked = two.unlock("no-such-id", true);
  ASSERT_FALSE(unlocked);
  EXPECT_EQ(unlocked.error().code, ErrorCode::not_found);
  EXPECT_NE(unlocked.error().advice.find(lock_id("orders") + "  orders: dana on build-7"), std::string::npos);
  EXPECT_TRUE(one.renew(**lease));
}

TEST_F(LocalStateTest, SavingNeedsTheLease) {
  const Result<void> saved = one.save(record("orders"));
  ASSERT_FALSE(saved);
  EXPECT_EQ(saved.error().code, ErrorCode::internal);
  EXPECT_TRUE(files().empty());
}

TEST_F(LocalStateTest, SaysThatTheFolderIsMissing) {
  disk.folders.clear();
  for (const Error& error : {one.load().error(), one.lock("orders").error(), one.unlock("id", true).error()}) {
    EXPECT_EQ(error.code, ErrorCode::precondition);
    EXPECT_NE(error.what.find("the folder /state does not exist"), std::string::npos) << error.what;
  }
}

TEST_F(LocalStateTest, RefusesAStateThatWasReplaced) {
  auto lease = one.lock("orders");
  ASSERT_TRUE(lease);
  ASSERT_TRUE(one.save(record("orders", "a")));
  const std::string old = disk.content(state_path);
  ASSERT_TRUE(one.save(record("orders", "b")));
  disk.put(state_path, old);
  const Result<void> older = one.save(record("orders", "c"));
  ASSERT_FALSE(older);
  EXPECT_EQ(older.error().code, ErrorCode::conflict);
  disk.put(state_path, record_text(testing::full_record()));
  const Result<void> other = one.save(record("orders", "c"));
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().code, ErrorCode::conflict);
  EXPECT_EQ(disk.content(state_path), record_text(testing::full_record()));
}

TEST_F(LocalStateTest, GoesOnWithAStateThatVanished) {
  auto lease = one.lock("orders");
  ASSERT_TRUE(lease);
  ASSERT_TRUE(one.save(record("orders", "a")));
  const std::string lineage = one.load()->lineage;
  disk.names.erase(state_path);
  ASSERT_TRUE(one.save(record("orders", "b")));
  EXPECT_EQ(one.load()->lineage, lineage);
  EXPECT_EQ(one.load()->serial, 2);
}

TEST_F(LocalStateTest, RefusesToWorkOnABrokenState) {
  disk.put(state_path, "{\"format_version\": 1, \"linea");
  EXPECT_EQ(one.load().error().code, ErrorCode::corrupt);
  EXPECT_EQ(one.lock("orders").error().code, ErrorCode::corrupt);
  EXPECT_EQ(disk.names.size(), 1U);
}

TEST_F(LocalStateTest, GivesUpOnAGuardThatIsNeverFree) {
  auto lease = one.lock("orders");
  ASSERT_TRUE(lease);
  auto guard = two.files.try_lock(std::string(state_path) + ".lock");
  ASSERT_TRUE(guard);
  const WallTime before = time.wall_now();
  const Result<void> saved = one.save(record("orders"));
  ASSERT_FALSE(saved);
  EXPECT_EQ(saved.error().code, ErrorCode::locked);
  EXPECT_GE(time.wall_now() - before, LocalStateBackend::guard_patience);
  (*guard)->remove_and_release();
  EXPECT_TRUE(one.save(record("orders")));
}

TEST_F(LocalStateTest, WaitsForTheGuard) {
  auto lease = one.lock("orders");
  ASSERT_TRUE(lease);
  auto guard = two.files.try_lock(std::string(state_path) + ".lock");
  ASSERT_TRUE(guard);
  const RecordedMigration orders = record("orders");
  auto save = one.state.save(orders);
  save.start();
  EXPECT_FALSE(save.done());
  (*guard)->remove_and_release();
  const auto a_while = [](EventLoop& loop) -> Task<int> {
    auto pause = loop.sleep_for(std::chrono::milliseconds(20));
    co_await pause;
    co_return 0;
  };
  one.loop.run(a_while(one.loop));
  ASSERT_TRUE(save.done());
  EXPECT_TRUE(save.take());
}

TEST_F(LocalStateTest, RemovesWhatAKilledWriteLeft) {
  const std::string leftover = std::string(state_path) + ".changeover-77-0.tmp";
  const std::string theirs = std::string(state_path) + ".mine.tmp";
  disk.put(leftover, "half");
  disk.put(theirs, "kept");
  auto lease = one.lock("orders");
  ASSERT_TRUE(lease);
  EXPECT_FALSE(disk.has(leftover));
  EXPECT_TRUE(disk.has(theirs));
}

TEST_F(LocalStateTest, RemovesTheLocksOfDeadRunsAndNoOthers) {
  auto dead = one.lock("orders");
  auto alive = two.lock("users");
  ASSERT_TRUE(dead && alive);
  one.files.die();
  disk.put(std::string(state_path) + ".theirs.lock", "no note of ours");
  OneProcess three(disk, time, 33);
  ASSERT_TRUE(three.lock("mail"));
  EXPECT_EQ(files(), (std::vector<std::string>{std::string(state_path) + ".theirs.lock",
                                               std::string(state_path) + ".users.lock"}));
  EXPECT_TRUE(two.renew(**alive));
}

/// The whole life of a lock and two saves, with a record of what was durable.
struct Life {
  bool first_saved = false;
  bool second_saved = false;
};

Life live(OneProcess& process) {
  Life life;
  if (!process.load()) return life;
  auto lease = process.lock("orders");
  if (!lease) return life;
  RecordedMigration migration;
  migration.name = "orders";
  migration.create_intent = "first";
  life.first_saved = process.save(migration).has_value();
  if (!life.first_saved) return life;
  migration.create_intent = "second";
  life.second_saved = process.save(migration).has_value();
  return life;
}

/// Every call fails in turn, once and for good: what was said to be saved is there, what was not is as it was (or, when
/// the error came after the effect, as it should become), and the next process goes on without help.
class EveryCall : public ::testing::TestWithParam<std::tuple<bool, FakeFiles::How>> {};

TEST_P(EveryCall, MayFail) {
  const auto [for_good, how] = GetParam();
  bool reached_the_end = false;
  for (int n = 1; !reached_the_end; ++n) {
    ASSERT_LT(n, 200);
    FakeDisk disk;
    VirtualTime time;
    OneProcess process(disk, time, 11);
    process.files.fail_call({n, for_good, how, ErrorCode::unavailable});
    const Life life = live(process);
    reached_the_end = process.files.calls() < n;
    process.files.die();

    OneProcess next(disk, time, 22);
    const Result<Recorded> recorded = next.load();
    ASSERT_TRUE(recorded) << n << ": " << recorded.error().what;
    const RecordedMigration* orders = recorded->find("orders");
    const std::string found = orders == nullptr ? "" : orders->create_intent;
    if (life.second_saved)
      EXPECT_EQ(found, "second") << n;
    else if (life.first_saved)
      EXPECT_TRUE(found == "first" || (how == FakeFiles::How::after_effect && found == "second")) << n;
    else
      EXPECT_TRUE(found.empty() || (how == FakeFiles::How::after_effect && found == "first")) << n;
    EXPECT_TRUE(live(next).second_saved) << n;
    EXPECT_EQ(disk.names.size(), 1U) << n;
  }
}

INSTANTIATE_TEST_SUITE_P(Fails, EveryCall,
                         ::testing::Combine(::testing::Bool(), ::testing::Values(FakeFiles::How::before_effect,
                                                                                 FakeFiles::How::after_effect)));

TEST(LocalStateTorn, ATornWriteIsCorruptAndNeverGuessed) {
  FakeDisk disk;
  VirtualTime time;
  OneProcess process(disk, time, 11);
  auto lease = process.lock("orders");
  ASSERT_TRUE(lease);
  RecordedMigration migration;
  migration.name = "orders";
  // The guard, then two looks at the lease, then the read of the state: the write is the fifth call.
  process.files.fail_call({5, false, FakeFiles::How::torn, ErrorCode::unavailable});
  EXPECT_FALSE(process.save(migration));
  OneProcess next(disk, time, 22);
  ASSERT_TRUE(disk.has(state_path));
  EXPECT_EQ(next.load().error().code, ErrorCode::corrupt);
}

}  // namespace
}  // namespace changeover
