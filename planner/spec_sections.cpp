#include "planner/spec_sections.h"

#include <filesystem>
#include <map>
#include <set>
#include <string_view>

#include "planner/spec_names.h"
#include "yaml/scalar.h"

namespace changeover {
namespace {

using yaml::MappingReader;
using yaml::Node;
using yaml::Placed;
using yaml::shown;

constexpr std::string_view app_help =
    "an app's name is 3 to 30 lower-case letters, digits and dashes, as `heroku apps` prints it";
constexpr std::string_view addon_help =
    "an add-on's name is letters, digits, `-` and `_`, as `heroku addons` prints it";
constexpr std::string_view attachment_help = "write it as the config var is called, with or without `_URL`: `DATABASE`";

std::string not_a(std::string_view key, std::string_view value, std::string_view thing) {
  return "`" + std::string(key) + "`: " + shown(value) + " is not " + std::string(thing);
}

/// Text that must be an app's name.
std::optional<Placed<std::string>> app(MappingReader& reader, std::string_view key) {
  auto name = reader.text(key, "an app name");
  if (!name || is_app_name(name->value)) return name;
  reader.diagnostics().error(name->at, not_a(key, name->value, "an app name"), std::string(app_help));
  return std::nullopt;
}

std::optional<Placed<std::string>> addon(MappingReader& reader, std::string_view key) {
  auto name = reader.text(key, "an add-on name");
  if (!name || is_addon_name(name->value)) return name;
  reader.diagnostics().error(name->at, not_a(key, name->value, "an add-on name"), std::string(addon_help));
  return std::nullopt;
}

/// A list of app names, each once.
std::vector<Placed<std::string>> apps(MappingReader& reader, std::string_view key) {
  std::vector<Placed<std::string>> good;
  const auto names = reader.texts(key, "a list of app names");
  if (!names) return good;
  std::set<std::string_view> seen;
  for (const Placed<std::string>& name : names->value) {
    if (!is_app_name(name.value)) {
      reader.diagnostics().error(name.at, not_a(key, name.value, "an app name"), std::string(app_help));
    } else if (!seen.insert(name.value).second) {
      reader.diagnostics().error(name.at, "`" + std::string(key) + "` lists " + shown(name.value) + " twice",
                                 "remove one of them");
    } else {
      good.push_back(name);
    }
  }
  return good;
}

/// One section with its defaults behind it.
MappingReader section(MappingReader& migration, const SectionContext& context, std::string_view name) {
  const Node* behind = context.defaults == nullptr ? nullptr : context.defaults->find(name);
  return migration.mapping(name, behind);
}

void read_plan(MappingReader& reader, Draft& draft) {
  constexpr std::string_view service = "heroku-postgresql";
  const auto plan = reader.text("plan", "a plan such as `private-4`");
  if (!plan) return;
  std::string_view name = plan->value;
  if (const std::size_t colon = name.find(':'); colon != std::string_view::npos) {
    if (name.substr(0, colon) != service) {
      reader.diagnostics().error(
          plan->at, "`plan`: " + shown(name) + " is a plan of the service " + shown(name.substr(0, colon)),
          "only Heroku Postgres is moved: `heroku-postgresql:private-4`, or `private-4` for short");
      return;
    }
    name.remove_prefix(colon + 1);
  }
  if (!is_plan_name(name)) {
    reader.diagnostics().error(plan->at, not_a("plan", plan->value, "a plan"),
                               "write it as `private-4` or `heroku-postgresql:private-4`");
    return;
  }
  draft.migration.target.plan = std::string(service) + ":" + std::string(name);
}

std::optional<DesiredProcess> process(MappingReader& formation, const Node::Entry& entry) {
  constexpr long long most = 1000;
  if (entry.value.kind != Node::Kind::mapping) {
    const auto quantity = formation.integer(entry, 0, most);
    if (!quantity) return std::nullopt;
    return DesiredProcess{static_cast<int>(quantity->value), std::nullopt};
  }
  MappingReader reader("`" + entry.key + "`", &entry.value, entry.key_at, formation.diagnostics());
  reader.require("quantity", "how many dynos: `{quantity: 1, size: private-m}`");
  const auto quantity = reader.integer("quantity", 0, most);
  const auto size = reader.text("size", "a dyno size such as `private-m`");
  if (size && !is_dyno_size(size->value))
    reader.diagnostics().error(size->at, not_a("size", size->value, "a dyno size"), "write it as `private-m`");
  reader.finish();
  if (!quantity) return std::nullopt;
  DesiredProcess desired{static_cast<int>(quantity->value), std::nullopt};
  if (size) desired.size = size->value;
  return desired;
}

using Formation = std::map<std::string, DesiredProcess>;

/// The processes under `formation`, and where it stands when all of it could be read. `otherwise`: what leaving it out
/// means.
std::optional<Position> read_formation(MappingReader& section, std::string_view otherwise, Formation& formation) {
  const Node::Entry* entry = section.entry("formation");
  if (entry == nullptr) return std::nullopt;
  MappingReader reader("`formation`", &entry->value, entry->key_at, section.diagnostics());
  if (!reader.is_mapping()) return std::nullopt;
  bool whole = true;
  for (const Node::Entry& one : entry->value.entries) {
    if (!is_process_type(one.key)) {
      reader.diagnostics().error(one.key_at, not_a("formation", one.key, "a process type"),
                                 "write the process types as the Procfile names them: `{web: 2, worker: 1}`");
      whole = false;
    } else if (auto desired = process(reader, one)) {
      formation[one.key] = std::move(*desired);
    } else {
      whole = false;
    }
  }
  if (entry->value.entries.empty())
    reader.diagnostics().error(
        entry->key_at, "`formation` is empty",
        "name the process types: `{web: 2, worker: 1}`; leave `formation` out to " + std::string(otherwise));
  if (!whole || entry->value.entries.empty()) return std::nullopt;
  return entry->key_at;
}

constexpr std::string_view without_a_pin = "go back to what was recorded alone";

void read_source(MappingReader reader, const SectionContext& context, Draft& draft) {
  if (!context.are_defaults) {
    reader.require("app", "the Heroku app that the database belongs to today");
    reader.require("database", "an attachment such as `DATABASE_URL`, or the add-on's name");
  }
  if (auto name = app(reader, "app")) {
    draft.migration.source.app = name->value;
    draft.source_app = name->at;
  }
  if (auto text = reader.text("database", "an attachment or add-on name")) {
    if (auto attachment = attachment_name(text->value)) {
      draft.migration.source.database = std::move(*attachment);
      draft.source_database = text->at;
    } else if (is_addon_name(text->value)) {
      draft.migration.source.database = text->value;
      draft.source_database = text->at;
    } else {
      reader.diagnostics().error(text->at, not_a("database", text->value, "an attachment or add-on name"),
                                 "write an attachment such as `DATABASE_URL`, or the add-on's name such as "
                                 "`looking-simply-2449`; the app stands beside it under `app`");
    }
  }
  read_formation(reader, without_a_pin, draft.migration.source.formation);
  reader.finish();
}

void read_target(MappingReader reader, const SectionContext& context, Draft& draft) {
  Migration::Target& target = draft.migration.target;
  if (!context.are_defaults) {
    reader.require("app", "the Heroku app in the Private Space that shall have the database");
    reader.require("plan", "the plan of the new database, such as `private-4`");
  }
  if (auto name = app(reader, "app")) {
    target.app = name->value;
    draft.target_app = name->at;
  }
  read_plan(reader, draft);
  if (reader.entry("attachment") == nullptr) draft.target_attachment = reader.at();
  if (auto text = reader.text("attachment", "an attachment name such as `DATABASE`")) {
    if (auto name = attachment_name(text->value)) {
      target.attachment = std::move(*name);
      draft.target_attachment = text->at;
    } else {
      reader.diagnostics().error(text->at, not_a("attachment", text->value, "an attachment name"),
                                 std::string(attachment_help));
    }
  }
  if (auto name = addon(reader, "addon_name")) target.addon_name = name->value;
  draft.formation = read_formation(reader, "keep what the target app has", target.formation);
  if (auto name = addon(reader, "replaces")) target.replaces = name->value;
  if (const auto word = reader.word<Consumer>("consumer", {{"app", Consumer::app}, {"external", Consumer::external}}))
    target.consumer = word->value;
  reader.finish();
}

void read_quiesced_apps(MappingReader& quiesce, Draft& draft) {
  const Node::Entry* entry = quiesce.entry("apps");
  if (entry == nullptr) return;
  const MappingReader list("`apps`", &entry->value, entry->key_at, quiesce.diagnostics());
  if (!list.is_mapping()) return;
  for (const Node::Entry& one : entry->value.entries) {
    MappingReader reader("`" + one.key + "`", &one.value, one.key_at, quiesce.diagnostics());
    if (!is_app_name(one.key)) {
      quiesce.diagnostics().error(one.key_at, not_a("apps", one.key, "an app name"), std::string(app_help));
      continue;
    }
    After after = After::park;
    if (const auto word = reader.word<After>("after", {{"park", After::park}, {"resume", After::resume}}))
      after = word->value;
    Formation formation;
    read_formation(reader, without_a_pin, formation);
    reader.finish();
    if (!formation.empty()) draft.migration.quiesce.formations[one.key] = std::move(formation);
    draft.migration.quiesce.apps[one.key] = after;
    draft.quiesced_apps[one.key] = one.key_at;
  }
}

void read_quiesce(MappingReader reader, Draft& draft) {
  Migration::Quiesce& quiesce = draft.migration.quiesce;
  if (const auto word = reader.word<After>("source_after", {{"park", After::park}, {"resume", After::resume}}))
    quiesce.source_after = word->value;
  read_quiesced_apps(reader, draft);
  draft.read_only = apps(reader, "read_only");
  for (const Placed<std::string>& name : draft.read_only) quiesce.read_only.insert(name.value);
  for (const Placed<std::string>& name : apps(reader, "scheduler_stopped"))
    quiesce.scheduler_stopped.insert(name.value);
  if (const auto word = reader.word<SpaceWeb>("space_web", {{"keep", SpaceWeb::keep}, {"stop", SpaceWeb::stop}}))
    quiesce.space_web = word->value;
  reader.finish();
}

void read_cutover(MappingReader reader, Draft& draft) {
  constexpr long long most_lag = 1'000'000'000;
  Migration::Cutover& cutover = draft.migration.cutover;
  if (const auto lag = reader.integer("start_lag", 0, most_lag)) cutover.start_lag = static_cast<int>(lag->value);
  if (const auto downtime = reader.duration("max_downtime", std::chrono::seconds{10}, std::chrono::hours{24}))
    cutover.max_downtime = downtime->value;
  if (const auto word = reader.word<Proof>("proof", {{"sql", Proof::sql}, {"api", Proof::api}}))
    cutover.proof = word->value;
  if (const auto unattended = reader.boolean("unattended")) cutover.unattended = unattended->value;
  if (const Node::Entry* entry = reader.entry("window")) {
    MappingReader window("`window`", &entry->value, entry->key_at, reader.diagnostics());
    window.require("from", "the first moment at which downtime may begin: `2026-12-01T02:00:00Z`");
    window.require("to", "the moment by which service must be back: `2026-12-01T04:00:00Z`");
    const auto from = window.time("from");
    const auto to = window.time("to");
    window.finish();
    if (from && to) {
      cutover.window = Window{from->value, to->value};
      draft.window = entry->key_at;
    }
  }
  reader.finish();
}

/// A program named by a path is looked for beside the spec; a bare name is left to PATH.
std::string program(const std::string& name, const std::string& folder) {
  if (name.find('/') == std::string::npos) return name;
  std::string path = (std::filesystem::path(folder) / name).lexically_normal().string();
  return path.find('/') == std::string::npos ? "./" + path : path;
}

void read_hooks(MappingReader reader, const SectionContext& context, Draft& draft) {
  Migration::Hooks& hooks = draft.migration.hooks;
  const auto read = [&](std::string_view key, Migration::Command& command) {
    const auto argv = reader.texts(key, "a list of a program and its arguments");
    if (!argv) return;
    if (argv->value.empty() || argv->value.front().value.empty()) {
      const Node::Entry* entry = reader.entry(key);
      if (entry->value.items.empty() || !argv->value.empty())
        reader.diagnostics().error(
            argv->at, "`" + std::string(key) + "` names no program",
            "write the program and its arguments: `[./pause-scheduler, --now]`, or leave the key out");
      return;
    }
    for (const Placed<std::string>& argument : argv->value) command.push_back(argument.value);
    command.front() = program(command.front(), context.folder);
  };
  read("before_downtime", hooks.before_downtime);
  read("after_live", hooks.after_live);
  read("after_abort", hooks.after_abort);
  reader.finish();
}

void read_retire(MappingReader reader, Draft& draft) {
  Migration::Retire& retire = draft.migration.retire;
  if (const auto after = reader.duration("after", std::chrono::seconds{0}, std::chrono::hours{24 * 366}))
    retire.after = after->value;
  if (const auto backup = reader.boolean("final_backup")) retire.final_backup = backup->value;
  reader.finish();
}

}  // namespace

void read_sections(MappingReader& migration, const SectionContext& context, Draft& draft) {
  if (!context.are_defaults && migration.is_mapping()) {
    // A section that `defaults` gives whole need not be repeated, so only what neither has is missing.
    const auto has_default = [&](std::string_view name) {
      return context.defaults != nullptr && context.defaults->find(name) != nullptr;
    };
    if (!has_default("source")) migration.require("source", "where the database is today: `{app: …, database: …}`");
    if (!has_default("target")) migration.require("target", "where it shall be: `{app: …, plan: …}`");
  }
  const auto known = [&](std::string_view name) {
    return migration.entry(name) != nullptr || (context.defaults != nullptr && context.defaults->find(name) != nullptr);
  };
  if (known("source")) read_source(section(migration, context, "source"), context, draft);
  if (known("target")) read_target(section(migration, context, "target"), context, draft);
  if (known("quiesce")) read_quiesce(section(migration, context, "quiesce"), draft);
  if (known("cutover")) read_cutover(section(migration, context, "cutover"), draft);
  if (known("hooks")) read_hooks(section(migration, context, "hooks"), context, draft);
  if (known("retire")) read_retire(section(migration, context, "retire"), draft);
}

}  // namespace changeover
