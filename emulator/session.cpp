#include "emulator/session.h"

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <ostream>
#include <utility>

#include "core/clock.h"
#include "core/random.h"
#include "emulator/engine_sets.h"
#include "emulator/guest.h"
#include "emulator/http_server.h"
#include "emulator/model/model.h"
#include "emulator/panel.h"

namespace changeover::emulator {
namespace {

constexpr int shown_requests = 8;
constexpr timespec start_look{0, 10'000'000};
/// A panel is drawn at most four times a second.
constexpr timespec panel_look{0, 250'000'000};
constexpr int looks_a_panel = 25;

/// Written whole or not at all, so that who waits for the file can read it at once.
bool write_file(const std::string& path, const std::string& text) {
  if (path.empty()) return true;
  const std::string part = path + ".part";
  std::ofstream file(part, std::ios::binary);
  file << text;
  file.close();
  return file && std::rename(part.c_str(), path.c_str()) == 0;
}

PanelStyle style_of(const Terminal& terminal) {
  const Terminal::Size size = terminal.size();
  // The last column and the last line are the cursor's.
  return {size.width - 1, size.height - 1, terminal.colour()};
}

/// True once the world runs, false when a signal came first.
Result<bool> await_ready(HttpServer& server, const sigset_t& signals, std::optional<Terminal>& terminal) {
  for (int look = 0;; ++look) {
    if (::sigtimedwait(&signals, nullptr, &start_look) > 0) return false;
    const std::string failure = server.with_model([](Model& model) { return model.failure(); });
    if (!failure.empty()) return fail(ErrorCode::unavailable, failure);
    if (server.with_model([](Model& model) { return model.ready(); })) return true;
    if (terminal && look % looks_a_panel == 0) terminal->show(starting_lines(server.status(), style_of(*terminal)));
  }
}

void await_signal(HttpServer& server, const sigset_t& signals, std::optional<Terminal>& terminal) {
  int caught = 0;
  if (!terminal) {
    ::sigwait(&signals, &caught);
    return;
  }
  do terminal->show(panel_lines(server.status(), server.newest_requests(shown_requests), style_of(*terminal)));
  while (::sigtimedwait(&signals, nullptr, &panel_look) <= 0);
}

ServerOptions server_options(const SessionSettings& settings, const World& world) {
  ServerOptions options;
  options.address = settings.address;
  options.port = settings.port;
  options.latency = world.timing.api_latency;
  options.faults = world.faults;
  options.request_log = settings.request_log;
  if (world.modelled) return options;  // nobody listens on a modelled dyno's port
  RouterOptions router;
  router.address = settings.address;
  router.port = settings.router_port;
  router.boot = world.timing.web_boot;
  router.limits.answer = world.timing.web_answer;
  options.router = router;
  if (!settings.dyno_logs.empty()) options.router_log = settings.dyno_logs + "/router.log";
  return options;
}

/// What is to be pasted, and the ports.
void announce(std::ostream& out, const HttpServer& server, const World& world) {
  out << "export HEROKU_HOST=http://localhost:" << server.port() << "\nexport HEROKU_DATA_HOST=localhost\n"
      << "export HEROKU_API_KEY=" << world.api_key.reveal() << '\n';
  if (server.router_port() != 0) out << "router on port " << server.router_port() << '\n';
  out << "ready on port " << server.port() << std::endl;
}

Result<int> run_command(const SessionSettings& settings, const World& world, const Keeper& keeper,
                        const HttpServer& server, const std::string& path, const sigset_t& signals) {
  const std::map<std::string, std::string> environment{
      {"HEROKU_HOST", "http://localhost:" + std::to_string(server.port())},
      {"HEROKU_DATA_HOST", "localhost"},
      {"HEROKU_API_KEY", world.api_key.reveal()},
      {"EMULATOR_DATA", std::filesystem::absolute(settings.data)},
      {"EMULATOR_ROUTER_PORT", std::to_string(server.router_port())},
      {"PATH", path}};
  return run_guest(keeper, settings.command, environment, signals);
}

Result<Ended> serve(const SessionSettings& settings, const World& world, const Keeper& keeper, HttpServer& server,
                    const std::string& path, const sigset_t& signals, std::optional<Terminal>& terminal,
                    std::ostream& out) {
  const auto ended = [&](int code) {
    Ended result{code, what_runs(server.status())};
    if (terminal) terminal->show({"ending " + result.what + " ..."});
    return result;
  };
  const auto ready = await_ready(server, signals, terminal);
  if (!ready) return fail(ready.error());
  if (!*ready) return ended(0);
  if (!settings.command.empty()) {
    const auto code = run_command(settings, world, keeper, server, path, signals);
    if (!code) return fail(code.error());
    return ended(*code);
  }
  if (terminal) terminal->clear();
  announce(out, server, world);
  if (!write_file(settings.port_file, std::to_string(server.port()) + "\n") ||
      !write_file(settings.ready_file, "ready\n"))
    return fail(ErrorCode::unavailable, "cannot write the port or ready file", "check that its folder exists");
  await_signal(server, signals, terminal);
  return ended(0);
}

}  // namespace

Result<Ended> run_session(const SessionSettings& settings, const World& world, const Keeper& keeper,
                          const sigset_t& signals, std::optional<Terminal>& terminal, std::ostream& out) {
  const SystemClock clock;
  std::unique_ptr<Random> random;
  if (world.seed)
    random = std::make_unique<SeededRandom>(*world.seed);
  else
    random = std::make_unique<SystemRandom>();
  const std::filesystem::path self = std::filesystem::read_symlink("/proc/self/exe").parent_path();
  ProcessSettings processes;
  processes.folder = std::filesystem::absolute(settings.world).parent_path();
  processes.logs = settings.dyno_logs;
  processes.path = self.string() + ":/usr/local/bin:/usr/bin:/bin";
  const std::unique_ptr<EngineSet> engines =
      world.modelled
          ? modelled_engines(clock)
          : real_engines(keeper, clock, {std::filesystem::path(settings.data) / "backups", settings.initdb_cache},
                         processes);
  Model model(world, clock, *random, engines->engines());
  auto server = HttpServer::start(model, clock, server_options(settings, world));
  if (!server) return fail(server.error());
  return serve(settings, world, keeper, **server, processes.path, signals, terminal, out);
}

}  // namespace changeover::emulator
