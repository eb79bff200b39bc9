// Dumps and copies without pg_dump: so many bytes a second, from the figures of one modelled database to another's.
//
// Owner: the program's wiring or a simulation. Thread rule: the model's thread. A dump is its figures; there is no
// file. A restored database has its source's figures once the transfer is over, not before.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "emulator/engine.h"
#include "emulator/modelled/data_plane.h"

namespace changeover::emulator {

class ModelledTransfers final : public TransferEngine {
 public:
  ModelledTransfers(DataPlane& plane, const Clock& clock) : plane_(plane), clock_(clock) {}

  void start(const std::string& id, const TransferOrder& order) override;
  void cancel(const std::string& id) override;
  void remove(const std::string& id) override { transfers_.erase(id); }
  [[nodiscard]] TransferStatus status(const std::string& id) const override;

 private:
  struct Transfer {
    TransferStatus status;
    std::int64_t bytes = 0;
    int tables = 0;
    std::string target;
    SteadyTime begun_at;
    SteadyTime ends_at;
  };

  DataPlane& plane_;
  const Clock& clock_;
  std::map<std::string, Transfer> transfers_;
};

}  // namespace changeover::emulator
