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

/// The lines of every document that stand by themselves and begin with the program's name, without their comments.
std::vector<std::string> commands_in_docs() {
  std::vector<std::string> texts{file_text(source_dir + "/README.md")};
  for (const auto& file : std::filesystem::directory_iterator(source_dir + "/docs"))
    if (file.path().extension() == ".md") texts.push_back(file_text(file.path().string()));
  std::vector<std::string> commands;
  const std::regex shown("\n {4,}(changeover [^\n#>]*)");
  for (const std::string& text : texts)
    for (std::sregex_iterator it(text.begin(), text.end(), shown), end; it != end; ++it) commands.push_back((*it)[1]);
  return commands;
}

/// What each of them does is told by other tests; here, that none is misspelt or has gone.
TEST(Docs, EveryCommandIsOneThatTheProgramTakes) {
  constexpr int usage = 64;
  const std::vector<std::string> commands = commands_in_docs();
  EXPECT_GT(commands.size(), 20U);
  for (const std::string& command : commands) {
    const Output output = run({"/bin/sh", "-c", command + " </dev/null"});
    EXPECT_NE(output.code, usage) << command << "\n" << output.text;
    EXPECT_NE(output.code, -1) << command << " hangs";
  }
  EXPECT_EQ(run({"/bin/sh", "-c", "changeover restore spec.yaml orders --no-such-flag"}).code, usage);
}

}  // namespace
}  // namespace changeover::testing
