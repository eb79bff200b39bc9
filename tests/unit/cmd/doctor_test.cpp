// `changeover doctor`: what was examined, in words with verdicts, and nothing that must not be shown.
#include <functional>
#include <utility>
#include <vector>

#include "json/value.h"
#include "tests/support/schema_file.h"
#include "tests/unit/cmd/commands_fixture.h"

namespace changeover {
namespace {

using namespace std::chrono_literals;
using testing::CommandsTest;

struct DoctorTest : CommandsTest {
  DoctorTest() {
    Examination& found = script.examination;
    found.token_source = "HEROKU_API_KEY";
    found.hosts = {{"Platform API", "https://api.heroku.com", true, 48ms, 120ms, ""},
                   {"Data API", "https://api.data.heroku.com", true, 51ms, 100ms, ""}};
    found.account.email = "dana@example.com";
    found.rights = {{"common-runtime-example", {"view", "deploy", "operate"}, false, {}},
                    {"private-spaces-example", {}, true, {}}};
    found.requests_left = 4'321;
    found.answered = {{21, "whether a 304 takes a token", "yes"}};
    found.unanswered = {{8, "how long an unfollow takes", "takes an unfollow"}};
  }
  std::string shown(ExitCode code = ExitCode::done, bool anonymous = false) {
    out.str("");
    EXPECT_EQ(run(DoctorCommand{"orders.yaml", false, anonymous}), code) << out.str() << err.str();
    return out.str();
  }
};

TEST_F(DoctorTest, SaysThatAllIsWell) {
  const std::string text = shown();
  for (const char* words :
       {"✓ Platform API: https://api.heroku.com is reached over TLS, its certificate is good; a request takes\n  48 ms",
        "✓ this machine's clock agrees with Platform API", "the account is dana@example.com",
        "common-runtime-example: the account may view, deploy and operate",
        "private-spaces-example: the account owns it", "4321 requests are left",
        "orders: looking-simply-2449 is reached by SQL", "  21  whether a 304 takes a token: yes",
        "Not answered here, and what an answer takes:\n   8  how long an unfollow takes: takes an unfollow",
        "Nothing is wrong.\n"})
    EXPECT_NE(text.find(words), std::string::npos) << words << "\n" << text;
  EXPECT_EQ(script.examined.size(), 2U);
}

TEST_F(DoctorTest, EachFaultHasItsWords) {
  const Examination good = script.examination;
  const std::vector<std::pair<std::function<void(Examination&)>, std::string>> cases{
      {[](Examination& e) { e.hosts[1].problem = "connection refused"; }, "✗ Data API: "},
      {[](Examination& e) { e.hosts[0].skew = 90s; }, "clock is 1 min 30 s ahead of Platform API"},
      {[](Examination& e) { e.account.problem = Error{ErrorCode::unauthorized, "Heroku refused the token", "", {}}; },
       "the token of HEROKU_API_KEY is refused: Heroku refused the token"},
      {[](Examination& e) { e.account.delinquent = true; }, "unpaid bill"},
      {[](Examination& e) { e.rights[0].permissions = {"view"}; }, "the account may only view"},
      {[](Examination& e) { e.rights[0].problem = Error{ErrorCode::not_found, "no such app", "", {}}; },
       "common-runtime-example can not be read: no such app"},
      {[](Examination& e) { e.requests_left = 20; }, "20 requests are left"},
  };
  for (const auto& [spoil, words] : cases) {
    script.examination = good;
    spoil(script.examination);
    const std::string text = shown(ExitCode::error);
    EXPECT_NE(text.find(words), std::string::npos) << words << "\n" << text;
    EXPECT_NE(text.find("1 thing is wrong."), std::string::npos) << text;
  }
}

TEST_F(DoctorTest, ALeaderThatSqlDoesNotReachIsWrongWhereTheProofNeedsIt) {
  script.observed.migrations.front().leader.reset();
  script.observed.migrations.front().leader_problem = "connection timed out";
  EXPECT_NE(shown(ExitCode::error).find("is not reached by SQL: connection timed out"), std::string::npos);
  environment.files["orders.yaml"] += "    cutover: {proof: api}\n";
  EXPECT_NE(shown().find("! orders: looking-simply-2449 is not reached by SQL"), std::string::npos);
}

TEST_F(DoctorTest, WithoutATokenThatIsWhatItSays) {
  open_fails = Error{ErrorCode::unauthorized, "there is no token: looked at HEROKU_API_KEY", "run `heroku login`", {}};
  const std::string text = shown(ExitCode::error);
  EXPECT_NE(text.find("✗ there is no token: looked at HEROKU_API_KEY [credentials]"), std::string::npos) << text;
  EXPECT_NE(text.find("to do: run `heroku login`"), std::string::npos) << text;
}

TEST_F(DoctorTest, AnonymousNamesNobody) {
  script.observed.migrations.front().unreadable = {{"the database looking-simply-2449", "503"}};
  const std::string text = shown(ExitCode::done, true);
  for (const char* name : {"dana", "common-runtime-example", "private-spaces-example", "looking-simply", "orders"})
    EXPECT_EQ(text.find(name), std::string::npos) << name << "\n" << text;
  EXPECT_NE(text.find("app-1: the account may"), std::string::npos) << text;
}

TEST_F(DoctorTest, JsonIsAsItsSchemaSays) {
  EXPECT_EQ(run(DoctorCommand{"orders.yaml", true, false}), ExitCode::done);
  const auto document = json::parse(out.str());
  ASSERT_TRUE(document);
  EXPECT_EQ(testing::violation_of("doctor.schema.json", *document), "");
  EXPECT_TRUE((*document)["good"].as_bool());
  EXPECT_EQ((*document)["unanswered"].items().at(0)["row"].as_integer(), 8);
}

}  // namespace
}  // namespace changeover
