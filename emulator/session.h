// One run of a world: engines and surface wired together, until a signal or the end of a guest ends them.
//
// Owner: main. Thread rule: the main thread, with the signals of the set blocked in every thread. When it returns,
// every server and process of the run has ended; the keeper clears away its folder.
#pragma once

#include <csignal>
#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

#include "core/result.h"
#include "emulator/engine/keeper.h"
#include "emulator/terminal.h"
#include "emulator/world.h"

namespace changeover::emulator {

struct SessionSettings {
  std::string world;  ///< the file: dynos work in its folder
  std::vector<std::string> command;
  std::string data;
  std::string port_file;
  std::string ready_file;
  std::string request_log;
  std::string dyno_logs;
  std::string initdb_cache;
  std::string address = "127.0.0.1";
  int port = 0;
  int router_port = 0;
};

struct Ended {
  int code = 0;
  std::string what;  ///< "2 databases and 5 dynos"
};

/// `out` gets the exports; a terminal shows what goes on. An error: the world could not start, or a file not be
/// written.
[[nodiscard]] Result<Ended> run_session(const SessionSettings& settings, const World& world, const Keeper& keeper,
                                        const sigset_t& signals, std::optional<Terminal>& terminal, std::ostream& out);

}  // namespace changeover::emulator
