// Ending the sessions of others: all that may be ended are, the rest are named, the platform's are let be.
#include <list>

#include "tests/unit/heroku/leader/leader_fixture.h"

namespace changeover::heroku {
namespace {

class ClientsTest : public LeaderTest {};

TEST_F(ClientsTest, NoneIsLeftWhenAllMayBeEnded) {
  connected();
  emulator::SqlSession super = platform();
  std::list<emulator::SqlSession> pool;
  for (int i = 0; i < 6; ++i) pool.push_back(client());
  sql(pool.front(), "BEGIN; INSERT INTO orders (note) VALUES ('x')");
  const EndedClients ended = must(session->end_client_backends());
  EXPECT_GE(ended.ended, 6);
  EXPECT_TRUE(ended.left.empty());
  EXPECT_EQ(sql(super, "SELECT count(*) FROM pg_stat_activity WHERE usename = 'app' AND application_name = 'rails'"),
            "0");
  EXPECT_EQ(sql(super, "SELECT count(*) FROM orders"), "1");
  EXPECT_TRUE(must(session->quiet()).quiet);
}

TEST_F(ClientsTest, OursAndThePlatformsAreLetBe) {
  connected();
  emulator::SqlSession super = platform();
  (void)must(session->end_client_backends());
  EXPECT_EQ(sql(super, "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'changeover'"), "2");
}

TEST_F(ClientsTest, AWriterWhoseSessionMayNotBeEndedIsNamed) {
  emulator::SqlSession super = platform();
  sql(super,
      "CREATE ROLE reports LOGIN PASSWORD 'r'; GRANT ALL ON orders TO reports; GRANT ALL ON SEQUENCE orders_id_seq TO "
      "reports");
  leader.user = "reports";
  leader.password = Secret("r");
  emulator::SqlSession theirs = client("dashboard");
  sql(theirs, "BEGIN; INSERT INTO orders (note) VALUES ('x')");
  connected();
  const EndedClients ended = must(session->end_client_backends());
  ASSERT_EQ(ended.left.size(), 1U);
  EXPECT_FALSE(ended.left[0].may_be_ended);
  EXPECT_TRUE(ended.left[0].holds_xid);
  EXPECT_EQ(ended.left[0].role, "reports");
  EXPECT_NE(to_text(ended.left[0]).find("application \"dashboard\""), std::string::npos) << to_text(ended.left[0]);
  sql(theirs, "ROLLBACK");
  EXPECT_TRUE(must(session->end_client_backends()).left.empty()) << "an idle session without a transaction is let be";
}

TEST(ClientTextTest, ShowsForeignTextOnlyInPrintableAndShortForm) {
  ClientBackend backend;
  backend.pid = 7;
  backend.role = "a\x1b[31mpp";
  backend.application = std::string(200, 'x');
  const std::string words = to_text(backend);
  EXPECT_EQ(words.find('\x1b'), std::string::npos);
  EXPECT_LT(words.size(), 120U);
}

}  // namespace
}  // namespace changeover::heroku
