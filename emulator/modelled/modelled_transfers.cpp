#include "emulator/modelled/modelled_transfers.h"

#include <algorithm>
#include <utility>

namespace changeover::emulator {
namespace {

constexpr std::int64_t bytes_per_second = 20'000'000;

}  // namespace

void ModelledTransfers::start(const std::string& id, const TransferOrder& order) {
  Transfer transfer;
  transfer.begun_at = clock_.steady_now();
  const auto dump = transfers_.find(order.source);
  if (const ModelledServer* source = order.from ? plane_.find(order.from->database) : nullptr) {
    transfer.bytes = source->bytes;
    transfer.tables = source->tables;
  } else if (dump != transfers_.end() && dump->second.status.state == TransferStatus::State::succeeded) {
    transfer.bytes = dump->second.bytes;
    transfer.tables = dump->second.tables;
  } else {
    transfer.status.state = TransferStatus::State::failed;
    transfer.status.log.push_back({clock_.wall_now(), "there is nothing to copy"});
  }
  if (order.to) transfer.target = order.to->database;
  transfer.ends_at = transfer.begun_at + std::chrono::milliseconds{transfer.bytes * 1000 / bytes_per_second};
  const bool runs = transfer.status.state == TransferStatus::State::running;
  const SteadyTime ends_at = transfer.ends_at;
  transfers_[id] = std::move(transfer);
  if (!runs) return;
  plane_.later(ends_at, [this, id] {
    const auto found = transfers_.find(id);
    if (found == transfers_.end() || found->second.status.state != TransferStatus::State::running) return;
    found->second.status.state = TransferStatus::State::succeeded;
    if (plane_.find(found->second.target) != nullptr)
      plane_.set_contents(found->second.target, found->second.bytes, found->second.tables);
  });
}

void ModelledTransfers::cancel(const std::string& id) {
  plane_.settle();
  const auto found = transfers_.find(id);
  if (found != transfers_.end() && found->second.status.state == TransferStatus::State::running)
    found->second.status.state = TransferStatus::State::cancelled;
}

TransferStatus ModelledTransfers::status(const std::string& id) const {
  plane_.settle();
  const auto found = transfers_.find(id);
  if (found == transfers_.end()) {
    TransferStatus unknown;
    unknown.state = TransferStatus::State::failed;
    return unknown;
  }
  const Transfer& transfer = found->second;
  TransferStatus status = transfer.status;
  const auto passed = std::chrono::duration_cast<std::chrono::milliseconds>(
      std::min(clock_.steady_now(), transfer.ends_at) - transfer.begun_at);
  status.processed_bytes = std::min(transfer.bytes, passed.count() * bytes_per_second / 1000);
  return status;
}

}  // namespace changeover::emulator
