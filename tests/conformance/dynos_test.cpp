// ps, ps:scale, maintenance: CLI dist/commands/ps/index.js, ps/scale.js and maintenance/*.js.
#include "tests/conformance/local_heroku.h"
#include "tests/support/program.h"

namespace changeover::testing {
namespace {

using namespace std::chrono_literals;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsSupersetOf;
using ::testing::StartsWith;

constexpr const char* app = " --app common-runtime-example";

class DynosOfTheCli : public LocalHeroku {
 protected:
  [[nodiscard]] std::string formation() { return prose(heroku(std::string("ps:scale") + app).out); }
};

TEST_F(DynosOfTheCli, AreListedByTheirCommand) {
  ASSERT_TRUE(await(
      [&] {
        const json::Value dynos = emulator().get("/apps/common-runtime-example/dynos");
        return std::ranges::all_of(dynos.items(), [](const auto& dyno) { return dyno["state"].as_string() == "up"; });
      },
      20s));
  EXPECT_THAT(lines_of(heroku(std::string("ps") + app).out),
              ElementsAre("=== web (Standard-1X): exec tail -f /dev/null (1)", StartsWith("web.1: up 20"),
                          "=== worker (Standard-2X): exec tail -f /dev/null -s 1 (2)", StartsWith("worker.1: up 20"),
                          StartsWith("worker.2: up 20")));
  EXPECT_THAT(lines_of(heroku(std::string("ps web") + app).out),
              ElementsAre("=== web (Standard-1X): exec tail -f /dev/null (1)", StartsWith("web.1: up 20")));
  // Thrown by the CLI: the API has no such question.
  EXPECT_EQ(prose(heroku(std::string("ps clock") + app, 1).err), "Error: No clock dynos on common-runtime-example");
  EXPECT_EQ(heroku("ps --app private-spaces-example").out, "No dynos on private-spaces-example\n");
}

TEST_F(DynosOfTheCli, AreScaledAbsolutelyRelativelyAndToAnotherSize) {
  EXPECT_EQ(formation(), "web=1:Standard-1X worker=2:Standard-2X");
  EXPECT_EQ(heroku(std::string("ps:scale worker=1") + app).err,
            "Scaling dynos... done, now running worker at 1:Standard-2X\n");
  EXPECT_EQ(heroku(std::string("ps:scale worker+2") + app).err,
            "Scaling dynos... done, now running worker at 3:Standard-2X\n");
  EXPECT_EQ(heroku(std::string("ps:scale worker-1 web=2:Standard-2X") + app).err,
            "Scaling dynos... done, now running web at 2:Standard-2X, worker at 2:Standard-2X\n");
  EXPECT_TRUE(await([&] { return emulator().get("/apps/common-runtime-example/dynos").items().size() == 4; }, 20s));
  EXPECT_THAT(lines_of(heroku(std::string("ps") + app).out),
              IsSupersetOf({StartsWith("=== web (Standard-2X): "), StartsWith("web.2: ")}));
  EXPECT_EQ(heroku("ps:scale worker=1:Private-L --app private-spaces-example").err,
            "Scaling dynos... done, now running worker at 1:Private-L\n");

  // heroku-api.md 8, row 18: an unknown type refuses the whole call.
  EXPECT_EQ(prose(heroku(std::string("ps:scale web=0 clock=1") + app, 2).err),
            "Scaling dynos... ! Error: Couldn't find process type clock on app common-runtime-example. Error ID: "
            "invalid_params");
  EXPECT_THAT(heroku(std::string("ps:scale web=1:huge") + app, 2).err, HasSubstr("Error ID: invalid_params"));
  EXPECT_EQ(formation(), "web=2:Standard-2X worker=2:Standard-2X");
  EXPECT_THAT(prose(heroku("ps:scale --app fir-example", 1).err),
              StartsWith("Error: No process types on fir-example."));
}

TEST_F(DynosOfTheCli, GoOnInMaintenanceMode) {
  const std::string releases = heroku(std::string("releases --json") + app).out;
  EXPECT_EQ(heroku(std::string("maintenance") + app).out, "off\n");
  // Switching on what is on is no error (heroku-api.md 2.1).
  for (int time = 0; time < 2; ++time)
    EXPECT_EQ(heroku(std::string("maintenance:on") + app).err,
              "Enabling maintenance mode for common-runtime-example... done\n");
  EXPECT_EQ(heroku(std::string("maintenance") + app).out, "on\n");
  EXPECT_EQ(formation(), "web=1:Standard-1X worker=2:Standard-2X");
  EXPECT_EQ(heroku(std::string("maintenance:off") + app).err,
            "Disabling maintenance mode for common-runtime-example... done\n");
  EXPECT_EQ(heroku(std::string("maintenance") + app).out, "off\n");
  EXPECT_EQ(heroku(std::string("releases --json") + app).out, releases);
  // heroku-api.md 5.2: not for Fir apps.
  EXPECT_THAT(heroku("maintenance:on --app fir-example", 2).err, HasSubstr("Error ID: invalid_params"));
  EXPECT_EQ(heroku("maintenance --app fir-example").out, "off\n");
}

}  // namespace
}  // namespace changeover::testing
