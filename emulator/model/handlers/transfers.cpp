#include <algorithm>

#include "core/text.h"
#include "emulator/model/attachment_url.h"
#include "emulator/model/catalogue.h"
#include "emulator/model/handlers/data_call.h"
#include "emulator/model/handlers/find.h"
#include "emulator/model/handlers/handlers.h"
#include "emulator/model/retention.h"

namespace changeover::emulator::handlers {
namespace {

constexpr std::string_view dumps = "/_dumps/";
constexpr std::string_view dump_suffix = ".dump";

/// "2026-11-20 05:31:09 +0000", as transfers have it.
std::string transfer_time(WallTime time) {
  const std::string text = format_time(std::chrono::floor<std::chrono::seconds>(time));
  return text.substr(0, 10) + " " + text.substr(11, 8) + " +0000";
}

json::Value transfer_time(const std::optional<WallTime>& time) {
  return time ? json::Value(transfer_time(*time)) : json::Value();
}

json::Value text_or_null(const std::string& text) { return text.empty() ? json::Value() : json::Value(text); }

/// Where a dump lies; to be read only with a token.
std::string dump_url(const Call& call, const Transfer& transfer) {
  const std::string host(call.request.header("host"));
  return "http://" + (host.empty() ? "localhost" : host) + std::string(dumps) + transfer.id + std::string(dump_suffix);
}

/// The transfer's id in the address of a dump, "" for any other address.
std::string dump_id(std::string_view url) {
  url = url.substr(0, url.find('?'));
  const std::size_t at = url.find(dumps);
  if (at == url.npos || !url.ends_with(dump_suffix)) return {};
  url.remove_prefix(at + dumps.size());
  return std::string(url.substr(0, url.size() - dump_suffix.size()));
}

json::Value logs_of(const Transfer& transfer) {
  json::Array lines;
  for (const TransferStatus::Line& line : transfer.status.log)
    lines.emplace_back(json::Object{{"created_at", transfer_time(line.at)}, {"level", "info"}, {"message", line.text}});
  return lines;
}

json::Value transfer_view(const Control& control, const Call& call, const Transfer& transfer) {
  const bool dumps_to_file = transfer.kind == Transfer::Kind::backup;
  const bool from_file = transfer.kind == Transfer::Kind::restore;
  const AddOn* addon = control.estate.addons.find(transfer.addon_id);
  const Retention retention = retention_of(addon != nullptr ? plan_named(addon->plan).tier : "essential");
  const json::Value finished = transfer_time(transfer.finished_at);
  const std::string updated = transfer_time(transfer.finished_at.value_or(control.clock.wall_now()));
  json::Value view = json::Object{{"uuid", transfer.id},
                                  {"num", transfer.number},
                                  {"from_name", transfer.from_name},
                                  {"from_type", from_file ? "gof3r" : "pg_dump"},
                                  {"from_url", text_or_null(transfer.from_url.reveal())},
                                  {"to_name", transfer.to_name},
                                  {"to_type", dumps_to_file ? "gof3r" : "pg_restore"},
                                  {"to_url", dumps_to_file ? dump_url(call, transfer) : transfer.to_url.reveal()},
                                  {"options", json::Value::object()},
                                  {"source_bytes", transfer.source_bytes},
                                  {"processed_bytes", transfer.status.processed_bytes},
                                  {"succeeded", transfer.finished_at ? json::Value(transfer.succeeded) : json::Value()},
                                  {"warnings", transfer.status.warnings},
                                  {"created_at", transfer_time(transfer.created_at)},
                                  {"started_at", transfer_time(transfer.started_at)},
                                  {"finished_at", finished},
                                  {"canceled_at", transfer_time(transfer.canceled_at)},
                                  {"updated_at", updated},
                                  {"deleted_at", nullptr},
                                  {"purged_at", nullptr},
                                  {"num_keep", retention.manual}};
  if (transfer.schedule_id) view.set("schedule", json::Object{{"uuid", *transfer.schedule_id}});
  if (call.query("verbose") == "true") view.set("logs", logs_of(transfer));
  return view;
}

json::Value transfer_list(Control& control, const Call& call, const App& app, const AddOn* only) {
  json::Array list;
  for (const Transfer& transfer : control.transfers.of(app))
    if (only == nullptr || transfer.addon_id == only->id) list.push_back(transfer_view(control, call, transfer));
  return list;
}

/// The transfer that the path names, or nullptr.
Transfer* transfer_of(Control& control, const Call& call) {
  const App* app = app_of(control, call);
  return app != nullptr ? control.transfers.find(*app, call["transfer"]) : nullptr;
}

Response no_transfer() { return error(404, "not_found", "There is no such backup or transfer."); }

/// Why nothing can be written into this database; nothing when it can.
std::optional<Response> cannot_be_filled(const AddOn& addon) {
  if (addon.state != AddOn::State::provisioned || !addon.database->endpoint)
    return unprocessable("The database " + addon.name + " is not available yet.");
  if (addon.database->follows())
    return unprocessable(addon.name + " follows " + addon.database->leader_name + " and takes no writes.");
  return std::nullopt;
}

std::vector<std::string> extensions_of(const Call& call) {
  std::vector<std::string> names;
  for (const json::Value& name : call.body["extensions"].items()) names.push_back(name.as_string());
  return names;
}

}  // namespace

Response capture_backup(Control& control, const Call& call) {
  const AddOn* addon = database_of(control, call);
  if (addon == nullptr) return unknown_database(control);
  if (addon->state != AddOn::State::provisioned || !addon->database->endpoint)
    return unprocessable("The database " + addon->name + " is not available yet.");
  return answer(transfer_view(control, call, control.transfers.capture(*addon, std::nullopt)), 201);
}

Response restore_backup(Control& control, const Call& call) {
  const AddOn* addon = database_of(control, call);
  if (addon == nullptr) return unknown_database(control);
  if (auto refusal = cannot_be_filled(*addon)) return *refusal;
  const Transfer* dump = control.transfers.find(dump_id(call.body["backup_url"].as_string()));
  if (dump == nullptr || !dump->has_dump())
    return unprocessable("backup_url names no backup that is there. The emulator restores its own backups only.");
  return answer(transfer_view(control, call, control.transfers.restore(*addon, *dump, extensions_of(call))), 201);
}

Response create_transfer(Control& control, const Call& call) {
  const AddOn* addon = database_of(control, call);
  if (addon == nullptr) return unknown_database(control);
  const auto end = [&](const char* key) {
    const std::string& url = call.body[key].as_string();
    const AddOn* known = database_at(control.estate, url);
    return TransferEnd{known != nullptr ? known->id : std::string(), Secret(url)};
  };
  const CopyOrder order{call.body["from_name"].as_string(), end("from_url"), call.body["to_name"].as_string(),
                        end("to_url")};
  if (order.from.url.empty() || order.to.url.empty()) return unprocessable("from_url and to_url are needed.");
  if (order.from.database != addon->id && order.to.database != addon->id)
    return unprocessable("Neither from_url nor to_url is " + addon->name + ".");
  if (order.from.database == order.to.database) return unprocessable("A database cannot be copied onto itself.");
  if (const AddOn* target = control.estate.addons.find(order.to.database))
    if (auto refusal = cannot_be_filled(*target)) return *refusal;
  return answer(transfer_view(control, call, control.transfers.copy(*addon, order)), 201);
}

Response database_transfers(Control& control, const Call& call) {
  const AddOn* addon = database_of(control, call);
  return addon != nullptr ? answer(transfer_list(control, call, *addon->app, addon)) : unknown_database(control);
}

Response app_transfers(Control& control, const Call& call) {
  const App* app = app_of(control, call);
  return app != nullptr ? answer(transfer_list(control, call, *app, nullptr)) : unknown_database(control);
}

Response app_transfer(Control& control, const Call& call) {
  const Transfer* transfer = transfer_of(control, call);
  return transfer != nullptr ? answer(transfer_view(control, call, *transfer)) : no_transfer();
}

Response delete_transfer(Control& control, const Call& call) {
  Transfer* transfer = transfer_of(control, call);
  if (transfer == nullptr) return no_transfer();
  json::Value view = transfer_view(control, call, *transfer);
  view.set("deleted_at", transfer_time(control.clock.wall_now()));
  control.transfers.remove(*transfer);
  return answer(view);
}

Response cancel_transfer(Control& control, const Call& call) {
  Transfer* transfer = transfer_of(control, call);
  if (transfer == nullptr) return no_transfer();
  if (!control.transfers.cancel(*transfer)) return unprocessable("The transfer is over already.");
  return answer(transfer_view(control, call, *transfer), 201);
}

Response publish_transfer(Control& control, const Call& call) {
  Transfer* transfer = transfer_of(control, call);
  if (transfer == nullptr) return no_transfer();
  if (!transfer->has_dump()) return unprocessable("Only a backup that has succeeded has a URL.");
  const Transfer::PublicUrl& url = control.transfers.publish(*transfer);
  return answer(json::Object{{"url", dump_url(call, *transfer) + "?token=" + url.token},
                             {"expires_at", transfer_time(url.until)}});
}

Response dump_file(Control& control, const Call& call) {
  const Transfer* transfer = control.transfers.find(dump_id(call.request.path()));
  if (transfer == nullptr || !transfer->has_dump()) return {404, {}, {}, {}};
  const std::string token = call.query("token");
  const bool opens = std::ranges::any_of(transfer->public_urls, [&](const Transfer::PublicUrl& url) {
    return url.token == token && control.clock.wall_now() < url.until;
  });
  if (!opens) return {403, {}, {}, {}};
  if (transfer->status.file.empty())
    return error(404, "not_found", "The databases of this world are modelled, and a modelled dump is no file.");
  return {200, {{"content-type", "application/octet-stream"}}, {}, transfer->status.file};
}

}  // namespace changeover::emulator::handlers
