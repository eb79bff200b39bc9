#include "emulator/writer/verify.h"

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <set>
#include <utility>

#include "emulator/engine/sql.h"
#include "json/value.h"

namespace changeover::writer {
namespace {

using namespace std::chrono_literals;
using Row = std::pair<std::string, std::string>;

constexpr auto connect_limit = 10s;
constexpr auto read_limit = 120s;
constexpr std::size_t lost_rows_shown = 20;

std::string time_text(Microseconds time) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
  const std::time_t whole = std::chrono::system_clock::to_time_t(seconds);
  std::tm parts{};
  gmtime_r(&whole, &parts);
  char date[32];
  std::strftime(date, sizeof date, "%Y-%m-%dT%H:%M:%S", &parts);
  char text[48];
  std::snprintf(text, sizeof text, "%s.%06dZ", date, static_cast<int>((time - seconds).count()));
  return text;
}

std::string milliseconds_text(std::chrono::microseconds time) {
  char text[48];
  std::snprintf(text, sizeof text, "%.3f ms", static_cast<double>(time.count()) / 1000.0);
  return text;
}

void note_times(Verdict& verdict, const Acknowledgement& line) {
  if (line.host_port == verdict.new_host) {
    verdict.first_new = verdict.first_new ? std::min(*verdict.first_new, line.at) : line.at;
  } else {
    verdict.last_old = verdict.last_old ? std::max(*verdict.last_old, line.at) : line.at;
  }
}

}  // namespace

std::optional<std::chrono::microseconds> Verdict::downtime() const {
  if (!last_old || !first_new) return std::nullopt;
  return *first_new - *last_old;
}

Result<Verdict> verify(const Secret& url, const std::vector<std::string>& ledgers) {
  // The ledgers are read first: a writer may go on meanwhile, and its newer rows must not look lost.
  std::vector<Acknowledgement> lines;
  for (const std::string& path : ledgers) {
    auto read = read_ledger(path);
    if (!read) return fail(read.error());
    lines.insert(lines.end(), read->begin(), read->end());
  }
  auto session = emulator::SqlSession::open(url, connect_limit);
  if (!session) return fail(session.error());
  auto table = session->query("SELECT writer, n FROM ledger", read_limit);
  if (!table) return fail(table.error());
  std::set<Row> rows;
  for (auto& row : *table) rows.emplace(std::move(row[0]), std::move(row[1]));

  Verdict verdict;
  verdict.new_host = session->peer();
  verdict.acknowledged = static_cast<std::int64_t>(lines.size());
  for (const Acknowledgement& line : lines) {
    note_times(verdict, line);
    if (rows.erase({line.writer, std::to_string(line.n)}) > 0) {
      ++verdict.found;
    } else {
      verdict.lost.push_back(line);
    }
  }
  verdict.unacknowledged = static_cast<std::int64_t>(rows.size());
  return verdict;
}

std::string to_text(const Verdict& verdict) {
  std::string text = "acknowledged " + std::to_string(verdict.acknowledged) + ", found " +
                     std::to_string(verdict.found) + ", lost " + std::to_string(verdict.lost.size()) + '\n';
  if (verdict.unacknowledged > 0) {
    text += "and " + std::to_string(verdict.unacknowledged) + " rows in the table that no line of a ledger names\n";
  }
  for (std::size_t i = 0; i < std::min(verdict.lost.size(), lost_rows_shown); ++i) {
    const Acknowledgement& row = verdict.lost[i];
    text += "lost: " + row.writer + " n=" + std::to_string(row.n) + ", acknowledged by " + row.host_port + " at " +
            time_text(row.at) + '\n';
  }
  if (verdict.lost.size() > lost_rows_shown) {
    text += "… and " + std::to_string(verdict.lost.size() - lost_rows_shown) + " more\n";
  }
  if (const auto downtime = verdict.downtime(); downtime && *downtime >= 0us) {
    text += "downtime " + milliseconds_text(*downtime) + ", from " + time_text(*verdict.last_old) + " to " +
            time_text(*verdict.first_new) + '\n';
  } else if (downtime) {
    text += "no downtime: two databases took writes at once for " + milliseconds_text(-*downtime) + '\n';
  } else {
    text += verdict.first_new ? "no downtime: nothing was written anywhere but on " + verdict.new_host + '\n'
                              : "downtime not known: nothing was written on " + verdict.new_host + " yet\n";
  }
  return text;
}

std::string to_json(const Verdict& verdict) {
  json::Value document;
  const auto time = [](const std::optional<Microseconds>& at) {
    return at ? json::Value(time_text(*at)) : json::Value();
  };
  document.set("acknowledged", verdict.acknowledged);
  document.set("found", verdict.found);
  document.set("lost", static_cast<std::int64_t>(verdict.lost.size()));
  document.set("unacknowledged", verdict.unacknowledged);
  document.set("new_host", verdict.new_host);
  const auto downtime = verdict.downtime();
  document.set("downtime_ms", downtime ? json::Value(static_cast<double>(downtime->count()) / 1000.0) : json::Value());
  document.set("last_old", time(verdict.last_old));
  document.set("first_new", time(verdict.first_new));
  json::Value rows = json::Value::array();
  for (const Acknowledgement& row : verdict.lost) {
    json::Value item;
    item.set("writer", row.writer);
    item.set("n", row.n);
    item.set("at", time_text(row.at));
    item.set("host", row.host_port);
    rows.push(std::move(item));
  }
  document.set("lost_rows", std::move(rows));
  return document.dump() + '\n';
}

}  // namespace changeover::writer
