// Every cell of the stage-against-phase matrix (safety), reached on purpose: the phase by what leads there, the cell by
// an apply with --allow-destroy, and what comes of it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "planner/phase.h"
#include "tests/simulation/seeded.h"

namespace changeover::simulation {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

Incident killed(const std::string& place, std::string_view trouble) {
  const auto& all = all_troubles();
  const auto found = std::ranges::find(all, trouble, &Trouble::name);
  Incident incident;
  incident.at = place;
  incident.what = NetworkIncident{static_cast<std::size_t>(found - all.begin())};
  return incident;
}

Incident killed_at_sql(const std::string& call) {
  Incident incident;
  incident.at = "SQL " + call;
  incident.what = SqlIncident{SqlIncident::Kind::killed};
  return incident;
}

/// Brings the migration there, as runs that end or die bring it there.
void reach(Phase phase, Scenario& scenario) {
  const PeopleIncident unfollows{"unfollows the copy", "PUT", "/client/v11/databases/COPY/unfollow", ""};
  switch (phase) {
    case Phase::absent:
      break;
    case Phase::provisioning:
      tell_run(scenario, {"replicating"}, {killed("POST /addons", "killed after")});
      break;
    case Phase::catching_up:
      tell_run(scenario, {"replicating"}, {});
      scenario.stall(true);
      scenario.heroku().pass(seconds{30});
      break;
    case Phase::replicating:
      tell_run(scenario, {"replicating"}, {});
      break;
    case Phase::quiesced:
      tell_run(scenario, {"live"}, {killed_at_sql("mark")});
      break;
    case Phase::drained:
      tell_run(scenario, {"live"}, {killed("PUT /unfollow", "killed before")});
      break;
    case Phase::standalone:
      tell_run(scenario, {"live"}, {killed("POST /addon-attachments", "killed before")});
      break;
    case Phase::spent:
      tell_run(scenario, {"replicating"}, {});
      scenario.somebody(unfollows);
      scenario.heroku().pass(seconds{10});
      break;
    case Phase::promoted:
      tell_run(scenario, {"live"}, {killed("POST /addon-attachments", "killed after")});
      break;
    case Phase::live:
      tell_run(scenario, {"live"}, {});
      break;
    case Phase::retired:
      tell_run(scenario, {"live"}, {});
      scenario.destroy_source();
      break;
  }
}

struct Cell {
  Stage stage;
  Phase phase;
  int exit_code;
  Phase then;  ///< the phase that the next plan sees
};

void PrintTo(const Cell& cell, std::ostream* out) {
  *out << to_string(cell.stage) << " from " << to_string(cell.phase);
}

class MatrixTest : public ::testing::TestWithParam<Cell> {};

Phase phase_seen(Scenario& scenario, Stage stage) {
  SimulatedTool tool(scenario.heroku(), orders_spec(to_string(stage)));
  const Result<Plan> plan = tool.plan();
  if (!plan || plan->migrations.empty()) ADD_FAILURE() << (plan ? "no migration" : plan.error().what);
  return plan && !plan->migrations.empty() ? plan->migrations.front().phase : Phase::absent;
}

TEST_P(MatrixTest, GoesWhereItShould) {
  const Cell& cell = GetParam();
  Scenario scenario;
  reach(cell.phase, scenario);
  ASSERT_EQ(to_string(phase_seen(scenario, cell.stage)), to_string(cell.phase)) << scenario.log();
  scenario.stall(false);
  const Ended ended = tell_run(scenario, {std::string(to_string(cell.stage))}, {});
  scenario.heroku().pass(minutes{1});
  EXPECT_EQ(ended.exit_code, cell.exit_code) << scenario.log();
  EXPECT_EQ(to_string(phase_seen(scenario, cell.stage)), to_string(cell.then)) << scenario.log();
  const bool on_source = cell.exit_code == 0 && cell.stage < Stage::live;
  if (on_source && !scenario.judge().people_have_changed()) scenario.judge().judge_restored();
  EXPECT_EQ(scenario.judge().report(), "") << scenario.log();
}

/// What of the matrix is done when the cell is applied; a refused one leaves the phase as it is.
std::vector<Cell> all_cells() {
  using enum Phase;
  std::vector<Cell> cells;
  for (const Phase phase : {absent, provisioning, catching_up, replicating, quiesced, drained, standalone, spent,
                            promoted, live, retired}) {
    const bool over = phase == live || phase == retired;
    cells.push_back({Stage::source, phase, over ? 4 : 0, over ? phase : absent});
    cells.push_back({Stage::replicating, phase, over ? 4 : 0, over ? phase : replicating});
    cells.push_back({Stage::live, phase, phase == spent ? 4 : 0,
                     phase == spent     ? spent
                     : phase == retired ? retired
                                        : live});
    const bool moves_on = phase == provisioning || phase == catching_up;  // by itself
    const Phase stays = moves_on ? replicating : phase;
    if (phase != live) cells.push_back({Stage::retired, phase, phase == retired ? 0 : 4, stays});
  }
  return cells;
}

INSTANTIATE_TEST_SUITE_P(Every, MatrixTest, ::testing::ValuesIn(all_cells()), [](const auto& one) {
  return std::string(to_string(one.param.stage)) + "_from_" + std::string(to_string(one.param.phase));
});

}  // namespace
}  // namespace changeover::simulation
