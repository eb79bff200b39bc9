// Leases that run out, lost answers and broken locks: what a remote state adds to the contract (safety S12).
#include "executor/state/leased_state.h"

#include <gtest/gtest.h>

#include <string>

#include "http/headers.h"
#include "tests/support/state_world_http.h"

namespace changeover {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::HttpStateWorld;
using testing::StateModel;
using Fault = StateModel::Fault;

RecordedMigration record(std::string copy) {
  RecordedMigration migration;
  migration.name = "orders";
  migration.copy = {"id-of-" + copy, copy};
  return migration;
}

struct LeasedStateTest : ::testing::Test {
  HttpStateWorld world{false};
  EventLoop& loop = world.loop();
  LeaseTimes times;

  Result<std::unique_ptr<Lease>> lock(StateBackend& state) { return loop.run(state.lock("orders", "apply")); }
  void pass(milliseconds time) {
    loop.run([](EventLoop& on, milliseconds how_long) -> Task<int> {
      co_await on.sleep_for(how_long);
      co_return 0;
    }(loop, time));
  }
  std::string kept() {
    Result<Recorded> recorded = loop.run(world.two().load());
    const RecordedMigration* found = recorded ? recorded->find("orders") : nullptr;
    return found == nullptr ? "nothing" : found->copy.name;
  }
};

TEST_F(LeasedStateTest, ALeaseLastsAsLongAsTheLoopTurns) {
  auto lease = lock(world.one());
  ASSERT_TRUE(lease);
  pass(times.lasts * 5);
  const auto second = lock(world.two());
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::locked);
}

TEST_F(LeasedStateTest, ANewHolderWaitsForTheLongestCallOfTheOneThatVanished) {
  auto lease = lock(world.one());
  ASSERT_TRUE(lease);
  world.kill_one();
  pass(times.lasts + seconds{1});
  std::string told;
  world.two().on_wait([&](const std::string& text) { told = text; });
  const WallTime before = world.time.wall_now();
  auto second = lock(world.two());
  ASSERT_TRUE(second) << second.error().what;
  EXPECT_GE(world.time.wall_now() - before, times.longest_call - seconds{2});
  EXPECT_LE(world.time.wall_now() - before, times.longest_call);
  EXPECT_NE(told.find("vanished"), std::string::npos);
}

TEST_F(LeasedStateTest, ABrokenLockKeepsTheNextHolderWaitingAsWell) {
  auto lease = lock(world.one());
  ASSERT_TRUE(lease);
  ASSERT_TRUE(loop.run(world.two().unlock(world.lock_id("orders"), true)));
  const WallTime before = world.time.wall_now();
  ASSERT_TRUE(lock(world.two()));
  EXPECT_GE(world.time.wall_now() - before, times.longest_call - seconds{2});
}

TEST_F(LeasedStateTest, AStalledHolderIsFencedOffWhenItComesBack) {
  auto lease = lock(world.one());
  ASSERT_TRUE(lease);
  ASSERT_TRUE(loop.run(world.one().save(record("first"))));
  world.time.advance(times.lasts + times.longest_call);  // the process stood still
  auto second = lock(world.two());
  ASSERT_TRUE(second) << second.error().what;
  const Result<void> renewed = loop.run((*lease)->renew());
  ASSERT_FALSE(renewed);
  EXPECT_EQ(renewed.error().code, ErrorCode::locked);
  EXPECT_FALSE(loop.run(world.one().save(record("late"))));
  EXPECT_EQ(kept(), "first");
}

TEST_F(LeasedStateTest, NothingIrreversibleIsAllowedWithoutTimeForIt) {
  auto lease = lock(world.one());
  ASSERT_TRUE(lease);
  const SteadyTime until = world.time.steady_now() + minutes{1};
  world.model.meddle = [&](const std::string& verb, int) {
    if (verb == "POST" && world.time.steady_now() < until) world.time.advance(times.lasts - times.longest_call);
    return Fault::none;
  };
  const Result<void> renewed = loop.run((*lease)->renew());
  ASSERT_FALSE(renewed);
  EXPECT_EQ(renewed.error().code, ErrorCode::unavailable);
  EXPECT_TRUE(loop.run((*lease)->renew()));
}

TEST_F(LeasedStateTest, AServerThatIsGoneForGoodEndsTheRenewal) {
  auto lease = lock(world.one());
  ASSERT_TRUE(lease);
  world.model.meddle = [](const std::string&, int) { return Fault::error_500; };
  const Result<void> renewed = loop.run((*lease)->renew());
  ASSERT_FALSE(renewed);
  EXPECT_EQ(renewed.error().code, ErrorCode::unavailable);
}

/// Whatever happens to one request, the save is either kept or refused, and the next run can go on.
TEST_F(LeasedStateTest, EveryRequestMayFailInEveryWay) {
  for (const bool gitlab : {false, true})
    for (const Fault fault : {Fault::lost_before, Fault::lost_after, Fault::error_500, Fault::error_after, Fault::full})
      for (int at = 1; at <= 8; ++at) {
        SCOPED_TRACE(std::string(gitlab ? "gitlab" : "plain") + ", fault " + std::to_string(static_cast<int>(fault)) +
                     ", request " + std::to_string(at));
        HttpStateWorld one_world(gitlab);
        EventLoop& turning = one_world.loop();
        one_world.model.meddle = [&](const std::string&, int number) { return number == at ? fault : Fault::none; };
        auto lease = turning.run(one_world.one().lock("orders", "apply"));
        ASSERT_TRUE(lease) << lease.error().what;
        const Result<void> saved = turning.run(one_world.one().save(record("kept")));
        ASSERT_TRUE(saved) << saved.error().what;
        lease->reset();
        turning.run(one_world.one().settle());
        const Result<Recorded> recorded = turning.run(one_world.two().load());
        ASSERT_TRUE(recorded) << recorded.error().what;
        ASSERT_NE(recorded->find("orders"), nullptr);
        EXPECT_EQ(recorded->find("orders")->copy.name, "kept");
        auto next = turning.run(one_world.two().lock("orders", "apply"));
        if (!next) {  // the giving back itself was hit: the lease runs out
          one_world.let_leases_run_out();
          next = turning.run(one_world.two().lock("orders", "apply"));
        }
        EXPECT_TRUE(next) << next.error().what;
      }
}

TEST_F(LeasedStateTest, ATornWriteIsNeverGuessed) {
  auto lease = lock(world.one());
  ASSERT_TRUE(lease);
  world.model.meddle = [](const std::string&, int) { return Fault::torn; };
  EXPECT_FALSE(loop.run(world.one().save(record("torn"))));
  world.model.meddle = nullptr;
  const Result<Recorded> recorded = loop.run(world.two().load());
  ASSERT_FALSE(recorded);
  EXPECT_EQ(recorded.error().code, ErrorCode::corrupt);
}

TEST_F(LeasedStateTest, TheLockOfARunThatDiedInTheMomentOfWritingIsBroken) {
  world.model.lock_id = "changeover-of-a-dead-run";
  world.model.lock_body = R"({"ID":"changeover-of-a-dead-run","Who":"dana@build-7","Created":"2026-09-21T14:13:20Z"})";
  const WallTime before = world.time.wall_now();
  auto second = lock(world.two());
  ASSERT_TRUE(second) << second.error().what;
  EXPECT_GE(world.time.wall_now() - before, HttpStore::Options{}.breaks_after);
}

TEST_F(LeasedStateTest, ALockOfSomebodyElsesIsNeverBroken) {
  world.model.lock_id = "7d1e1e10-0000-4000-8000-000000000000";
  world.model.lock_body =
      R"({"ID":"7d1e1e10-0000-4000-8000-000000000000","Who":"terraform@ci","Created":"2026-09-21T14:13:20Z"})";
  const auto second = lock(world.two());
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::locked);
  EXPECT_NE(second.error().what.find("terraform@ci since 2026-09-21T14:13:20Z"), std::string::npos)
      << second.error().what;
  EXPECT_EQ(world.model.lock_id, "7d1e1e10-0000-4000-8000-000000000000");
}

TEST_F(LeasedStateTest, AStateThatVanishedIsBegunAgainWithWhatIsKnown) {
  auto lease = lock(world.one());
  ASSERT_TRUE(lease);
  ASSERT_TRUE(loop.run(world.one().save(record("first"))));
  world.model.document.clear();
  ASSERT_TRUE(loop.run(world.one().save(record("second"))));
  EXPECT_EQ(kept(), "second");
}

TEST(HttpStateAddress, IsGitLabsWayOfLockingWhereItIsGitLab) {
  const auto gitlab = HttpStateAddress::of("https://gitlab.example/api/v4/projects/7/terraform/state/orders");
  EXPECT_EQ(gitlab.lock_url, "https://gitlab.example/api/v4/projects/7/terraform/state/orders/lock");
  EXPECT_EQ(gitlab.lock_method, "POST");
  EXPECT_EQ(gitlab.unlock_method, "DELETE");
  const auto plain = HttpStateAddress::of("https://state.example/orders?team=a");
  EXPECT_EQ(plain.lock_url, "https://state.example/orders?team=a");
  EXPECT_EQ(plain.lock_method, "LOCK");
}

TEST(HttpHeaders, AreReadAndWritten) {
  EXPECT_EQ(parse_http_date("Sun, 22 Nov 2026 10:00:01 GMT"),
            WallTime{std::chrono::sys_days{std::chrono::year{2026} / 11 / 22} + std::chrono::hours{10} + seconds{1}});
  for (const char* text : {"", "yesterday", "Sun, 31 Feb 2026 10:00:00 GMT", "Sun, 22 Nov 2026 25:00:00 GMT",
                           "Sun, 22 Nov 2026 10:00:00 PST"})
    EXPECT_FALSE(parse_http_date(text)) << text;
  EXPECT_EQ(basic_authorization("dana", Secret("open sesame")).reveal(), "Basic ZGFuYTpvcGVuIHNlc2FtZQ==");
  EXPECT_EQ(basic_authorization("ab", Secret("cd")).reveal(), "Basic YWI6Y2Q=");
  EXPECT_EQ(basic_authorization("ab", Secret("c")).reveal(), "Basic YWI6Yw==");
}

}  // namespace
}  // namespace changeover
