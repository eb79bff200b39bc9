// apps, apps:info: CLI dist/commands/apps/index.js and info.js.
#include "tests/conformance/local_heroku.h"

namespace changeover::testing {
namespace {

using ::testing::ElementsAre;

class AppsOfTheCli : public LocalHeroku {};

TEST_F(AppsOfTheCli, ListsTheAccountsOwnAndThoseOfATeamOrASpace) {
  // Without a team it asks for /users/~/apps, which leaves out what belongs to teams.
  EXPECT_THAT(lines_of(heroku("apps").out), ElementsAre("=== operator@example.com Apps", "personal-example"));
}

}  // namespace
}  // namespace changeover::testing
