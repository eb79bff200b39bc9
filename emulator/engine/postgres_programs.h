// PostgreSQL's programs on this machine, and who runs them.
//
// Owner: nobody; functions. Thread rule: any thread. A failure says what is missing and what to install.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>

#include "core/result.h"
#include "emulator/engine/spawn.h"

namespace changeover::emulator {

/// The folder of initdb, postgres, pg_dump and the others, all of one version.
[[nodiscard]] Result<std::filesystem::path> postgres_programs();

/// PostgreSQL refuses root: who its programs run as then; nothing when they run as we do.
[[nodiscard]] Result<std::optional<Account>> server_account();

/// Environment of every PostgreSQL program.
[[nodiscard]] std::map<std::string, std::string> postgres_environment();

}  // namespace changeover::emulator
