#include "cmd/view/run_summary.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

#include "cmd/view/action_words.h"
#include "core/text.h"

namespace changeover {
namespace {

using std::chrono::milliseconds;

milliseconds to_ms(const json::Value& value) {
  return milliseconds{static_cast<std::int64_t>(value.as_number() + 0.5)};
}

std::optional<milliseconds> optional_ms(const json::Value& value) {
  return value.is_number() ? std::optional(to_ms(value)) : std::nullopt;
}

std::optional<TimeRange> expected_in(const json::Value& data) {
  const auto from = optional_ms(data["expected_from_ms"]);
  const auto to = optional_ms(data["expected_to_ms"]);
  if (!from || !to) return std::nullopt;
  return TimeRange{std::chrono::floor<std::chrono::seconds>(*from), std::chrono::floor<std::chrono::seconds>(*to)};
}

/// One sign and ink for each way a migration can end.
struct Ending {
  std::string_view sign;
  Ink ink;
};

Ending ending_of(const RunSummary::Migration& migration) {
  if (migration.in_downtime) return {"✗", Ink::red};
  switch (migration.exit_code) {
    case 0:
      return {"✓", Ink::green};
    case 7:
      return {"…", Ink::yellow};
    case 5:
    case 130:
      return {"↩", Ink::yellow};
    default:
      return {"✗", Ink::red};
  }
}

/// What the exit code of design 8 asks of the reader.
std::string_view next_step(int exit_code) {
  switch (exit_code) {
    case 3:
      return "the world changed since the plan was made: plan again, review it, apply that";
    case 4:
      return "something stands in the way: what was said above names it, and what to do";
    case 5:
      return "service is back on the source and nothing is lost: see why above, then plan and apply again";
    case 6:
      return "another run holds the lock: wait for it, or see `changeover unlock --help`";
    case 7:
      return "nothing failed: run the same command again later";
    case 130:
      return "interrupted; nothing is in downtime. Apply again to go on";
    default:
      return "";
  }
}

std::string downtime_line(const RunSummary::Migration& migration) {
  std::string line = human_duration(*migration.downtime);
  if (migration.own) line += ", of it " + human_duration(*migration.own) + " changeover's own";
  if (migration.downtime_expected) line += "; " + against(*migration.downtime_expected, *migration.downtime);
  return line;
}

std::string preparation_line(const RunSummary::Migration& migration) {
  std::string line = human_duration(*migration.preparation) + " until the copy kept up";
  if (migration.preparation_expected) line += "; " + against(*migration.preparation_expected, *migration.preparation);
  return line;
}

/// The executor's own sentence; the bare outcome where it gave none.
std::string outcome_words(const RunSummary::Migration& migration) {
  if (!migration.message.empty()) return migration.message;
  std::string outcome = migration.outcome.empty() ? "not finished" : migration.outcome;
  std::ranges::replace(outcome, '_', ' ');
  return outcome;
}

/// A part is named by the action that ended it, "app.scale_up orders-space", or by words of its own.
std::string name_of_part(const std::string& name) {
  const std::size_t space = name.find(' ');
  const auto kind = kind_from(name.substr(0, space));
  return kind && space != std::string::npos ? part_words(*kind, name.substr(space + 1)) : name;
}

std::string parts_lines(const TextStyle& style, const std::vector<RunSummary::Part>& parts) {
  std::size_t width = 0;
  for (const auto& part : parts) width = std::max(width, columns(part.name));
  std::string out;
  for (const auto& part : parts) {
    const std::string name = "              " + padded(spell(style, printable(part.name)), width);
    out += paint(style, Ink::dim, name + "  " + human_duration(part.time)) + "\n";
  }
  return out;
}

}  // namespace

RunSummary::Migration& RunSummary::of(const std::string& name) {
  const auto found = std::ranges::find(migrations_, name, &Migration::name);
  if (found != migrations_.end()) return *found;
  migrations_.emplace_back().name = name;
  return migrations_.back();
}

void RunSummary::take(const Event& event) {
  if (!began_) began_ = event.at;
  ended_ = event.at;
  switch (event.type) {
    case EventType::run_started:
      spec_ = event.data["spec"].as_string();
      break;
    case EventType::downtime_began:
      of(event.migration).down_since = event.at;
      break;
    case EventType::downtime_ended: {
      Migration& migration = of(event.migration);
      migration.downtime = optional_ms(event.data["downtime_ms"]);
      migration.own = optional_ms(event.data["own_ms"]);
      migration.downtime_expected = expected_in(event.data);
      migration.parts.clear();
      for (const json::Value& part : event.data["parts"].items())
        if (const milliseconds time = to_ms(part["ms"]); time.count() > 0)
          migration.parts.push_back({name_of_part(part["name"].as_string()), time});
      break;
    }
    case EventType::abort_done: {
      Migration& migration = of(event.migration);
      if (migration.down_since && !migration.downtime) migration.downtime = event.at - *migration.down_since;
      break;
    }
    case EventType::migration_done: {
      Migration& migration = of(event.migration);
      migration.outcome = event.data["outcome"].as_string();
      migration.exit_code = static_cast<int>(event.data["exit_code"].as_integer());
      migration.message = event.message;
      migration.advice = event.error ? event.error->advice : "";
      migration.in_downtime = migration.outcome == "in_downtime";
      migration.preparation = optional_ms(event.data["preparation_ms"]);
      migration.preparation_expected = expected_in(event.data);
      migration.go_on = event.data["command"].string_or("changeover apply " + (spec_.empty() ? "SPEC" : spec_));
      break;
    }
    case EventType::run_done:
      exit_code_ = static_cast<int>(event.data["exit_code"].as_integer());
      if (event.data["requests"].is_integer()) requests_ = event.data["requests"].as_integer();
      if (event.data["polls"].is_integer()) polls_ = event.data["polls"].as_integer();
      break;
    default:
      break;
  }
}

std::string RunSummary::alarm(const TextStyle& style) const {
  std::string out;
  for (const Migration& migration : migrations_) {
    if (!migration.in_downtime) continue;
    const std::string what = migration.message.empty() ? "the target does not serve yet" : migration.message;
    out += paragraph(style, "IN DOWNTIME: ", migration.name + ": " + what, Ink::red, Ink::red);
    out += paragraph(style, "  go on with: ", migration.go_on, Ink::bold, Ink::red);
  }
  return out;
}

std::string RunSummary::text(const TextStyle& style) const {
  std::string out;
  for (const Migration& migration : migrations_) {
    const Ending ending = ending_of(migration);
    const std::string words = migration.name + ": " + outcome_words(migration);
    out += paragraph(style, std::string(ending.sign) + " ", words, Ink::bold, ending.ink);
    if (!migration.advice.empty()) out += paragraph(style, "  to do     ", migration.advice, Ink::plain, Ink::dim);
    if (migration.preparation)
      out += paragraph(style, "  prepared  ", preparation_line(migration), Ink::plain, Ink::dim);
    if (migration.in_downtime && migration.down_since && ended_)
      out += paragraph(style, "  downtime  ", human_duration(*ended_ - *migration.down_since) + " and going on",
                       Ink::red, Ink::dim);
    if (migration.downtime) out += paragraph(style, "  downtime  ", downtime_line(migration), Ink::plain, Ink::dim);
    out += parts_lines(style, migration.parts);
  }
  std::string cost;
  if (requests_) cost = counted(*requests_, "request");
  if (polls_) cost += (cost.empty() ? "" : " and ") + counted(*polls_, "poll");
  if (began_ && ended_) cost += (cost.empty() ? "" : ", ") + human_duration(*ended_ - *began_) + " in all";
  if (!cost.empty()) out += paragraph(style, "  run       ", cost, Ink::plain, Ink::dim);
  if (const std::string_view next = next_step(exit_code_); !next.empty())
    out += paragraph(style, "  next      ", next, Ink::plain, Ink::dim);
  return out;
}

}  // namespace changeover
