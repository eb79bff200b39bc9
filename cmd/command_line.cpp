#include "cmd/command_line.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <map>
#include <memory>
#include <utility>

#include "core/text.h"

namespace changeover {
namespace {

/// What CLI11 fills in; all text, so that complaints about values are ours.
struct Raw {
  std::vector<std::string> specs;
  std::string spec;
  std::string plan;
  std::string out;
  std::string format;
  std::string wait;
  std::string lock_id;
  std::string explain;
  std::string before;
  std::string name;
  std::string source_app;
  std::string target_app;
  std::vector<std::string> only;
  bool json = false;
  bool detailed_exit_code = false;
  bool auto_approve = false;
  bool allow_destroy = false;
  bool accept_lost_writes = false;
  bool force = false;
  bool anonymous = false;
  bool help = false;
};

using Setup = void (*)(CLI::App&, Raw&);
using Finish = tl::expected<Command, UsageError> (*)(const Raw&);

struct Entry {
  std::string name;
  Setup setup;
  Finish finish;
};

void add_only(CLI::App& app, Raw& raw) { app.add_option("--only", raw.only)->delimiter(','); }

void add_spec(CLI::App& app, Raw& raw) { app.add_option("SPEC", raw.spec)->required(); }

std::set<std::string> names_of(const Raw& raw) { return {raw.only.begin(), raw.only.end()}; }

tl::expected<Format, UsageError> format_of(const Raw& raw) {
  if (raw.json && !raw.format.empty() && raw.format != "json")
    return tl::unexpected(
        UsageError{"--json and --format " + raw.format + " contradict each other", "give one of them"});
  if (raw.json || raw.format == "json") return Format::json;
  if (raw.format.empty() || raw.format == "text") return Format::text;
  if (raw.format == "markdown" || raw.format == "md") return Format::markdown;
  return tl::unexpected(UsageError{"unknown format `" + raw.format + "`", "use text, markdown or json"});
}

void add_format(CLI::App& app, Raw& raw) {
  app.add_option("--format", raw.format);
  app.add_flag("--json", raw.json);
}

void setup_validate(CLI::App& app, Raw& raw) {
  app.add_option("SPEC", raw.specs)->required();
  app.add_flag("--json", raw.json);
}

tl::expected<Command, UsageError> finish_validate(const Raw& raw) { return ValidateCommand{raw.specs, raw.json}; }

void setup_plan(CLI::App& app, Raw& raw) {
  add_spec(app, raw);
  app.add_option("--out", raw.out);
  app.add_option("--explain", raw.explain);
  add_format(app, raw);
  app.add_flag("--detailed-exitcode", raw.detailed_exit_code);
  app.add_flag("--allow-destroy", raw.allow_destroy);
  add_only(app, raw);
}

tl::expected<Command, UsageError> finish_plan(const Raw& raw) {
  const auto format = format_of(raw);
  if (!format) return tl::unexpected(format.error());
  PlanCommand command;
  command.spec = raw.spec;
  if (!raw.out.empty()) command.out = raw.out;
  command.format = *format;
  command.detailed_exit_code = raw.detailed_exit_code;
  command.allow_destroy = raw.allow_destroy;
  command.only = names_of(raw);
  if (raw.explain.empty()) return command;
  if (*format == Format::markdown)
    return tl::unexpected(UsageError{"an explanation is no markdown", "use --format text or json"});
  command.explain = raw.explain;
  return command;
}

void setup_show(CLI::App& app, Raw& raw) {
  app.add_option("PLAN", raw.plan)->required();
  app.add_option("--diff", raw.before);
  app.add_flag("--detailed-exitcode", raw.detailed_exit_code);
  add_format(app, raw);
}

tl::expected<Command, UsageError> finish_show(const Raw& raw) {
  const auto format = format_of(raw);
  if (!format) return tl::unexpected(format.error());
  if (raw.detailed_exit_code && raw.before.empty())
    return tl::unexpected(UsageError{"--detailed-exitcode without --diff has nothing to compare", "add --diff OLD"});
  ShowCommand command{raw.plan, *format, {}, raw.detailed_exit_code};
  if (!raw.before.empty()) command.before = raw.before;
  return command;
}

void setup_apply(CLI::App& app, Raw& raw) {
  add_spec(app, raw);
  app.add_option("--plan", raw.plan);
  app.add_flag("--auto-approve", raw.auto_approve);
  app.add_flag("--allow-destroy", raw.allow_destroy);
  app.add_option("--wait", raw.wait);
  app.add_flag("--json", raw.json);
  add_only(app, raw);
}

tl::expected<Command, UsageError> finish_apply(const Raw& raw) {
  ApplyCommand command;
  command.spec = raw.spec;
  if (!raw.plan.empty()) command.plan = raw.plan;
  command.auto_approve = raw.auto_approve;
  command.allow_destroy = raw.allow_destroy;
  command.json = raw.json;
  command.only = names_of(raw);
  if (!raw.wait.empty()) {
    // 0 needs no unit; everything else is written as in a spec.
    command.wait = raw.wait == "0" ? std::chrono::seconds{0} : parse_duration(raw.wait);
    if (!command.wait)
      return tl::unexpected(UsageError{"`" + raw.wait + "` is no duration", "write it as 90s, 5m, 2h or 3d, or 0"});
  }
  return command;
}

void setup_restore(CLI::App& app, Raw& raw) {
  add_spec(app, raw);
  app.add_option("NAME", raw.name)->required();
  app.add_flag("--json", raw.json);
  app.add_flag("--accept-lost-writes", raw.accept_lost_writes);
}

tl::expected<Command, UsageError> finish_restore(const Raw& raw) {
  return RestoreCommand{raw.spec, raw.name, raw.json, raw.accept_lost_writes};
}

void setup_status(CLI::App& app, Raw& raw) {
  add_spec(app, raw);
  app.add_flag("--json", raw.json);
  add_only(app, raw);
}

tl::expected<Command, UsageError> finish_status(const Raw& raw) {
  return StatusCommand{raw.spec, raw.json, names_of(raw)};
}

void setup_report(CLI::App& app, Raw& raw) {
  add_spec(app, raw);
  add_format(app, raw);
}

tl::expected<Command, UsageError> finish_report(const Raw& raw) {
  const auto format = format_of(raw);
  if (!format) return tl::unexpected(format.error());
  return ReportCommand{raw.spec, *format};
}

void setup_init(CLI::App& app, Raw& raw) {
  app.add_option("--source-app", raw.source_app)->required();
  app.add_option("--target-app", raw.target_app)->required();
  app.add_option("--plan", raw.plan);
}

tl::expected<Command, UsageError> finish_init(const Raw& raw) {
  InitCommand command{raw.source_app, raw.target_app, {}};
  if (!raw.plan.empty()) command.plan = raw.plan;
  return command;
}

void setup_doctor(CLI::App& app, Raw& raw) {
  app.add_option("SPEC", raw.spec);
  app.add_flag("--json", raw.json);
  app.add_flag("--anonymous", raw.anonymous);
}

tl::expected<Command, UsageError> finish_doctor(const Raw& raw) {
  DoctorCommand command;
  if (!raw.spec.empty()) command.spec = raw.spec;
  command.json = raw.json;
  command.anonymous = raw.anonymous;
  return command;
}

void setup_simulate(CLI::App& app, Raw& raw) {
  add_spec(app, raw);
  add_only(app, raw);
}

tl::expected<Command, UsageError> finish_simulate(const Raw& raw) { return SimulateCommand{raw.spec, names_of(raw)}; }

void setup_unlock(CLI::App& app, Raw& raw) {
  add_spec(app, raw);
  app.add_option("LOCK_ID", raw.lock_id)->required();
  app.add_flag("--force", raw.force);
}

tl::expected<Command, UsageError> finish_unlock(const Raw& raw) {
  return UnlockCommand{raw.spec, raw.lock_id, raw.force};
}

void setup_schema(CLI::App& app, Raw& raw) { app.add_option("NAME", raw.name)->required(); }

tl::expected<Command, UsageError> finish_schema(const Raw& raw) {
  static constexpr std::array<std::string_view, 9> known{"spec",   "plan",   "explanation", "difference", "event",
                                                         "status", "report", "doctor",      "world"};
  if (std::ranges::find(known, raw.name) == known.end())
    return tl::unexpected(
        UsageError{"there is no schema `" + raw.name + "`",
                   "use spec, plan, explanation, difference, event, status, report, doctor or world"});
  return SchemaCommand{raw.name};
}

const std::vector<Entry>& entries() {
  static const std::vector<Entry> all{
      {"doctor", setup_doctor, finish_doctor},
      {"init", setup_init, finish_init},
      {"validate", setup_validate, finish_validate},
      {"plan", setup_plan, finish_plan},
      {"show", setup_show, finish_show},
      {"simulate", setup_simulate, finish_simulate},
      {"apply", setup_apply, finish_apply},
      {"restore", setup_restore, finish_restore},
      {"status", setup_status, finish_status},
      {"report", setup_report, finish_report},
      {"unlock", setup_unlock, finish_unlock},
      {"schema", setup_schema, finish_schema},
  };
  return all;
}

const Entry* find_entry(std::string_view name) {
  const auto found = std::ranges::find(entries(), name, &Entry::name);
  return found == entries().end() ? nullptr : &*found;
}

/// One command's parser: no subcommands, no configuration files, no help of its own.
std::unique_ptr<CLI::App> parser_of(const Entry& entry, Raw& raw) {
  auto app = std::make_unique<CLI::App>("", entry.name);
  app->set_help_flag();
  app->add_flag("-h,--help", raw.help);
  entry.setup(*app, raw);
  return app;
}

UsageError unknown_option(const Entry& entry, const std::string& argument) {
  const std::string see = "see `changeover " + entry.name + " --help`";
  if (!argument.starts_with("-")) return {"`" + argument + "` is one argument too many", see};
  const std::string name = argument.substr(0, argument.find('='));
  const auto near = nearest(name, option_names(entry.name));
  return {"unknown option `" + name + "`", near ? "did you mean `" + *near + "`? Else " + see : see};
}

/// CLI11's own words, made one of our sentences.
UsageError complaint(const Entry& entry, const std::string& words) {
  return {words, "see `changeover " + entry.name + " --help`"};
}

tl::expected<Command, UsageError> parse_command(const Entry& entry, std::vector<std::string> rest) {
  Raw raw;
  if (std::ranges::any_of(rest, [](const std::string& word) { return word == "--help" || word == "-h"; }))
    return HelpCommand{entry.name};
  try {
    const auto app = parser_of(entry, raw);
    std::ranges::reverse(rest);  // CLI11 takes them from the back
    app->allow_extras();
    app->parse(rest);
    if (const auto extra = app->remaining(); !extra.empty())
      return tl::unexpected(unknown_option(entry, extra.front()));
  } catch (const CLI::RequiredError& error) {
    const std::string words = error.what();
    return tl::unexpected(complaint(entry, words.substr(0, words.find(' ')) + " is missing"));
  } catch (const CLI::Error& error) {
    return tl::unexpected(complaint(entry, error.what()));
  }
  return entry.finish(raw);
}

}  // namespace

const std::vector<std::string>& command_names() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> all;
    for (const Entry& entry : entries()) all.push_back(entry.name);
    return all;
  }();
  return names;
}

std::vector<std::string> option_names(std::string_view command) {
  std::vector<std::string> names;
  const Entry* entry = find_entry(command);
  if (entry == nullptr) return names;
  Raw raw;
  const auto app = parser_of(*entry, raw);
  for (const CLI::Option* option : app->get_options())
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  return names;
}

tl::expected<Command, UsageError> parse_command_line(const std::vector<std::string>& arguments) {
  if (arguments.empty()) return HelpCommand{};
  const std::string& first = arguments.front();
  const std::vector<std::string> rest(arguments.begin() + 1, arguments.end());
  if (first == "--help" || first == "-h") return HelpCommand{};
  if (first == "--version") return VersionCommand{};
  if (first == "help") {
    if (rest.empty()) return HelpCommand{};
    if (find_entry(rest.front()) != nullptr) return HelpCommand{rest.front()};
    return tl::unexpected(UsageError{"there is no command `" + rest.front() + "`", "see `changeover --help`"});
  }
  if (const Entry* entry = find_entry(first); entry != nullptr) return parse_command(*entry, rest);
  if (first.starts_with("-"))
    return tl::unexpected(UsageError{"unknown option `" + first + "`", "see `changeover --help`"});
  const auto near = nearest(first, command_names());
  return tl::unexpected(
      UsageError{"there is no command `" + first + "`",
                 near ? "did you mean `" + *near + "`?" : "see `changeover --help` for those that exist"});
}

}  // namespace changeover
