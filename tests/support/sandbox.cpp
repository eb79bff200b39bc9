#include "tests/support/sandbox.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <utility>

#include "tests/places.h"

namespace changeover::testing {
namespace {

using namespace std::chrono_literals;

constexpr auto writes_limit = 30s;

std::string world_text(const WorldOptions& options) {
  const std::string one_off = options.one_off.empty() ? "" : "    one_off: [\"" + options.one_off + "\"]\n";
  return "version: 1\napi_key: " + std::string(api_key) +
         "\n"
         "timing:\n"
         "  api_latency: " +
         options.api_latency + "\n  unfollow: " + options.unfollow +
         "\n"
         "  data_404: 50ms\n"
         "  provisioning: " +
         options.provisioning + "\n  rotation: " + options.rotation +
         "\n"
         "  sampling: 50ms\n"
         "  deprovision: 100ms\n"
         "  fork_follow: 0ms\n"
         "  standby: 1s\n"
         "  dyno_boot: 50ms\n"
         "  dyno_grace: 5s\n"
         "teams: [example-team]\n"
         "spaces:\n"
         "  example-space: {team: example-team}\n"
         "apps:\n"
         "  common-runtime-example:\n"
         "    team: example-team\n"
         "    config: &writer {CHANGEOVER_LEDGER: \"${DATA}/ledger.txt\", WRITE_EVERY_MS: \"5\"" +
         options.writer_config +
         "}\n"
         "    formation:\n"
         "      web: {quantity: 1, size: standard-1x, command: " +
         options.web +
         "}\n"
         "      worker: {quantity: 2, size: standard-1x, command: exec changeover-writer}\n" +
         one_off + options.source_keys +
         "  private-spaces-example:\n"
         "    space: example-space\n"
         "    config: *writer\n"
         "    formation:\n"
         "      web: {quantity: 0, size: private-m, command: " +
         options.web +
         "}\n"
         "      worker: {quantity: 0, size: private-m, command: exec changeover-writer}\n" +
         options.apps +
         "addons:\n"
         "  looking-simply-2449:\n"
         "    app: common-runtime-example\n"
         "    plan: standard-0\n"
         "    as: DATABASE\n"
         "    seed: |\n"
         "      CREATE TABLE ledger(writer text NOT NULL, n bigint NOT NULL,\n"
         "                          written_at timestamptz NOT NULL DEFAULT clock_timestamp(),\n"
         "                          PRIMARY KEY (writer, n));\n" +
         options.addons + (options.attachments.empty() ? "" : "attachments:\n" + options.attachments);
}

/// "postgres://user:PASSWORD@host…", else "".
std::string password_of(const std::string& url) {
  const std::size_t host = url.find('@');
  if (!url.starts_with("postgres") || host == std::string::npos) return {};
  const std::size_t colon = url.rfind(':', host);
  return url.substr(colon + 1, host - colon - 1);
}

std::vector<json::Value> lines_of_json(const std::string& text) {
  std::vector<json::Value> values;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line) && !lines.eof();)
    if (auto value = json::parse(line)) values.push_back(*std::move(value));
  return values;
}

const json::Value& first_of(const std::vector<json::Value>& events, std::string_view type) {
  static const json::Value none;
  const auto found =
      std::ranges::find_if(events, [&](const auto& event) { return event["event"].as_string() == type; });
  return found == events.end() ? none : *found;
}

}  // namespace

const json::Value& Finished::event(std::string_view type) const { return first_of(events, type); }

std::vector<json::Value> ToolRun::events() const { return lines_of_json(file_text(out_)); }

bool ToolRun::await_event(std::string_view type, std::chrono::milliseconds limit) {
  const auto came = [&] { return !first_of(events(), type).is_null(); };
  static_cast<void>(await([&] { return came() || program.exit_code(0ms); }, limit));
  return came();
}

Finished ToolRun::finish(std::chrono::milliseconds limit) {
  Finished finished;
  const std::optional<int> code = program.exit_code(limit);
  finished.code = code.value_or(-1);
  finished.out = file_text(out_);
  finished.err = file_text(err_);
  finished.events = lines_of_json(finished.out);
  if (!code) ADD_FAILURE() << "changeover does not end:\n" << finished.out << finished.err;
  return finished;
}

Sandbox::Sandbox(const WorldOptions& world, const SpecOptions& spec) {
  for (const char* name : {"data", "dynos", "home", "runs"}) std::filesystem::create_directory(path(name));
  write_file("world.yaml", world_text(world));
  write_spec(spec);
  emulator_ = std::make_unique<EmulatorProcess>(folder(), api_key);
  if (!emulator_->ready()) return;
  static_cast<void>(secrets());
  EXPECT_TRUE(await_writes()) << "the source app does not write: " << file_text(path("emulator.err"));
}

Sandbox::~Sandbox() {
  EXPECT_EQ(files_with_secrets(), std::vector<std::string>{});
  if (!emulator_) return;
  EXPECT_FALSE(emulator_->program().exit_code(0ms)) << "the emulator ended before its test";
  emulator_->program().signal(SIGTERM);
  EXPECT_EQ(emulator_->program().exit_code(20s), std::optional(0)) << file_text(path("emulator.err"));
}

void Sandbox::write_file(const std::string& name, const std::string& text) const {
  std::ofstream(path(name), std::ios::binary) << text;
}

void Sandbox::write_spec(const SpecOptions& options) const {
  write_file("spec.yaml",
             "version: 1\n"
             "state: " +
                 options.state +
                 "\n"
                 "migrations:\n"
                 "  seed:\n"
                 "    stage: " +
                 options.stage +
                 "\n"
                 "    source: {app: common-runtime-example, database: DATABASE_URL" +
                 options.source +
                 "}\n"
                 "    target:\n"
                 "      app: private-spaces-example\n"
                 "      plan: private-4\n"
                 "      formation: {web: 1, worker: 1}\n" +
                 options.target + "    cutover: {proof: " + options.proof + ", max_downtime: " + options.max_downtime +
                 ", unattended: " + (options.unattended ? "true" : "false") + "}\n    retire: " + options.retire +
                 "\n" + options.further);
}

std::unique_ptr<ToolRun> Sandbox::start(std::vector<std::string> words) {
  const std::string run = path("runs/" + std::to_string(++runs_));
  Program::Start start;
  start.command = {std::string(CHANGEOVER_BINARY_DIR) + "/bin/changeover"};
  start.command.insert(start.command.end(), words.begin(), words.end());
  start.environment = environment_;
  start.environment.merge(
      std::map<std::string, std::string>{{"PATH", "/usr/local/bin:/usr/bin:/bin"},
                                         {"HOME", path("home")},
                                         {"HEROKU_API_KEY", api_key},
                                         {"HEROKU_HOST", emulator_ ? emulator_->host() : "http://localhost:9"},
                                         {"HEROKU_DATA_HOST", "localhost"}});
  start.folder = folder();
  start.out = run + ".out";
  start.err = run + ".err";
  return std::make_unique<ToolRun>(start);
}

std::unique_ptr<ToolRun> Sandbox::start_apply(std::vector<std::string> words) {
  words.insert(words.begin(), {"apply", "spec.yaml", "--auto-approve", "--json"});
  return start(std::move(words));
}

std::size_t Sandbox::ledger_lines() const {
  const std::string text = file_text(path("data/ledger.txt"));
  return static_cast<std::size_t>(std::ranges::count(text, '\n'));
}

bool Sandbox::await_writes(std::size_t lines) const {
  const std::size_t before = ledger_lines();
  return await([&] { return ledger_lines() >= before + lines; }, writes_limit);
}

std::string Sandbox::database_url(const std::string& app) {
  return emulator().get("/apps/" + app + "/config-vars")["DATABASE_URL"].as_string();
}

LedgerVerdict Sandbox::verify(const std::string& app) {
  // Not in runs/: this is the judge's output, and it may name what the tool's must not.
  return judge_ledger(path("data/ledger.txt"), [&] { return database_url(app); });
}

const std::set<std::string>& Sandbox::secrets() {
  secrets_.insert(api_key);
  if (!emulator_ || !emulator_->ready() || emulator_->program().exit_code(0ms)) return secrets_;
  const json::Value apps = emulator_->get("/apps");
  for (const json::Value& app : apps.items()) {
    const json::Value config = emulator_->get("/apps/" + app["name"].as_string() + "/config-vars");
    for (const auto& [name, value] : config.members())
      if (const std::string password = password_of(value.as_string()); !password.empty()) secrets_.insert(password);
  }
  return secrets_;
}

std::vector<std::string> Sandbox::files_with_secrets() {
  namespace fs = std::filesystem;
  const std::set<std::string>& all = secrets();
  std::vector<std::string> files;
  for (auto it = fs::recursive_directory_iterator(folder()); it != fs::recursive_directory_iterator(); ++it) {
    const std::string name = it->path().filename().string();
    if (it.depth() == 0 && (name == "data" || name == "dynos")) it.disable_recursion_pending();
    if (!it->is_regular_file() || name == "world.yaml" || name.starts_with("emulator.")) continue;
    const std::string text = file_text(it->path().string());
    if (std::ranges::any_of(all, [&](const std::string& secret) { return text.find(secret) != std::string::npos; }))
      files.push_back(it->path().string());
  }
  return files;
}

std::vector<std::string> Sandbox::addon_names() {
  std::vector<std::string> names;
  const json::Value addons = emulator().get("/addons");
  for (const json::Value& addon : addons.items())
    if (addon["addon_service"]["name"].as_string() == "heroku-postgresql") names.push_back(addon["name"].as_string());
  return names;
}

bool Sandbox::follows(const std::string& addon) {
  const json::Value status = emulator().status();
  for (const json::Value& database : status["databases"].items()) {
    const std::string& phase = database["phase"].as_string();
    if (database["name"].as_string() != addon || phase == "waiting_for_leader" || phase == "starting") continue;
    return emulator().get("/client/v11/databases/" + database["id"].as_string())["following"].is_string();
  }
  return false;
}

std::string Sandbox::copy_name() {
  for (const std::string& name : addon_names())
    if (name != source_addon) return name;
  return {};
}

}  // namespace changeover::testing
