#include "cmd/view/plan_summary.h"

#include <algorithm>

#include "cmd/view/action_words.h"
#include "cmd/view/money.h"
#include "cmd/view/plan_outline.h"
#include "core/text.h"
#include "planner/cost.h"

namespace changeover {
namespace {

void add_step(PlanFigures& figures, const OutlineRow& row) {
  ++figures.actions;
  if (row.blocker != nullptr) {
    ++figures.held_back;
    return;
  }
  if (row.action->kind == Kind::addon_destroy) ++figures.destroyed;
  if (row.action->kind != Kind::follower_create) return;
  ++figures.created;
  if (row.action->price && can_be_summed(*row.action->price)) {
    figures.created_cents += row.action->price->cents;
  } else {
    figures.created_all_priced = false;
  }
}

/// The parts of a summary that come after the number of actions.
std::vector<std::string> consequences(const PlanFigures& figures) {
  std::vector<std::string> parts;
  if (figures.created > 0) {
    std::string part = counted(figures.created, "add-on") + " created";
    if (figures.created_all_priced) part += " (" + money(figures.created_cents) + " a month)";
    parts.push_back(std::move(part));
  }
  if (figures.destroyed > 0) parts.push_back(counted(figures.destroyed, "add-on") + " destroyed");
  if (figures.downtimes > 0) {
    std::string part = "downtime up to " + human_duration(figures.longest_downtime);
    if (figures.downtimes > 1) part += " each for " + counted(figures.downtimes, "migration");
    parts.push_back(std::move(part));
  }
  if (figures.points_of_no_return == 1)
    parts.push_back("point of no return at step " + std::to_string(figures.point_of_no_return));
  if (figures.points_of_no_return > 1)
    parts.push_back(counted(figures.points_of_no_return, "point of no return", "points of no return"));
  return parts;
}

std::string joined(const std::vector<std::string>& parts) {
  std::string text;
  for (const std::string& part : parts) text += (text.empty() ? "" : ", ") + part;
  return text;
}

std::string nothing_to_do(const Plan& plan) {
  const bool settled = std::ranges::all_of(plan.migrations, is_settled);
  if (plan.migrations.size() == 1) {
    const MigrationPlan& only = plan.migrations.front();
    if (!settled) return "No changes now: " + only.name + " waits, see above.";
    return "No changes: " + only.name + " is " + std::string(to_string(only.phase)) + ", as the spec wants it.";
  }
  const std::string count = counted(static_cast<long long>(plan.migrations.size()), "migration");
  if (!settled) return "No changes now: some of the " + count + " wait, see above.";
  return "No changes: " + count + ", each where the spec wants it.";
}

std::string with_sign(std::string_view words, std::int64_t cents, std::int64_t against) {
  return money(cents) + " a month " + std::string(words) + " (" + money_change(cents - against) + ")";
}

const Action* find_kind(const MigrationPlan& migration, Kind kind, std::string_view subject) {
  const auto found = std::ranges::find_if(migration.actions, [&](const Action& action) {
    return action.kind == kind && (subject.empty() || action.subject == subject);
  });
  return found == migration.actions.end() ? nullptr : &*found;
}

/// Both run, so both are paid.
std::string a_day(const Cost& cost) { return cost.overlap_a_day ? ", " + money(*cost.overlap_a_day) + " a day" : ""; }

std::string price_or_unknown(const std::optional<Price>& price) {
  return price ? price_text(*price) : "price not known";
}

}  // namespace

PlanFigures figures(const MigrationPlan& migration) {
  PlanFigures figures;
  bool downtime_is_done = false;
  for (const OutlineRow& row : outline(migration)) {
    if (row.mark == Mark::step) add_step(figures, row);
    if (row.mark == Mark::step && row.blocker == nullptr && row.action->group == Group::cutover)
      downtime_is_done = true;
    if (row.mark == Mark::point_of_no_return) {
      ++figures.points_of_no_return;
      figures.point_of_no_return = figures.actions + 1;
    }
  }
  if (downtime_is_done) {
    figures.downtimes = 1;
    figures.longest_downtime = migration.estimate.at_most;
  } else {
    figures.points_of_no_return = 0;
  }
  figures.blockers = static_cast<int>(migration.blockers.size());
  for (const Finding& blocker : migration.blockers) figures.blocker_ids.insert(blocker.id);
  figures.warnings = static_cast<int>(migration.warnings.size());
  figures.manual = static_cast<int>(migration.manual.size());
  figures.unknowns = static_cast<int>(migration.unknowns.size());
  return figures;
}

PlanFigures figures(const Plan& plan) {
  PlanFigures sum;
  for (const MigrationPlan& migration : plan.migrations) {
    const PlanFigures one = figures(migration);
    sum.actions += one.actions;
    sum.held_back += one.held_back;
    sum.created += one.created;
    sum.destroyed += one.destroyed;
    sum.created_cents += one.created_cents;
    sum.created_all_priced = sum.created_all_priced && one.created_all_priced;
    sum.downtimes += one.downtimes;
    sum.longest_downtime = std::max(sum.longest_downtime, one.longest_downtime);
    if (one.points_of_no_return > 0) sum.point_of_no_return = one.point_of_no_return;
    sum.points_of_no_return += one.points_of_no_return;
    sum.blockers += one.blockers;
    sum.blocker_ids.insert(one.blocker_ids.begin(), one.blocker_ids.end());
    sum.warnings += one.warnings;
    sum.manual += one.manual;
    sum.unknowns += one.unknowns;
  }
  return sum;
}

std::string summary_line(const Plan& plan) {
  const PlanFigures all = figures(plan);
  std::string blocked;
  if (all.blockers > 0)
    blocked =
        counted(all.blockers, "blocker") + " (" + and_list({all.blocker_ids.begin(), all.blocker_ids.end()}) + ")";
  if (all.actions == 0)
    return blocked.empty() ? nothing_to_do(plan) : "Blocked: " + blocked + ", nothing will be done.";

  std::string line = plan.migrations.size() > 1
                         ? "Plan for " + counted(static_cast<long long>(plan.migrations.size()), "migration") + ": "
                         : "Plan: ";
  std::vector<std::string> parts{counted(all.actions, "action")};
  if (all.held_back > 0) parts.front() += ", " + std::to_string(all.held_back) + " of them held back";
  for (std::string& part : consequences(all)) parts.push_back(std::move(part));
  line += joined(parts) + ".";
  if (!blocked.empty()) line += " Blocked by " + blocked + ".";
  return line;
}

std::string short_summary(const MigrationPlan& migration) {
  const PlanFigures one = figures(migration);
  std::vector<std::string> parts;
  if (one.actions > 0) parts.push_back(counted(one.actions, "action"));
  if (one.held_back > 0) parts.back() += ", " + std::to_string(one.held_back) + " held back";
  for (std::string& part : consequences(one)) parts.push_back(std::move(part));
  if (one.blockers > 0)
    parts.push_back(counted(one.blockers, "blocker") + ": " +
                    and_list({one.blocker_ids.begin(), one.blocker_ids.end()}));
  if (one.warnings > 0) parts.push_back(counted(one.warnings, "warning"));
  if (one.manual > 0) parts.push_back(std::to_string(one.manual) + " to do by hand");
  if (one.unknowns > 0) parts.push_back(std::to_string(one.unknowns) + " not checked");
  return parts.empty() ? "nothing to do" : joined(parts);
}

std::vector<std::string> cost_lines(const MigrationPlan& migration) {
  const std::optional<Price>& source = migration.cost.source;
  const std::optional<Price>& target = migration.cost.target;
  if (!source && !target) return {};
  std::vector<std::string> lines;
  if (migration.phase == Phase::retired) {
    lines.push_back(migration.target.addon + ": " + price_or_unknown(target));
  } else if (!source || !target || !can_be_summed(*source) || !can_be_summed(*target)) {
    lines.push_back(migration.source.addon + ": " + price_or_unknown(source));
    lines.push_back(migration.target.addon + ": " + price_or_unknown(target));
  } else {
    const bool creates = find_kind(migration, Kind::follower_create, {}) != nullptr;
    const bool removes_copy = find_kind(migration, Kind::addon_destroy, migration.target.addon) != nullptr;
    const bool copy_is_billed = migration.phase != Phase::absent;
    const std::int64_t both = source->cents + target->cents;
    const bool retires = find_kind(migration, Kind::addon_destroy, migration.source.addon) != nullptr;
    const std::int64_t now = copy_is_billed ? both : source->cents;
    lines.push_back(money(now) + " a month now" + (copy_is_billed ? a_day(migration.cost) : ""));
    if (creates && !copy_is_billed) lines.push_back(with_sign("while both run", both, now) + a_day(migration.cost));
    if (migration.stage == Stage::source && copy_is_billed && !removes_copy)
      lines.push_back(with_sign("once " + migration.target.addon + " is destroyed", source->cents, now));
    if (removes_copy && !creates) lines.push_back(with_sign("after this apply", source->cents, now));
    if (retires) lines.push_back(with_sign("after this apply", target->cents, now));
    if (!removes_copy && !retires && migration.stage >= Stage::replicating)
      lines.push_back(with_sign("once " + migration.source.addon + " is retired", target->cents, now));
  }
  if (!migration.cost.note.empty()) lines.push_back(migration.cost.note);
  return lines;
}

std::string preparation_words(const MigrationPlan& migration) {
  const bool waits = find_kind(migration, Kind::follower_wait_caught_up, {}) != nullptr;
  if (!waits) return "";
  if (!migration.estimate.preparation) return "not known how long; service runs meanwhile";
  return in_words(*migration.estimate.preparation) + " until the copy keeps up; service runs meanwhile";
}

std::string basis_words(const MigrationPlan& migration) {
  std::string words;
  for (const std::string& one : migration.estimate.rests_on) words += (words.empty() ? "" : "; ") + one;
  return words;
}

std::string way_back_words(const MigrationPlan& migration) {
  const WayBack& back = migration.way_back;
  if (back.how.empty()) return "";
  std::string words = back.how;
  if (back.loses.empty()) return words;
  words += ". Lost then: " + joined(back.loses);
  if (back.paid_cents) words += ", " + money(*back.paid_cents) + " paid for it until now";
  return words;
}

std::string downtime_words(const MigrationPlan& migration) {
  const bool restores =
      std::ranges::any_of(migration.actions, [](const Action& a) { return a.group == Group::restore; });
  if (restores && writers_are_stopped(migration.phase))
    return "the writers are stopped now; these steps bring them back";
  if (!migration.has_downtime()) return "none in this apply";
  if (figures(migration).downtimes == 0) return "none in this apply: the cutover is held back";
  std::string words;
  if (migration.estimate.expected_downtime) words = in_words(*migration.estimate.expected_downtime) + " expected, ";
  words += "at most " + human_duration(migration.estimate.at_most) + " (cutover.max_downtime)";
  if (!migration.estimate.note.empty()) words += "; " + migration.estimate.note;
  return words;
}

bool is_settled(const MigrationPlan& migration) {
  return migration.actions.empty() && migration.blockers.empty() && migration.then.empty() && !migration.refused;
}

}  // namespace changeover
