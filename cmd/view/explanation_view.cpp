#include "cmd/view/explanation_view.h"

#include "cmd/view/plan_outline.h"
#include "core/text.h"

namespace changeover {
namespace {

std::string_view segment_words(Segment segment) {
  switch (segment) {
    case Segment::database_back:
      return "the attachment back to the source";
    case Segment::restore:
      return "restore the apps";
    case Segment::destroy_copy:
      return "destroy the copy (with --allow-destroy)";
    case Segment::prepare:
      return "prepare the copy";
    case Segment::cutover:
      return "cutover";
    case Segment::retire:
      return "retire the source";
  }
  return "";
}

/// "prepare the copy, then cutover; holds before the cutover unless `unattended`".
std::string course_words(const Course& course) {
  if (course.refuse) return "refused: " + std::string(course.why);
  std::string words;
  for (const Segment segment : course.segments)
    words += (words.empty() ? "" : ", then ") + std::string(segment_words(segment));
  if (words.empty()) return "nothing: it is there";
  return words + (course.hold ? "; holds before the cutover unless `unattended`" : "");
}

/// What the tables say of it wherever it stands: "blocks the cutover: an app holds …".
std::string row_words(const FindingRow& row) {
  const std::string kind = row.blocks ? "blocks " + group_words(*row.blocks) : std::string(to_string(row.kind));
  return kind + ": " + std::string(row.meaning);
}

std::string heading(const Explanation& explanation) {
  std::string text = explanation.migration.empty() || explanation.action ? "" : explanation.migration + ": ";
  text += explanation.id;
  if (explanation.finding) {
    text += " (" + std::string(to_string(*explanation.stands_as));
    if (explanation.finding->blocks) text += ", blocks " + group_words(*explanation.finding->blocks);
    text += ")";
  }
  return explanation.migration.empty() ? text + ": not in this plan" : text;
}

/// The rows of a table: label, and what it says. Labels are of one width.
std::string line(const TextStyle& style, std::string_view label, std::string_view text) {
  return text.empty() ? "" : paragraph(style, "  " + padded(label, 10), text, Ink::plain, Ink::bold);
}

std::string says(const TextStyle& style, const Explanation& explanation) {
  std::string out;
  if (explanation.action) {
    const Action& action = *explanation.action;
    out += line(style, "Why", action.reason);
    out += line(style, "Waits for", wait_words(action));
    out += line(style, "Undo", action.undo);
    out += line(style, "Needed by", std::string(to_string(action.group)));
    out += line(style, "After", and_list(action.depends_on));
  }
  if (explanation.finding) {
    out += line(style, "Found", explanation.finding->what);
    out += line(style, "To do", explanation.finding->remedy);
  }
  if (explanation.row != nullptr) {
    out += line(style, "Row", row_words(*explanation.row));
    out += line(style, "Remedy", explanation.row->remedy);
  }
  if (explanation.phase != nullptr)
    out += line(style, "Phase",
                std::string(to_string(explanation.phase->phase)) + ": " + std::string(explanation.phase->evidence));
  if (explanation.course != nullptr)
    out += line(
        style, "Stage",
        std::string(to_string(explanation.course->stage)) + " asks from there: " + course_words(*explanation.course));
  return out;
}

std::string facts(const TextStyle& style, const std::vector<ToldFact>& told) {
  if (told.empty()) return "";
  std::string out = "\n" + paint(style, Ink::bold, "  Facts") + "\n";
  for (const ToldFact& fact : told) {
    out += paragraph(style, "    ", fact.what + ": " + fact.value);
    std::string from = fact.from.empty() ? "from no answer" : "from " + fact.from;
    if (fact.read_at) from += ", " + format_time(*fact.read_at);
    out += paragraph(style, "      ", from, Ink::dim);
  }
  return out;
}

std::string rules(const TextStyle& style, const std::vector<const SafetyRule*>& cited) {
  if (cited.empty()) return "\n" + line(style, "Rule", "none of docs/safety.md: this is how Heroku is");
  std::string out = "\n" + paint(style, Ink::bold, cited.size() == 1 ? "  Rule" : "  Rules") + "\n";
  for (const SafetyRule* rule : cited)
    out += paragraph(style, "    " + std::string(rule->id) + "  ",
                     std::string(rule->name) + ". " + std::string(rule->promise));
  return out;
}

json::Value facts_as_json(const std::vector<ToldFact>& told) {
  json::Value list = json::Value::array();
  for (const ToldFact& fact : told) {
    json::Value entry = json::Value::object();
    entry.set("what", fact.what).set("value", fact.value);
    if (!fact.from.empty()) entry.set("from", fact.from);
    if (fact.read_at) entry.set("read_at", format_time(*fact.read_at));
    list.push(std::move(entry));
  }
  return list;
}

json::Value one_as_json(const Explanation& explanation) {
  json::Value entry = json::Value::object();
  entry.set("id", explanation.id);
  if (!explanation.migration.empty()) entry.set("migration", explanation.migration);
  if (explanation.action) entry.set("says", explanation.action->reason);
  if (explanation.finding) entry.set("says", explanation.finding->what);
  if (explanation.stands_as) entry.set("kind", to_string(*explanation.stands_as));
  if (explanation.finding && explanation.finding->blocks) entry.set("blocks", to_string(*explanation.finding->blocks));
  if (explanation.row != nullptr)
    entry.set("row",
              json::Value::object().set("meaning", explanation.row->meaning).set("remedy", explanation.row->remedy));
  if (explanation.phase != nullptr)
    entry.set("phase", json::Value::object()
                           .set("phase", to_string(explanation.phase->phase))
                           .set("evidence", explanation.phase->evidence));
  if (explanation.course != nullptr)
    entry.set("course", json::Value::object()
                            .set("stage", to_string(explanation.course->stage))
                            .set("asks", course_words(*explanation.course)));
  json::Value cited = json::Value::array();
  for (const SafetyRule* rule : explanation.rules)
    cited.push(json::Value::object().set("id", rule->id).set("name", rule->name).set("promise", rule->promise));
  return entry.set("facts", facts_as_json(explanation.facts)).set("rules", std::move(cited));
}

}  // namespace

std::string explanations_as_text(const std::vector<Explanation>& explanations, const TextStyle& style) {
  std::string out;
  for (const Explanation& explanation : explanations) {
    if (!out.empty()) out += "\n";
    out += paragraph(style, "", heading(explanation), Ink::bold);
    out += says(style, explanation);
    out += facts(style, explanation.facts);
    out += rules(style, explanation.rules);
  }
  return out;
}

json::Value explanations_as_json(const std::vector<Explanation>& explanations) {
  json::Value list = json::Value::array();
  for (const Explanation& explanation : explanations) list.push(one_as_json(explanation));
  return json::Value::object().set("format_version", 1).set("explanations", std::move(list));
}

}  // namespace changeover
