#include "cmd/view/action_words.h"
#include "cmd/view/money.h"
#include "cmd/view/status.h"
#include "core/text.h"
#include "executor/state/holder.h"

namespace changeover {
namespace {

std::string line(const TextStyle& style, std::string_view label, std::string_view text, Ink ink = Ink::plain) {
  return paragraph(style, "  " + padded(label, 10), text, ink, Ink::dim);
}

std::string alarm(const TextStyle& style, const MigrationStatus& status) {
  if (!status.downtime) return "";
  std::string what = status.name + ": for " + human_duration(status.downtime->for_now) + ", since " +
                     format_time(status.downtime->began);
  if (status.downtime->restore_by) what += "; restored on the source by " + format_time(*status.downtime->restore_by);
  return paragraph(style, "IN DOWNTIME: ", what, Ink::red, Ink::red) +
         paragraph(style, "  go on with: ", status.next.command, Ink::bold, Ink::red);
}

std::string lag_words(const MigrationStatus& status, WallTime now) {
  if (!status.lag) return "not known";
  std::string words = counted(*status.lag, "commit");
  if (status.lag_sampled_at && *status.lag_sampled_at <= now)
    words += ", sampled " + human_duration(now - *status.lag_sampled_at) + " ago";
  return words;
}

std::string age_words(const MigrationStatus& status, WallTime now) {
  std::string words = "since " + format_time(*status.live_since) + ", " + human_duration(now - *status.live_since);
  if (!status.retire_from) return words;
  return words + (*status.retire_from > now ? "; may be retired in " + human_duration(*status.retire_from - now)
                                            : "; may be retired since " + format_time(*status.retire_from));
}

/// What somebody wrote to the old database, the new one will never have (safety S9).
std::string old_database_line(const TextStyle& style, const MigrationStatus& status) {
  if (!status.old_database) return "";
  const WritesSince& writes = *status.old_database;
  const std::string why = writes.why.empty() ? "" : ": " + writes.why;
  switch (writes.verdict) {
    case WritesSince::Verdict::none:
      return line(style, "parked", "not written since the cutover" + why);
    case WritesSince::Verdict::written:
      return line(style, "parked", "WRITTEN since the cutover, and the new database has not got it" + why, Ink::red);
    case WritesSince::Verdict::not_known:
      break;
  }
  return line(style, "parked", "not known whether it was written since the cutover" + why, Ink::yellow);
}

std::string attempt_words(const Attempt& attempt) {
  std::string words = "begun " + format_time(attempt.started_at) + ", ";
  switch (attempt.state) {
    case Attempt::State::open:
      return words + (attempt.past_point_of_no_return ? "open, past the point of no return" : "open");
    case Attempt::State::aborting:
      return words + "given up, service not restored yet: " + attempt.abort_reason;
    case Attempt::State::aborted:
      return words + "given up: " + attempt.abort_reason;
    case Attempt::State::finished:
      return words + "finished";
  }
  return words;
}

std::string migration_text(const TextStyle& style, const MigrationStatus& status, WallTime now) {
  const std::string title =
      status.name + ": " + std::string(to_string(status.phase)) + " → " + std::string(to_string(status.stage));
  std::string out = paint(style, Ink::bold, spell(style, printable(title))) + "\n";
  out += paragraph(style, "  ", status.meaning, Ink::dim);
  out +=
      line(style, "source", status.source.addon + ", " + short_plan(status.source.plan) + ", of " + status.source.app);
  if (status.copy_exists)
    out +=
        line(style, "copy", status.target.addon + ", " + short_plan(status.target.plan) + ", of " + status.target.app);
  const bool follows = status.phase != Phase::live && status.phase != Phase::retired && status.copy_exists;
  if (follows && (status.lag || status.phase == Phase::catching_up)) out += line(style, "lag", lag_words(status, now));
  if (status.live_since) out += line(style, "live", age_words(status, now));
  out += old_database_line(style, status);
  if (status.attempt && status.attempt->state != Attempt::State::finished)
    out += line(style, "attempt", attempt_words(*status.attempt));
  out += line(style, "cost", status.cents_a_month ? money(*status.cents_a_month) + " a month now" : "not known");
  if (status.lock) out += line(style, "locked by", in_words(*status.lock), Ink::yellow);
  out += line(style, "next", status.next.what, status.blockers.empty() ? Ink::plain : Ink::red);
  if (!status.next.command.empty()) out += line(style, "", status.next.command, Ink::bold);
  return out;
}

}  // namespace

std::string status_as_text(const Status& status, const TextStyle& style) {
  std::string out;
  for (const MigrationStatus& one : status.migrations) out += alarm(style, one);
  for (const MigrationStatus& one : status.migrations)
    out += (out.empty() ? "" : "\n") + migration_text(style, one, status.at);
  if (!status.locks_problem.empty())
    out += "\n" + paragraph(style, "? ", "who holds a lock is not known: " + status.locks_problem, Ink::yellow);
  return out;
}

}  // namespace changeover
