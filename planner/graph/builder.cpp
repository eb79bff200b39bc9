#include "planner/graph/builder.h"

#include <algorithm>

#include "core/text.h"

namespace changeover {

json::Value formation_as_json(const std::vector<Process>& formation) {
  json::Value list = json::Value::array();
  for (const Process& process : formation) {
    json::Value item = json::Value::object();
    item.set("type", process.type).set("quantity", process.quantity);
    if (!process.size.empty()) item.set("size", process.size);
    list.push(std::move(item));
  }
  return list;
}

std::string formation_in_words(const std::vector<Process>& formation) {
  std::vector<std::string> words;
  for (const Process& process : formation) words.push_back(process.type + "=" + std::to_string(process.quantity));
  return words.empty() ? "nothing" : and_list(words);
}

using Ids = std::vector<std::string>;

Action make_action(const std::string& migration, Kind kind, Group group, const std::string& subject, Ids depends_on,
                   std::string reason) {
  Action action;
  action.id = migration + "/" + std::string(to_string(kind)) + "/" + subject;
  action.kind = kind;
  action.group = group;
  action.subject = subject;
  action.parameters = json::Value::object();
  action.depends_on = std::move(depends_on);
  action.reason = std::move(reason);
  return action;
}

Graph make_graph(const Situation& situation, Phase phase, const std::vector<Segment>& segments) {
  GraphBuilder builder(situation, phase);
  for (const Segment segment : segments) builder.add(segment);
  return std::move(builder).take();
}

}  // namespace changeover
