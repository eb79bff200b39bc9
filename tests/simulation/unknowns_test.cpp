// The dossier's questions that reading a real account can answer, asked of worlds that hold the answer.
#include "providers/heroku/unknowns.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/simulation/simulated_tool.h"
#include "tests/simulation/worlds.h"

namespace changeover::simulation {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::MatchesRegex;

class UnknownsTest : public ::testing::Test {
 protected:
  /// Two followers of the source, the first of them in the space; a release phase on the target that fails.
  UnknownsTest() : heroku_(world()) { heroku_.pass(std::chrono::minutes{5}); }

  static std::string world() {
    std::string text(orders_world);
    text.replace(text.find("addons:\n"), 0, "      release: {command: exit 1}\n");
    return text + "  orders-copy: {app: orders-space, plan: private-0, follow: orders-db, as: COPY}\n" +
           "  orders-second: {app: orders, plan: standard-0, follow: orders-db, as: SECOND}\n";
  }

  /// What doctor says to that row; "" when it says why it can not.
  std::string answer_to(int row) {
    SimulatedTool tool(heroku_, orders_spec("live"));
    heroku::Unknowns unknowns(tool.services());
    heroku_.loop().run(ask(unknowns));
    const auto answered = std::ranges::find(unknowns.answered(), row, &Answered::row);
    EXPECT_EQ(unknowns.answered().size() + unknowns.unanswered().size(), 35U);
    return answered == unknowns.answered().end() ? std::string() : answered->answer;
  }

  void promote(const std::string& addon) {
    int status = 0;
    const json::Value answer = heroku_.call(
        "POST", "/addon-attachments",
        R"({"app":"orders-space","name":"DATABASE","confirm":"orders-space","addon":")" + addon + R"("})", &status);
    ASSERT_EQ(status, 201) << answer.dump();
    heroku_.pass(std::chrono::minutes{1});
  }

  SimulatedHeroku heroku_;

 private:
  Task<int> ask(heroku::Unknowns& unknowns) {
    ExaminedDatabase database;
    database.source = heroku_.id_of("orders-db");
    database.copy = heroku_.id_of("orders-copy");
    std::vector<ExaminedDatabase> databases;
    databases.push_back(std::move(database));
    std::vector<std::string> apps;
    apps.emplace_back("orders");
    apps.emplace_back("orders-space");
    Task<void> asking = unknowns.ask(std::move(apps), std::move(databases));
    co_await asking;
    co_return 0;
  }
};

TEST_F(UnknownsTest, Row5WhatAFollowerWaitsFor) {
  EXPECT_THAT(answer_to(5), MatchesRegex("it says to wait no longer for a follower [0-9]+ commits? behind"));
}

TEST_F(UnknownsTest, Row25WhichReleasesAReplacedAttachmentMakes) {
  EXPECT_THAT(answer_to(25), IsEmpty());
  promote("orders-copy");
  EXPECT_THAT(answer_to(25), IsEmpty()) << "nothing was replaced yet";
  promote("orders-second");
  EXPECT_EQ(answer_to(25), "a Detach and an Attach release, one after the other");
}

TEST_F(UnknownsTest, Row26WhatRemainsOfAnAttachmentWhoseReleasePhaseFails) {
  EXPECT_THAT(answer_to(26), IsEmpty());
  promote("orders-copy");
  EXPECT_EQ(answer_to(26), "1 failed Attach release of 2 of DATABASE");
}

TEST_F(UnknownsTest, Row28WhetherAFollowerBeginsWithItsLeadersSettings) {
  EXPECT_THAT(answer_to(28), IsEmpty()) << "the source has none of its own";
  heroku_.call("PATCH", "/postgres/v0/databases/" + heroku_.id_of("orders-db") + "/config",
               R"({"log_statement":"all"})");
  EXPECT_EQ(answer_to(28), "0 of 1 setting of its own are the copy's too");
}

TEST_F(UnknownsTest, Row35HowManyFollowersALeaderMayHave) { EXPECT_EQ(answer_to(35), "at least 2"); }

TEST_F(UnknownsTest, WhatIsAskedOfEveryAccount) {
  for (const int row : {1, 6, 19, 32}) EXPECT_NE(answer_to(row), "") << row;
  EXPECT_THAT(answer_to(6), HasSubstr("said by itself"));
}

}  // namespace
}  // namespace changeover::simulation
