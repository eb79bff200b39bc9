#include "emulator/engine_sets.h"

#include "emulator/engine/dump_transfers.h"
#include "emulator/engine/postgres_clusters.h"
#include "emulator/modelled/data_plane.h"
#include "emulator/modelled/modelled_databases.h"
#include "emulator/modelled/modelled_processes.h"
#include "emulator/modelled/modelled_transfers.h"

namespace changeover::emulator {
namespace {

class RealEngines final : public EngineSet {
 public:
  RealEngines(const Keeper& keeper, const Clock& clock, const EngineFolders& folders, const ProcessSettings& processes)
      : databases_(keeper, clock, folders.initdb_cache),
        transfers_(keeper, clock, folders.backups),
        processes_(keeper, processes) {}
  [[nodiscard]] Engines engines() override { return {databases_, transfers_, processes_}; }

 private:
  PostgresClusters databases_;
  DumpTransfers transfers_;
  ChildProcesses processes_;
};

class ModelledEngines final : public EngineSet {
 public:
  explicit ModelledEngines(const Clock& clock)
      : plane_(clock), databases_(plane_, clock), transfers_(plane_, clock), processes_(plane_, clock) {}
  [[nodiscard]] Engines engines() override { return {databases_, transfers_, processes_}; }

 private:
  DataPlane plane_;
  ModelledDatabases databases_;
  ModelledTransfers transfers_;
  ModelledProcesses processes_;
};

}  // namespace

std::unique_ptr<EngineSet> real_engines(const Keeper& keeper, const Clock& clock, const EngineFolders& folders,
                                        const ProcessSettings& processes) {
  return std::make_unique<RealEngines>(keeper, clock, folders, processes);
}

std::unique_ptr<EngineSet> modelled_engines(const Clock& clock) { return std::make_unique<ModelledEngines>(clock); }

}  // namespace changeover::emulator
