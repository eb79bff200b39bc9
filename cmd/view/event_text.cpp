#include "cmd/view/event_text.h"

#include <algorithm>
#include <cstdint>
#include <ostream>
#include <sstream>

#include "cmd/view/action_words.h"
#include "cmd/view/clock_words.h"
#include "core/text.h"

namespace changeover {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// How long an action may run before a plain log says that it does, and how often it repeats that.
constexpr seconds silent_at_first{2};
constexpr seconds silent_in_downtime{10};
constexpr seconds silent_otherwise{60};

/// Cut to the screen: a status line that wraps cannot be redrawn.
std::string clipped(std::string_view text, std::size_t width) {
  if (columns(text) <= width) return std::string(text);
  std::size_t bytes = 0;
  for (std::size_t taken = 0; bytes < text.size(); ++bytes) {
    if ((static_cast<unsigned char>(text[bytes]) & 0xc0U) != 0x80 && ++taken > width) break;
  }
  return std::string(text.substr(0, bytes));
}

milliseconds ms_of(const json::Value& value) { return milliseconds{static_cast<std::int64_t>(value.as_number())}; }

/// Waits and verifications change nothing; that they did not is no news.
bool only_looks(std::string_view kind) {
  return kind.find(".wait") != std::string_view::npos || kind.find(".verify") != std::string_view::npos;
}

std::string argv_words(const json::Value& argv) {
  std::string words;
  for (const json::Value& word : argv.items()) words += (words.empty() ? "" : " ") + word.as_string();
  return words;
}

}  // namespace

EventText::EventText(std::ostream& log, std::ostream& result, Options options)
    : log_(log), result_(result), options_(options) {}

void EventText::learn(const Plan& plan) {
  for (const MigrationPlan& migration : plan.migrations) {
    if (plan.migrations.size() > 1) name_width_ = std::max(name_width_, columns(migration.name));
    for (const Action& action : migration.actions) sentences_[action.id] = action_words(action, migration).text();
  }
}

void EventText::emit(const Event& event) {
  if (!began_) began_ = event.at;
  summary_.take(event);
  remember(event);
  switch (event.type) {
    case EventType::run_started: {
      const std::string version = event.data["tool_version"].as_string();
      line(event, "•", Ink::dim,
           "changeover " + version + (version.empty() ? "" : " ") + "applies " +
               event.data["spec"].string_or("the spec"));
      break;
    }
    case EventType::migration_started:
      line(event, "•", Ink::dim,
           event.migration + ": " + event.data["phase"].string_or("?") + " → " + event.data["stage"].string_or("?") +
               ", " + counted(event.data["actions"].as_integer(), "action"));
      break;
    case EventType::action_started:
    case EventType::action_waiting:
      started(event);
      break;
    case EventType::action_done:
      done(event);
      break;
    case EventType::action_failed:
      failed(event);
      break;
    case EventType::attempt_opened:
      break;  // says nothing that downtime_began does not say better
    case EventType::downtime_began:
      downtime_began(event);
      break;
    case EventType::point_of_no_return:
      banner(event, "━", "POINT OF NO RETURN: " + event.migration + ", from here forward only", Ink::yellow);
      if (!event.message.empty()) advice(event.message);
      break;
    case EventType::downtime_ended:
      downtime_ended(event);
      break;
    case EventType::abort_began:
      banner(event, "━", "ABORT: " + event.migration + ", service goes back to the source", Ink::red);
      if (!event.message.empty()) advice("why: " + event.message);
      break;
    case EventType::abort_done: {
      const std::string what = event.message.empty() ? "serves on its source again" : event.message;
      banner(event, "━", "RESTORED: " + event.migration + ", " + what, Ink::green);
      break;
    }
    case EventType::hook_ran: {
      const std::int64_t code = event.data["exit_code"].as_integer();
      line(event, code == 0 ? "✓" : "✗", code == 0 ? Ink::green : Ink::red,
           "hook " + argv_words(event.data["argv"]) + " (exit " + std::to_string(code) + ", " +
               human_duration(ms_of(event.data["duration_ms"])) + ")");
      std::istringstream output(event.data["output"].string_or(""));
      for (std::string said; std::getline(output, said);) advice(said);
      break;
    }
    case EventType::warning:
      line(event, "!", Ink::yellow, event.message, Ink::yellow);
      break;
    case EventType::migration_done:
      break;  // the summary tells it
    case EventType::run_done:
      clear_status();
      log_ << summary_.alarm(options_.log) << std::flush;
      result_ << summary_.text(options_.result) << std::flush;
      return;
  }
  draw(event.at);
}

/// Keeps what the status line and the repeated lines speak of.
void EventText::remember(const Event& event) {
  switch (event.type) {
    case EventType::action_done:
    case EventType::action_failed:
      running_.erase(event.action);
      break;
    case EventType::downtime_began: {
      Downtime& downtime = downtimes_[event.migration];
      downtime = {event.at, parse_time(event.data["restore_by"].as_string()), false, false};
      break;
    }
    case EventType::point_of_no_return:
      if (const auto found = downtimes_.find(event.migration); found != downtimes_.end())
        found->second.past_no_return = true;
      break;
    case EventType::abort_began:
      if (const auto found = downtimes_.find(event.migration); found != downtimes_.end())
        found->second.restoring = true;
      break;
    case EventType::downtime_ended:
    case EventType::abort_done:
      downtimes_.erase(event.migration);
      break;
    case EventType::migration_done:
      std::erase_if(running_, [&](const auto& entry) { return entry.second.migration == event.migration; });
      break;
    default:
      break;
  }
}

void EventText::started(const Event& event) {
  const auto [entry, fresh] = running_.try_emplace(event.action);
  Running& running = entry->second;
  if (fresh) running = {event.migration, words_of(event), {}, {}, event.at, {}};
  if (event.type == EventType::action_waiting) {
    running.waits_for = event.message;
    running.progress =
        event.data["progress"].is_number() ? std::optional(event.data["progress"].as_number()) : std::nullopt;
  }
  say_if_long(running, event.at);
}

void EventText::say_if_long(Running& running, WallTime now) {
  if (options_.redraw) return;
  const seconds pause = downtimes_.contains(running.migration) ? silent_in_downtime : silent_otherwise;
  const WallTime due = running.said ? *running.said + pause : running.since + silent_at_first;
  if (now < due) return;
  running.said = now;
  Event event;
  event.at = now;
  event.migration = running.migration;
  const std::string waits = running.waits_for.empty() ? "" : "; waiting: " + running.waits_for;
  line(event, "…", Ink::dim,
       running.words + waits + progress_words(running.progress) + ", since " + clock_words(now - running.since),
       Ink::dim);
}

void EventText::done(const Event& event) {
  const bool changed = event.data["changed"].as_bool(true);
  const milliseconds took = ms_of(event.data["duration_ms"]);
  const bool was_so = !changed && !only_looks(event.kind);
  line(event, "✓", was_so ? Ink::dim : Ink::green,
       words_of(event) + (was_so ? " (was so already)" : " (" + human_duration(took) + ")"),
       was_so ? Ink::dim : Ink::plain);
}

void EventText::failed(const Event& event) {
  const std::string why = event.error ? event.error->what : event.message;
  line(event, "✗", Ink::red, words_of(event) + ": " + why, Ink::red);
  if (event.error && !event.error->advice.empty()) advice("what to do: " + event.error->advice);
}

void EventText::downtime_began(const Event& event) {
  banner(event, "━", "DOWNTIME begins: " + event.migration, Ink::red);
  const auto restore_by = parse_time(event.data["restore_by"].as_string());
  if (!restore_by) return;
  advice("service goes back to the source by itself in " +
         human_duration(std::max(std::chrono::ceil<seconds>(*restore_by - event.at), seconds{0})) + ", at " +
         format_time(std::chrono::floor<seconds>(*restore_by)) + ", unless the point of no return is passed by then");
}

void EventText::downtime_ended(const Event& event) {
  std::string text = "downtime ends: " + event.migration;
  if (event.data["downtime_ms"].is_number())
    text += " was down for " + human_duration(ms_of(event.data["downtime_ms"]));
  banner(event, "━", text, Ink::green);
}

void EventText::tick(WallTime now) {
  if (!options_.redraw)
    for (auto& [id, running] : running_) say_if_long(running, now);
  draw(now);
}

void EventText::note(const std::string& text) {
  clear_status();
  log_ << paragraph(options_.log, "", text) << std::flush;
}

std::string EventText::words_of(const Event& event) const {
  const auto found = sentences_.find(event.action);
  return found != sentences_.end() ? found->second : action_words(event.kind, event.subject).text();
}

std::string EventText::stamp(WallTime at) const { return right_aligned(clock_words(at - began_.value_or(at)), 9); }

std::string EventText::name_column(const std::string& migration) const {
  return name_width_ == 0 ? "" : padded(printable(migration), name_width_) + "  ";
}

void EventText::line(const Event& event, std::string_view sign, Ink ink, const std::string& text, Ink text_ink) {
  clear_status();
  const std::string lead = stamp(event.at) + "  " + name_column(event.migration);
  // The sign keeps its own ink, so the paragraph starts behind it.
  const std::string spelled = spell(options_.log, sign);
  std::string body = paragraph(options_.log, lead + spelled + " ", text, text_ink);
  body.replace(0, lead.size() + spelled.size(),
               paint(options_.log, Ink::dim, lead) + paint(options_.log, ink, spelled));
  log_ << body << std::flush;
}

void EventText::banner(const Event& event, std::string_view sign, const std::string& text, Ink ink) {
  clear_status();
  log_ << rule(options_.log, stamp(event.at) + "  ", sign, text, ink) << std::flush;
}

void EventText::advice(const std::string& text) {
  log_ << paragraph(options_.log, "             ", text, Ink::dim) << std::flush;
}

std::string EventText::status(WallTime now) const {
  const Running* shown = nullptr;
  for (const auto& [id, running] : running_) {
    const bool more_urgent = shown == nullptr ||
                             (downtimes_.contains(running.migration) && !downtimes_.contains(shown->migration)) ||
                             (downtimes_.contains(running.migration) == downtimes_.contains(shown->migration) &&
                              running.since < shown->since);
    if (more_urgent) shown = &running;
  }
  std::string text;
  const auto down = shown != nullptr ? downtimes_.find(shown->migration) : downtimes_.begin();
  if (down != downtimes_.end()) {
    text = "DOWN " + clock_words(now - down->second.since);
    if (down->second.restoring) {
      text += ", being restored";
    } else if (down->second.past_no_return) {
      text += ", forward only";
    } else if (down->second.restore_by) {
      text += ", restored in " + countdown(*down->second.restore_by - now);
    }
    text += "  ";
  }
  if (shown != nullptr) {
    text += name_column(shown->migration) + (shown->waits_for.empty() ? shown->words : "waiting: " + shown->waits_for);
    text += progress_words(shown->progress) + ", " + clock_words(now - shown->since);
    if (running_.size() > 1) text += " (and " + std::to_string(running_.size() - 1) + " more)";
  }
  return text;
}

void EventText::draw(WallTime now) {
  if (!options_.redraw) return;
  const std::string text = status(now);
  if (text.empty()) return clear_status();
  const std::string whole = stamp(now) + "  " + spell(options_.log, "… ") + spell(options_.log, printable(text));
  const auto width = static_cast<std::size_t>(std::max(options_.log.width - 1, 20));
  log_ << "\r\x1b[2K" << paint(options_.log, text.starts_with("DOWN") ? Ink::red : Ink::cyan, clipped(whole, width))
       << std::flush;
  status_shown_ = true;
}

void EventText::clear_status() {
  if (!status_shown_) return;
  log_ << "\r\x1b[2K";
  status_shown_ = false;
}

}  // namespace changeover
