#include "planner/graph/builder.h"

#include <algorithm>

namespace changeover {

void GraphBuilder::database_back() {
  const Attempt* recorded = s_.recorded != nullptr && s_.recorded->attempt ? &*s_.recorded->attempt : nullptr;
  graph_.actions.push_back(take_database_back(s_.desired, s_.facts.copy ? s_.facts.copy->id : "", recorded,
                                              s_.facts.source ? s_.facts.source->name : ""));
  graph_.actions.back().depends_on = {};
}

void GraphBuilder::restore() {
  if (s_.recorded == nullptr || !s_.recorded->attempt) return;
  if (s_.recorded->attempt->past_point_of_no_return && s_.facts.source)
    graph_.actions.push_back(reopen_leader(s_.desired, s_.facts.source->name, after_last()));
  for (Action& action : restore_actions(s_.desired.name, *s_.recorded->attempt, after_last()))
    graph_.actions.push_back(std::move(action));
}

void GraphBuilder::destroy_copy() {
  if (!s_.facts.copy) return;
  // A copy that was given up after its promotion: what the target finds as its DATABASE is not destroyed.
  if (s_.copy_is_attached && !find(Kind::restore_attachment)) database_back();
  Ids all;
  for (const Action& action : graph_.actions) all.push_back(action.id);
  Action& destroy = put(Kind::addon_destroy, Group::restore, s_.facts.copy->name, all,
                        "stage " + std::string(to_string(s_.desired.stage)) + " has no use for this copy");
  destroy.parameters.set("addon_id", s_.facts.copy->id).set("app", s_.facts.copy->app.name);
  destroy.reversible = false;
  destroy.undo = "none: a new copy would be made from the source";
}

Action take_database_back(const Migration& migration, const std::string& copy_id, const Attempt* attempt,
                          const std::string& source) {
  Action back = make_action(migration.name, Kind::restore_attachment, Group::restore, migration.target.app, {},
                            "the copy must not stay where the app would find it");
  back.parameters.set("attachment", migration.target.attachment).set("addon_id", copy_id);
  // The source needs no `replaces` to hold the name (S13). With the record lost, the spec or an attachment of it that
  // was preserved tells that it did.
  const bool spec_says_source = migration.source.app == migration.target.app &&
                                migration.source.database == migration.target.attachment && !source.empty();
  if (attempt != nullptr && !attempt->held_before.empty()) {
    back.parameters.set("previous", attempt->held_before);
  } else if (migration.target.replaces) {
    back.parameters.set("previous", *migration.target.replaces);
  } else if (spec_says_source) {
    back.parameters.set("previous", source);
  } else if (!source.empty()) {
    back.parameters.set("previous_if_preserved", source);
  }
  back.undo = "apply with stage live promotes again while the certificate holds";
  return back;
}

Action reopen_leader(const Migration& migration, const std::string& source, Ids after) {
  Action reopen = make_action(migration.name, Kind::restore_leader, Group::restore, source, std::move(after),
                              "it was made read-only for a copy that is given up, and is to serve again");
  reopen.undo = "none is needed";
  return reopen;
}

std::vector<Action> restore_actions(const std::string& migration, const Attempt& attempt, const Ids& after) {
  constexpr std::string_view why = "as it was recorded before the cutover";
  std::vector<Action> actions;
  for (const Baseline& baseline : attempt.baseline) {
    Ids before_page = after;
    std::vector<Process> formation = baseline.formation;
    std::erase_if(formation, [](const Process& process) { return process.type == "release"; });
    if (!formation.empty()) {
      Action up =
          make_action(migration, Kind::restore_formation, Group::restore, baseline.app.name, after, std::string(why));
      up.parameters.set("formation", formation_as_json(formation));
      before_page = {up.id};
      actions.push_back(std::move(up));
    }
    Action page = make_action(migration, Kind::restore_maintenance, Group::restore, baseline.app.name, before_page,
                              std::string(why));
    page.parameters.set("maintenance", baseline.maintenance);
    actions.push_back(std::move(page));
  }
  for (Action& action : actions) action.undo = "none is needed";
  return actions;
}

}  // namespace changeover
