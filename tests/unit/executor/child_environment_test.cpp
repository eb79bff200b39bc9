// What a hook gets of our environment, and what of its output gets into a log.
#include "executor/child_environment.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace changeover {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

TEST(ChildEnvironment, HasEverythingButTheSecretsOfTheRun) {
  const ChildEnvironment child = child_environment({{"PATH", "/bin"},
                                                    {"HEROKU_API_KEY", "0123-token"},
                                                    {"DATABASE_URL", "whatever"},
                                                    {"ORDERS_DATABASE_URL", "whatever-else"},
                                                    {"STATE", "postgres://u:secret-1@h/d"},
                                                    {"PROXY", "http://user:secret-2@proxy:3128"},
                                                    {"PAGE", "https://example.com/a:b"},
                                                    {"STATE_TOKEN", "secret-3"}},
                                                   {"STATE_TOKEN"});
  EXPECT_THAT(child.variables, ElementsAre(Pair("PAGE", "https://example.com/a:b"), Pair("PATH", "/bin")));
  EXPECT_THAT(child.secrets,
              UnorderedElementsAre("0123-token", "whatever", "whatever-else", "postgres://u:secret-1@h/d",
                                   "http://user:secret-2@proxy:3128", "secret-3"));
}

TEST(ChildEnvironment, SecretsAreStruckOutOfWhatIsPrinted) {
  const std::string said =
      strike_out("token 0123-token\nDATABASE_URL=postgres://u:p4ssw0rd@host:5432/d done", {"0123-token"});
  EXPECT_THAT(said, Not(HasSubstr("0123-token")));
  EXPECT_THAT(said, Not(HasSubstr("p4ssw0rd")));
  EXPECT_THAT(said, HasSubstr("done"));
}

TEST(ChildEnvironment, OutputIsFitForALog) {
  EXPECT_EQ(plain_text("caf\xc3\xa9\tok\n\x1b[31m\xff\xe2\x82"), "caf\xc3\xa9\tok\n?[31m???");
}

}  // namespace
}  // namespace changeover
