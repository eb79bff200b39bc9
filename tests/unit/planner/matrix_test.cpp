// safety.md's "Stage against phase", cell by cell, as plans: what is planned, and how an apply of it would end, without
// and with --allow-destroy.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "planner/planner.h"
#include "tests/support/facts.h"

namespace changeover {
namespace {

using testing::SeedWorld;
using enum Phase;

/// The words of the matrix for a plan's actions, in their order.
std::string words_of(const MigrationPlan& plan) {
  std::vector<std::string> words;
  const auto say = [&words](const std::string& word) {
    if (words.empty() || words.back() != word) words.push_back(word);
  };
  for (const Action& action : plan.actions) {
    switch (action.group) {
      case Group::prepare:
        say(action.kind == Kind::follower_create ? "create" : "wait");
        break;
      case Group::cutover:
        say("cutover");
        break;
      case Group::resume:
        say("resume");
        break;
      case Group::retire:
        say("retire");
        break;
      case Group::restore:
        say(action.kind == Kind::restore_attachment ? "back"
            : action.kind == Kind::addon_destroy    ? "destroy"
                                                    : "restore");
        break;
    }
  }
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
  return text;
}

/// What the exit code of an apply that meets no trouble means: 4 blocked, 7 something has to pass first, 0 reached.
int exit_of(const MigrationPlan& plan) {
  if (plan.refused || !plan.blockers.empty()) return 4;
  return plan.then.empty() ? 0 : 7;
}

struct Cell {
  Stage stage;
  Phase phase;
  std::string planned;
  int exit = 0;
  std::string allowed{};  ///< with --allow-destroy, where that differs
  int exit_allowed = 0;
};

const std::vector<Cell> cells{
    {Stage::source, absent, "", 0},
    {Stage::source, provisioning, "", 4, "destroy"},
    {Stage::source, catching_up, "", 4, "destroy"},
    {Stage::source, replicating, "", 4, "destroy"},
    {Stage::source, quiesced, "restore", 4, "restore destroy"},
    {Stage::source, drained, "restore", 4, "restore destroy"},
    {Stage::source, standalone, "restore", 4, "restore destroy"},
    {Stage::source, spent, "restore", 4, "restore destroy"},
    {Stage::source, promoted, "back restore", 4, "back restore destroy"},
    {Stage::source, live, "", 4},
    {Stage::source, retired, "", 4},

    {Stage::replicating, absent, "create wait", 0},
    {Stage::replicating, provisioning, "wait", 0},
    {Stage::replicating, catching_up, "wait", 0},
    {Stage::replicating, replicating, "", 0},
    {Stage::replicating, quiesced, "restore", 0},
    {Stage::replicating, drained, "restore", 0},
    {Stage::replicating, standalone, "restore", 4, "restore destroy create wait"},
    {Stage::replicating, spent, "restore", 4, "restore destroy create wait"},
    {Stage::replicating, promoted, "back restore", 4, "back restore destroy create wait"},
    {Stage::replicating, live, "", 4},
    {Stage::replicating, retired, "", 4},

    {Stage::live, absent, "create wait", 7},
    {Stage::live, provisioning, "wait", 7},
    {Stage::live, catching_up, "wait", 7},
    {Stage::live, replicating, "cutover resume", 0},
    {Stage::live, quiesced, "cutover resume", 0},
    {Stage::live, drained, "cutover resume", 0},
    {Stage::live, standalone, "cutover resume", 0},
    {Stage::live, spent, "", 4},
    {Stage::live, promoted, "resume", 0},
    {Stage::live, live, "", 0},
    {Stage::live, retired, "", 0},

    {Stage::retired, absent, "", 4},
    {Stage::retired, provisioning, "", 4},
    {Stage::retired, catching_up, "", 4},
    {Stage::retired, replicating, "", 4},
    {Stage::retired, quiesced, "", 4},
    {Stage::retired, drained, "", 4},
    {Stage::retired, standalone, "", 4},
    {Stage::retired, spent, "", 4},
    {Stage::retired, promoted, "", 4},
    {Stage::retired, retired, "", 0},
};

SeedWorld world_of(const Cell& cell) {
  SeedWorld world;
  world.stage(cell.stage).at(cell.phase);
  if (world.record().attempt) world.attempt().late_write_checked = true;
  // Where web dynos of the target run, the attachment is the point of no return: then it is another column.
  if (cell.phase == promoted) world.target().dynos = std::vector<Dyno>{};
  return world;
}

class Matrix : public ::testing::TestWithParam<Cell> {};

TEST_P(Matrix, PlansWhatItsCellSays) {
  const Cell& cell = GetParam();
  SeedWorld world = world_of(cell);
  ASSERT_EQ(world.phase(), cell.phase);
  const MigrationPlan plan = world.plan();
  EXPECT_EQ(words_of(plan), cell.planned);
  EXPECT_EQ(exit_of(plan), cell.exit) << plan.then << (plan.blockers.empty() ? "" : plan.blockers.front().id);
}

TEST_P(Matrix, PlansWhatItsCellSaysWithAllowDestroy) {
  const Cell& cell = GetParam();
  SeedWorld world = world_of(cell);
  PlanOptions options;
  options.allow_destroy = true;
  const MigrationPlan plan = world.plan(options);
  EXPECT_EQ(words_of(plan), cell.allowed.empty() ? cell.planned : cell.allowed);
  EXPECT_EQ(exit_of(plan), cell.allowed.empty() ? cell.exit : cell.exit_allowed) << plan.then;
}

/// "create, then 7 (unattended: go on)"
TEST_P(Matrix, GoesOnUnattendedWhereItWouldHold) {
  const Cell& cell = GetParam();
  SeedWorld world = world_of(cell);
  world.migration().cutover.unattended = true;
  const MigrationPlan plan = world.plan();
  const bool holds = cell.exit == 7;
  EXPECT_EQ(words_of(plan), holds ? cell.planned + " cutover resume" : cell.planned);
  EXPECT_EQ(exit_of(plan), holds ? 0 : cell.exit);
}

/// "go on within the budget, else restore and 5": the run of a restore that was not asked for ends so.
TEST_P(Matrix, OutOfItsBudgetItRestoresBeforeTheUnfollow) {
  const Cell& cell = GetParam();
  if (cell.stage != Stage::live || (cell.phase != quiesced && cell.phase != drained)) return;
  SeedWorld world = world_of(cell);
  world.observed.at += world.attempt().max_downtime;
  EXPECT_EQ(words_of(world.plan()), "restore");
  world.observed.at -= std::chrono::seconds{1};
  EXPECT_EQ(words_of(world.plan()), "cutover resume");
}

/// "promoted, before the point of no return": behind it there is no way back.
TEST_P(Matrix, BehindThePointOfNoReturnOnlyLiveIsReached) {
  const Cell& cell = GetParam();
  if (cell.phase != promoted) return;
  SeedWorld world = world_of(cell);
  world.attempt().past_point_of_no_return = true;
  EXPECT_EQ(words_of(world.plan()), cell.stage == Stage::live ? "resume" : "");
  EXPECT_EQ(exit_of(world.plan()), cell.stage == Stage::live ? 0 : 4);
}

INSTANTIATE_TEST_SUITE_P(Stage, Matrix, ::testing::ValuesIn(cells), [](const auto& test) {
  return std::string(to_string(test.param.stage)) + "_from_" + std::string(to_string(test.param.phase));
});

TEST(MatrixOfStagesAndPhases, HasEveryCellButRetiringALiveOne) {
  EXPECT_EQ(cells.size(), 43U) << "retired from live is told by the tests of retiring";
}

}  // namespace
}  // namespace changeover
