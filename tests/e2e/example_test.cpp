// What README and demo show is what the programs do.
#include <gtest/gtest.h>
#include <filesystem>
#include <regex>
#include <string>
#include <vector>

#include "tests/places.h"
#include "tests/support/program.h"
#include "tests/support/temporary_folder.h"

namespace changeover::testing {
namespace {

using namespace std::chrono_literals;

const std::string source_dir = CHANGEOVER_SOURCE_DIR;
const std::string bin = std::string(CHANGEOVER_BINARY_DIR) + "/bin";

struct Output {
  int code = -1;
  std::string text;
};

Output run(std::vector<std::string> command) {
  const TemporaryFolder folder;
  Program::Start start;
  start.command = std::move(command);
  start.environment = {{"PATH", bin + ":/usr/bin:/bin"}, {"HOME", folder.path()}};
  // A copy of the examples, so that the record of somebody's own try does not matter.
  start.folder = folder.path() + "/clone";
  for (const char* file : {"demo", "spec.yaml", "world.yaml"}) {
    std::filesystem::create_directories(start.folder + "/examples/seed");
    std::filesystem::copy_file(source_dir + "/examples/seed/" + file, start.folder + "/examples/seed/" + file);
  }
  start.out = folder.path() + "/out";
  start.err = folder.path() + "/err";
  Program program(start);
  Output output;
  output.code = program.exit_code(120s).value_or(-1);
  output.text = file_text(start.out) + file_text(start.err);
  return output;
}

/// How far away a Heroku on loopback is depends on what else the machine does. The estimate of the downtime rests on
/// it: its figures are masked, and with them where its lines break.
std::string with_any_estimate(std::string text) {
  const auto from = text.find("  Downtime  ");
  const auto to = text.find("  Gives up  ");
  if (from == std::string::npos || to == std::string::npos || to < from) return text;
  std::string estimate = std::regex_replace(text.substr(from, to - from), std::regex("\\s+"), " ");
  for (const char* figures :
       {"[0-9]+ (s|min)( [0-9]+ s)?( to [0-9]+ (s|min)( [0-9]+ s)?)? expected", "of about [0-9.]+ m?s"})
    estimate = std::regex_replace(estimate, std::regex(figures), "FIGURES");
  return text.replace(from, to - from, estimate + "\n");
}

TEST(Readme, ShowsThePlanAsTheProgramPrintsIt) {
  const Output plan = run({bin + "/changeover-emulator", "--world", "examples/seed/world.yaml", "--", "changeover",
                           "plan", "examples/seed/spec.yaml"});
  ASSERT_EQ(plan.code, 0) << plan.text;
  const std::string readme = with_any_estimate(file_text(source_dir + "/README.md"));
  EXPECT_NE(readme.find("```\n" + with_any_estimate(plan.text) + "```\n"), std::string::npos)
      << "put this into the README:\n"
      << plan.text;
}

TEST(Demo, MovesTheDatabaseLosesNothingAndThenHasNothingToDo) {
  const Output demo = run({"/bin/bash", "examples/seed/demo", bin});
  EXPECT_EQ(demo.code, 0) << demo.text;
  EXPECT_NE(demo.text.find(", lost 0\n"), std::string::npos) << demo.text;
  EXPECT_NE(demo.text.find("downtime "), std::string::npos) << demo.text;
  EXPECT_NE(demo.text.find("seed: nothing to do"), std::string::npos) << demo.text;
}

}  // namespace
}  // namespace changeover::testing
