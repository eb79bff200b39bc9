// Somebody destroys the copy in the middle of a cutover: where nobody can have written to it, service goes back to the
// source by itself; where somebody can have, a person decides.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/simulation/seeded.h"

namespace changeover::simulation {
namespace {

using std::chrono::minutes;
using ::testing::HasSubstr;

Incident at(std::string place, decltype(Incident::what) what) {
  Incident incident;
  incident.what = std::move(what);
  incident.at = std::move(place);
  return incident;
}

const SqlIncident dies{SqlIncident::Kind::killed};

/// A run that dies at this place, and then the copy goes.
void lose_the_copy(Scenario& scenario, Incident death) {
  EXPECT_TRUE(tell_run(scenario, {"live"}, {std::move(death)}).killed) << scenario.log();
  scenario.destroy_copy();
  scenario.heroku().pass(minutes{1});
  EXPECT_EQ(scenario.judge().copy(), "") << "the story is not what it shall be";
}

std::string message_of(const Ended& ended) { return ended.outcomes.empty() ? "" : ended.outcomes.front().message; }

bool source_takes_writes(Scenario& scenario) {
  const auto* source = scenario.heroku().plane().find(scenario.judge().source());
  return source != nullptr && scenario.heroku().plane().takes_writes(*source);
}

void expect_back_on_the_source(Scenario& scenario) {
  EXPECT_TRUE(source_takes_writes(scenario)) << scenario.log();
  scenario.judge().judge_restored();
  scenario.bring_to_live();
  EXPECT_EQ(scenario.judge().report(), "") << scenario.log();
}

/// The old database is closed, and nothing was opened yet: between the two the run dies.
const Incident behind_the_closing = at("SQL release", dies);
/// The copy is on its own, and the old database as it was.
const Incident behind_the_unfollow = at("SQL late_writes", dies);
/// The dynos were let start, as far as the record tells.
const Incident behind_the_opening = at("PATCH /apps/orders-space/formation", NetworkIncident{0});

class DestroyedUnused : public ::testing::TestWithParam<Incident> {};

TEST_P(DestroyedUnused, TheNextApplyGivesServiceBack) {
  Scenario scenario;
  lose_the_copy(scenario, GetParam());
  const Ended ended = scenario.apply("live");
  EXPECT_EQ(ended.exit_code, 5) << ended.story();
  EXPECT_THAT(message_of(ended), HasSubstr("is gone, and nothing was ever written to it"));
  expect_back_on_the_source(scenario);
}

TEST_P(DestroyedUnused, SoDoesARestore) {
  Scenario scenario;
  lose_the_copy(scenario, GetParam());
  EXPECT_EQ(scenario.restore().exit_code, 0) << scenario.log();
  expect_back_on_the_source(scenario);
}

TEST_P(DestroyedUnused, SoDoesAStageMovedBack) {
  Scenario scenario;
  lose_the_copy(scenario, GetParam());
  EXPECT_EQ(scenario.apply("source").exit_code, 0) << scenario.log();
  expect_back_on_the_source(scenario);
}

TEST_P(DestroyedUnused, AWayBackThatDiesIsGoneOnWith) {
  for (const Meddling::Kind kind : {Meddling::Kind::kill_before, Meddling::Kind::kill_after})
    for (int number = 1;; ++number) {
      Scenario scenario;
      lose_the_copy(scenario, GetParam());
      if (!scenario.apply("live", at_request(number, {kind})).killed) break;
      scenario.bring_back();
      expect_back_on_the_source(scenario);
      ASSERT_FALSE(HasFailure()) << "at request " << number;
    }
}

TEST_P(DestroyedUnused, BySqlTooAWayBackThatDiesIsGoneOnWith) {
  for (const char* call : {"connect", "inspect", "lift_permanent_fence"}) {
    Scenario scenario;
    lose_the_copy(scenario, GetParam());
    tell_run(scenario, {"live"}, {at("SQL " + std::string(call), dies)});
    scenario.bring_back();
    expect_back_on_the_source(scenario);
  }
}

INSTANTIATE_TEST_SUITE_P(At, DestroyedUnused, ::testing::Values(behind_the_closing, behind_the_unfollow),
                         [](const auto& one) { return std::string(one.index == 0 ? "TheClosing" : "TheUnfollow"); });

class DestroyedInUse : public ::testing::Test {
 protected:
  DestroyedInUse() { lose_the_copy(scenario_, behind_the_opening); }
  Scenario scenario_;
};

TEST_F(DestroyedInUse, NothingIsResumedInSilence) {
  for (const char* stage : {"live", "source", "replicating"}) {
    const Ended ended = scenario_.apply(stage, {}, {true});
    EXPECT_EQ(ended.exit_code, 4) << ended.story();
    EXPECT_THAT(message_of(ended), HasSubstr("writes may have reached it: they are gone with it"));
    EXPECT_THAT(message_of(ended), HasSubstr("--accept-lost-writes"));
    EXPECT_FALSE(source_takes_writes(scenario_));
  }
  EXPECT_EQ(scenario_.restore().exit_code, 4) << scenario_.log();
  EXPECT_FALSE(source_takes_writes(scenario_));
  EXPECT_EQ(scenario_.judge().copy(), "") << "no other copy is made";
}

TEST_F(DestroyedInUse, WhoGivesTheWritesUpGetsTheSourceBack) {
  EXPECT_EQ(scenario_.restore(true).exit_code, 0) << scenario_.log();
  expect_back_on_the_source(scenario_);
}

TEST(CopyLost, WithTheRecordTooIsForAPersonToDecide) {
  Scenario scenario;
  lose_the_copy(scenario, behind_the_closing);
  scenario.lose_state();
  const Ended refused = scenario.restore();
  EXPECT_EQ(refused.exit_code, 4) << refused.story();
  EXPECT_THAT(message_of(refused), HasSubstr("read-only by default"));
  EXPECT_FALSE(source_takes_writes(scenario));
  scenario.restore(true);
  EXPECT_TRUE(source_takes_writes(scenario)) << scenario.log();
}

/// It changes nothing where the copy is there.
TEST(AcceptLostWrites, IsNoWayAroundThePointOfNoReturn) {
  Scenario scenario;
  EXPECT_TRUE(tell_run(scenario, {"live"}, {behind_the_opening}).killed);
  EXPECT_EQ(scenario.restore(true).exit_code, 4) << scenario.log();
  EXPECT_FALSE(source_takes_writes(scenario));
  scenario.bring_to_live();
  EXPECT_EQ(scenario.judge().report(), "") << scenario.log();
}

/// Safety S6: where the source does not answer when it is to be closed, the way goes on; it is past the turn all the
/// same.
TEST(SafetyS6, TheTurnIsRecordedAlsoWhereTheSourceCouldNotBeClosed) {
  Scenario scenario;
  const NetworkIncident killed_after{1};
  EXPECT_TRUE(tell_run(scenario, {"live"}, {at("POST /addon-attachments", killed_after)}).killed) << scenario.log();
  const Ended ended = scenario.apply("live", [](SimulatedTool& tool) {
    tool.leaders().before = [](const std::string&) {
      return std::optional(Error{ErrorCode::unavailable, "nobody answers at the leader's address", {}, {}});
    };
    tool.network().meddle = [](const HttpRequest& request, int) {
      const bool opens = request.method == "PATCH" && request.url.ends_with("/apps/orders-space/formation");
      return opens ? Meddling{Meddling::Kind::kill_after} : Meddling{};
    };
  });
  EXPECT_TRUE(ended.killed) << ended.story();
  EXPECT_EQ(scenario.apply("source", {}, {true}).exit_code, 4) << scenario.log();
  scenario.bring_to_live();
  EXPECT_EQ(scenario.judge().report(), "") << scenario.log();
}

}  // namespace
}  // namespace changeover::simulation
