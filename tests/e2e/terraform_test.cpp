// The state server of the tests in the eyes of a client that we did not write: terraform and its http backend. What
// terraform can keep a state in, and lock, is what the tool's own tests run against.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "tests/support/program.h"
#include "tests/support/state_server_socket.h"
#include "tests/support/temporary_folder.h"

namespace changeover::testing {
namespace {

using namespace std::chrono_literals;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr auto limit = 60s;

std::string installed_terraform() {
  for (const char* folder : {"/usr/local/bin", "/usr/bin"}) {
    const std::string path = std::string(folder) + "/terraform";
    if (std::filesystem::exists(path)) return path;
  }
  return {};
}

class Terraform : public ::testing::TestWithParam<bool> {
 protected:
  void SetUp() override {
    program_ = installed_terraform();
    if (program_.empty()) GTEST_SKIP() << "terraform is not installed: no foreign client has tried the state server";
    server_.model().gitlab = GetParam();
    server_.model().authorization = "Basic ZGFuYTpjb3JyZWN0LWhvcnNlLWJhdHRlcnktc3RhcGxl";
    configure("one");
  }

  /// A resource of terraform's own, so that nothing has to be fetched.
  void configure(const std::string& value) {
    const std::string url = server_.url();
    std::ofstream file(folder_.path() + "/main.tf");
    file << "terraform {\n  backend \"http\" {\n    address = \"" << url << "\"\n    lock_address = \"" << url
         << "/lock\"\n    unlock_address = \"" << url << "/lock\"\n";
    if (GetParam()) file << "    lock_method = \"POST\"\n    unlock_method = \"DELETE\"\n";
    file << "  }\n}\nresource \"terraform_data\" \"one\" {\n  input = \"" << value << "\"\n}\n";
  }

  struct Ended {
    int code = -1;
    std::string said;
  };
  Ended run(std::vector<std::string> words) {
    words.insert(words.begin(), program_);
    words.emplace_back("-no-color");
    words.emplace_back("-input=false");
    const std::string said = folder_.path() + "/said";
    std::filesystem::remove(said);
    Program program({words,
                     {{"PATH", "/usr/bin:/bin"},
                      {"HOME", folder_.path()},
                      {"CHECKPOINT_DISABLE", "1"},
                      {"TF_HTTP_USERNAME", "dana"},
                      {"TF_HTTP_PASSWORD", "correct-horse-battery-staple"}},
                     folder_.path(),
                     said,
                     said});
    return {program.exit_code(limit).value_or(-1), file_text(said)};
  }

  TemporaryFolder folder_;
  std::string program_;
  StateServer server_;
};

TEST_P(Terraform, KeepsItsStateOnTheServerAndLocksIt) {
  const Ended begun = run({"init"});
  ASSERT_EQ(begun.code, 0) << begun.said;
  server_.model().log.clear();
  const Ended applied = run({"apply", "-auto-approve"});
  ASSERT_EQ(applied.code, 0) << applied.said;
  const std::vector<std::string>& log = server_.model().log;
  EXPECT_EQ(log.front(), "LOCK");
  EXPECT_EQ(log.back(), "UNLOCK");
  EXPECT_EQ(std::ranges::count(log, "POST"), 1);
  const auto first = json::parse(server_.model().document);
  ASSERT_TRUE(first) << server_.model().document;

  configure("two");
  const Ended changed = run({"apply", "-auto-approve"});
  ASSERT_EQ(changed.code, 0) << changed.said;
  const auto second = json::parse(server_.model().document);
  ASSERT_TRUE(second);
  EXPECT_EQ((*second)["lineage"].as_string(), (*first)["lineage"].as_string());
  EXPECT_GT((*second)["serial"].as_integer(), (*first)["serial"].as_integer());
  EXPECT_EQ(server_.model().lock_id, "");
  EXPECT_EQ(run({"plan", "-detailed-exitcode"}).code, 0);
}

TEST_P(Terraform, IsLockedOutAndWritesNothing) {
  ASSERT_EQ(run({"init"}).code, 0);
  server_.model().lock_id = "6a1f";
  server_.model().lock_body = R"({"ID":"6a1f","Operation":"apply","Who":"ci@runner-7","Info":"orders","Version":"1",)"
                              R"("Created":"2026-12-01T02:00:00Z","Path":""})";
  server_.model().log.clear();
  const Ended locked = run({"apply", "-auto-approve"});
  EXPECT_EQ(locked.code, 1) << locked.said;
  EXPECT_THAT(locked.said, HasSubstr("already locked: ID=6a1f"));
  EXPECT_THAT(server_.model().log, Not(Contains("POST")));
  EXPECT_EQ(server_.model().lock_id, "6a1f");
}

INSTANTIATE_TEST_SUITE_P(Server, Terraform, ::testing::Bool(),
                         [](const auto& kind) { return std::string(kind.param ? "LikeGitLabs" : "Plain"); });

}  // namespace
}  // namespace changeover::testing
