#include "cmd/command_line.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "cmd/help.h"

namespace changeover {
namespace {

using std::chrono::seconds;

template <class T>
T parsed(const std::vector<std::string>& arguments) {
  const auto command = parse_command_line(arguments);
  if (!command) {
    ADD_FAILURE() << command.error().what;
    return {};
  }
  if (!std::holds_alternative<T>(*command)) {
    ADD_FAILURE() << "another command";
    return {};
  }
  return std::get<T>(*command);
}

UsageError refused(const std::vector<std::string>& arguments) {
  const auto command = parse_command_line(arguments);
  EXPECT_FALSE(command);
  return command ? UsageError{} : command.error();
}

TEST(CommandLine, PlanWithEverything) {
  const auto plan = parsed<PlanCommand>({"plan", "orders.yaml", "--out", "plan.json", "--format=markdown",
                                         "--detailed-exitcode", "--allow-destroy", "--only", "orders,accounts"});
  EXPECT_EQ(plan.spec, "orders.yaml");
  EXPECT_EQ(plan.out, "plan.json");
  EXPECT_EQ(plan.format, Format::markdown);
  EXPECT_TRUE(plan.detailed_exit_code);
  EXPECT_TRUE(plan.allow_destroy);
  EXPECT_EQ(plan.only, (std::set<std::string>{"orders", "accounts"}));
}

TEST(CommandLine, PlanWithNothingElse) {
  const auto plan = parsed<PlanCommand>({"plan", "orders.yaml"});
  EXPECT_FALSE(plan.out);
  EXPECT_EQ(plan.format, Format::text);
  EXPECT_FALSE(plan.detailed_exit_code);
  EXPECT_TRUE(plan.only.empty());
}

TEST(CommandLine, OptionsMayComeBeforeTheSpec) {
  EXPECT_EQ(parsed<PlanCommand>({"plan", "--json", "orders.yaml"}).format, Format::json);
  EXPECT_EQ(parsed<ApplyCommand>({"apply", "--only", "orders", "--auto-approve", "a.yaml"}).spec, "a.yaml");
}

TEST(CommandLine, ApplyWithEverything) {
  const auto apply = parsed<ApplyCommand>(
      {"apply", "orders.yaml", "--plan", "plan.json", "--auto-approve", "--allow-destroy", "--wait", "2h", "--json"});
  EXPECT_EQ(apply.plan, "plan.json");
  EXPECT_TRUE(apply.auto_approve);
  EXPECT_TRUE(apply.allow_destroy);
  EXPECT_EQ(apply.wait, seconds{7200});
  EXPECT_TRUE(apply.json);
}

TEST(CommandLine, WaitReadsDurationsAndABareZero) {
  EXPECT_EQ(parsed<ApplyCommand>({"apply", "a.yaml", "--wait", "0"}).wait, seconds{0});
  EXPECT_EQ(parsed<ApplyCommand>({"apply", "a.yaml", "--wait=90s"}).wait, seconds{90});
  EXPECT_FALSE(parsed<ApplyCommand>({"apply", "a.yaml"}).wait);
  const UsageError error = refused({"apply", "a.yaml", "--wait", "90"});
  EXPECT_EQ(error.what, "`90` is no duration");
  EXPECT_NE(error.hint.find("90s"), std::string::npos);
}

TEST(CommandLine, TheOthers) {
  EXPECT_EQ(parsed<ValidateCommand>({"validate", "a.yaml", "b.yaml"}).specs,
            (std::vector<std::string>{"a.yaml", "b.yaml"}));
  EXPECT_EQ(parsed<ShowCommand>({"show", "plan.json", "--format", "md"}).format, Format::markdown);
  const auto difference = parsed<ShowCommand>({"show", "--diff", "old.json", "new.json", "--detailed-exitcode"});
  EXPECT_EQ(difference.before, "old.json");
  EXPECT_EQ(difference.plan, "new.json");
  EXPECT_TRUE(difference.detailed_exit_code);
  EXPECT_EQ(parsed<PlanCommand>({"plan", "a.yaml", "--explain", "copied-url"}).explain, "copied-url");
  EXPECT_FALSE(parse_command_line({"plan", "a.yaml", "--explain", "copied-url", "--format", "markdown"}));
  EXPECT_FALSE(parse_command_line({"show", "new.json", "--detailed-exitcode"})) << "there is nothing to compare";
  EXPECT_EQ(parsed<SchemaCommand>({"schema", "event"}).name, "event");
  const auto unlock = parsed<UnlockCommand>({"unlock", "a.yaml", "5f3c", "--force"});
  EXPECT_EQ(unlock.lock_id, "5f3c");
  EXPECT_TRUE(unlock.force);
}

TEST(CommandLine, HelpIsFoundEverywhere) {
  EXPECT_EQ(parsed<HelpCommand>({}).about, "");
  EXPECT_EQ(parsed<HelpCommand>({"--help"}).about, "");
  EXPECT_EQ(parsed<HelpCommand>({"-h"}).about, "");
  EXPECT_EQ(parsed<HelpCommand>({"help", "plan"}).about, "plan");
  EXPECT_EQ(parsed<HelpCommand>({"apply", "--wrong", "--help"}).about, "apply");
  parsed<VersionCommand>({"--version"});
}

TEST(CommandLine, MistakesSayWhatWasMeant) {
  struct Case {
    std::vector<std::string> arguments;
    std::string what;
    std::string hint;
  };
  const std::vector<Case> cases{
      {{"aply", "a.yaml"}, "there is no command `aply`", "did you mean `apply`?"},
      {{"destroy", "a.yaml"}, "there is no command `destroy`", "see `changeover --help` for those that exist"},
      {{"--verbose"}, "unknown option `--verbose`", "see `changeover --help`"},
      {{"help", "me"}, "there is no command `me`", "see `changeover --help`"},
      {{"plan", "a.yaml", "--fromat", "json"},
       "unknown option `--fromat`",
       "did you mean `--format`? Else see `changeover plan --help`"},
      {{"plan"}, "SPEC is missing", "see `changeover plan --help`"},
      {{"plan", "a.yaml", "b.yaml"}, "`b.yaml` is one argument too many", "see `changeover plan --help`"},
      {{"plan", "a.yaml", "--format", "xml"}, "unknown format `xml`", "use text, markdown or json"},
      {{"plan", "a.yaml", "--json", "--format", "text"},
       "--json and --format text contradict each other",
       "give one of them"},
      {{"schema", "sepc"},
       "there is no schema `sepc`",
       "use spec, plan, explanation, difference, event, status, report, doctor or world"},
      {{"unlock", "a.yaml"}, "LOCK_ID is missing", "see `changeover unlock --help`"},
  };
  for (const Case& one : cases) {
    const UsageError error = refused(one.arguments);
    EXPECT_EQ(error.what, one.what);
    EXPECT_EQ(error.hint, one.hint) << one.what;
  }
}

TEST(CommandLine, AnOptionWithoutItsValueIsNamed) {
  EXPECT_NE(refused({"plan", "a.yaml", "--out"}).what.find("--out"), std::string::npos);
}

TEST(Help, NamesEveryOptionThatIsParsedAndNoOther) {
  for (const std::string& command : command_names()) {
    const std::string text = help_text(command);
    const auto known = option_names(command);
    for (const std::string& option : known) {
      if (option == "--help") continue;
      EXPECT_NE(text.find(option), std::string::npos) << command << " " << option;
    }
    EXPECT_NE(help_text("").find("  " + command + " "), std::string::npos) << "the program's help lists " << command;
    for (std::size_t at = text.find("\n  --"); at != std::string::npos; at = text.find("\n  --", at + 1)) {
      const std::size_t start = at + 3;
      const std::string option = text.substr(start, text.find_first_of(" \n", start) - start);
      EXPECT_NE(std::ranges::find(known, option), known.end()) << command << " does not parse " << option;
    }
  }
}

TEST(Help, FitsATerminal) {
  std::vector<std::string> all = command_names();
  all.emplace_back("");
  for (const std::string& command : all) {
    const std::string text = help_text(command);
    for (std::size_t start = 0; start < text.size();) {
      const std::size_t end = text.find('\n', start);
      EXPECT_LE(end - start, 120U) << text.substr(start, end - start);
      start = end + 1;
    }
  }
}

}  // namespace
}  // namespace changeover
