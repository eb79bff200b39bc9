// The engines a world asks for, chosen and owned in one place: real ones, or modelled ones without server or process.
//
// Owner: the program's main; the keeper outlives it. Thread rule: made and dropped on one thread. Dropping a real set
// ends every server and process it started.
#pragma once

#include <filesystem>
#include <memory>

#include "core/clock.h"
#include "emulator/engine.h"
#include "emulator/engine/keeper.h"
#include "emulator/engine/processes.h"

namespace changeover::emulator {

class EngineSet {
 public:
  virtual ~EngineSet() = default;
  [[nodiscard]] virtual Engines engines() = 0;
};

struct EngineFolders {
  std::filesystem::path backups;       ///< where dumps go
  std::filesystem::path initdb_cache;  ///< see ClusterTemplate::make; empty: none
};

/// PostgreSQL clusters, pg_dump, and child processes.
[[nodiscard]] std::unique_ptr<EngineSet> real_engines(const Keeper& keeper, const Clock& clock,
                                                      const EngineFolders& folders, const ProcessSettings& processes);
/// Figures on the clock: thousands of databases cost next to nothing, and no client can connect to them.
[[nodiscard]] std::unique_ptr<EngineSet> modelled_engines(const Clock& clock);

}  // namespace changeover::emulator
