#include "emulator/world_reader.h"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <functional>
#include <sstream>

#include "core/text.h"
#include "emulator/fleet.h"
#include "emulator/model/catalogue.h"
#include "emulator/world_accounts.h"
#include "emulator/world_names.h"
#include "emulator/world_switches.h"
#include "emulator/world_timing.h"
#include "yaml/mapping_reader.h"
#include "yaml/node.h"

namespace changeover::emulator {
namespace {

using std::chrono::milliseconds;
using yaml::MappingReader;
using yaml::Node;

/// A made-up token for worlds that name none; it opens nothing but an emulator.
constexpr std::string_view default_key = "01234567-89ab-cdef-0123-456789abcdef";

class Reader {
 public:
  Reader(const WorldSurroundings& surroundings, Diagnostics& diagnostics)
      : surroundings_(surroundings), diagnostics_(diagnostics) {}

  void read(const Node& root);
  World world;
  WorldPositions positions;
  std::optional<Fleet> fleet;  ///< added when the rest was found right

 private:
  void read_fleet(MappingReader fleet);
  void read_space(const std::string& name, MappingReader space);
  void read_app(const std::string& name, MappingReader app);
  void read_process(WorldApp& app, const std::string& type, MappingReader process);
  void read_job(WorldApp& app, MappingReader job);
  void read_autoscaler(WorldApp& app, MappingReader autoscaler);
  void read_addon(const std::string& name, MappingReader addon);
  void read_attachment(MappingReader attachment);
  void read_fault(MappingReader fault);
  void read_config(WorldApp& app, const Node::Entry* config);
  [[nodiscard]] std::string seed_from_file(const yaml::Placed<std::string>& path);
  [[nodiscard]] std::string substituted(const std::string& text, Position at);

  /// Every entry of a mapping of mappings: "`apps`" → "app `x`".
  void each(MappingReader& from, std::string_view key, std::string_view kind,
            const std::function<void(const std::string&, MappingReader)>& read_one);
  /// Every item of a list of mappings.
  void each_item(MappingReader& from, std::string_view key, std::string_view kind,
                 const std::function<void(MappingReader)>& read_one);

  const WorldSurroundings& surroundings_;
  Diagnostics& diagnostics_;
};

std::string text_or(std::optional<yaml::Placed<std::string>> found, std::string fallback = {}) {
  return found ? std::move(found->value) : std::move(fallback);
}

void Reader::each(MappingReader& from, std::string_view key, std::string_view kind,
                  const std::function<void(const std::string&, MappingReader)>& read_one) {
  const Node::Entry* entry = from.entry(key);
  if (entry == nullptr || entry->value.kind == Node::Kind::null) return;
  if (entry->value.kind != Node::Kind::mapping) return from.wrong(*entry, "a mapping from names");
  for (const Node::Entry& one : entry->value.entries)
    read_one(one.key, MappingReader(std::string(kind) + " `" + one.key + "`", &one.value, one.key_at, diagnostics_));
}

void Reader::each_item(MappingReader& from, std::string_view key, std::string_view kind,
                       const std::function<void(MappingReader)>& read_one) {
  const Node::Entry* entry = from.entry(key);
  if (entry == nullptr || entry->value.kind == Node::Kind::null) return;
  if (entry->value.kind != Node::Kind::sequence) return from.wrong(*entry, "a list");
  for (const Node& one : entry->value.items)
    read_one(MappingReader("the " + std::string(kind), &one, one.at, diagnostics_));
}

void Reader::read(const Node& root) {
  MappingReader top("the world", &root, root.at, diagnostics_);
  if (!top.is_mapping()) return;
  top.require("version", "write `version: 1`");
  if (const auto version = top.integer("version", 1, 1'000'000); version && version->value != 1)
    diagnostics_.error(version->at, "version " + std::to_string(version->value) + " of the world format is unknown",
                       "this emulator reads version 1");
  world.api_key = Secret(text_or(top.text("api_key", "a made-up token"), std::string(default_key)));
  world.account = text_or(top.text("account", "an e-mail address"), world.account);
  if (const auto seed = top.integer("seed", 0, 1'000'000'000)) world.seed = static_cast<std::uint64_t>(seed->value);
  if (const auto word = top.word<bool>("databases", {{"real", false}, {"modelled", true}}))
    world.modelled = word->value;
  read_timing(top.mapping("timing"), world.timing, diagnostics_);
  read_switches(top.mapping("switches"), world.switches);
  if (const auto teams = top.texts("teams", "a list of team names"))
    for (const auto& team : teams->value) world.teams.push_back(team.value);
  each(top, "spaces", "space",
       [this](const std::string& name, MappingReader one) { read_space(name, std::move(one)); });
  each(top, "apps", "app", [this](const std::string& name, MappingReader one) { read_app(name, std::move(one)); });
  each(top, "addons", "add-on",
       [this](const std::string& name, MappingReader one) { read_addon(name, std::move(one)); });
  read_accounts(top, world);
  each_item(top, "attachments", "attachment", [this](MappingReader one) { read_attachment(std::move(one)); });
  each_item(top, "faults", "fault", [this](MappingReader one) { read_fault(std::move(one)); });
  if (top.entry("fleet") != nullptr) read_fleet(top.mapping("fleet"));
  top.finish();
}

void Reader::read_fleet(MappingReader reader) {
  constexpr int most = 20'000;
  constexpr int most_real = 50;
  Fleet wanted;
  reader.require("databases", "for example `databases: 500`");
  if (const auto count = reader.integer("databases", 1, most)) {
    wanted.databases = static_cast<int>(count->value);
    if (!world.modelled && wanted.databases > most_real)
      diagnostics_.error(
          count->at, "a server for each of " + std::to_string(wanted.databases) + " databases is too much",
          "write `databases: modelled` at the top of the world, or at most " + std::to_string(most_real));
  }
  wanted.name = text_or(reader.text("name", "the beginning of every name"), wanted.name);
  wanted.plan = text_or(reader.text("plan", "a plan such as standard-0"), wanted.plan);
  reader.finish();
  const auto is_ours = [&](const auto& thing) { return thing.name.starts_with(wanted.name + "-"); };
  if (std::ranges::any_of(world.apps, is_ours) || std::ranges::any_of(world.addons, is_ours))
    return diagnostics_.error(
        reader.at(), "the names of the fleet begin with `" + wanted.name + "-`, and this world has such names already",
        "give the fleet another `name`");
  fleet = wanted;
}

void Reader::read_space(const std::string& name, MappingReader space) {
  WorldSpace made;
  made.name = name;
  space.require("team");
  made.team = text_or(space.text("team", "a team of `teams`"));
  made.region = text_or(space.text("region", "a region such as virginia"), made.region);
  if (const auto shield = space.boolean("shield")) made.shield = shield->value;
  if (const auto word = space.word<std::string>("generation", {{"cedar", "cedar"}, {"fir", "fir"}}))
    made.generation = word->value;
  if (const auto time = space.parsed("allocating", parse_world_duration, "a duration such as 5m"))
    made.allocating = time->value;
  positions.spaces.emplace(name, space.at());
  world.spaces.push_back(std::move(made));
  space.finish();
}

void Reader::read_app(const std::string& name, MappingReader app) {
  WorldApp made;
  made.name = name;
  if (auto space = app.text("space", "a space of `spaces`")) made.space = std::move(space->value);
  if (auto team = app.text("team", "a team of `teams`")) made.team = std::move(team->value);
  made.region = text_or(app.text("region", "us or eu"), made.region);
  if (const auto maintenance = app.boolean("maintenance")) made.maintenance = maintenance->value;
  each(app, "formation", "process type",
       [&](const std::string& type, MappingReader process) { read_process(made, type, std::move(process)); });
  if (const auto commands = app.texts("one_off", "a list of commands"))
    for (const auto& command : commands->value) made.one_off.push_back(substituted(command.value, command.at));
  if (const auto domains = app.texts("domains", "a list of host names"))
    for (const auto& domain : domains->value) made.domains.push_back(domain.value);
  if (const auto wanted = app.boolean("two_factor")) made.two_factor = wanted->value;
  if (const auto suspended = app.boolean("suspended")) made.suspended = suspended->value;
  read_config(made, app.entry("config"));
  if (const auto preboot = app.boolean("preboot")) made.preboot = preboot->value;
  each_item(app, "scheduler", "job", [&](MappingReader job) { read_job(made, std::move(job)); });
  if (app.entry("autoscaler") != nullptr) read_autoscaler(made, app.mapping("autoscaler"));
  positions.apps.emplace(name, app.at());
  world.apps.push_back(std::move(made));
  app.finish();
}

void Reader::read_process(WorldApp& app, const std::string& type, MappingReader process) {
  WorldProcess made;
  made.type = type;
  if (const auto quantity = process.integer("quantity", 0, 1000)) made.quantity = static_cast<int>(quantity->value);
  made.size = text_or(process.text("size", "a dyno size such as standard-1x"));
  if (const auto command = process.text("command", "a shell command"))
    made.command = substituted(command->value, command->at);
  if (const auto drain = process.parsed("drain", parse_world_duration, "a duration such as 250ms, 5s or 3m"))
    made.drain = drain->value;
  app.formation.push_back(std::move(made));
  process.finish();
}

/// How often something happens by itself.
std::optional<milliseconds> interval(MappingReader& from) {
  constexpr milliseconds least{10};
  from.require("every", "for example `every: 10m`");
  const auto found = from.parsed("every", parse_world_duration, "a duration such as 250ms, 5s or 10m");
  if (!found) return std::nullopt;
  if (found->value < least) from.diagnostics().error(found->at, "`every` must be at least " + human_duration(least));
  return found->value;
}

void Reader::read_job(WorldApp& app, MappingReader job) {
  WorldJob made;
  job.require("command", "for example `command: bin/clean-up`");
  made.every = interval(job).value_or(milliseconds{0});
  if (const auto command = job.text("command", "a shell command"))
    made.command = substituted(command->value, command->at);
  made.size = text_or(job.text("size", "a dyno size such as standard-1x"));
  positions.schedulers.try_emplace(app.name, job.at());
  app.scheduler.push_back(std::move(made));
  job.finish();
}

void Reader::read_autoscaler(WorldApp& app, MappingReader autoscaler) {
  WorldAutoscaler made;
  made.every = interval(autoscaler).value_or(milliseconds{0});
  if (const auto min = autoscaler.integer("min", 1, 1000)) made.min = static_cast<int>(min->value);
  app.autoscaler = made;
  autoscaler.finish();
}

void Reader::read_config(WorldApp& app, const Node::Entry* config) {
  if (config == nullptr || config->value.kind == Node::Kind::null) return;
  if (config->value.kind != Node::Kind::mapping)
    return diagnostics_.error(config->value.at, "`config`: expected a mapping from names to text");
  for (const Node::Entry& entry : config->value.entries) {
    if (entry.value.kind != Node::Kind::scalar)
      diagnostics_.error(entry.value.at, "`" + entry.key + "`: expected text");
    else
      app.config[entry.key] = Secret(substituted(entry.value.text, entry.value.at));
  }
}

void Reader::read_addon(const std::string& name, MappingReader addon) {
  WorldAddon made;
  made.name = name;
  addon.require("app");
  addon.require("plan", "for example `plan: standard-0`");
  made.app = text_or(addon.text("app", "an app of `apps`"));
  made.plan = text_or(addon.text("plan", "a plan such as standard-0"));
  if (!made.plan.empty() && made.plan.find(':') == std::string::npos)
    made.plan = std::string(postgres_service) + ":" + made.plan;
  made.attachment = text_or(addon.text("as", "an attachment name such as DATABASE"));
  if (auto follow = addon.text("follow", "an add-on of `addons`")) made.follow = std::move(follow->value);
  made.seed_sql = text_or(addon.text("seed", "SQL"));
  if (const auto path = addon.text("seed_file", "a path")) made.seed_sql += seed_from_file(*path);
  if (const auto names = addon.texts("credentials", "a list of names"))
    for (const auto& credential : names->value) made.credentials.push_back(credential.value);
  if (const auto stalled = addon.boolean("stalled")) made.stalled = stalled->value;
  if (const auto due = addon.boolean("maintenance_due")) made.maintenance_due = due->value;
  if (const auto in = addon.parsed("maintenance_in", parse_world_duration, "a duration such as 10m"))
    made.maintenance_in = in->value;
  if (const auto window = addon.parsed(
          "maintenance_window", [](std::string_view text) { return MaintenanceWindow::parse(text); },
          "a day and a time in UTC such as Sunday 06:00"))
    made.maintenance_window = window->value;
  if (const auto links = addon.texts("links", "a list of add-on names"))
    for (const auto& link : links->value) made.links.push_back(link.value);
  positions.addons.emplace(name, addon.at());
  world.addons.push_back(std::move(made));
  addon.finish();
}

void Reader::read_attachment(MappingReader attachment) {
  WorldAttachment made;
  for (const char* key : {"app", "addon", "as"}) attachment.require(key);
  made.app = text_or(attachment.text("app", "an app of `apps`"));
  made.addon = text_or(attachment.text("addon", "an add-on of `addons`"));
  made.name = text_or(attachment.text("as", "an attachment name"));
  made.ns = text_or(attachment.text("namespace", "a namespace such as connection-pooling:default"));
  positions.attachments.push_back(attachment.at());
  world.attachments.push_back(std::move(made));
  attachment.finish();
}

void Reader::read_fault(MappingReader reader) {
  FaultRule rule;
  Fault& fault = rule.fault;
  reader.require("path", "for example `path: /apps/*/formation`");
  rule.method = text_or(reader.text("method", "an HTTP method"), rule.method);
  rule.path = text_or(reader.text("path", "a path"));
  if (const auto nth = reader.integer("nth", 1, 1'000'000)) rule.nth = static_cast<int>(nth->value);
  if (const auto times = reader.integer("times", 0, 1'000'000)) rule.times = static_cast<int>(times->value);
  if (const auto when =
          reader.word<Fault::When>("when", {{"before", Fault::When::before}, {"after", Fault::When::after}}))
    fault.when = when->value;
  if (const auto status = reader.integer("status", 200, 599)) fault.status = static_cast<int>(status->value);
  if (auto body = reader.text("body", "the text of the answer")) fault.body = std::move(body->value);
  if (auto type = reader.text("content_type", "a media type")) fault.content_type = std::move(type->value);
  if (const auto delay = reader.parsed("delay", parse_world_duration, "a duration such as 250ms"))
    fault.delay = delay->value;
  if (const auto reset = reader.boolean("reset")) fault.reset = reset->value;
  if (auto warning = reader.text("warning", "the words of X-Heroku-Warning")) fault.warning = std::move(warning->value);
  if (!fault.does_something())
    diagnostics_.error(reader.at(), "nothing goes wrong by this fault",
                       "give `status`, `body`, `delay`, `reset` or `warning`");
  world.faults.push_back(std::move(rule));
  reader.finish();
}

std::string Reader::seed_from_file(const yaml::Placed<std::string>& path) {
  const std::filesystem::path file = surroundings_.folder / substituted(path.value, path.at);
  std::ifstream stream(file, std::ios::binary);
  std::ostringstream text;
  if (!stream || !(text << stream.rdbuf())) {
    diagnostics_.error(path.at, "cannot read the seed file `" + file.string() + "`",
                       "paths are relative to the world file");
    return {};
  }
  return text.str();
}

std::string Reader::substituted(const std::string& text, Position at) {
  std::string result;
  std::string_view rest = text;
  for (;;) {
    const std::size_t open = rest.find("${");
    const std::size_t close = open == rest.npos ? open : rest.find('}', open);
    if (close == rest.npos) return result.append(rest);
    const std::string name(rest.substr(open + 2, close - open - 2));
    const auto known = surroundings_.substitutions.find(name);
    result.append(rest.substr(0, open));
    if (known != surroundings_.substitutions.end()) {
      result += known->second;
    } else if (name == "DATA") {
      diagnostics_.error(at, "`${DATA}` needs a folder", "start the emulator with --data DIR");
    } else {
      result.append(rest.substr(open, close - open + 1));  // the dyno's shell may know it
    }
    rest.remove_prefix(close + 1);
  }
}

}  // namespace

std::optional<World> read_world(std::string_view text, const WorldSurroundings& surroundings,
                                Diagnostics& diagnostics) {
  const std::optional<Node> root = yaml::parse(text, diagnostics);
  if (!root) return std::nullopt;
  Reader reader(surroundings, diagnostics);
  reader.read(*root);
  if (diagnostics.empty()) check_names(reader.world, reader.positions, diagnostics);
  if (!diagnostics.empty()) return std::nullopt;
  if (reader.fleet) add_fleet(reader.world, *reader.fleet);
  return std::move(reader.world);
}

}  // namespace changeover::emulator
