// changeover-emulator: a Heroku on loopback. Reads a world, wires the real engines in, serves until it is told to stop.
//
// Exit codes: 0 stopped by a signal; 1 it could not start or its world broke; 64 wrong usage or a wrong world file.
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>
#include <optional>
#include <sstream>
#include <string>

#include "core/environment.h"
#include "emulator/data_folder.h"
#include "emulator/engine/keeper.h"
#include "emulator/session.h"
#include "emulator/terminal.h"
#include "emulator/world_reader.h"

namespace changeover::emulator {
namespace {

constexpr int exit_failed = 1;
constexpr int exit_usage = 64;

struct Arguments : SessionSettings {
  bool quiet = false;
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

bool is_loopback(const std::string& address) { return address.starts_with("127."); }

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
  const auto data = DataFolder::take(arguments.data);
  if (!data) return say(data.error());
  std::error_code problem;
  if (!arguments.dyno_logs.empty()) std::filesystem::create_directories(arguments.dyno_logs, problem);
  if (problem)
    return say({ErrorCode::unavailable,
                "cannot make the folder " + arguments.dyno_logs + ": " + problem.message(),
                "name another with --dyno-logs",
                {}});
  if (!is_loopback(arguments.address))
    std::cerr << "changeover-emulator: --address " << arguments.address
              << " opens this emulator to the network: whoever "
              << "can reach it and knows the token\n  of the world file reads every password and runs commands on this "
              << "machine; the router needs no token\n";

  const bool alone = arguments.command.empty() && !arguments.quiet;
  std::optional<Terminal> terminal = alone ? Terminal::at(STDOUT_FILENO, SystemEnvironment()) : std::nullopt;
  const auto ended = run_session(arguments, *world, **keeper, signals, terminal, std::cout);
  keeper->reset();  // waits until nothing of the run is left
  if (terminal) terminal->clear();
  if (!ended) return say(ended.error());
  if (terminal) std::cout << "changeover-emulator: ended " << ended->what << "; nothing of this run is left\n";
  return ended->code;
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
  app.add_option("--initdb-cache", arguments.initdb_cache,
                 "a folder that keeps what initdb makes: later starts are a second faster");
  app.add_option("--port-file", arguments.port_file, "written with the port once the world is ready");
  app.add_option("--ready-file", arguments.ready_file, "written once the world is ready");
  app.add_option("--request-log", arguments.request_log, "a file that gets every request as a line of JSON");
  app.add_flag("--quiet", arguments.quiet, "no live status on a terminal");
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
