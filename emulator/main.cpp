// changeover-emulator: a Heroku on loopback. Reads a world, wires the real engines in, serves until it is told to stop.
//
// Exit codes: 0 stopped by a signal; 1 it could not start or its world broke; 64 wrong usage or a wrong world file.
#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>
#include <optional>
#include <sstream>
#include <string>

#include "core/clock.h"
#include "core/random.h"
#include "emulator/engine/keeper.h"
#include "emulator/engine_sets.h"
#include "emulator/guest.h"
#include "emulator/http_server.h"
#include "emulator/model/model.h"
#include "emulator/world_reader.h"

namespace changeover::emulator {
namespace {

constexpr int exit_failed = 1;
constexpr int exit_usage = 64;

struct Arguments {
  std::string world;
  std::vector<std::string> command;
  std::string data;
  std::string port_file;
  std::string ready_file;
  std::string request_log;
  std::string dyno_logs;
  std::string address = "127.0.0.1";
  int port = 0;
  int router_port = 0;
};

int say(const Error& error) {
  std::cerr << "changeover-emulator: " << error.what << '\n';
  if (!error.advice.empty()) std::cerr << "  " << error.advice << '\n';
  return exit_failed;
}

/// The world of the file, or nothing after every mistake was printed.
std::optional<World> load_world(const Arguments& arguments) {
  std::ifstream file(arguments.world, std::ios::binary);
  std::ostringstream text;
  if (!file || !(text << file.rdbuf())) {
    std::cerr << "changeover-emulator: cannot read the world file " << arguments.world << '\n';
    return std::nullopt;
  }
  const std::string content = text.str();
  Diagnostics diagnostics(arguments.world, content);
  WorldSurroundings surroundings;
  surroundings.folder = std::filesystem::absolute(arguments.world).parent_path();
  if (!arguments.data.empty()) surroundings.substitutions["DATA"] = std::filesystem::absolute(arguments.data).string();
  std::optional<World> world = read_world(content, surroundings, diagnostics);
  for (const Diagnostic& diagnostic : diagnostics.sorted()) std::cerr << to_text(diagnostic);
  return world;
}

/// Written whole or not at all, so that who waits for the file can read it at once.
bool write_file(const std::string& path, const std::string& text) {
  if (path.empty()) return true;
  const std::string part = path + ".part";
  std::ofstream file(part, std::ios::binary);
  file << text;
  file.close();
  return file && std::rename(part.c_str(), path.c_str()) == 0;
}

/// Waits for the world; nothing comes back when a signal or a failure ended it.
bool await_ready(HttpServer& server, const sigset_t& signals, std::optional<int>& signal) {
  constexpr timespec step{0, 10'000'000};
  for (;;) {
    if (const int caught = ::sigtimedwait(&signals, nullptr, &step); caught > 0) {
      signal = caught;
      return false;
    }
    const std::string failure = server.with_model([](Model& model) { return model.failure(); });
    if (!failure.empty()) {
      std::cerr << "changeover-emulator: " << failure << '\n';
      return false;
    }
    if (server.with_model([](Model& model) { return model.ready(); })) return true;
  }
}

int serve(const Arguments& arguments, const World& world, Keeper& keeper, const sigset_t& signals) {
  const SystemClock clock;
  std::unique_ptr<Random> random;
  if (world.seed)
    random = std::make_unique<SeededRandom>(*world.seed);
  else
    random = std::make_unique<SystemRandom>();
  const std::filesystem::path self = std::filesystem::read_symlink("/proc/self/exe").parent_path();
  ProcessSettings settings;
  settings.folder = std::filesystem::absolute(arguments.world).parent_path();
  settings.logs = arguments.dyno_logs;
  settings.path = self.string() + ":/usr/local/bin:/usr/bin:/bin";
  const std::unique_ptr<EngineSet> engines =
      world.modelled ? modelled_engines(clock)
                     : real_engines(keeper, clock, std::filesystem::path(arguments.data) / "backups", settings);
  Model model(world, clock, *random, engines->engines());
  ServerOptions options;
  options.address = arguments.address;
  options.port = arguments.port;
  options.latency = world.timing.api_latency;
  options.faults = world.faults;
  options.request_log = arguments.request_log;
  RouterOptions router;
  router.address = arguments.address;
  router.port = arguments.router_port;
  router.boot = world.timing.web_boot;
  router.limits.answer = world.timing.web_answer;
  options.router = router;
  if (!arguments.dyno_logs.empty()) options.router_log = arguments.dyno_logs + "/router.log";
  auto server = HttpServer::start(model, clock, options);
  if (!server) return say(server.error());
  const std::string port = std::to_string((*server)->port());
  const std::string router_port = std::to_string((*server)->router_port());
  std::optional<int> signal;
  if (!await_ready(**server, signals, signal)) return signal ? 0 : exit_failed;
  if (!arguments.command.empty()) {
    const std::map<std::string, std::string> environment{
        {"HEROKU_HOST", "http://localhost:" + port}, {"HEROKU_DATA_HOST", "localhost"},
        {"HEROKU_API_KEY", world.api_key.reveal()},  {"EMULATOR_DATA", std::filesystem::absolute(arguments.data)},
        {"EMULATOR_ROUTER_PORT", router_port},       {"PATH", settings.path}};
    const auto code = run_guest(keeper, arguments.command, environment, signals);
    return code ? *code : say(code.error());
  }
  std::cout << "export HEROKU_HOST=http://localhost:" << port << "\nexport HEROKU_DATA_HOST=localhost\n"
            << "export HEROKU_API_KEY=" << world.api_key.reveal() << "\nrouter on port " << router_port
            << "\nready on port " << port << std::endl;
  if (!write_file(arguments.port_file, port + "\n") || !write_file(arguments.ready_file, "ready\n")) {
    std::cerr << "changeover-emulator: cannot write the port or ready file\n";
    return exit_failed;
  }
  int caught = 0;
  ::sigwait(&signals, &caught);
  return 0;
}

int run(Arguments arguments) {
  // Before any thread exists: all of them leave these signals to sigwait().
  sigset_t signals;
  ::sigemptyset(&signals);
  ::sigaddset(&signals, SIGTERM);
  ::sigaddset(&signals, SIGINT);
  sigset_t blocked = signals;
  ::sigaddset(&blocked, SIGUSR1);  // a guest's end
  ::pthread_sigmask(SIG_BLOCK, &blocked, nullptr);
  auto keeper = Keeper::start();
  if (!keeper) return say(keeper.error());
  // A folder of the run's own goes with it.
  if (arguments.data.empty()) arguments.data = (*keeper)->folder() / "data";
  const std::optional<World> world = load_world(arguments);
  if (!world) return exit_usage;
  for (const std::string& folder : {arguments.data, arguments.dyno_logs}) {
    std::error_code problem;
    if (!folder.empty()) std::filesystem::create_directories(folder, problem);
    if (problem) {
      std::cerr << "changeover-emulator: cannot make the folder " << folder << ": " << problem.message() << '\n';
      return exit_failed;
    }
  }
  return serve(arguments, *world, **keeper, signals);
}

}  // namespace
}  // namespace changeover::emulator

int main(int argc, char** argv) {
  changeover::emulator::Arguments arguments;
  CLI::App app("A Heroku on loopback: both APIs on one port, real PostgreSQL and real processes behind them.");
  app.add_option("--world", arguments.world, "the world file (YAML)")->required();
  app.add_option("--port", arguments.port, "the port; 0 takes any free one")->check(CLI::Range(0, 65'535));
  app.add_option("--router-port", arguments.router_port, "the port of the router for visitors of apps; 0: any free one")
      ->check(CLI::Range(0, 65'535));
  app.add_option("--address", arguments.address, "the address to listen on; loopback unless you know better");
  app.add_option("--data", arguments.data,
                 "a folder for ${DATA} in the world file; by default one that goes with the run");
  app.add_option("--dyno-logs", arguments.dyno_logs,
                 "a folder for what dynos print, a file each start, and router.log");
  app.add_option("--port-file", arguments.port_file, "written with the port once the world is ready");
  app.add_option("--ready-file", arguments.ready_file, "written once the world is ready");
  app.add_option("--request-log", arguments.request_log, "a file that gets every request as a line of JSON");
  app.add_option("command", arguments.command, "a command to run against it, after --: with its end the emulator ends");
  app.positionals_at_end();
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& problem) {
    return app.exit(problem) == 0 ? 0 : changeover::emulator::exit_usage;
  }
  try {
    return changeover::emulator::run(arguments);
  } catch (const std::exception& problem) {
    std::cerr << "changeover-emulator: " << problem.what() << '\n';
    return changeover::emulator::exit_failed;
  }
}
