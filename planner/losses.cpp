#include "planner/losses.h"

#include <algorithm>

#include "planner/cost.h"

namespace changeover {
namespace {

std::string another_copy(const Situation& s, const Experience& experience) {
  const std::optional<TimeRange> time = time_of_a_copy(s, experience);
  return "another copy would take " + (time ? in_words(*time) : std::string("as long as its size makes it"));
}

/// What is lost with the copy, wherever it goes.
std::vector<std::string> with_the_copy(const Situation& s, const Experience& experience) {
  return {"the copy " + s.facts.copy_name, another_copy(s, experience)};
}

constexpr std::string_view destroys = "set stage source and apply with --allow-destroy: the copy is destroyed";
constexpr std::string_view restores =
    "set stage replicating, or source with --allow-destroy, and apply: service is "
    "restored on the source";

WayBack closed(std::string why) { return {false, std::move(why), {}, {}}; }

std::string how_from(Phase phase, const Situation& s) {
  switch (phase) {
    case Phase::quiesced:
    case Phase::drained:
      return std::string(restores) + ", and the copy follows on";
    case Phase::standalone:
      return std::string(restores) + ", and the copy destroyed: it can not follow again";
    case Phase::promoted:
      return s.desired.target.attachment + " goes back first: " + std::string(restores) +
             ", and the copy destroyed: it can not follow again";
    case Phase::spent:
      if (s.copy_may_be_in_use())
        return "look first whether an app runs on " + s.facts.copy_name + "; it is not destroyed while one may";
      return std::string(destroys);
    default:
      return std::string(destroys);
  }
}

const Action* destroyed_by(const MigrationPlan& plan, const std::optional<Addon>& addon) {
  if (!addon) return nullptr;
  const auto found = std::ranges::find_if(plan.actions, [&](const Action& action) {
    return action.kind == Kind::addon_destroy && action.parameters["addon_id"].as_string() == addon->id;
  });
  return found == plan.actions.end() ? nullptr : &*found;
}

}  // namespace

WayBack way_back_of(const Situation& s, Phase phase, const Experience& experience) {
  if (phase == Phase::retired) return closed("none: the old database is gone");
  if (phase == Phase::live || (s.way_back_is_closed() && phase > Phase::live))
    return closed("none: writes have reached the new database, and the old one has not got them");
  if (phase == Phase::absent) {
    if (!s.attempt_to_undo() && !s.restore_is_due()) return {};
    return {true, "apply: service is restored on the source", {}, {}};
  }
  WayBack back{true, how_from(phase, s), with_the_copy(s, experience), paid_for_the_copy(s)};
  if (phase == Phase::quiesced || phase == Phase::drained) back.loses.front() += ", if the stage is source";
  return back;
}

std::vector<std::string> given_up_by(const MigrationPlan& plan, const Situation& s, const Experience& experience) {
  std::vector<std::string> lost;
  if (destroyed_by(plan, s.facts.copy) != nullptr) {
    lost = with_the_copy(s, experience);
    if (plans(plan, Kind::follower_create)) lost.pop_back();  // this plan makes it
  }
  if (plans(plan, Kind::follower_unfollow))
    lost.push_back("the copy as a follower: if the cutover is given up behind the unfollow, " +
                   another_copy(s, experience));
  if (destroyed_by(plan, s.facts.source) == nullptr) return lost;
  lost.push_back(s.facts.source->name + ", with its rollbacks, forks and backups of its own");
  lost.emplace_back(plans(plan, Kind::backup_capture) ? "every state of it but the final backup"
                                                      : "its data: retire.final_backup is false");
  return lost;
}

}  // namespace changeover
