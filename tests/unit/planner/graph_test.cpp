#include "planner/graph.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "tests/support/facts.h"

namespace changeover {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::private_name;
using testing::SeedWorld;
using testing::source_app_name;
using testing::source_name;
using testing::target_app_name;

/// Ids without "orders/".
class Steps {
 public:
  explicit Steps(Graph graph) : graph_(std::move(graph)) {}

  [[nodiscard]] std::vector<std::string> ids() const {
    std::vector<std::string> ids;
    for (const Action& action : graph_.actions) ids.push_back(action.id.substr(action.id.find('/') + 1));
    return ids;
  }
  [[nodiscard]] const Action* find(const std::string& id) const {
    const auto found = std::ranges::find(graph_.actions, "orders/" + id, &Action::id);
    return found == graph_.actions.end() ? nullptr : &*found;
  }
  [[nodiscard]] bool has(const std::string& id) const { return find(id) != nullptr; }
  /// Whether `later` waits for `earlier`, directly or by others; false when either is missing.
  [[nodiscard]] bool waits(const std::string& later, const std::string& earlier) const {
    const Action* action = find(later);
    if (action == nullptr || !has(earlier)) return false;
    return std::ranges::any_of(action->depends_on, [&](const std::string& id) {
      const std::string bare = id.substr(id.find('/') + 1);
      return bare == earlier || waits(bare, earlier);
    });
  }
  [[nodiscard]] std::string point_of_no_return() const {
    const std::string& id = graph_.point_of_no_return.action;
    return id.substr(id.find('/') + 1);
  }
  [[nodiscard]] std::vector<Action>& actions() { return graph_.actions; }
  /// "web=2 worker=1" of an action's formation.
  [[nodiscard]] std::string formation(const std::string& id) const {
    const Action* action = find(id);
    if (action == nullptr) return "no such action";
    std::string text;
    for (const json::Value& item : action->parameters["formation"].items())
      text +=
          (text.empty() ? "" : " ") + item["type"].as_string() + "=" + std::to_string(item["quantity"].as_integer());
    return text;
  }

 private:
  Graph graph_;
};

Steps steps_of(const SeedWorld& world) {
  const Situation situation = world.situation();
  const Phase phase = phase_of(situation).phase;
  return Steps(make_graph(situation, phase, course_of(situation.desired.stage, phase).segments));
}

std::string step(std::string_view kind, std::string_view subject) {
  return std::string(kind) + "/" + std::string(subject);
}

const std::string create = step("follower.create", private_name);
const std::string available = step("database.wait_available", private_name);
const std::string caught_up = step("follower.wait_caught_up", private_name);
const std::string background = step("app.scale_down", source_app_name) + "/background";
const std::string source_page = step("app.enable_maintenance", source_app_name);
const std::string source_down = step("app.scale_down", source_app_name);
const std::string target_page = step("app.enable_maintenance", target_app_name);
const std::string target_down = step("app.scale_down", target_app_name);
const std::string source_gone = step("app.stop_one_off_dynos", source_app_name);
const std::string fence = step("leader.fence", source_name);
const std::string drained = step("follower.wait_drained", private_name);
const std::string unfollow = step("follower.unfollow", private_name);
const std::string standalone = step("database.wait_standalone", private_name);
const std::string no_late_write = step("leader.verify_no_late_write", source_name);
const std::string promote = step("attachment.promote", private_name);
const std::string release = step("release.wait", target_app_name);
const std::string up = step("app.scale_up", target_app_name);
const std::string page_off = step("app.disable_maintenance", target_app_name);
const std::string verify_live = step("database.verify_live", private_name);
const std::string fenced_for_good = step("leader.fence_permanently", source_name);

// ---- which actions, from where

TEST(GraphFrom, AbsentItDoesEverything) {
  EXPECT_THAT(steps_of(SeedWorld()).ids(),
              ElementsAre(create, available, caught_up, background, source_page, source_down, target_page, target_down,
                          source_gone, fence, drained, unfollow, standalone, no_late_write, fenced_for_good, promote,
                          up, page_off, verify_live));
}

TEST(GraphFrom, ProvisioningItWaitsForTheCopyThatExists) {
  const Steps steps = steps_of(SeedWorld().at(Phase::provisioning));
  EXPECT_FALSE(steps.has(create));
  EXPECT_EQ(steps.ids()[0], available);
  EXPECT_EQ(steps.ids()[1], caught_up);
}

TEST(GraphFrom, CatchingUpItWaitsForTheLagOnly) {
  const Steps steps = steps_of(SeedWorld().at(Phase::catching_up));
  EXPECT_FALSE(steps.has(available));
  EXPECT_EQ(steps.ids()[0], caught_up);
}

TEST(GraphFrom, ReplicatingItBeginsWithTheWriters) {
  EXPECT_EQ(steps_of(SeedWorld().at(Phase::replicating)).ids().front(), background);
}

TEST(GraphFrom, QuiescedOrDrainedItProvesAgainBeforeItUnfollows) {
  for (const Phase phase : {Phase::quiesced, Phase::drained})
    EXPECT_THAT(steps_of(SeedWorld().at(phase)).ids(),
                ElementsAre(source_gone, fence, drained, unfollow, standalone, no_late_write, fenced_for_good, promote,
                            up, page_off, verify_live))
        << to_string(phase);
}

TEST(GraphFrom, StandaloneItLooksForALateWriteBeforeItAttaches) {
  EXPECT_THAT(steps_of(SeedWorld().at(Phase::standalone)).ids(),
              ElementsAre(standalone, no_late_write, fenced_for_good, promote, up, page_off, verify_live));
}

TEST(GraphFrom, PromotedItOnlyResumes) {
  SeedWorld world;
  world.at(Phase::promoted);
  world.attempt().late_write_checked = true;
  EXPECT_THAT(steps_of(world).ids(), ElementsAre(fenced_for_good, up, page_off, verify_live));
}

TEST(GraphFrom, PromotedByItsUnfollowItStillLooksForALateWrite) {
  SeedWorld world;
  world.at(Phase::promoted);
  EXPECT_THAT(steps_of(world).ids(),
              ElementsAre(standalone, no_late_write, fenced_for_good, promote, up, page_off, verify_live));
}

TEST(GraphFrom, LiveThereIsNothingToDo) {
  EXPECT_THAT(steps_of(SeedWorld().at(Phase::live)).ids(), IsEmpty());
  EXPECT_THAT(steps_of(SeedWorld().at(Phase::retired)).ids(), IsEmpty());
}

// ---- every graph, in every cell

struct Cell {
  Stage stage;
  Phase phase;
};
std::vector<Cell> every_cell() {
  std::vector<Cell> cells;
  for (const Course& course : course_table()) cells.push_back({course.stage, course.phase});
  return cells;
}

class EveryGraph : public ::testing::TestWithParam<Cell> {};

TEST_P(EveryGraph, IsAnOrderInWhichEveryDependencyComesFirst) {
  for (const Proof proof : {Proof::sql, Proof::api}) {
    SeedWorld world;
    world.writer("reports-example").stage(GetParam().stage).at(GetParam().phase).migration().cutover.proof = proof;
    world.add_release_phase();
    Steps steps = steps_of(world);
    std::set<std::string> before;
    for (const Action& action : steps.actions()) {
      for (const std::string& id : action.depends_on) EXPECT_TRUE(before.contains(id)) << action.id << " needs " << id;
      EXPECT_EQ(std::set<std::string>(action.depends_on.begin(), action.depends_on.end()).size(),
                action.depends_on.size())
          << action.id << " names a dependency twice";
      EXPECT_TRUE(before.insert(action.id).second) << action.id << " is there twice";
      EXPECT_FALSE(action.reason.empty()) << action.id;
      EXPECT_FALSE(action.undo.empty()) << action.id;
    }
    const std::string point = steps.point_of_no_return();
    EXPECT_TRUE(point.empty() || steps.has(point)) << point;
  }
}

INSTANTIATE_TEST_SUITE_P(Cell, EveryGraph, ::testing::ValuesIn(every_cell()), [](const auto& test) {
  return std::string(to_string(test.param.stage)) + "_from_" + std::string(to_string(test.param.phase));
});

// ---- the order that safety rests on

void expect_order(const Steps& steps, const std::string& later, const std::string& earlier) {
  if (steps.has(later) && steps.has(earlier)) {
    EXPECT_TRUE(steps.waits(later, earlier)) << later << " does not wait for " << earlier;
  }
}

class CutoverFrom : public ::testing::TestWithParam<Phase> {
 protected:
  /// What is not in the graph was done before; what is must wait.
};

TEST_P(CutoverFrom, KeepsTheOrderThatNoWriteIsLostIn) {
  SeedWorld world;
  world.writer("reports-example").at(GetParam());
  const Steps steps = steps_of(world);
  const std::string reports_gone = step("app.stop_one_off_dynos", "reports-example");
  const std::vector<std::pair<std::string, std::string>> order = {{source_page, caught_up},
                                                                  {source_down, caught_up},
                                                                  {source_page, background},
                                                                  {source_gone, source_down},
                                                                  {source_gone, source_page},
                                                                  {fence, source_down},
                                                                  {fence, source_page},
                                                                  {fence, target_down},
                                                                  {drained, fence},
                                                                  {drained, source_gone},
                                                                  {drained, reports_gone},
                                                                  {unfollow, drained},
                                                                  {unfollow, fence},
                                                                  {unfollow, source_gone},
                                                                  {unfollow, reports_gone},
                                                                  {standalone, unfollow},
                                                                  {no_late_write, standalone},
                                                                  {promote, no_late_write},
                                                                  {up, promote},
                                                                  {page_off, up},
                                                                  {verify_live, page_off},
                                                                  {fenced_for_good, no_late_write},
                                                                  {up, fenced_for_good}};
  for (const auto& [later, earlier] : order) expect_order(steps, later, earlier);
}

INSTANTIATE_TEST_SUITE_P(Phase, CutoverFrom,
                         ::testing::Values(Phase::absent, Phase::provisioning, Phase::catching_up, Phase::replicating,
                                           Phase::quiesced, Phase::drained, Phase::standalone, Phase::promoted),
                         [](const auto& test) { return std::string(to_string(test.param)); });

TEST(GraphOrder, TheWholeChainIsThereFromReplicating) {
  SeedWorld world;
  world.writer("reports-example").following();
  const Steps steps = steps_of(world);
  EXPECT_TRUE(steps.waits(unfollow, fence));
  EXPECT_TRUE(steps.waits(unfollow, source_gone));
  EXPECT_TRUE(steps.waits(unfollow, step("app.stop_one_off_dynos", "reports-example")));
  EXPECT_TRUE(steps.waits(unfollow, drained));
  EXPECT_TRUE(steps.waits(promote, no_late_write));
  EXPECT_TRUE(steps.waits(no_late_write, unfollow));
  EXPECT_TRUE(steps.waits(up, promote));
  EXPECT_TRUE(steps.waits(page_off, up));
}

TEST(GraphOrder, TheFenceDoesNotWaitForTheLastDyno) {
  const Steps steps = steps_of(SeedWorld().at(Phase::replicating));
  EXPECT_FALSE(steps.waits(fence, source_gone));
  EXPECT_TRUE(steps.waits(fence, source_down));
}

TEST(GraphOrder, AReleasePhaseSucceedsBeforeAnyDynoStarts) {
  SeedWorld world;
  world.following().add_release_phase();
  const Steps steps = steps_of(world);
  EXPECT_TRUE(steps.waits(release, promote));
  EXPECT_TRUE(steps.waits(up, release));
}

TEST(GraphOrder, BackgroundDynosStopWhileTheSiteServes) {
  const Steps steps = steps_of(SeedWorld().at(Phase::replicating));
  EXPECT_EQ(steps.formation(background), "worker=0");
  EXPECT_TRUE(steps.waits(source_page, background));
  EXPECT_TRUE(steps.waits(target_page, background));
}

TEST(GraphOrder, AnAppWithoutWebHasNoBackgroundStep) {
  SeedWorld world;
  world.following().source().formation = std::vector<Process>{{"worker", 1, "basic"}};
  const Steps steps = steps_of(world);
  EXPECT_FALSE(steps.has(background));
  EXPECT_EQ(steps.formation(source_down), "worker=0");
}

TEST(GraphOrder, AWriterWithoutBackgroundDynosDoesNotRepeatTheOneBeforeIt) {
  SeedWorld world;
  world.following().writer("reports-example");
  const Steps steps = steps_of(world);
  EXPECT_THAT(steps.find(source_page)->depends_on, ElementsAre("orders/" + background));
}

// ---- who is stopped, and how it comes back

TEST(GraphApps, TheProofByTheApiResetsConnectionsInsteadOfFencing) {
  SeedWorld world;
  world.following().migration().cutover.proof = Proof::api;
  const Steps steps = steps_of(world);
  const std::string reset = step("database.reset_connections", source_name);
  EXPECT_FALSE(steps.has(fence));
  EXPECT_FALSE(steps.has(fenced_for_good));
  EXPECT_TRUE(steps.waits(reset, source_gone));
  EXPECT_TRUE(steps.waits(drained, reset));
  EXPECT_TRUE(steps.waits(unfollow, drained));
  EXPECT_TRUE(steps.waits(promote, no_late_write));
  EXPECT_EQ(steps.find(drained)->parameters["proof"].as_string(), "api");
}

TEST(GraphApps, AReadOnlyAppIsLeftAlone) {
  SeedWorld world;
  world.following().writer("dashboard-example").migration().quiesce.read_only = {"dashboard-example"};
  for (const std::string& id : steps_of(world).ids()) EXPECT_EQ(id.find("dashboard-example"), std::string::npos) << id;
}

TEST(GraphApps, ASecondWriterIsStoppedWhollyAndStaysParked) {
  SeedWorld world;
  world.following().writer("reports-example");
  const Steps steps = steps_of(world);
  EXPECT_TRUE(steps.has(step("app.enable_maintenance", "reports-example")));
  EXPECT_EQ(steps.formation(step("app.scale_down", "reports-example")), "web=0");
  EXPECT_TRUE(steps.has(step("app.stop_one_off_dynos", "reports-example")));
  EXPECT_FALSE(steps.has(step("app.scale_up", "reports-example")));
  EXPECT_FALSE(steps.has(step("app.disable_maintenance", "reports-example")));
}

TEST(GraphApps, AnAppWithAfterResumeComesBackOnceTheTargetServes) {
  SeedWorld world;
  world.following().add_app("billing-example", {{"worker", 3, "basic"}});
  world.migration().quiesce.apps["billing-example"] = After::resume;
  const Steps steps = steps_of(world);
  EXPECT_EQ(steps.formation(step("app.scale_up", "billing-example")), "worker=3");
  EXPECT_TRUE(steps.waits(step("app.scale_up", "billing-example"), page_off));
  EXPECT_TRUE(steps.waits(step("app.disable_maintenance", "billing-example"), step("app.scale_up", "billing-example")));
  EXPECT_TRUE(steps.waits(verify_live, step("app.disable_maintenance", "billing-example"))) << "live latches";
  EXPECT_FALSE(steps.has(step("app.scale_up", source_app_name)));
}

TEST(GraphApps, AResumedAppComesBackAsItsBaselineSays) {
  SeedWorld world;
  world.add_app("billing-example", {{"worker", 3, "basic"}});
  world.migration().quiesce.apps["billing-example"] = After::resume;
  world.standalone();
  EXPECT_EQ(steps_of(world).formation(step("app.scale_up", "billing-example")), "worker=3");
}

TEST(GraphApps, ATargetThatIsAttachedToTheSourceIsStoppedAsAWriterAndResumed) {
  SeedWorld world;
  world.migration().source.app = target_app_name;
  world.attach(target_app_name, "DATABASE", source_name);
  world.following();
  const Steps steps = steps_of(world);
  EXPECT_EQ(steps.formation(target_down), "web=0 worker=0") << "web is a writer here and is not kept (S26)";
  EXPECT_TRUE(steps.waits(unfollow, step("app.stop_one_off_dynos", target_app_name)));
  EXPECT_EQ(steps.formation(up), "web=2 worker=1");
  EXPECT_TRUE(steps.waits(up, promote));
}

TEST(GraphApps, TheTargetsWebStaysForThePageUnlessTheSpecStopsIt) {
  SeedWorld world;
  world.following();
  EXPECT_EQ(steps_of(world).formation(target_down), "worker=0");
  world.migration().quiesce.space_web = SpaceWeb::stop;
  EXPECT_EQ(steps_of(world).formation(target_down), "web=0 worker=0");
}

TEST(GraphApps, AnAppInMaintenanceAlreadyGetsNoPage) {
  SeedWorld world;
  world.following().source().app.maintenance = true;
  const Steps steps = steps_of(world);
  EXPECT_FALSE(steps.has(source_page));
  EXPECT_TRUE(steps.waits(source_gone, source_down));
}

TEST(GraphApps, TheReleaseTypeIsNeverScaled) {
  SeedWorld world;
  world.following().add_release_phase();
  EXPECT_EQ(steps_of(world).formation(up), "web=2 worker=1");
  world.quiesced();
  EXPECT_EQ(steps_of(world.stage(Stage::replicating)).formation(step("restore.formation", target_app_name)),
            "web=2 worker=1");
}

TEST(GraphApps, TheSpecsFormationOverridesTheTargetsOwn) {
  SeedWorld world;
  world.following().migration().target.formation["web"] = {5, "private-l"};
  const Steps steps = steps_of(world);
  EXPECT_EQ(steps.formation(up), "web=5 worker=1");
  EXPECT_EQ(steps.find(up)->parameters["formation"].items()[0]["size"].as_string(), "private-l");
}

TEST(GraphApps, AHolderOfTheNameIsPreservedBeforeDowntime) {
  SeedWorld world;
  world.following().attach(target_app_name, "DATABASE", "old-space-db");
  world.migration().target.replaces = "old-space-db";
  const Steps steps = steps_of(world);
  const std::string preserve = step("attachment.preserve", "old-space-db");
  ASSERT_TRUE(steps.has(preserve));
  EXPECT_EQ(steps.find(preserve)->group, Group::prepare);
  EXPECT_TRUE(steps.waits(source_page, preserve));
  EXPECT_TRUE(steps.waits(promote, preserve));
  EXPECT_EQ(steps.find(promote)->undo, "DATABASE back to old-space-db");
}

TEST(GraphApps, WithoutAHolderNothingIsPreserved) {
  EXPECT_FALSE(steps_of(SeedWorld().at(Phase::promoted)).has(step("attachment.preserve", private_name)));
  EXPECT_EQ(steps_of(SeedWorld().at(Phase::replicating)).ids().front(), background);
}

// ---- the point of no return (safety S6)

/// No web dyno is kept and nothing runs by itself.
SeedWorld quiet_target() {
  SeedWorld world;
  world.following().migration().quiesce.space_web = SpaceWeb::stop;
  return world;
}

/// Under proof: sql the old database is closed right before what makes it final, and that is where the way back ends.
void expect_no_return_before(SeedWorld world, const std::string& what) {
  const Steps steps = steps_of(world);
  EXPECT_EQ(steps.point_of_no_return(), fenced_for_good);
  expect_order(steps, what, fenced_for_good);
  const std::string other = what == up ? promote : no_late_write;
  expect_order(steps, fenced_for_good, other);
  world.migration().cutover.proof = Proof::api;
  EXPECT_EQ(steps_of(world).point_of_no_return(), what);
}

TEST(PointOfNoReturnOf, AQuietTargetIsItsFirstScaleUp) { expect_no_return_before(quiet_target(), up); }

TEST(PointOfNoReturnOf, AReleasePhaseIsTheAttachment) {
  SeedWorld world = quiet_target();
  world.add_release_phase();
  expect_no_return_before(world, promote);
}

TEST(PointOfNoReturnOf, AnotherAppThatUsesTheCopyIsTheUnfollow) {
  SeedWorld world = quiet_target();
  world.attach("reports-example", "REPLICA", private_name);
  EXPECT_EQ(steps_of(world).point_of_no_return(), "follower.unfollow/orders-private");
  world.migration().quiesce.read_only.insert("reports-example");
  EXPECT_EQ(steps_of(world).point_of_no_return(), fenced_for_good) << "it never writes";
}

TEST(PointOfNoReturnOf, KeptWebDynosIsTheAttachment) {
  expect_no_return_before(SeedWorld().at(Phase::replicating), promote);
}

TEST(PointOfNoReturnOf, AKeptWebOfZeroDynosIsTheFirstScaleUp) {
  SeedWorld world;
  world.following().target().formation = std::vector<Process>{{"web", 0, "private-m"}, {"worker", 2, "private-m"}};
  expect_no_return_before(world, up);
}

TEST(PointOfNoReturnOf, ASchedulerOnTheTargetIsTheAttachment) {
  SeedWorld world = quiet_target();
  world.install("scheduler", target_app_name);
  expect_no_return_before(world, promote);
}

TEST(PointOfNoReturnOf, AOneOffDynoOnTheTargetIsTheAttachment) {
  SeedWorld world = quiet_target();
  world.target().dynos->push_back({"id", "run.1", "run", "up", 7});
  expect_no_return_before(world, promote);
}

TEST(PointOfNoReturnOf, WebDynosThatHoldTheCopysUrlIsTheUnfollow) {
  SeedWorld world;
  world.following().attach(target_app_name, "DATABASE", private_name);
  EXPECT_EQ(steps_of(world).point_of_no_return(), unfollow);
}

TEST(PointOfNoReturnOf, APlanWithoutACutoverIsNone) {
  EXPECT_EQ(steps_of(SeedWorld().stage(Stage::replicating)).point_of_no_return(), "");
  EXPECT_EQ(steps_of(SeedWorld().stage(Stage::source).at(Phase::drained)).point_of_no_return(), "");
}

// ---- the way back

TEST(GraphBack, RestoresTheFormationBeforeThePageGoesAndTheCopyGoesLast) {
  const Steps steps = steps_of(SeedWorld().stage(Stage::source).at(Phase::standalone));
  const std::string destroy = step("addon.destroy", private_name);
  for (const char* app : {source_app_name, target_app_name}) {
    EXPECT_TRUE(steps.waits(step("restore.maintenance", app), step("restore.formation", app))) << app;
    EXPECT_TRUE(steps.waits(destroy, step("restore.maintenance", app))) << app;
  }
  EXPECT_EQ(steps.formation(step("restore.formation", source_app_name)), "web=2 worker=1");
  EXPECT_FALSE(steps.find(destroy)->reversible);
  EXPECT_EQ(steps.find(destroy)->parameters["addon_id"].as_string(), std::string(private_name) + "-id");
}

TEST(GraphBack, PutsTheDatabaseBackBeforeAnyDynoStarts) {
  SeedWorld world;
  world.stage(Stage::source).promoted().migration().target.replaces = "old-space-db";
  const Steps steps = steps_of(world);
  const std::string back = step("restore.attachment", target_app_name);
  EXPECT_TRUE(steps.waits(step("restore.formation", source_app_name), back));
  EXPECT_TRUE(steps.waits(step("restore.formation", target_app_name), back));
  EXPECT_EQ(steps.find(back)->parameters["previous"].as_string(), "old-space-db");
}

TEST(GraphBack, PutsTheSourceBackWhereItHeldTheName) {
  SeedWorld world;
  world.stage(Stage::source).attach(target_app_name, "DATABASE", source_name);
  world.promoted().attach(target_app_name, "HEROKU_POSTGRESQL_PINK", source_name);
  const Steps steps = steps_of(world);
  const Action* back = steps.find(step("restore.attachment", target_app_name));
  EXPECT_EQ(back->parameters["previous_if_preserved"].as_string(), source_name);
  EXPECT_FALSE(back->parameters.has("previous"));
}

TEST(GraphBack, LeavesNoDatabaseWhereTheTargetHadNone) {
  const Steps steps = steps_of(SeedWorld().stage(Stage::source).at(Phase::promoted));
  EXPECT_FALSE(steps.find(step("restore.attachment", target_app_name))->parameters.has("previous"));
}

TEST(GraphBack, ANewCopyIsMadeOnlyAfterTheOldOneIsGone) {
  for (const Phase phase : {Phase::standalone, Phase::spent, Phase::promoted}) {
    const Steps steps = steps_of(SeedWorld().stage(Stage::replicating).at(phase));
    EXPECT_TRUE(steps.waits(create, step("addon.destroy", private_name))) << to_string(phase);
    EXPECT_TRUE(steps.waits(caught_up, available)) << to_string(phase);
    EXPECT_TRUE(steps.waits(available, create)) << to_string(phase);
  }
}

TEST(GraphBack, AnAppWithoutFormationOnlyLosesItsPage) {
  Attempt attempt;
  attempt.baseline = {{{"id", "empty-example"}, false, {}, 1},
                      {{"id", "released-example"}, true, {{"release", 0, ""}}, 1}};
  const std::vector<Action> actions = restore_actions("orders", attempt, {"before"});
  ASSERT_EQ(actions.size(), 2U);
  for (const Action& action : actions) {
    EXPECT_EQ(action.kind, Kind::restore_maintenance);
    EXPECT_THAT(action.depends_on, ElementsAre("before"));
  }
  EXPECT_FALSE(actions[0].parameters["maintenance"].as_bool());
  EXPECT_TRUE(actions[1].parameters["maintenance"].as_bool());
}

// ---- retire

TEST(GraphRetire, DestroysTheSourceByIdAfterTheBackupAndTheForeignAttachments) {
  SeedWorld world;
  world.writer("reports-example").stage(Stage::retired).live();
  const Steps steps = steps_of(world);
  const std::string detach = step("attachment.detach", "reports-example") + "/DATABASE";
  const std::string destroy = step("addon.destroy", source_name);
  EXPECT_THAT(steps.ids(), ElementsAre(step("backup.capture", source_name), detach, destroy));
  EXPECT_TRUE(steps.waits(destroy, detach));
  EXPECT_TRUE(steps.waits(destroy, step("backup.capture", source_name)));
  EXPECT_EQ(steps.find(destroy)->parameters["addon_id"].as_string(), std::string(source_name) + "-id");
}

TEST(GraphRetire, WithoutAFinalBackupWhenTheSpecDeclinesIt) {
  SeedWorld world;
  world.stage(Stage::retired).live().migration().retire.final_backup = false;
  EXPECT_THAT(steps_of(world).ids(), ElementsAre(step("addon.destroy", source_name)));
}

}  // namespace
}  // namespace changeover
