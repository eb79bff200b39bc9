#include "emulator/panel.h"

#include <algorithm>
#include <cstdio>

#include "emulator/panel_text.h"

namespace changeover::emulator {
namespace {

constexpr std::size_t most_requests = 8;
constexpr std::size_t fewest_requests = 3;
constexpr std::size_t most_faults = 3;

using Rows = std::vector<PanelRow>;

std::string counted(std::int64_t count, std::string_view thing) {
  return std::to_string(count) + " " + std::string(thing) + (count == 1 ? "" : "s");
}

std::string in_words(double milliseconds) {
  char text[32];
  if (milliseconds < 9.95)
    std::snprintf(text, sizeof text, "%.1f ms", milliseconds);
  else if (milliseconds < 1000)
    std::snprintf(text, sizeof text, "%.0f ms", milliseconds);
  else
    std::snprintf(text, sizeof text, "%.1f s", milliseconds / 1000);
  return text;
}

/// "web 1/1  worker 0/2  run.1000", wanted behind up.
PanelCell dynos_of(const json::Value& app) {
  PanelCell cell;
  bool all_up = true;
  const auto add = [&](const std::string& text) { cell.text += (cell.text.empty() ? "" : "  ") + text; };
  for (const json::Value& process : app["processes"].items()) {
    add(process["type"].as_string() + " " + std::to_string(process["up"].as_integer()) + "/" +
        std::to_string(process["wanted"].as_integer()));
    all_up = all_up && process["up"].as_integer() == process["wanted"].as_integer();
  }
  for (const json::Value& other : app["others"].items()) add(other.as_string());
  if (cell.text.empty()) cell.text = "none";
  cell.tone = all_up ? Tone::plain : Tone::warning;
  return cell;
}

bool at_rest(const json::Value& app) {
  if (app["maintenance"].as_bool() || !app["others"].items().empty()) return false;
  return std::ranges::all_of(app["processes"].items(), [](const json::Value& process) {
    return process["up"].as_integer() == process["wanted"].as_integer();
  });
}

PanelRow app_row(const json::Value& app) {
  const bool maintenance = app["maintenance"].as_bool();
  return {{app["name"].as_string()},
          {"v" + std::to_string(app["current_release"].as_integer())},
          maintenance ? PanelCell{"maintenance", Tone::warning} : PanelCell{},
          dynos_of(app)};
}

PanelRow database_row(const json::Value& database) {
  const std::string& phase = database["phase"].as_string();
  const std::string& plan = database["plan"].as_string();
  Tone tone = phase == "running" ? Tone::good : Tone::warning;
  if (phase == "failed") tone = Tone::bad;
  PanelRow row{{database["name"].as_string()}, {plan.substr(plan.find(':') + 1)}, {phase, tone}};
  if (!database["follows"].is_string()) return row;
  row.push_back({"follows " + database["follows"].as_string()});
  if (database["lag"].is_integer()) row.push_back({counted(database["lag"].as_integer(), "commit") + " behind"});
  return row;
}

/// At most `room` lines: those where something goes on first, then how many were left out.
Rows shortened(const json::Array& things, std::size_t room, bool (*quiet)(const json::Value&),
               PanelRow (*row_of)(const json::Value&)) {
  std::vector<const json::Value*> order;
  for (const json::Value& thing : things) order.push_back(&thing);
  if (order.size() > room)
    std::ranges::stable_partition(order, [&](const json::Value* thing) { return !quiet(*thing); });
  Rows rows;
  for (const json::Value* thing : order) {
    if (rows.size() + 1 == room && order.size() > room) break;
    rows.push_back(row_of(*thing));
  }
  if (room > 0 && order.size() > room)
    rows.push_back({{"and " + std::to_string(order.size() - rows.size()) + " more", Tone::faint}});
  return rows;
}

Tone tone_of(std::int64_t status) {
  constexpr std::int64_t first_refusal = 400;
  constexpr std::int64_t first_failure = 500;
  if (status == 0 || status >= first_failure) return Tone::bad;
  return status >= first_refusal ? Tone::warning : Tone::plain;
}

/// The newest, and before them those that a fault holds.
Rows request_rows(const json::Value& requests, std::size_t room) {
  Rows rows;
  for (const json::Value& held : requests["held"].items()) {
    if (rows.size() == room) break;
    rows.push_back({{held["method"].as_string()},
                    {"...", Tone::warning},
                    {held["effect_done"].as_bool() ? "answer held" : "held", Tone::warning},
                    {held["path"].as_string()}});
  }
  const json::Array& list = requests["requests"].items();
  for (std::size_t i = list.size() - std::min(list.size(), room - rows.size()); i < list.size(); ++i) {
    const json::Value& one = list[i];
    const std::int64_t status = one["status"].as_integer();
    rows.push_back({{one["method"].as_string()},
                    {status == 0 ? "reset" : std::to_string(status), tone_of(status)},
                    {in_words(one["duration_ms"].as_number())},
                    {one["path"].as_string() + (one["faulted"].as_bool() ? "  (fault)" : "")}});
  }
  return rows;
}

PanelRow router_row(const json::Value& router) {
  PanelRow row{{"Router", Tone::strong},
               {"port " + std::to_string(router["port"].as_integer()) + ", " +
                counted(router["requests"].as_integer(), "visit")}};
  for (const auto& [code, count] : router["codes"].members())
    row.push_back({code + " x" + std::to_string(count.as_integer()), Tone::warning});
  const json::Value& last = router["last"];
  if (last.is_null()) return row;
  for (std::size_t i = 1; i < row.size(); ++i) row[i].text += ',';
  row.push_back({"last " + last["method"].as_string() + " " + last["host"].as_string() + last["path"].as_string()});
  row.push_back({std::to_string(last["status"].as_integer()), tone_of(last["status"].as_integer())});
  return row;
}

Rows fault_rows(const json::Array& faults) {
  Rows rows;
  for (const json::Value& fault : faults) {
    if (rows.size() + 1 == most_faults && faults.size() > most_faults) {
      rows.push_back({{"Faults", Tone::strong}, {"and " + std::to_string(faults.size() - rows.size()) + " more"}});
      break;
    }
    rows.push_back({{rows.empty() ? "Faults" : "      ", Tone::strong}, {fault["words"].as_string(), Tone::warning}});
  }
  return rows;
}

void add_table(std::vector<std::string>& lines, std::string_view heading, Rows rows, const PanelStyle& style) {
  lines.push_back(line_of({{std::string(heading), Tone::strong}}, style.width, style.colour));
  for (PanelRow& row : rows) row.front().text.insert(0, "  ");
  for (std::string& line : table_lines(rows, style.width, style.colour)) lines.push_back(std::move(line));
}

}  // namespace

std::vector<std::string> panel_lines(const json::Value& status, const json::Value& requests, const PanelStyle& style) {
  const json::Array& apps = status["apps"].items();
  const json::Array& databases = status["databases"].items();
  const Rows faults = fault_rows(status["faults"].items());
  const std::size_t router = status["router"]["port"].is_integer() ? 1 : 0;
  constexpr std::size_t headings = 3;
  const std::size_t taken = headings + router + faults.size();
  std::size_t room = style.height > taken ? style.height - taken : 0;
  // The requests give way first, then apps and databases share what is left.
  const std::size_t wanted = apps.size() + databases.size();
  const std::size_t for_requests =
      std::min(room, std::clamp(room > wanted ? room - wanted : 0, fewest_requests, most_requests));
  room -= for_requests;
  const std::size_t for_databases = std::min(databases.size(), std::max(room / 2, room - std::min(room, apps.size())));
  const std::size_t for_apps = std::min(apps.size(), room - for_databases);

  std::vector<std::string> lines;
  add_table(lines, "Apps", shortened(apps, for_apps, at_rest, app_row), style);
  const auto settled = [](const json::Value& database) {
    return database["phase"].as_string() == "running" && !database["follows"].is_string();
  };
  add_table(lines, "Databases", shortened(databases, for_databases, settled, database_row), style);
  add_table(lines, counted(requests["next"].as_integer(), "request"), request_rows(requests, for_requests), style);
  if (router == 1) lines.push_back(line_of(router_row(status["router"]), style.width, style.colour));
  for (const PanelRow& row : faults) lines.push_back(line_of(row, style.width, style.colour));
  if (lines.size() > style.height) lines.resize(style.height);
  return lines;
}

std::vector<std::string> starting_lines(const json::Value& status, const PanelStyle& style) {
  std::int64_t running = 0;
  std::string missing;
  for (const json::Value& database : status["databases"].items()) {
    if (database["phase"].as_string() == "running")
      ++running;
    else
      missing += (missing.empty() ? "" : ", ") + database["name"].as_string();
  }
  const auto all = static_cast<std::int64_t>(status["databases"].items().size());
  PanelRow row{{"starting:"}, {std::to_string(running) + " of " + counted(all, "database") + " run"}};
  if (!missing.empty()) row.push_back({"- waiting for " + missing, Tone::faint});
  return {line_of(row, style.width, style.colour)};
}

std::string what_runs(const json::Value& status) {
  std::int64_t dynos = 0;
  for (const json::Value& dyno : status["dynos"].items()) {
    const std::string& state = dyno["state"].as_string();
    if (state == "up" || state == "starting") ++dynos;
  }
  return counted(static_cast<std::int64_t>(status["databases"].items().size()), "database") + " and " +
         counted(dynos, "dyno");
}

}  // namespace changeover::emulator
