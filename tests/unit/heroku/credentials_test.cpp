#include "providers/heroku/credentials.h"

#include <gtest/gtest.h>

#include "tests/support/fake_environment.h"

namespace changeover::heroku {
namespace {

struct CredentialsTest : ::testing::Test {
  testing::FakeEnvironment environment;
  CredentialsTest() { environment.variables["HOME"] = "/home/op"; }
  void netrc(const std::string& text) { environment.files["/home/op/.netrc"] = text; }
};

TEST_F(CredentialsTest, TheVariableWinsAndIsTrimmed) {
  environment.variables["HEROKU_API_KEY"] = " HRKU-variable\n";
  netrc("machine api.heroku.com login a password HRKU-file\n");
  const auto token = find_token(environment, "api.heroku.com");
  ASSERT_TRUE(token);
  EXPECT_EQ(token->value.reveal(), "HRKU-variable");
  EXPECT_EQ(token->source, "HEROKU_API_KEY");
}

TEST_F(CredentialsTest, AnEmptyVariableIsNone) {
  environment.variables["HEROKU_API_KEY"] = "";
  netrc(
      "machine api.heroku.com\n  login a@b.example\n  password HRKU-file\nmachine git.heroku.com\n  password other\n");
  const auto token = find_token(environment, "api.heroku.com");
  ASSERT_TRUE(token);
  EXPECT_EQ(token->value.reveal(), "HRKU-file");
  EXPECT_NE(token->source.find("/home/op/.netrc"), std::string::npos);
}

TEST_F(CredentialsTest, OnlyTheMachineWithItsPortCounts) {
  netrc("machine localhost password wrong\nmachine localhost:18980 login x password right\n");
  EXPECT_EQ(find_token(environment, "localhost:18980")->value.reveal(), "right");
  EXPECT_FALSE(find_token(environment, "localhost:18981"));
}

TEST_F(CredentialsTest, ReadsCommentsQuotesMacrosAndKeepsAwayFromDefault) {
  EXPECT_EQ(netrc_password("# machine m password no\nmachine m password \"a b\\\"c\"", "m")->reveal(), "a b\"c");
  EXPECT_EQ(netrc_password("macdef init\nmachine m password no\n\nmachine m password yes", "m")->reveal(), "yes");
  EXPECT_EQ(netrc_password("machine m login password password p1", "m")->reveal(), "p1");
  EXPECT_EQ(netrc_password("machine m password #hash", "m")->reveal(), "#hash");
  EXPECT_FALSE(netrc_password("default password p", "m"));
  EXPECT_FALSE(netrc_password("machine m login x\ndefault login y password p", "m"));
  EXPECT_FALSE(netrc_password("machine", "m"));
  EXPECT_FALSE(netrc_password("machine m password", "m"));
}

TEST_F(CredentialsTest, AnEncryptedFileIsAnErrorThatSaysWhatToDo) {
  environment.files["/home/op/.netrc.gpg"] = "\x85";
  netrc("machine api.heroku.com password stale\n");
  const auto token = find_token(environment, "api.heroku.com");
  ASSERT_FALSE(token);
  EXPECT_EQ(token.error().code, ErrorCode::unauthorized);
  EXPECT_NE(token.error().what.find(".netrc.gpg"), std::string::npos);
  EXPECT_NE(token.error().advice.find("HEROKU_API_KEY"), std::string::npos);
}

TEST_F(CredentialsTest, ErrorsNameWhereWasLookedAndNeverTheToken) {
  const auto nothing = find_token(environment, "api.heroku.com");
  ASSERT_FALSE(nothing);
  EXPECT_NE(nothing.error().what.find("/home/op/.netrc"), std::string::npos);
  netrc("machine api.heroku.com password \"has blank\"\n");
  const auto odd = find_token(environment, "api.heroku.com");
  ASSERT_FALSE(odd);
  EXPECT_EQ(odd.error().what.find("has blank"), std::string::npos);
  environment.variables["HEROKU_API_KEY"] = "one two";
  const auto blank = find_token(environment, "api.heroku.com");
  ASSERT_FALSE(blank);
  EXPECT_EQ(blank.error().what.find("one two"), std::string::npos);
  environment.variables.clear();
  EXPECT_NE(find_token(environment, "api.heroku.com").error().what.find("HOME"), std::string::npos);
}

}  // namespace
}  // namespace changeover::heroku
