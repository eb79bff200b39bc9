#include "cmd/view/plan_outline.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string_view>

#include "core/text.h"

namespace changeover {
namespace {

/// Where downtime begins and ends in the list of actions; nothing when this plan has no downtime.
struct DowntimeSpan {
  std::size_t first = 0;
  std::size_t last = 0;
};

/// Background dynos stop while the site still serves (safety, The critical path).
bool is_in_downtime(const Action& action) {
  if (action.group == Group::cutover) return !action.parameters["background"].as_bool();
  return action.group == Group::resume &&
         (action.kind == Kind::app_scale_up || action.kind == Kind::app_disable_maintenance);
}

std::optional<DowntimeSpan> downtime_of(const std::vector<Action>& actions) {
  const auto first = std::ranges::find_if(actions, is_in_downtime);
  if (first == actions.end()) return std::nullopt;
  DowntimeSpan span{static_cast<std::size_t>(first - actions.begin()), 0};
  for (std::size_t i = span.first; i < actions.size(); ++i)
    if (is_in_downtime(actions[i])) span.last = i;
  return span;
}

/// Planners say so in words where there is nothing; a reader needs no line for that.
bool says_something(std::string_view undo) {
  return !undo.empty() && !undo.starts_with("nothing to undo") && !undo.starts_with("none is needed");
}

Mark heading_of(const MigrationPlan& migration, std::size_t index, const std::optional<DowntimeSpan>& downtime) {
  const Action& action = migration.actions[index];
  if (action.group == Group::restore) return Mark::restore;
  if (action.group == Group::retire) return Mark::retire;
  if (!downtime) return Mark::without_downtime;
  if (index < downtime->first) return Mark::before_downtime;
  if (index > downtime->last) return Mark::afterwards;
  return writers_are_stopped(migration.phase) ? Mark::downtime_goes_on : Mark::downtime_begins;
}

}  // namespace

std::vector<OutlineRow> outline(const MigrationPlan& migration) {
  const std::optional<DowntimeSpan> downtime = downtime_of(migration.actions);
  const auto& actions = migration.actions;
  const auto no_return = std::ranges::find(actions, migration.point_of_no_return.action, &Action::id);
  const auto turn = static_cast<std::size_t>(no_return - actions.begin());
  std::vector<OutlineRow> rows;
  std::optional<Mark> under;
  for (std::size_t i = 0; i < actions.size(); ++i) {
    const Mark heading = heading_of(migration, i, downtime);
    if (under != heading) {
      rows.push_back({heading});
      under = heading;
    }
    if (i == turn) rows.push_back({Mark::point_of_no_return});
    OutlineRow step{Mark::step, &actions[i], static_cast<int>(i) + 1};
    step.undo_matters = i < turn && says_something(actions[i].undo);
    // Nothing holds service back from its source (safety, Stage against phase: the restoring part always runs).
    if (actions[i].group != Group::restore) step.blocker = migration.blocker_of(actions[i].group);
    rows.push_back(step);
    if (downtime && i == downtime->last) rows.push_back({Mark::downtime_ends});
  }
  return rows;
}

std::string mark_words(Mark mark, const MigrationPlan& migration) {
  const std::string at_most =
      migration.estimate.at_most.count() > 0 ? ": up to " + human_duration(migration.estimate.at_most) : "";
  switch (mark) {
    case Mark::step:
      return "";
    case Mark::without_downtime:
      return "Without downtime";
    case Mark::before_downtime:
      return "Before downtime";
    case Mark::restore:
      return "Service goes back to " + migration.source.addon;
    case Mark::downtime_begins:
      return "DOWNTIME begins" + at_most;
    case Mark::downtime_goes_on:
      return "DOWNTIME goes on (the writers are stopped already)" + at_most;
    case Mark::point_of_no_return:
      return "point of no return";
    case Mark::downtime_ends:
      return "downtime ends";
    case Mark::afterwards:
      return "Afterwards";
    case Mark::retire:
      return "Retire " + migration.source.addon;
  }
  return "";
}

std::string wait_words(const Action& action) {
  if (action.waits_for.empty() || !action.wait_most) return action.waits_for;
  const std::chrono::seconds most = *action.wait_most;
  const std::string limit = most.count() < 60 ? std::to_string(most.count()) + " s" : human_duration(most);
  return action.waits_for + " (at most " + limit + ")";
}

std::string undo_words(const Action& action) {
  constexpr std::string_view none = "none";
  if (action.reversible) return "undo: " + action.undo;
  std::string_view why = action.undo;
  if (why.starts_with(none)) why.remove_prefix(none.size());
  why.remove_prefix(std::min(why.find_first_not_of(": "), why.size()));
  return why.empty() ? "no way back" : "no way back: " + std::string(why);
}

bool writers_are_stopped(Phase phase) {
  return phase == Phase::quiesced || phase == Phase::drained || phase == Phase::standalone || phase == Phase::promoted;
}

std::string group_words(Group group) {
  switch (group) {
    case Group::prepare:
      return "everything";
    case Group::cutover:
      return "the cutover";
    case Group::resume:
      return "the start of the target app";
    case Group::retire:
      return "retiring";
    case Group::restore:
      return "restoring";
  }
  return "everything";
}

}  // namespace changeover
