// config, config:get, releases, releases:info: CLI dist/commands/config/*.js and releases/*.js.
#include "tests/conformance/local_heroku.h"

namespace changeover::testing {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsSupersetOf;
using ::testing::Not;
using ::testing::StartsWith;

constexpr const char* app = " --app common-runtime-example";

class ConfigOfTheCli : public LocalHeroku {};

TEST_F(ConfigOfTheCli, IsShownWithWhatAddOnsSet) {
  const std::string url = config_var("common-runtime-example", "DATABASE_URL");
  EXPECT_THAT(url, StartsWith("postgres://"));
  EXPECT_THAT(lines_of(heroku(std::string("config") + app).out),
              ElementsAre("=== common-runtime-example Config Vars", "DATABASE_URL: " + url, "RACK_ENV: production"));
  const auto all = json::parse(heroku(std::string("config --json") + app).out);
  ASSERT_TRUE(all);
  EXPECT_EQ((*all)["DATABASE_URL"].as_string(), url);
  EXPECT_EQ(heroku(std::string("config --shell") + app).out, "DATABASE_URL='" + url + "'\nRACK_ENV=production\n");
  EXPECT_EQ(heroku(std::string("config:get DATABASE_URL RACK_ENV") + app).out, url + "\nproduction\n");
  // Nothing there is no error: an empty line (config/get.js).
  EXPECT_EQ(heroku(std::string("config:get NOTHING") + app).out, "\n");
  EXPECT_THAT(heroku("config:get RACK_ENV --app nothing", 2).err, HasSubstr("Error ID: not_found"));
  // heroku-api.md 2.7: what an add-on owns cannot be changed by hand.
  EXPECT_THAT(heroku(std::string("config:set DATABASE_URL=x") + app, 2).err, HasSubstr("Error ID: invalid_params"));
}

TEST_F(ConfigOfTheCli, MakesReleasesThatAreListedAndDescribed) {
  EXPECT_THAT(prose(heroku(std::string("config:set COLOUR=red SIZE=2") + app).err),
              "Setting COLOUR, SIZE and restarting common-runtime-example... done, v4");
  EXPECT_THAT(heroku(std::string("config:unset SIZE") + app).err, HasSubstr("done, v5"));

  const Said listed = heroku(std::string("releases") + app);
  EXPECT_THAT(lines_of(listed.out),
              AllOf(Contains("=== common-runtime-example Releases - Current: v5"),
                    IsSupersetOf({StartsWith("v5 Remove SIZE config vars operator@example.com"),
                                  StartsWith("v4 Set COLOUR, SIZE config vars operator@example.com"),
                                  StartsWith("v2 Attach DATABASE (@ref:looking-simply-2449)"),
                                  StartsWith("v1 Initial release")})));
  EXPECT_THAT(heroku(std::string("releases --num 2") + app).out, AllOf(HasSubstr("v4 "), Not(HasSubstr("v3 "))));
  const auto newest = json::parse(heroku(std::string("releases --num 1 --json") + app).out);
  ASSERT_TRUE(newest && newest->items().size() == 1);
  EXPECT_EQ(newest->items().front()["version"].as_integer(), 5);

  EXPECT_THAT(lines_of(heroku(std::string("releases:info") + app).out),
              IsSupersetOf({"=== Release v5", "By: operator@example.com", "Change: Remove SIZE config vars",
                            "=== v5 Config vars", "COLOUR: red"}));
  EXPECT_THAT(lines_of(heroku(std::string("releases:info v4") + app).out),
              IsSupersetOf({"=== Release v4", "COLOUR: red", "SIZE: 2"}));
  EXPECT_EQ(prose(heroku(std::string("releases:info v99") + app, 2).err),
            "Error: Couldn't find that release. Error ID: not_found");
}

}  // namespace
}  // namespace changeover::testing
