// The token and every database password in use stay out of everything the tool prints or writes. Each sandbox looks for
// them when it ends; here are the runs that handle the most of them, and the proof that the looking finds.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/e2e/expectations.h"

namespace changeover::testing {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST(Secrets, AppearInNothingThatIsPrintedOrWritten) {
  Sandbox sandbox;
  for (const char* format : {"text", "markdown", "json"})
    expect_done(sandbox.run({"plan", "spec.yaml", "--format", format, "--out", std::string(format) + ".plan.json"}));
  // The server quotes what it was sent, as a careless one would.
  const std::string quoted = R"({"id":"bad_gateway","message":"upstream refused Bearer )" + std::string(api_key) +
                             " for " + sandbox.database_url(source_app) + "\"}";
  sandbox.emulator().add_fault(json::Object{{"method", "POST"},
                                            {"path", "/apps/*/addons"},
                                            {"nth", 1},
                                            {"times", 1},
                                            {"when", "before"},
                                            {"status", 422},
                                            {"body", quoted}});
  EXPECT_NE(sandbox.run({"apply", "spec.yaml", "--auto-approve"}).code, 0);
  sandbox.emulator().clear_faults();
  expect_done(sandbox.run({"apply", "spec.yaml", "--auto-approve"}));
  expect_done(sandbox.apply());
  EXPECT_THAT(sandbox.secrets(), SizeIs(::testing::Ge(3))) << "token, and the passwords before and after";
  EXPECT_THAT(sandbox.files_with_secrets(), IsEmpty());
}

TEST(Secrets, WouldBeFound) {
  Sandbox sandbox;
  sandbox.write_file("runs/planted.out", "url " + sandbox.database_url(source_app) + "\n");
  EXPECT_THAT(sandbox.files_with_secrets(), Contains(HasSubstr("planted.out")));
  sandbox.write_file("runs/planted.out", "nothing\n");
  EXPECT_THAT(sandbox.files_with_secrets(), IsEmpty());
}

}  // namespace
}  // namespace changeover::testing
