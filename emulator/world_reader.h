// Reads a world file: every mistake of the file at once, each with its place and what would be right.
//
// Owner: whoever starts an emulator. Thread rule: none. Nothing comes back when there was any mistake.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "core/diagnostic.h"
#include "emulator/world.h"

namespace changeover::emulator {

/// What the file's text may lean on.
struct WorldSurroundings {
  std::filesystem::path folder;                      ///< of the file: `seed_file` is relative to it
  std::map<std::string, std::string> substitutions;  ///< ${NAME} in config values, commands and seed_file
};

[[nodiscard]] std::optional<World> read_world(std::string_view text, const WorldSurroundings& surroundings,
                                              Diagnostics& diagnostics);

}  // namespace changeover::emulator
