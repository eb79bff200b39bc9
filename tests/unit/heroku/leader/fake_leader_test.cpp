// The fake keeps the rules that tests of the executor rely on.
#include "tests/support/fake_leader.h"

#include <gtest/gtest.h>

#include "tests/support/virtual_time.h"

namespace changeover::heroku {
namespace {

struct FakeLeaderTest : ::testing::Test {
  testing::VirtualTime time;
  EventLoop loop{time, time};
  testing::FakeLeader leader;
  testing::FakeLeaderSessions sessions{loop, leader};
  std::unique_ptr<LeaderSession> session = sessions.open(Secret("postgres://u:p@h/d"));
};

TEST_F(FakeLeaderTest, TheFenceHoldsWritersOffAndEndsWithTheSession) {
  EXPECT_TRUE(leader.write());
  ASSERT_TRUE(loop.run(session->fence()));
  EXPECT_FALSE(leader.write());
  session.reset();
  EXPECT_TRUE(leader.write());
}

TEST_F(FakeLeaderTest, AMarkerIsContiguousAndALateWriteMovesOnFromIt) {
  ASSERT_TRUE(loop.run(session->fence()));
  const auto marker = loop.run(session->mark());
  ASSERT_TRUE(marker);
  EXPECT_EQ(marker->after, (Snapshot{marker->xid + 1, marker->xid + 1}));
  EXPECT_TRUE(loop.run(session->drain(*marker))->unmoved);
  EXPECT_EQ(loop.run(session->late_writes(*marker))->verdict, LateWrites::Verdict::none);
  leader.take_id();
  EXPECT_FALSE(loop.run(session->drain(*marker))->unmoved);
  EXPECT_EQ(loop.run(session->late_writes(*marker))->verdict, LateWrites::Verdict::unexplained);
  leader.autovacuum_ids = 1;
  EXPECT_EQ(loop.run(session->late_writes(*marker))->verdict, LateWrites::Verdict::autovacuum_only);
}

TEST_F(FakeLeaderTest, ACallMayBeFailedAndTakesItsTime) {
  leader.latency = std::chrono::milliseconds{40};
  leader.before = [](const std::string& call) -> std::optional<Error> {
    if (call != "mark") return std::nullopt;
    return Error{ErrorCode::unavailable, "lost", "", {}};
  };
  ASSERT_TRUE(loop.run(session->connect()));
  const auto marker = loop.run(session->mark());
  ASSERT_FALSE(marker);
  EXPECT_EQ(marker.error().code, ErrorCode::unavailable);
  EXPECT_EQ(time.steady_now().time_since_epoch(), std::chrono::milliseconds{80});
  EXPECT_EQ(leader.calls, (std::vector<std::string>{"connect", "mark"}));
}

}  // namespace
}  // namespace changeover::heroku
