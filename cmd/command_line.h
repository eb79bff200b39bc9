// The command line: argv in, one command with its options out, or what is wrong with it.
//
// Owner: main. Thread rule: none; pure. CLI11 does the parsing and stays in command_line.cpp; nothing here is checked
// against the world, and no option takes a secret (design 8).
#pragma once

#include <chrono>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <variant>
#include <vector>

namespace changeover {

enum class Format { text, markdown, json };

struct ValidateCommand {
  std::vector<std::string> specs;
  bool json = false;
};

struct PlanCommand {
  std::string spec;
  std::optional<std::string> out;
  Format format = Format::text;
  bool detailed_exit_code = false;
  bool allow_destroy = false;
  std::set<std::string> only;            ///< names of migrations; empty: all
  std::optional<std::string> explain{};  ///< the id of an action or a finding: why it is there, instead of the plan
};

struct ShowCommand {
  std::string plan;
  Format format = Format::text;
  std::optional<std::string> before{};  ///< another plan file: show what separates it from `plan`
  bool detailed_exit_code = false;
};

struct ApplyCommand {
  std::string spec;
  std::optional<std::string> plan;
  bool auto_approve = false;
  bool allow_destroy = false;
  std::optional<std::chrono::seconds> wait;  ///< none: the default of design 8
  bool json = false;
  std::set<std::string> only;
};

struct RestoreCommand {
  std::string spec;
  std::string name;  ///< of the migration
  bool json = false;
  bool accepts_lost_writes = false;  ///< of a copy that is gone
};

struct StatusCommand {
  std::string spec;
  bool json = false;
  std::set<std::string> only;
};

struct ReportCommand {
  std::string spec;
  Format format = Format::text;
};

struct InitCommand {
  std::string source_app;
  std::string target_app;
  std::optional<std::string> plan;
};

struct DoctorCommand {
  std::optional<std::string> spec;
  bool json = false;
  bool anonymous = false;  ///< names are replaced, so that it can be shown to anybody
};

struct SimulateCommand {
  std::string spec;
  std::set<std::string> only;
};

struct UnlockCommand {
  std::string spec;
  std::string lock_id;
  bool force = false;
};

struct SchemaCommand {
  std::string name;  ///< of schemas/: spec, plan, event, …
};

struct HelpCommand {
  std::string about;  ///< a command; "" for the program
};

struct VersionCommand {};

using Command = std::variant<ValidateCommand, PlanCommand, ShowCommand, ApplyCommand, RestoreCommand, StatusCommand,
                             ReportCommand, InitCommand, DoctorCommand, SimulateCommand, UnlockCommand, SchemaCommand,
                             HelpCommand, VersionCommand>;

/// Exit code 64.
struct UsageError {
  std::string what;  ///< "unknown option `--fromat`"
  std::string hint;  ///< "did you mean `--format`? See `changeover plan --help`"
};

/// `arguments` without the program's own name. No arguments at all is a request for help.
[[nodiscard]] tl::expected<Command, UsageError> parse_command_line(const std::vector<std::string>& arguments);

/// The commands that exist, in the order help lists them.
[[nodiscard]] const std::vector<std::string>& command_names();

/// The options of a command as they are typed ("--out"), for the test that compares help with what is parsed.
[[nodiscard]] std::vector<std::string> option_names(std::string_view command);

}  // namespace changeover
