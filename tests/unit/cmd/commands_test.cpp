#include "cmd/commands.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <sstream>

#include "json/value.h"
#include "planner/plan_file.h"
#include "tests/support/schema_file.h"
#include "tests/unit/cmd/commands_fixture.h"

namespace changeover {
namespace {

using testing::CommandsTest;
using testing::FakeEnvironment;
using ::testing::HasSubstr;

/// A folder with one spec after the other, `orders` first.
struct FolderTest : CommandsTest {
  FolderTest() {
    disk.folders.emplace_back("fleet");
    add("a.yaml", testing::orders_spec);
    std::string other = testing::orders_spec;
    for (const char* word : {"orders:", "common-runtime-example", "private-spaces-example", "orders-private"})
      other.replace(other.find(word), 1, "x");
    add("b.yml", other);
    add("README.md", "not a spec");
    add(".hidden.yaml", "not one either");
  }
  void add(const std::string& name, const std::string& text) {
    disk.put("fleet/" + name, text);
    environment.files["fleet/" + name] = text;
  }
};

TEST_F(FolderTest, ItsYamlFilesAreOneSpec) {
  EXPECT_EQ(run(ValidateCommand{{"fleet"}, false}), ExitCode::done) << err.str();
  EXPECT_EQ(out.str(), "✓ fleet: valid, 2 migrations\n");
}

TEST_F(FolderTest, AMistakeIsToldWithItsFile) {
  add("c.yaml", "version: 1\nmigratons: {}\n");
  EXPECT_EQ(run(ValidateCommand{{"fleet"}, false}), ExitCode::error);
  EXPECT_THAT(err.str(), HasSubstr("fleet/c.yaml:2:1"));
}

TEST_F(FolderTest, TheRecordOfAFileThatWasAppliedByItselfIsNotLeftAside) {
  add("a.state.json", "{}");
  EXPECT_EQ(run(ValidateCommand{{"fleet"}, false}), ExitCode::error);
  EXPECT_THAT(err.str(), HasSubstr("fleet/a.yaml"));
  EXPECT_THAT(err.str(), HasSubstr("state: {local: a.state.json}"));
  add("fleet.state.json", "{}");
  EXPECT_EQ(run(ValidateCommand{{"fleet"}, false}), ExitCode::done) << "the folder has a record of its own";
}

TEST_F(CommandsTest, AFolderWithoutASpecIsNone) {
  disk.folders.emplace_back("empty");
  EXPECT_EQ(run(ValidateCommand{{"empty"}, false}), ExitCode::error);
  EXPECT_THAT(err.str(), HasSubstr("the folder has no spec"));
}

TEST_F(CommandsTest, ValidateSaysThatASpecIsRight) {
  EXPECT_EQ(run(ValidateCommand{{"orders.yaml"}, false}), ExitCode::done);
  EXPECT_EQ(out.str(), "✓ orders.yaml: valid, 1 migration\n");
  EXPECT_EQ(err.str(), "");
}

TEST_F(CommandsTest, ValidateShowsEveryMistakeOfEveryFile) {
  environment.files["bad.yaml"] = "version: 1\nmigrations: {}\nmigratons: {}\n";
  EXPECT_EQ(run(ValidateCommand{{"orders.yaml", "bad.yaml", "absent.yaml"}, false}), ExitCode::error);
  EXPECT_NE(err.str().find("bad.yaml:3:1: error: "), std::string::npos) << err.str();
  EXPECT_NE(err.str().find("absent.yaml: error: "), std::string::npos) << err.str();
  EXPECT_NE(out.str().find("orders.yaml: valid"), std::string::npos);
}

TEST_F(CommandsTest, ValidateAsJsonIsOneDocument) {
  environment.files["bad.yaml"] = "version: 1\nmigratons: {}\n";
  EXPECT_EQ(run(ValidateCommand{{"orders.yaml", "bad.yaml"}, true}), ExitCode::error);
  const auto document = json::parse(out.str());
  ASSERT_TRUE(document);
  EXPECT_FALSE((*document)["valid"].as_bool(true));
  EXPECT_EQ((*document)["files"].items().size(), 2U);
  EXPECT_FALSE((*document)["files"].items()[1]["errors"].items().empty());
  EXPECT_EQ(err.str(), "");
}

TEST_F(CommandsTest, PlanShowsWhatWouldHappenAndChangesNothing) {
  EXPECT_EQ(run(plan_command()), ExitCode::done) << err.str() << out.str();
  EXPECT_NE(out.str().find("create orders-private (private-4, $1,500.00 a month) as a follower of looking-simply-2449"),
            std::string::npos)
      << out.str();
  EXPECT_EQ(script.reach, Reach::heroku);
  EXPECT_TRUE(script.performed.empty());
  EXPECT_TRUE(script.recorded.migrations.empty());
}

TEST_F(CommandsTest, PlanWithDetailedExitCodeTellsThatThereAreChanges) {
  PlanCommand command = plan_command();
  command.detailed_exit_code = true;
  EXPECT_EQ(run(command), ExitCode::changes);
}

TEST_F(CommandsTest, PlanThatIsBlockedEndsWithFour) {
  script.observed.migrations.front().source_database->fork_follow = "Unavailable";
  EXPECT_EQ(run(plan_command()), ExitCode::blocked) << out.str();
  EXPECT_NE(out.str().find("Blockers"), std::string::npos);
}

TEST_F(CommandsTest, PlanGoesToAFileThatShowReads) {
  PlanCommand command = plan_command();
  command.out = "plan.json";
  EXPECT_EQ(run(command), ExitCode::done);
  EXPECT_NE(err.str().find("changeover apply orders.yaml --plan plan.json"), std::string::npos);
  const std::string planned = out.str();
  out.str("");
  EXPECT_EQ(run(ShowCommand{"plan.json"}), ExitCode::done) << err.str();
  EXPECT_EQ(out.str(), planned);
}

/// A file for two: over for one of them, begun for the other.
struct PlanFileOfTwo : CommandsTest {
  PlanFileOfTwo() {
    std::string spec = testing::orders_spec;
    const std::string orders = spec.substr(spec.find("  orders:"));
    spec += orders;
    const auto rename = [&spec](const std::string& from, const std::string& to) {
      const std::size_t at = spec.rfind(from);
      spec.replace(at, from.size(), to);
    };
    rename("  orders:", "  accounts:");
    rename("DATABASE_URL", "ACCOUNTS_URL");
    rename("orders-private", "accounts-private");
    rename("addon_name", "attachment: ACCOUNTS, addon_name");
    environment.files["orders.yaml"] = spec;
    MigrationFacts accounts = script.observed.migrations.front();
    accounts.name = "accounts";
    accounts.source->id = "d-2";
    accounts.source->name = "accounts-db";
    accounts.source_database->addon_id = "d-2";
    accounts.copy_name = "accounts-private";
    script.observed.migrations.push_back(accounts);

    PlanCommand plan = plan_command();
    plan.out = "plan.json";
    EXPECT_EQ(run(plan), ExitCode::done) << err.str();
    const std::string id = (*json::parse(files.read("plan.json")->value()))["plan_id"].as_string();
    RecordedMigration over;
    over.name = "orders";
    over.spent_plans = {id};
    RecordedMigration begun;
    begun.name = "accounts";
    begun.started_plan = id;
    script.recorded.migrations = {over, begun};
    out.str("");
    err.str("");
  }

  ExitCode apply() {
    ApplyCommand command = apply_command();
    command.plan = "plan.json";
    return run(command);
  }
};

TEST_F(PlanFileOfTwo, IsNotAppliedAgainWhereItsAttemptIsOver) {
  EXPECT_EQ(apply(), ExitCode::stale) << out.str();
  EXPECT_NE(err.str().find("would be done again, and its attempt is over"), std::string::npos) << err.str();
  EXPECT_TRUE(script.performed.empty());
}

TEST_F(PlanFileOfTwo, BringsBackWhatIsDownWhateverIsWrongWithTheOther) {
  RecordedMigration& accounts = script.recorded.migrations.back();
  accounts.attempt.emplace();
  accounts.attempt->state = Attempt::State::aborting;
  accounts.attempt->downtime_began = script.observed.at;
  script.done_already = false;
  accounts.attempt->baseline = {{{"a-1", "common-runtime-example"}, false, {{"web", 1, "standard-1x"}}, 1}};
  apply();
  EXPECT_NE(out.str().find("the plan file is stale for it: orders/"), std::string::npos) << out.str() << err.str();
  EXPECT_THAT(script.performed, ::testing::Contains(::testing::HasSubstr("accounts/restore."))) << out.str() << err.str();
  EXPECT_THAT(script.performed, ::testing::Not(::testing::Contains(::testing::HasSubstr("orders/"))));
}

TEST_F(CommandsTest, PlanAsJsonIsTheFile) {
  PlanCommand command = plan_command();
  command.out = "plan.json";
  command.format = Format::json;
  EXPECT_EQ(run(command), ExitCode::done);
  EXPECT_EQ(out.str(), files.read("plan.json")->value());
}

TEST_F(CommandsTest, PlanExplainsOneActionInsteadOfThePlan) {
  PlanCommand command = plan_command();
  command.explain = "orders/follower.create";
  EXPECT_EQ(run(command), ExitCode::done) << err.str();
  EXPECT_THAT(out.str(), ::testing::StartsWith("orders/follower.create/orders-private\n  Why       "));
  EXPECT_THAT(out.str(), HasSubstr("\n  Stage     replicating asks from there: prepare the copy\n"));
  EXPECT_THAT(out.str(), HasSubstr("    the record: nothing recorded of this migration\n      from the state, "));
  EXPECT_THAT(out.str(), HasSubstr("\n    S15  Names. "));
  EXPECT_THAT(out.str(), ::testing::Not(HasSubstr("Plan: ")));
}

TEST_F(CommandsTest, PlanExplainsAsJson) {
  PlanCommand command = plan_command();
  command.explain = "follower.create";
  command.format = Format::json;
  EXPECT_EQ(run(command), ExitCode::done) << err.str();
  const auto document = json::parse(out.str());
  ASSERT_TRUE(document) << out.str();
  EXPECT_EQ(testing::violation_of("explanation.schema.json", *document), "");
  ASSERT_EQ((*document)["explanations"].items().size(), 1U);
  const json::Value& one = (*document)["explanations"].items().front();
  EXPECT_EQ(one["id"].as_string(), "orders/follower.create/orders-private");
  EXPECT_EQ(one["phase"]["phase"].as_string(), "absent");
  EXPECT_GT(one["facts"].items().size(), 5U);
  EXPECT_EQ(one["rules"].items().front()["id"].as_string(), "S15");
}

TEST_F(CommandsTest, PlanThatIsAskedForWhatItHasNotNamesWhatIsNear) {
  PlanCommand command = plan_command();
  command.explain = "folower.create";
  EXPECT_EQ(run(command), ExitCode::error);
  EXPECT_THAT(err.str(), HasSubstr("did you mean `follower.create`"));
  EXPECT_EQ(out.str(), "");
}

struct DifferenceTest : CommandsTest {
  /// Two plan files, of one stage and the next.
  DifferenceTest() {
    for (const char* file : {"old.json", "new.json"}) {
      PlanCommand command = plan_command();
      command.out = file;
      EXPECT_EQ(run(command), ExitCode::done) << err.str();
      std::string& spec = environment.files["orders.yaml"];
      if (const auto at = spec.find("replicating"); at != spec.npos) spec.replace(at, 11, "live");
    }
    out.str("");
  }
};

TEST_F(DifferenceTest, ShowsWhatAnUpdateChanged) {
  ShowCommand command{"new.json", Format::text, "old.json", true};
  EXPECT_EQ(run(command), ExitCode::changes) << err.str();
  EXPECT_THAT(out.str(), ::testing::StartsWith("~ orders\n  stage: replicating → live\n"));
  EXPECT_THAT(out.str(), HasSubstr("1 migration changed.\n  the spec was edited\n"));
  command.detailed_exit_code = false;
  EXPECT_EQ(run(command), ExitCode::done);
  for (const Format format : {Format::markdown, Format::json}) {
    out.str("");
    command.format = format;
    EXPECT_EQ(run(command), ExitCode::done);
    EXPECT_THAT(out.str(), HasSubstr("replicating"));
  }
  EXPECT_EQ(testing::violation_of("difference.schema.json", *json::parse(out.str())), "");
}

TEST_F(DifferenceTest, OfAPlanAndItselfIsNone) {
  EXPECT_EQ(run(ShowCommand{"new.json", Format::text, "new.json", true}), ExitCode::done) << err.str();
  EXPECT_EQ(out.str(), "No difference: 1 migration as before.\n");
}

TEST_F(DifferenceTest, WithAFileThatIsNoPlanIsAnError) {
  EXPECT_EQ(run(ShowCommand{"new.json", Format::text, "absent.json", false}), ExitCode::error);
  EXPECT_THAT(err.str(), HasSubstr("absent.json"));
}

TEST_F(CommandsTest, ErrorsGoToStderrOrAsJsonToStdout) {
  script.observe_fails = Error{ErrorCode::unauthorized, "Heroku refused the token", "set HEROKU_API_KEY", {}};
  EXPECT_EQ(run(plan_command()), ExitCode::error);
  EXPECT_EQ(err.str(), "error: Heroku refused the token\n  what to do: set HEROKU_API_KEY\n");
  EXPECT_EQ(out.str(), "");
  PlanCommand command = plan_command();
  command.format = Format::json;
  EXPECT_EQ(run(command), ExitCode::error);
  EXPECT_EQ(json::parse(out.str())->operator[]("error")["code"].as_string(), "unauthorized");
}

TEST_F(CommandsTest, OnlyNamesMigrationsThatExist) {
  PlanCommand command = plan_command();
  command.only = {"order"};
  EXPECT_EQ(run(command), ExitCode::error);
  EXPECT_NE(err.str().find("orders.yaml has no migration `order`; it has orders"), std::string::npos) << err.str();
}

TEST_F(CommandsTest, ShowRefusesWhatIsNoPlan) {
  ASSERT_TRUE(files.write_durably("plan.json", "{}"));
  EXPECT_EQ(run(ShowCommand{"plan.json"}), ExitCode::error);
  EXPECT_EQ(run(ShowCommand{"absent.json"}), ExitCode::error);
  EXPECT_NE(err.str().find("there is no plan file absent.json"), std::string::npos) << err.str();
}

TEST_F(CommandsTest, ApplyDoesWhatThePlanSays) {
  script.done_already = false;
  EXPECT_EQ(run(apply_command()), ExitCode::done) << err.str();
  EXPECT_EQ(script.performed.size(), 3U);
  EXPECT_NE(out.str().find("Plan: 3 actions"), std::string::npos);
  EXPECT_NE(err.str().find("✓ create orders-private"), std::string::npos) << err.str();
  EXPECT_NE(out.str().find("31 requests and 54 polls"), std::string::npos) << out.str();
}

TEST_F(CommandsTest, ApplyWithoutTerminalAndApprovalRefuses) {
  EXPECT_EQ(run(apply_command(false)), ExitCode::error);
  EXPECT_NE(err.str().find("--auto-approve"), std::string::npos);
  EXPECT_EQ(out.str(), "");
  EXPECT_TRUE(script.performed.empty());
}

TEST_F(CommandsTest, ApplyAsksAndTakesYes) {
  script.done_already = false;
  type("yes\n");
  EXPECT_EQ(run(apply_command(false)), ExitCode::done) << err.str();
  EXPECT_EQ(script.performed.size(), 3U);
}

TEST_F(CommandsTest, ApplyTakesNothingElseForYes) {
  script.done_already = false;
  for (const char* answer : {"y\n", "no\n", "YES\n", "\n", ""}) {
    type(answer);
    EXPECT_EQ(run(apply_command(false)), ExitCode::error) << answer;
    EXPECT_TRUE(script.performed.empty()) << answer;
  }
  EXPECT_NE(err.str().find("Nothing was done."), std::string::npos);
}

TEST_F(CommandsTest, ApplyAsJsonPutsOneEventALineOnStdout) {
  ApplyCommand command = apply_command();
  command.json = true;
  EXPECT_EQ(run(command), ExitCode::done) << err.str();
  std::istringstream lines(out.str());
  std::string first;
  std::string last;
  for (std::string line; std::getline(lines, line); last = line) {
    ASSERT_TRUE(json::parse(line)) << line;
    if (first.empty()) first = line;
  }
  EXPECT_NE(first.find(R"("event":"run_started")"), std::string::npos);
  EXPECT_NE(last.find(R"("event":"run_done")"), std::string::npos);
  EXPECT_NE(last.find(R"("exit_code":0)"), std::string::npos);
  EXPECT_EQ(err.str(), "");
}

TEST_F(CommandsTest, ApplyOfAPlanFileThatStillHolds) {
  PlanCommand plan = plan_command();
  plan.out = "plan.json";
  ASSERT_EQ(run(plan), ExitCode::done);
  ApplyCommand command = apply_command();
  command.plan = "plan.json";
  EXPECT_EQ(run(command), ExitCode::done) << err.str();
}

TEST_F(CommandsTest, ApplyOfAStalePlanNamesWhatChangedAndDoesNothing) {
  PlanCommand plan = plan_command();
  plan.out = "plan.json";
  ASSERT_EQ(run(plan), ExitCode::done);
  script.done_already = false;
  script.observed.migrations.front().source->plan = "heroku-postgresql:standard-2";
  ApplyCommand command = apply_command();
  command.plan = "plan.json";
  EXPECT_EQ(run(command), ExitCode::stale);
  EXPECT_NE(err.str().find("standard-2"), std::string::npos) << err.str();
  EXPECT_TRUE(script.performed.empty());
}

TEST_F(CommandsTest, ApplyThatIsLockedOutEndsWithSix) {
  script.lock_fails = Error{ErrorCode::locked, "dana on build-7 holds orders", "wait", {}};
  EXPECT_EQ(run(apply_command()), ExitCode::locked);
  EXPECT_NE(err.str().find("dana on build-7"), std::string::npos);
}

TEST_F(CommandsTest, ApplyThatIsInterruptedWhilePlanningHasDoneNothing) {
  script.interrupts_observing = SIGTERM;
  EXPECT_EQ(run(apply_command()), ExitCode::interrupted);
  EXPECT_NE(err.str().find("interrupted while planning"), std::string::npos) << err.str();
  EXPECT_TRUE(script.performed.empty());
}

TEST_F(CommandsTest, UnlockNeedsOnlyTheState) {
  EXPECT_EQ(run(UnlockCommand{"orders.yaml", "5f3c", false}), ExitCode::done);
  EXPECT_EQ(script.unlocked, "5f3c");
  EXPECT_EQ(script.reach, Reach::state);
  EXPECT_EQ(run(UnlockCommand{"orders.yaml", "5f3c", true}), ExitCode::done);
  EXPECT_EQ(script.unlocked, "5f3c!");
}

TEST_F(CommandsTest, UnlockSaysWhyNot) {
  script.unlock_fails = Error{ErrorCode::locked, "its holder is alive", "stop it, or --force", {}};
  EXPECT_EQ(run(UnlockCommand{"orders.yaml", "5f3c", false}), ExitCode::locked);
  EXPECT_NE(err.str().find("alive"), std::string::npos);
}

TEST_F(CommandsTest, AWorldThatCannotBeOpenedIsAnError) {
  open_fails = Error{ErrorCode::unauthorized, "there is no token", "set HEROKU_API_KEY", {}};
  EXPECT_EQ(run(plan_command()), ExitCode::error);
  EXPECT_NE(err.str().find("HEROKU_API_KEY"), std::string::npos);
}

TEST_F(CommandsTest, SchemasOfThisVersionArePrintedWhole) {
  for (const char* name : {"spec", "plan", "event"}) {
    out.str("");
    EXPECT_EQ(run(SchemaCommand{name}), ExitCode::done);
    EXPECT_TRUE(json::parse(out.str())) << name;
  }
}

TEST_F(CommandsTest, HelpAndVersionGoToStdout) {
  EXPECT_EQ(run(HelpCommand{""}), ExitCode::done);
  EXPECT_EQ(run(VersionCommand{}), ExitCode::done);
  EXPECT_NE(out.str().find("Usage: changeover COMMAND"), std::string::npos);
  EXPECT_NE(out.str().find("\nchangeover 0."), std::string::npos);
}

TEST(Style, HonoursNoColorAndTheLocale) {
  FakeEnvironment environment;
  environment.variables["LC_ALL"] = "C";
  EXPECT_FALSE(style_of(-1, environment).unicode);
  EXPECT_FALSE(style_of(-1, environment).colour);
  environment.variables["LC_ALL"] = "";
  environment.variables["LANG"] = "de_DE.UTF-8";
  EXPECT_TRUE(style_of(-1, environment).unicode);
  environment.variables.clear();
  EXPECT_TRUE(style_of(-1, environment).unicode) << "a container without any locale";
}

}  // namespace
}  // namespace changeover
