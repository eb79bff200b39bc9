// The house rules, asserted over this very source tree.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/places.h"
#include "tests/tidy/rules.h"

namespace changeover::tidy {
namespace {

class Tidy : public ::testing::Test {
 protected:
  void SetUp() override {
    Result<SourceTree> read = read_tree(CHANGEOVER_SOURCE_DIR);
    ASSERT_TRUE(read) << read.error().what;
    tree = std::move(*read);
    ASSERT_NE(tree.find("CMakeLists.txt"), nullptr) << "this is not the source tree: " << CHANGEOVER_SOURCE_DIR;
  }

  static void expect_none(const Findings& findings) {
    for (const Finding& finding : findings) ADD_FAILURE() << finding.file << ":" << finding.line << ": " << finding.why;
  }

  SourceTree tree;
};

TEST_F(Tidy, IncludesFollowTheArrows) { expect_none(include_arrows(tree)); }
TEST_F(Tidy, ThirdPartyHeadersStayWithTheirOwners) { expect_none(third_party_headers(tree)); }
TEST_F(Tidy, WhatHasAnOwnerIsCalledThereOnly) { expect_none(banned_calls(tree)); }
TEST_F(Tidy, SecretsAreRevealedOnlyToBeSent) { expect_none(revealed_secrets(tree)); }
TEST_F(Tidy, AwaitedExpressionsAreSafeWithGcc12) { expect_none(awaited_expressions(tree)); }
TEST_F(Tidy, HeadersSayWhatTheyAre) { expect_none(opening_comments(tree)); }
TEST_F(Tidy, NothingIsLeftUnfinished) { expect_none(unfinished_work(tree)); }
TEST_F(Tidy, NoPathOfOneMachine) { expect_none(machine_paths(tree)); }
TEST_F(Tidy, DocumentsNamePathsThatExist) { expect_none(absent_paths(tree)); }
TEST_F(Tidy, DocumentsShowCommandsThatExist) { expect_none(absent_commands(tree)); }
TEST_F(Tidy, EverySourceIsBuilt) { expect_none(unbuilt_sources(tree)); }
TEST_F(Tidy, ScriptsAreReadable) { expect_none(shell_syntax(tree, CHANGEOVER_SOURCE_DIR)); }

}  // namespace
}  // namespace changeover::tidy
