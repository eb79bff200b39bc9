// A guest: a command that runs against the emulator and with whose end the emulator ends, as in `env COMMAND`.
//
// Owner: main. Thread rule: the main thread. The guest's process group is reported to the keeper, so it never outlives
// the emulator, however that ends.
#pragma once

#include <csignal>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "core/result.h"
#include "emulator/engine/keeper.h"

namespace changeover::emulator {

/// Runs the command with this environment added to ours and gives its exit code. A signal of the set is passed on to
/// it.
[[nodiscard]] Result<int> run_guest(const Keeper& keeper, const std::vector<std::string>& command,
                                    const std::map<std::string, std::string>& environment, const sigset_t& signals);

}  // namespace changeover::emulator
