#include "emulator/model/transfers.h"

#include <algorithm>

#include "emulator/model/attachment_url.h"
#include "emulator/model/catalogue.h"
#include "emulator/model/retention.h"

namespace changeover::emulator {
namespace {

using State = TransferStatus::State;

constexpr std::chrono::hours public_for{1};

/// "DATABASE": what the billing app calls its database.
std::string name_of(const AddOn& addon) {
  for (const Attachment* attachment : addon.attachments)
    if (attachment->app == addon.app && !attachment->ns) return attachment->name;
  return addon.name;
}

TransferEnd end_of(const AddOn& addon) {
  return {addon.id, postgres_url(*addon.database->endpoint, addon.database->credentials.front())};
}

std::int64_t bytes_of(const AddOn* addon) {
  return addon != nullptr && addon->database->sample ? addon->database->sample->sample.bytes : 0;
}

}  // namespace

Transfer& Transfers::begin(Transfer transfer, const AddOn& addon, const TransferOrder& order) {
  transfer.id = random_.uuid();
  transfer.number = ++last_number_[addon.app->id];
  transfer.app_id = addon.app->id;
  transfer.addon_id = addon.id;
  transfer.created_at = clock_.wall_now();
  if (transfer.kind == Transfer::Kind::backup) {
    transfer.not_before = clock_.steady_now() + timing_.backup;
    timers_.at(transfer.not_before, [] {});  // the refresh that follows ends it
  }
  engine_.start(transfer.id, order);
  moving_.insert(transfer.id);
  auto& all = by_app_[addon.app->id];
  all.push_back(std::move(transfer));
  return all.back();
}

Transfer& Transfers::capture(const AddOn& addon, const std::optional<std::string>& schedule_id) {
  Transfer transfer;
  transfer.from_name = name_of(addon);
  transfer.from_url = end_of(addon).url;
  transfer.to_name = "BACKUP";
  transfer.schedule_id = schedule_id;
  transfer.source_bytes = bytes_of(&addon);
  return begin(std::move(transfer), addon, {end_of(addon), std::nullopt, {}, {}});
}

Transfer& Transfers::restore(const AddOn& target, const Transfer& dump, const std::vector<std::string>& extensions) {
  Transfer transfer;
  transfer.kind = Transfer::Kind::restore;
  transfer.from_name = dump.to_name;
  transfer.to_name = name_of(target);
  transfer.to_url = end_of(target).url;
  transfer.source_bytes = dump.status.processed_bytes;
  return begin(std::move(transfer), target, {std::nullopt, end_of(target), dump.id, extensions});
}

Transfer& Transfers::copy(const AddOn& addon, const CopyOrder& order) {
  Transfer transfer;
  transfer.kind = Transfer::Kind::copy;
  transfer.from_name = order.from_name;
  transfer.from_url = order.from.url;
  transfer.to_name = order.to_name;
  transfer.to_url = order.to.url;
  transfer.source_bytes = bytes_of(estate_.addons.find(order.from.database));
  return begin(std::move(transfer), addon, {order.from, order.to, {}, {}});
}

bool Transfers::cancel(Transfer& transfer) {
  if (transfer.finished_at) return false;
  if (!transfer.canceled_at) transfer.canceled_at = clock_.wall_now();
  transfer.not_before = {};
  engine_.cancel(transfer.id);
  return true;
}

void Transfers::remove(const Transfer& transfer) {
  const std::string id = transfer.id;
  engine_.remove(id);
  moving_.erase(id);
  std::erase_if(by_app_[transfer.app_id], [&](const Transfer& one) { return one.id == id; });
}

const Transfer::PublicUrl& Transfers::publish(Transfer& transfer) {
  std::erase_if(transfer.public_urls, [&](const auto& url) { return url.until <= clock_.wall_now(); });
  transfer.public_urls.push_back({random_.uuid(), clock_.wall_now() + public_for});
  return transfer.public_urls.back();
}

Transfer* Transfers::find(std::string_view id) {
  for (auto& [app, all] : by_app_)
    for (Transfer& transfer : all)
      if (transfer.id == id) return &transfer;
  return nullptr;
}

Transfer* Transfers::find(const App& app, const std::string& key) {
  for (Transfer& transfer : by_app_[app.id])
    if (transfer.id == key || std::to_string(transfer.number) == key) return &transfer;
  return nullptr;
}

void Transfers::refresh() {
  const std::set<std::string> ids = moving_;
  for (const std::string& id : ids) {
    Transfer* transfer = find(id);
    if (transfer == nullptr) {
      moving_.erase(id);
      continue;
    }
    if (!transfer->started_at) transfer->started_at = clock_.wall_now();
    transfer->status = engine_.status(id);
    if (transfer->status.state != State::running && clock_.steady_now() >= transfer->not_before) finish(*transfer);
  }
}

void Transfers::finish(Transfer& transfer) {
  moving_.erase(transfer.id);
  transfer.finished_at = clock_.wall_now();
  transfer.succeeded = transfer.status.state == State::succeeded;
  if (transfer.has_dump()) purge(transfer);
}

/// Removes what the new backup makes one too many. Copies of what it reads: removing moves transfers.
void Transfers::purge(const Transfer& newest) {
  const AddOn* addon = estate_.addons.find(newest.addon_id);
  if (addon == nullptr) return;
  std::vector<KeptBackup> backups;
  const std::string app_id = newest.app_id;
  for (const Transfer& transfer : by_app_[app_id])
    if (transfer.addon_id == addon->id && transfer.has_dump())
      backups.push_back({transfer.id, transfer.schedule_id.has_value(), transfer.created_at});
  for (const std::string& id : outlived(backups, retention_of(plan_named(addon->plan).tier), clock_.wall_now()))
    if (const Transfer* old = find(id)) remove(*old);
}

}  // namespace changeover::emulator
