// A fleet in memory: how many requests it takes, who goes first, and that the order of Heroku's answers does not
// matter.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "cmd/view/plan_comparison.h"
#include "cmd/view/plan_markdown.h"
#include "cmd/view/plan_text.h"
#include "planner/plan_file.h"
#include "providers/heroku/observe.h"
#include "tests/simulation/simulated_heroku.h"
#include "tests/simulation/simulated_tool.h"

namespace changeover::simulation {
namespace {

using std::chrono::milliseconds;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

std::string world_of(int databases, const std::string& more = {}) {
  return "version: 1\nseed: 500\napi_key: 01234567-89ab-cdef-0123-456789abcdef\ndatabases: modelled\n"
         "timing: {api_latency: 50ms, data_404: 500ms, provisioning: 2s, sampling: 1s, unfollow: 1s, deprovision: 1s,"
         " dyno_boot: 200ms}\nfleet: {databases: " +
         std::to_string(databases) + "}\n" + more;
}

std::string name_of(int number) {
  std::string digits = std::to_string(number);
  return "fleet-" + std::string(4 - digits.size(), '0') + digits;
}

std::string spec_of(int databases, const std::string& stage, const std::string& rules = {}) {
  std::string spec =
      "version: 1\nstate: {local: /state/fleet.state.json}\ndefaults: {cutover: {proof: api, unattended: true}, "
      "retire: {after: 1h}}\n" +
      rules + "migrations:\n";
  for (int number = 1; number <= databases; ++number) {
    const std::string name = name_of(number);
    spec += "  " + name + ":\n    stage: " + stage + "\n    source: {app: " + name +
            ", database: DATABASE}\n    target: {app: " + name +
            "-space, plan: private-0, formation: {web: 1, worker: 1}}\n";
  }
  return spec;
}

/// Requests of one plan, which must succeed.
int requests_of_a_plan(SimulatedHeroku& heroku, const std::string& spec) {
  SimulatedTool tool(heroku, spec);
  const Result<Plan> plan = tool.plan();
  EXPECT_TRUE(plan) << plan.error().what;
  return tool.network().requests();
}

std::vector<std::string> named(const Ended& ended, EventType type) {
  std::vector<std::string> names;
  for (const Event& event : ended.events)
    if (event.type == type) names.push_back(event.migration);
  return names;
}

/// The most downtimes that were under way at once.
int most_at_once(const Ended& ended) {
  int now = 0;
  int most = 0;
  for (const Event& event : ended.events) {
    if (event.type == EventType::downtime_began) most = std::max(most, ++now);
    if (event.type == EventType::downtime_ended) --now;
  }
  return most;
}

TEST(Fleet, APlanTakesThreeListsThePricesAndOneRequestForEachDatabase) {
  SimulatedHeroku heroku(world_of(40));
  EXPECT_EQ(requests_of_a_plan(heroku, spec_of(21, "replicating")), 4 + 21);
  EXPECT_EQ(requests_of_a_plan(heroku, spec_of(40, "replicating")), 4 + 40);
  // Before a cutover it looks closer, at 25 databases and the config vars of 60 apps at most.
  EXPECT_EQ(requests_of_a_plan(heroku, spec_of(40, "live")), 4 + 40 * 3 + 25 * 5 + 60);
}

/// What one more migration takes, when as many are looked at closer as ever are.
int requests_of_one_more(SimulatedHeroku& heroku, const std::string& stage) {
  const int of_thirty = requests_of_a_plan(heroku, spec_of(30, stage));
  const int of_sixty = requests_of_a_plan(heroku, spec_of(60, stage));
  EXPECT_EQ((of_sixty - of_thirty) % 30, 0);
  return (of_sixty - of_thirty) / 30;
}

std::vector<int> requests_of_one_more_by_stage(SimulatedHeroku& heroku) {
  std::vector<int> requests;
  for (const char* stage : {"source", "replicating", "live", "retired"})
    requests.push_back(requests_of_one_more(heroku, stage));
  return requests;
}

TEST(Fleet, NoMigrationTakesMoreThanFourRequestsWhateverItsPhaseAndStage) {
  SimulatedHeroku heroku(world_of(60, "switches: {rate_limit: 20000}\n"));
  EXPECT_THAT(requests_of_one_more_by_stage(heroku), ElementsAre(1, 1, 3, 3));
  ASSERT_EQ(SimulatedTool(heroku, spec_of(60, "replicating")).apply().exit_code, 0);
  EXPECT_THAT(requests_of_one_more_by_stage(heroku), ElementsAre(4, 2, 4, 4));
  const Ended moved = SimulatedTool(heroku, spec_of(60, "live")).apply();
  ASSERT_EQ(moved.exit_code, 0) << moved.story();
  EXPECT_THAT(requests_of_one_more_by_stage(heroku), ElementsAre(2, 2, 2, 2));
  heroku.pass(std::chrono::hours{3});
  EXPECT_EQ(requests_of_one_more(heroku, "retired"), 2);
}

/// One app that the account's own lists leave out is attached to one database of a fleet.
class HiddenWriter {
 public:
  HiddenWriter(SimulatedHeroku& heroku, int app, int database) : app_(name_of(app)) {
    heroku.call("POST", "/addon-attachments",
                R"({"addon":")" + name_of(database) + R"(-db","app":")" + app_ + R"(","name":"REPORTS"})");
  }

  void hide_from(SimulatedTool& tool) {
    tool.network().read_wrongly = [this](const HttpRequest& request, HttpResponse& response) {
      const bool lists = request.url.ends_with("/apps") || request.url.ends_with("/addon-attachments");
      Result<json::Value> body = json::parse(response.body);
      if (request.method != "GET" || !lists || !body || request.url.find("/addons/") != std::string::npos) return;
      std::erase_if(body->mutable_items(), [&](const json::Value& one) {
        return one["name"].as_string() == app_ || one["app"]["name"].string_or("") == app_;
      });
      response.body = body->dump();
    };
  }

 private:
  std::string app_;
};

const MigrationPlan& plan_of(const Plan& plan, const std::string& name) {
  return *std::ranges::find(plan.migrations, name, &MigrationPlan::name);
}

std::vector<std::string> actions_of(const MigrationPlan& plan) {
  std::vector<std::string> ids;
  for (const Action& action : plan.actions) ids.push_back(action.id);
  return ids;
}

/// In a fleet who is attached is asked of those that go first; of the others it is said that nobody asked.
TEST(Fleet, AWriterThatNoListShowsIsInThePlanOfThoseThatGoFirst) {
  constexpr int databases = 30;
  struct Case {
    int database;
    std::string rules;
    bool is_seen;
  };
  const std::string last_first = "fleet: {canary: " + name_of(databases) + "}\n";
  for (const Case& one : {Case{1, "", true}, Case{databases, "", false}, Case{databases, last_first, true}}) {
    SimulatedHeroku heroku(world_of(databases + 1));
    HiddenWriter hidden(heroku, databases + 1, one.database);
    SimulatedTool tool(heroku, spec_of(databases, "live", one.rules));
    hidden.hide_from(tool);
    const Result<Plan> plan = tool.plan();
    ASSERT_TRUE(plan) << plan.error().what;
    const MigrationPlan& found = plan_of(*plan, name_of(one.database));
    const std::string stopping = name_of(one.database) + "/app.enable_maintenance/" + name_of(databases + 1);
    const auto unasked = std::ranges::find(found.unknowns, "not-looked-at", &Finding::id);
    if (one.is_seen) {
      EXPECT_THAT(actions_of(found), Contains(stopping));
      EXPECT_EQ(unasked, found.unknowns.end());
    } else {
      EXPECT_THAT(actions_of(found), Not(Contains(stopping)));
      ASSERT_NE(unasked, found.unknowns.end());
      EXPECT_THAT(unasked->what, HasSubstr("writers that the account's lists do not show"));
    }
  }
}

/// ... and it is asked before anything is stopped, also of the last one in the spec when the others wait for it.
TEST(Fleet, AWriterThatNoListShowsIsMetBeforeItsCutover) {
  constexpr int databases = 30;
  const std::string last = name_of(databases);
  SimulatedHeroku heroku(world_of(databases + 1));
  HiddenWriter hidden(heroku, databases + 1, databases);
  ASSERT_EQ(SimulatedTool(heroku, spec_of(databases, "replicating")).apply().exit_code, 0);
  std::string waiting = spec_of(databases, "live");
  for (int number = 1; number < databases; ++number) {
    const std::string key = "  " + name_of(number) + ":\n";
    waiting.insert(waiting.find(key) + key.size(), "    depends_on: [" + last + "]\n");
  }
  for (const auto& [spec, begun] : {std::pair{waiting, 0}, std::pair{spec_of(databases, "live"), databases - 1}}) {
    SimulatedTool tool(heroku, spec);
    hidden.hide_from(tool);
    const Ended ended = tool.apply();
    ASSERT_THAT(ended.outcomes, SizeIs(databases)) << ended.story();
    const MigrationOutcome& found = ended.outcomes.back();
    EXPECT_EQ(found.outcome, Outcome::stale) << found.message;
    EXPECT_THAT(
        found.message,
        AllOf(HasSubstr("it would also do app.scale_down/fleet-0031/background, app.enable_maintenance/fleet-0031, "),
              HasSubstr("nothing was stopped, plan again with --only fleet-0030")));
    EXPECT_THAT(named(ended, EventType::downtime_began), AllOf(SizeIs(begun), Not(Contains(last))));
    EXPECT_EQ(heroku.call("GET", "/apps/" + name_of(databases + 1))["maintenance"].dump(), "false");
  }
}

/// What retiring rests on is read of the first that are due, and the others wait for a later plan.
TEST(Fleet, OldDatabasesAreRetiredSoManyAtATime) {
  constexpr int databases = 30;
  SimulatedHeroku heroku(world_of(databases, "switches: {rate_limit: 20000}\n"));
  ASSERT_EQ(SimulatedTool(heroku, spec_of(databases, "live")).apply().exit_code, 0);
  const std::string spec = spec_of(databases, "retired");
  const Ended early = SimulatedTool(heroku, spec).apply();
  EXPECT_EQ(early.exit_code, 7) << early.story();
  EXPECT_THAT(early.outcomes.front().message, HasSubstr("retiring waits until"));
  heroku.pass(std::chrono::hours{3});
  const Ended some = SimulatedTool(heroku, spec).apply();
  EXPECT_EQ(some.exit_code, 7) << some.story();
  EXPECT_EQ(std::ranges::count(some.outcomes, Outcome::done, &MigrationOutcome::outcome),
            static_cast<int>(heroku::most_retired));
  EXPECT_EQ(some.outcomes.back().message,
            "retiring waits for its turn: a plan of so many migrations retires 25 and no more; by itself it goes with "
            "--only fleet-0030");
  const Ended rest = SimulatedTool(heroku, spec).apply();
  EXPECT_EQ(rest.exit_code, 0) << rest.story();
}

/// Whoever looks at few wants to know what stands in the way later, and it costs little.
TEST(Fleet, OfFewMigrationsEverythingIsRead) {
  SimulatedHeroku heroku(world_of(20));
  EXPECT_EQ(requests_of_a_plan(heroku, spec_of(20, "replicating")), 4 + 20 * 4);
}

TEST(Fleet, ReplicatingAndLiveItTakesTwoRequestsForEachAndApplyChangesNothing) {
  constexpr int databases = 21;
  SimulatedHeroku heroku(world_of(databases));
  ASSERT_EQ(SimulatedTool(heroku, spec_of(databases, "replicating")).apply().exit_code, 0);
  EXPECT_EQ(requests_of_a_plan(heroku, spec_of(databases, "replicating")), 3 + 2 * databases);
  const Ended moved = SimulatedTool(heroku, spec_of(databases, "live")).apply();
  ASSERT_EQ(moved.exit_code, 0) << moved.story();
  EXPECT_EQ(most_at_once(moved), 1);

  const Ended again = SimulatedTool(heroku, spec_of(databases, "live")).apply();
  EXPECT_EQ(again.requests, 3 + 2 * databases);
  ASSERT_THAT(again.outcomes, SizeIs(databases));
  for (const MigrationOutcome& outcome : again.outcomes) EXPECT_EQ(outcome.outcome, Outcome::no_changes);
}

TEST(Fleet, TheCanaryGoesFirstAndTheOthersTogether) {
  SimulatedHeroku heroku(world_of(4));
  const std::string rules = "fleet: {max_parallel_cutovers: 3, canary: fleet-0003}\n";
  const Ended moved = SimulatedTool(heroku, spec_of(4, "live", rules)).apply();
  ASSERT_EQ(moved.exit_code, 0) << moved.story();
  EXPECT_EQ(named(moved, EventType::downtime_began).front(), "fleet-0003");
  EXPECT_EQ(named(moved, EventType::downtime_ended).front(), "fleet-0003");
  EXPECT_EQ(most_at_once(moved), 3);
}

TEST(Fleet, WhatOneMigrationTookIsExpectedOfTheOthers) {
  SimulatedHeroku heroku(world_of(2));
  std::string spec = spec_of(2, "live");
  spec.replace(spec.find("stage: live"), 11, "stage: replicating");
  ASSERT_EQ(SimulatedTool(heroku, spec).apply().exit_code, 0);
  SimulatedTool tool(heroku, spec_of(2, "live"));
  const Result<Plan> plan = tool.plan();
  ASSERT_TRUE(plan) << plan.error().what;
  const Estimate& estimate = plan->migrations.front().estimate;
  ASSERT_TRUE(estimate.expected_downtime);
  EXPECT_THAT(estimate.rests_on, Contains(HasSubstr("the last cutover in the record")));
}

TEST(Fleet, WithoutItsCanaryLiveNoCutoverBegins) {
  SimulatedHeroku heroku(world_of(3));
  std::string spec = spec_of(3, "live", "fleet: {canary: fleet-0001}\n");
  spec.replace(spec.find("stage: live"), 11, "stage: replicating");
  const Ended waits = SimulatedTool(heroku, spec).apply();
  EXPECT_EQ(waits.exit_code, 7) << waits.story();
  EXPECT_THAT(named(waits, EventType::downtime_began), ElementsAre());
  EXPECT_EQ(waits.outcomes[1].message, "waits for the canary fleet-0001, which is not live: it ended done");
}

TEST(Fleet, APlanThatTheAccountCanNotPayForSaysSoBeforeItBegins) {
  SimulatedHeroku heroku(world_of(30, "switches: {rate_limit: 50}\n"));
  SimulatedTool tool(heroku, spec_of(30, "live"));
  const Result<Plan> plan = tool.plan();
  ASSERT_FALSE(plan);
  EXPECT_EQ(plan.error().code, ErrorCode::rate_limited);
  EXPECT_EQ(plan.error().what,
            "to look at 30 migrations takes 61 more requests, and the account has 47 left this hour; nothing was "
            "changed");
  EXPECT_EQ(tool.network().requests(), 3);
}

/// What the account has in an hour does for so many cutovers; the next one waits, with nothing stopped, and says so.
TEST(Fleet, ACutoverWaitsUntilTheAccountHasTheRequestsForIt) {
  constexpr int databases = 12;
  SimulatedHeroku heroku(world_of(databases, "switches: {rate_limit: 1000}\n"));
  ASSERT_EQ(SimulatedTool(heroku, spec_of(databases, "replicating")).apply().exit_code, 0);
  const Ended unwaiting = SimulatedTool(heroku, spec_of(databases, "live")).apply({false, std::chrono::seconds{0}});
  EXPECT_EQ(unwaiting.exit_code, 7) << unwaiting.story();
  const std::size_t begun = named(unwaiting, EventType::downtime_began).size();
  ASSERT_LT(begun, databases);
  EXPECT_EQ(named(unwaiting, EventType::downtime_ended).size(), begun);
  EXPECT_THAT(unwaiting.outcomes[begun].message,
              AllOf(HasSubstr("the cutover did not begin: the account has "), HasSubstr("Heroku gives them back")));
  EXPECT_EQ(unwaiting.outcomes.back().message,
            "another cutover of this run was given up or could not begin, so this one did not");

  const Ended moved = SimulatedTool(heroku, spec_of(databases, "live")).apply();
  EXPECT_EQ(moved.exit_code, 0) << moved.story();
  EXPECT_THAT(moved.story(), HasSubstr("the cutover waits: the account has "));
}

/// With its apps down and everything proven.
Meddling dies_at_the_unfollow(const HttpRequest& request, int) {
  const bool unfollow = request.method == "PUT" && request.url.ends_with("/unfollow");
  return unfollow ? Meddling{Meddling::Kind::kill_before, {}, {}} : Meddling{};
}

/// Service counts before new cutovers: one that is down waits neither for their turn nor for requests.
TEST(Fleet, OneThatIsDownDoesNotWaitForANewCutoverThatWaits) {
  SimulatedHeroku heroku(world_of(2));
  ASSERT_EQ(SimulatedTool(heroku, spec_of(2, "replicating")).apply().exit_code, 0);
  std::string first_waits = spec_of(2, "live");
  first_waits.replace(first_waits.find("stage: live"), 11, "stage: replicating");
  SimulatedTool dying(heroku, first_waits);
  dying.network().meddle = dies_at_the_unfollow;
  ASSERT_TRUE(dying.apply().killed);
  heroku.leave_requests(300);

  const Ended ended = SimulatedTool(heroku, spec_of(2, "live")).apply();
  EXPECT_EQ(ended.exit_code, 0) << ended.story();
  std::vector<std::string> order;
  for (const Event& event : ended.events) {
    if (event.type == EventType::downtime_ended) order.push_back(event.migration + " serves");
    if (event.type == EventType::downtime_began) order.push_back(event.migration + " goes down");
  }
  EXPECT_THAT(order, ElementsAre("fleet-0002 serves", "fleet-0001 goes down", "fleet-0001 serves"));
}

/// Two databases of one app. What is down for one of them is no baseline for the other (safety S4, S10).
TEST(Fleet, AnAppThatAnotherMigrationKeepsDownIsGivenBackAndNotTakenForParked) {
  SimulatedHeroku heroku(R"(
version: 1
seed: 7
api_key: 01234567-89ab-cdef-0123-456789abcdef
databases: modelled
timing: {api_latency: 50ms, data_404: 500ms, provisioning: 2s, sampling: 1s, unfollow: 1s, dyno_boot: 200ms}
teams: [acme]
spaces:
  prod-va: {team: acme, region: virginia}
apps:
  legacy:
    team: acme
    formation: {web: {quantity: 2, size: standard-1x, command: changeover-writer}}
  accounts-space:
    space: prod-va
    formation: {web: {quantity: 0, size: private-m, command: changeover-writer}}
  orders-space:
    space: prod-va
    formation: {web: {quantity: 0, size: private-m, command: changeover-writer}}
addons:
  accounts-db: {app: legacy, plan: standard-0, as: ACCOUNTS}
  orders-db: {app: legacy, plan: standard-0, as: DATABASE}
)");
  heroku.pass(std::chrono::minutes{1});
  const auto spec = [](const std::string& stage_of_orders) {
    return "version: 1\nstate: {local: /state/two.json, keep_in_ci: true}\n"
           "defaults: {cutover: {proof: api, unattended: true, max_downtime: 2m}}\nmigrations:\n"
           "  accounts:\n    stage: live\n    source: {app: legacy, database: ACCOUNTS}\n"
           "    target: {app: accounts-space, plan: private-0, formation: {web: 1}}\n"
           "  orders:\n    stage: " +
           stage_of_orders +
           "\n    source: {app: legacy, database: DATABASE}\n"
           "    target: {app: orders-space, plan: private-0, formation: {web: 1}}\n";
  };
  SimulatedTool dying(heroku, spec("replicating"));
  dying.network().meddle = dies_at_the_unfollow;
  ASSERT_TRUE(dying.apply().killed);
  heroku.pass(std::chrono::minutes{5});
  const Ended ended = SimulatedTool(heroku, spec("live")).apply();
  EXPECT_EQ(ended.outcomes.front().outcome, Outcome::aborted) << ended.story();
  EXPECT_EQ(ended.outcomes.back().outcome, Outcome::blocked) << ended.story();
  EXPECT_THAT(ended.outcomes.back().message, HasSubstr("legacy is down for migration accounts"));
  EXPECT_EQ(heroku.call("GET", "/apps/legacy")["maintenance"].dump(), "false");
  const json::Value formation = heroku.call("GET", "/apps/legacy/formation");
  EXPECT_EQ(formation.items().front()["quantity"].as_integer(), 2);
}

/// A space app is often parked before it ever serves; that is no cutover under way.
TEST(Fleet, ATargetInMaintenanceCostsNothing) {
  constexpr int databases = 30;
  SimulatedHeroku heroku(world_of(databases));
  ASSERT_EQ(SimulatedTool(heroku, spec_of(databases, "replicating")).apply().exit_code, 0);
  const int before = requests_of_a_plan(heroku, spec_of(databases, "replicating"));
  for (int number = 1; number <= databases; ++number)
    heroku.call("PATCH", "/apps/" + name_of(number) + "-space", R"({"maintenance":true})");
  EXPECT_EQ(requests_of_a_plan(heroku, spec_of(databases, "replicating")), before);
}

/// Every list in it, at whatever depth, in another order.
json::Value shuffled(const json::Value& value, Random& random) {
  if (value.is_object()) {
    json::Value object = json::Value::object();
    for (const json::Member& member : value.members()) object.set(member.first, shuffled(member.second, random));
    return object;
  }
  if (!value.is_array()) return value;
  json::Array items;
  for (const json::Value& item : value.items()) items.push_back(shuffled(item, random));
  for (std::size_t left = items.size(); left > 1; --left) std::swap(items[left - 1], items[random.next() % left]);
  return items;
}

/// Everything that a plan is shown as, and what separates it from the first one; but for what grows with the time of
/// day.
std::string all_formats(Plan plan, const Plan& first) {
  plan.observed_at = {};
  for (MigrationPlan& migration : plan.migrations) migration.way_back.paid_cents.reset();
  return plan_to_json(plan).pretty() + plan_as_text(plan, {}) + plan_as_markdown(plan) +
         comparison_as_json(compare_plans(first, plan))["migrations"].pretty();
}

std::set<std::string> found_in(const Plan& plan) {
  std::set<std::string> ids;
  for (const MigrationPlan& migration : plan.migrations)
    for (const auto* list : {&migration.blockers, &migration.warnings, &migration.manual, &migration.unknowns})
      for (const Finding& finding : *list) ids.insert(finding.id);
  return ids;
}

TEST(Fleet, TheOrderOfHerokusAnswersChangesNoByteOfThePlan) {
  SimulatedHeroku heroku(world_of(3));
  ASSERT_EQ(SimulatedTool(heroku, spec_of(2, "replicating")).apply().exit_code, 0);
  for (int number = 1; number <= 3; ++number)
    for (const char* alias : {"REPORTS", "BILLING"})
      heroku.call(
          "POST", "/addon-attachments",
          R"({"addon":")" + name_of(1) + R"(-db","app":")" + name_of(number) + R"(","name":")" + alias + R"("})");
  // Findings too: whoever copied the URL, under two names in two apps.
  const std::string url = heroku.call("GET", "/apps/" + name_of(1) + "/config-vars")["DATABASE_URL"].as_string();
  for (const std::string& app : {name_of(2), name_of(3) + "-space"})
    heroku.call("PATCH", "/apps/" + app + "/config-vars",
                json::Value::object().set("OLD_URL", url).set("ANCIENT_URL", url).dump());
  const std::string spec = spec_of(3, "live");
  std::string text;
  std::optional<Plan> first;
  for (std::uint64_t seed = 0; seed <= 100; ++seed) {
    SimulatedTool tool(heroku, spec);
    SeededRandom random(seed);
    // In another order, and at the same distance: an estimate rests on that.
    tool.network().meddle = [&](const HttpRequest&, int) {
      return Meddling{Meddling::Kind::slow, milliseconds{21 + random.next() % 29}, {}};
    };
    if (seed > 0) {
      tool.network().read_wrongly = [&](const HttpRequest&, HttpResponse& response) {
        const Result<json::Value> body = json::parse(response.body);
        if (body) response.body = shuffled(*body, random).dump();
      };
    }
    const Result<Plan> plan = tool.plan();
    ASSERT_TRUE(plan) << "seed " << seed << ": " << plan.error().what;
    if (seed == 0) first = *plan;
    if (seed == 0) text = all_formats(*plan, *first);
    ASSERT_EQ(all_formats(*plan, *first), text) << "seed " << seed;
  }
  EXPECT_THAT(found_in(*first), AllOf(Contains("copied-url"), Contains("shared-apps"), Contains("proof-api")));
}

}  // namespace
}  // namespace changeover::simulation
