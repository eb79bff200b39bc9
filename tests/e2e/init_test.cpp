// What `init` writes validates and plans without an edit, in every world of examples/worlds where a copy can be made.
//
// The worlds run without servers (`databases: modelled`): nothing here looks into a database.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <string>

#include "tests/places.h"
#include "tests/support/program.h"
#include "tests/support/temporary_folder.h"

namespace changeover::testing {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

struct Case {
  std::string world;
  int plan_code = 0;
  std::vector<std::string> says{};  ///< in the spec
};
std::ostream& operator<<(std::ostream& out, const Case& one) { return out << one.world; }

class Init : public ::testing::TestWithParam<Case> {};

TEST_P(Init, WritesASpecThatValidatesAndPlansWithoutAnEdit) {
  const TemporaryFolder folder;
  const auto path = [&](const std::string& name) { return folder.path() + "/" + name; };
  std::ofstream(path("world.yaml")) << file_text(std::string(CHANGEOVER_SOURCE_DIR) + "/examples/worlds/" +
                                                 GetParam().world + ".yaml")
                                    << "databases: modelled\n";
  const std::string bin = std::string(CHANGEOVER_BINARY_DIR) + "/bin";
  Program::Start start;
  start.command = {bin + "/changeover-emulator",
                   "--world",
                   path("world.yaml"),
                   "--",
                   "sh",
                   "-c",
                   "changeover init --source-app orders --target-app orders-space > spec.yaml || exit 99; "
                   "changeover validate spec.yaml || exit 98; changeover plan spec.yaml"};
  start.environment = {{"PATH", bin + ":/usr/bin:/bin"}, {"HOME", folder.path()}};
  start.folder = folder.path();
  start.out = path("out");
  start.err = path("err");
  Program program(start);
  const std::string spec = path("spec.yaml");
  EXPECT_EQ(program.exit_code(60s), std::optional(GetParam().plan_code))
      << file_text(start.out) << file_text(start.err) << file_text(spec);
  const std::string text = file_text(spec);
  EXPECT_THAT(text, AllOf(HasSubstr("stage: replicating"), Not(HasSubstr("postgres://"))));
  for (const std::string& words : GetParam().says) EXPECT_THAT(text, HasSubstr(words));
}

INSTANTIATE_TEST_SUITE_P(
    Worlds, Init,
    ::testing::Values(Case{"article", 0, {"plan: private-0\n", "formation: {web: 1, worker: 1}\n", "Others that hold"}},
                      Case{"essential-source", 4, {"tier-without-followers"}}, Case{"fir-space", 0, {"fir-without"}},
                      Case{"own-database", 0, {"# replaces: space-db\n"}}, Case{"pooler-and-credentials"},
                      Case{"release-phase"},
                      Case{"scheduler", 0, {"    #   scheduler_stopped: [orders]\n", "scheduler-unacknowledged"}},
                      Case{"second-writer", 0, {"    #   read_only: [billing]\n", "Attached to billing (ORDERS)"}}),
    [](const auto& one) {
      std::string name = one.param.world;
      std::erase(name, '-');
      return name;
    });

}  // namespace
}  // namespace changeover::testing
