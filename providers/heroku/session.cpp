#include "providers/heroku/session.h"

#include <algorithm>

#include "json/value.h"

namespace changeover::heroku {

using std::chrono::milliseconds;

std::optional<QuiescedApp> Session::quiesced(const std::string& name) const {
  const Situation situation = assess(desired, observed, facts, &journal.record());
  const QuiescedApp* found = situation.find(name);
  return found == nullptr ? std::nullopt : std::optional<QuiescedApp>(*found);
}

std::optional<Marker> Session::proven_marker() const {
  const auto& attempt = journal.record().attempt;
  if (attempt && attempt->certificate) return marker_from_text(attempt->certificate->evidence);
  return marker;
}

CallOptions critical(bool poll) { return {milliseconds{8'000}, milliseconds{12'000}, poll}; }
CallOptions patient_poll() { return {milliseconds{30'000}, milliseconds{90'000}, true}; }

void merge_formation(AppFacts& app, const std::vector<Process>& answer) {
  if (!app.formation) app.formation.emplace();
  for (const Process& process : answer) {
    const auto known = std::ranges::find(*app.formation, process.type, &Process::type);
    if (known == app.formation->end()) {
      app.formation->push_back(process);
    } else {
      *known = process;
    }
  }
}

std::vector<ProcessUpdate> formation_of(const Action& action) {
  std::vector<ProcessUpdate> updates;
  for (const json::Value& item : action.parameters["formation"].items()) {
    ProcessUpdate update{item["type"].as_string(), static_cast<int>(item["quantity"].as_integer())};
    if (item.has("size")) update.size = item["size"].as_string();
    updates.push_back(std::move(update));
  }
  return updates;
}

bool formation_is(const AppFacts& app, const std::vector<ProcessUpdate>& updates) {
  if (!app.formation) return false;
  const auto same_size = [](std::string left, std::string right) {
    const auto lower = [](std::string& text) {
      std::ranges::transform(text, text.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    };
    lower(left);
    lower(right);
    return left == right;
  };
  return std::ranges::all_of(updates, [&](const ProcessUpdate& update) {
    const auto process = std::ranges::find(*app.formation, update.type, &Process::type);
    if (process == app.formation->end()) return update.quantity == 0;
    return process->quantity == update.quantity && (!update.size || same_size(*update.size, process->size));
  });
}

std::string marker_to_text(const Marker& marker) {
  json::Value value = json::Value::object();
  value.set("system_identifier", marker.system_identifier).set("timeline", marker.timeline);
  value.set("fence_lsn", marker.fence_lsn).set("xid", marker.xid);
  value.set("xmin", marker.after.xmin).set("xmax", marker.after.xmax);
  if (marker.ledger) {
    json::Value ledger = json::Value::object();
    ledger.set("rows_changed", marker.ledger->rows_changed).set("maintenance_runs", marker.ledger->maintenance_runs);
    ledger.set("sequences", marker.ledger->sequences).set("counting_since", marker.ledger->counting_since);
    ledger.set("taken_at", marker.ledger->taken_at);
    value.set("ledger", std::move(ledger));
  }
  return value.dump();
}

std::optional<Marker> marker_from_text(std::string_view text) {
  const Result<json::Value> value = json::parse(text);
  if (!value || !value->has("xid")) return std::nullopt;
  Marker marker;
  marker.system_identifier = (*value)["system_identifier"].as_string();
  marker.timeline = (*value)["timeline"].as_integer();
  marker.fence_lsn = (*value)["fence_lsn"].as_string();
  marker.xid = (*value)["xid"].as_integer();
  marker.after = {(*value)["xmin"].as_integer(), (*value)["xmax"].as_integer()};
  const json::Value& ledger = (*value)["ledger"];
  if (ledger.is_object())
    marker.ledger =
        Ledger{ledger["rows_changed"].as_integer(), ledger["maintenance_runs"].as_integer(),
               ledger["sequences"].as_string(), ledger["counting_since"].as_string(), ledger["taken_at"].as_string()};
  return marker;
}

}  // namespace changeover::heroku
