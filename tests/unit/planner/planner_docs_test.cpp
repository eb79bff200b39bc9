#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "planner/action.h"
#include "planner/findings.h"
#include "planner/phase.h"
#include "planner/preflight.h"
#include "tests/places.h"
#include "tests/support/golden.h"

namespace changeover {
namespace {

using ::testing::HasSubstr;
using ::testing::UnorderedElementsAreArray;

std::string read_doc(const std::string& name) {
  std::ifstream file(std::string(CHANGEOVER_SOURCE_DIR) + "/docs/" + name, std::ios::binary);
  EXPECT_TRUE(file) << name;
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

/// The word in backquotes that begins a row of the first table: "| `word` | ...".
std::vector<std::string> first_column(const std::string& text) {
  std::vector<std::string> words;
  std::istringstream lines(text);
  bool in_table = false;
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with("|")) {
      if (in_table) break;
      continue;
    }
    in_table = true;
    if (line.starts_with("| `")) words.push_back(line.substr(3, line.find('`', 3) - 3));
  }
  return words;
}

TEST(PhasesDoc, IsPrintedFromTheTable) {
  std::string rows;
  for (const PhaseRow& row : phase_table())
    rows += "| `" + std::string(to_string(row.phase)) + "` | " + std::string(row.evidence) + " | " +
            std::string(row.meaning) + " |\n";
  EXPECT_THAT(read_doc("phases.md"), HasSubstr("| --- | --- | --- |\n" + rows + "\n"));
}

TEST(ActionsDoc, HasEveryKindAndNoOther) {
  std::vector<std::string> kinds;
  for (int kind = 0; kind <= static_cast<int>(Kind::restore_maintenance); ++kind)
    kinds.emplace_back(to_string(static_cast<Kind>(kind)));
  EXPECT_EQ(first_column(read_doc("actions.md")), kinds) << "in the order of the enum";
}

std::string stops_in_words(const FindingRow& row) {
  switch (row.kind) {
    case FindingKind::warning:
      return "warning";
    case FindingKind::manual:
      return "by hand";
    case FindingKind::unknown:
      return "unknown";
    case FindingKind::blocker:
      break;
  }
  switch (*row.blocks) {
    case Group::prepare:
      return "blocks everything";
    case Group::retire:
      return "blocks retiring";
    default:
      return "blocks the cutover";
  }
}

/// docs/checks.md as the table of findings makes it.
std::string checks_page() {
  std::string page =
      "# Checks\n\n"
      "What can not work, endangers data or could not be checked is found before anything is changed. Each finding has "
      "an id\nthat stays the same. A blocker names from where on it blocks: everything (service is restored all the "
      "same), the\ncutover, or retiring. What would block a cutover is a warning while the stage asks for none.\n\n"
      "This page is printed from `planner/findings.cpp`; a test holds it to that.\n\n"
      "| id | kind | what it means | what to do |\n| --- | --- | --- | --- |\n";
  for (const FindingRow& row : finding_table())
    page += "| `" + std::string(row.id) + "` | " + stops_in_words(row) + " | " + std::string(row.meaning) + " | " +
            std::string(row.remedy) + " |\n";
  return page;
}

TEST(ChecksDoc, IsPrintedFromTheTable) { testing::expect_kept("docs/checks.md", checks_page()); }

TEST(FindingTable, HoldsEachIdOnceAndOnlyBlockersBlock) {
  std::set<std::string_view> ids;
  for (const FindingRow& row : finding_table()) {
    EXPECT_TRUE(ids.insert(row.id).second) << row.id << " stands there twice";
    EXPECT_EQ(row.blocks.has_value(), row.kind == FindingKind::blocker) << row.id;
    EXPECT_FALSE(row.meaning.empty()) << row.id;
    EXPECT_FALSE(row.remedy.empty()) << row.id;
    EXPECT_EQ(finding_row(row.id), &row);
  }
  EXPECT_EQ(finding_row("no-such-id"), nullptr);
}

/// What the planner says beside the checks of the preflight.
TEST(FindingTable, HoldsWhatTheChecksSayAndThePlannersOwn) {
  std::vector<std::string_view> ids{"stage-not-reachable", "destroy-not-allowed", "copy-in-use", "not-known",
                                    "recorded-not-in-spec"};
  for (const PreflightCheck& check : preflight_checks()) {
    std::string_view rest = check.id;
    while (!rest.empty()) {
      const std::size_t comma = std::min(rest.find(','), rest.size());
      ids.push_back(rest.substr(0, comma));
      rest.remove_prefix(std::min(comma + 2, rest.size()));
    }
  }
  std::vector<std::string_view> rows;
  for (const FindingRow& row : finding_table()) rows.push_back(row.id);
  EXPECT_THAT(rows, UnorderedElementsAreArray(ids));
}

// ---- docs/safety.md

/// "Suite.Name" of every test in the tree.
std::set<std::string> tests_of_the_tree() {
  static const std::regex declared(R"(TEST(?:_F|_P)?\((\w+),\s*(\w+)\))");
  std::set<std::string> names;
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(std::string(CHANGEOVER_SOURCE_DIR) + "/tests")) {
    if (entry.path().extension() != ".cpp") continue;
    std::ifstream file(entry.path());
    std::ostringstream text;
    text << file.rdbuf();
    const std::string source = text.str();
    for (auto test = std::sregex_iterator(source.begin(), source.end(), declared); test != std::sregex_iterator();
         ++test)
      names.insert((*test)[1].str() + "." + (*test)[2].str());
  }
  return names;
}

TEST(SafetyDoc, NamesTestsThatExist) {
  static const std::regex named(R"(`([A-Z]\w+\.[A-Z]\w+)`)");
  const std::set<std::string> tests = tests_of_the_tree();
  ASSERT_GT(tests.size(), 300U);
  const std::string doc = read_doc("safety.md");
  int found = 0;
  for (auto test = std::sregex_iterator(doc.begin(), doc.end(), named); test != std::sregex_iterator(); ++test) {
    EXPECT_TRUE(tests.contains((*test)[1].str())) << (*test)[1].str();
    ++found;
  }
  EXPECT_GT(found, 40);
}

}  // namespace
}  // namespace changeover
