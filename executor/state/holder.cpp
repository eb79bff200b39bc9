#include "executor/state/holder.h"

#include "core/text.h"
#include "json/fields.h"

namespace changeover {

json::Value to_json(const LockNote& note) {
  json::Value object = json::Value::object();
  object.set("migration", note.migration)
      .set("id", note.holder.id)
      .set("who", note.holder.who)
      .set("host", note.holder.host)
      .set("pid", note.holder.pid)
      .set("command", note.holder.command)
      .set("since", format_time(note.holder.since));
  if (note.holder.expires) object.set("expires", format_time(*note.holder.expires));
  return object;
}

std::optional<LockNote> read_lock_note(std::string_view text) {
  const Result<json::Value> document = json::parse(text);
  if (!document) return std::nullopt;
  std::string problem;
  const json::Fields fields(*document, "", problem);
  LockNote note;
  note.migration = fields.text("migration");
  note.holder.id = fields.text("id");
  note.holder.who = fields.text("who");
  note.holder.host = fields.text("host");
  note.holder.pid = fields.integer("pid");
  note.holder.command = fields.text("command");
  note.holder.since = fields.time("since");
  note.holder.expires = fields.optional_time("expires");
  if (!problem.empty()) return std::nullopt;
  return note;
}

std::string in_words(const Holder& holder) {
  return holder.who + " on " + holder.host + " (process " + std::to_string(holder.pid) + ", `" + holder.command +
         "`), since " + format_time(holder.since) +
         (holder.expires ? ", until " + format_time(*holder.expires) + " unless it is renewed" : std::string());
}

Error locked_by(const std::string& migration, const std::optional<LockNote>& note, const std::string& spec) {
  Error error;
  error.code = ErrorCode::locked;
  if (!note) {
    error.what = "the migration " + migration + " is locked by another run that has not said yet who it is";
    error.advice = "wait until that run has ended";
    return error;
  }
  error.what = "the migration " + migration + " is locked by " + in_words(note->holder);
  error.advice =
      "wait until that run has ended; nothing else may be needed. Only when it surely does nothing any more: "
      "changeover unlock " +
      spec + " " + note->holder.id + " --force";
  return error;
}

}  // namespace changeover
