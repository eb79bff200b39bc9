// apps, apps:info: CLI dist/commands/apps/index.js and info.js.
#include "tests/conformance/local_heroku.h"

namespace changeover::testing {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsSupersetOf;
using ::testing::Not;

class AppsOfTheCli : public LocalHeroku {};

TEST_F(AppsOfTheCli, AreListedForTheAccountATeamAndASpace) {
  // Without a team it asks for /users/~/apps, which leaves out what belongs to teams.
  EXPECT_THAT(lines_of(heroku("apps").out), ElementsAre("=== operator@example.com Apps", "personal-example"));
  EXPECT_THAT(lines_of(heroku("apps --team example-team").out),
              ElementsAre("=== Apps in team example-team", "common-runtime-example", "fir-example (dublin)",
                          "private-spaces-example (virginia)"));
  EXPECT_THAT(lines_of(heroku("apps --space example-space").out),
              ElementsAre("=== Apps in space example-space", "private-spaces-example (virginia)"));
  EXPECT_THAT(lines_of(heroku("apps --all").out),
              IsSupersetOf({"=== operator@example.com Apps", "personal-example", "Collaborated Apps",
                            "common-runtime-example example-team@herokumanager.com",
                            "private-spaces-example (virginia) example-team@herokumanager.com"}));
  const auto listed = json::parse(heroku("apps --team example-team --json").out);
  ASSERT_TRUE(listed);
  EXPECT_EQ(listed->items().size(), 3U);
  EXPECT_EQ(prose(heroku("apps --team nobody", 2).err), "Error: Couldn't find that team. Error ID: not_found");
}

TEST_F(AppsOfTheCli, AreDescribed) {
  const std::string common = heroku("apps:info --app common-runtime-example").out;
  EXPECT_THAT(lines_of(common),
              IsSupersetOf({"=== common-runtime-example", "Addons: heroku-postgresql:standard-0", "Region: us",
                            "Owner: example-team@herokumanager.com", "Dynos: web: 1, worker: 2", "Stack: heroku-24",
                            "Slug Size: 0 B", "Git URL: https://git.heroku.com/common-runtime-example.git"}));
  EXPECT_THAT(common, Not(HasSubstr("Space:")));
  EXPECT_THAT(lines_of(heroku("apps:info --app private-spaces-example").out),
              AllOf(Contains("Space: example-space"), Contains("Region: virginia")));
  // A Fir app has no slug.
  EXPECT_THAT(heroku("apps:info fir-example").out, AllOf(HasSubstr("fir-space"), Not(HasSubstr("Slug Size"))));
  const auto described = json::parse(heroku("apps:info --app private-spaces-example --json").out);
  ASSERT_TRUE(described);
  EXPECT_EQ((*described)["app"]["space"]["name"].as_string(), "example-space");
  EXPECT_THAT(lines_of(heroku("apps:info --app common-runtime-example --shell").out), Contains("region=us"));
}

TEST_F(AppsOfTheCli, ThatDoNotExistEndWithTheApisError) {
  EXPECT_EQ(prose(heroku("apps:info --app nothing", 2).err), "Error: Couldn't find that app. Error ID: not_found");
  // Thrown by the CLI itself, before any request.
  EXPECT_THAT(prose(heroku("apps:info", 1).err), HasSubstr("No app specified."));
}

}  // namespace
}  // namespace changeover::testing
