#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "planner/action.h"
#include "planner/phase.h"
#include "planner/preflight.h"
#include "tests/places.h"

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

TEST(PreflightDoc, HasEveryIdAndNoOther) {
  // The planner's own, beside the table of checks.
  std::vector<std::string> ids{"stage-not-reachable", "destroy-not-allowed", "copy-in-use", "not-known",
                               "recorded-not-in-spec"};
  for (const PreflightCheck& check : preflight_checks()) {
    std::istringstream list{std::string(check.id)};
    for (std::string id; list >> id;) ids.push_back(id.substr(0, id.find(',')));
  }
  EXPECT_THAT(first_column(read_doc("preflight.md")), UnorderedElementsAreArray(ids));
}

}  // namespace
}  // namespace changeover
