#include "planner/planner.h"

#include <algorithm>

#include "core/text.h"
#include "planner/cost.h"
#include "planner/course.h"
#include "planner/estimate.h"
#include "planner/findings.h"
#include "planner/fingerprint.h"
#include "planner/graph.h"
#include "planner/losses.h"
#include "planner/name_index.h"
#include "planner/preflight.h"
#include "planner/restoration.h"
#include "planner/retirement.h"
#include "planner/situation.h"

namespace changeover {
namespace {

std::string place_of(const AppFacts* facts) {
  if (facts == nullptr) return "unknown";
  if (facts->app.space) return "Private Space " + facts->app.space->name + ", " + facts->app.region;
  return "Common Runtime, " + facts->app.region;
}

End source_end(const Situation& s) {
  End end{s.desired.source.app, "", s.desired.source.database, "", "", place_of(s.source_app)};
  if (s.source_app != nullptr) end.app_id = s.source_app->app.id;
  if (s.facts.source) {
    end.addon = s.facts.source->name;
    end.addon_id = s.facts.source->id;
    end.plan = s.facts.source->plan;
  }
  return end;
}

End target_end(const Situation& s) {
  End end{s.desired.target.app, "", s.facts.copy_name, "", s.desired.target.plan, place_of(s.target_app)};
  if (s.target_app != nullptr) end.app_id = s.target_app->app.id;
  if (s.facts.copy) {
    end.addon = s.facts.copy->name;
    end.addon_id = s.facts.copy->id;
    end.plan = s.facts.copy->plan;
  }
  return end;
}

/// What of a course this run does: the hold before a cutover, and what needs --allow-destroy.
struct Due {
  std::vector<Segment> segments;
  std::string then;
  bool restore_first = false;
};

Due due_segments(const Situation& s, Phase phase, const Course& course, const PlanOptions& options) {
  Due due;
  const Migration& m = s.desired;
  // Service comes first: an attempt that was given up, or whose time is over, is restored before anything else (S17).
  const Attempt* open = s.open_attempt();
  const bool out_of_time = open != nullptr && open->downtime_began && !open->unfollow_sent &&
                           s.observed.at >= *open->downtime_began + open->max_downtime;
  const bool lacks_proof = phase == Phase::spent && s.never_opened();
  const bool in_vain = s.destroyed_unused() || lacks_proof;
  if ((s.restore_is_due() || out_of_time || in_vain) && phase >= Phase::standalone && m.stage == Stage::live) {
    if (s.spoils_the_target() || s.target_lost_its_database()) due.segments.push_back(Segment::database_back);
    due.segments.push_back(Segment::restore);
    due.restore_first = true;
    due.then = "the attempt is given up; apply again for a new one";
    if (in_vain)
      due.then = s.recorded->copy.name + (lacks_proof ? " is not proven to be complete" : " is gone") +
                 " and nothing was ever written to it: " + due.then;
    return due;
  }
  std::vector<Segment> segments = course.segments;
  if (s.attempt_to_undo() && std::ranges::find(segments, Segment::restore) == segments.end())
    segments.insert(segments.begin(), Segment::restore);
  if ((s.spoils_the_target() || s.target_lost_its_database()) &&
      std::ranges::find(segments, Segment::restore) != segments.end() &&
      std::ranges::find(segments, Segment::database_back) == segments.end())
    segments.insert(segments.begin(), Segment::database_back);
  for (const Segment segment : segments) {
    if (segment == Segment::destroy_copy && s.copy_may_be_in_use()) {
      due.then = "the copy stays: an app may run on it";
      break;
    }
    if (segment == Segment::destroy_copy && !options.allow_destroy) {
      due.then = "the copy is destroyed by apply with --allow-destroy";
      break;
    }
    if (segment == Segment::cutover && course.hold && !m.cutover.unattended) {
      due.then = "then it holds, replicating: the next apply does the cutover";
      break;
    }
    if (segment == Segment::cutover && m.cutover.window && (open == nullptr || !open->downtime_began)) {
      const Window& window = *m.cutover.window;
      if (s.observed.at < window.from || s.observed.at + m.cutover.max_downtime > window.to) {
        due.then = "the cutover waits for its window, " + format_time(window.from) + " to " + format_time(window.to);
        break;
      }
    }
    if (segment == Segment::retire) {
      due.then = retiring_waits_for(s);
      if (!due.then.empty()) break;
    }
    due.segments.push_back(segment);
  }
  return due;
}

bool contains(const std::vector<Segment>& segments, Segment segment) {
  return std::ranges::find(segments, segment) != segments.end();
}

/// What makes a migration the one it is stays while its copy exists (safety S23).
std::optional<std::string> changed_identity(const Situation& s) {
  if (s.recorded == nullptr || s.recorded->live || !s.copy_exists()) return std::nullopt;
  constexpr std::string_view frozen = " when the copy was made; it is frozen while there is one";
  const RecordedMigration& record = *s.recorded;
  if (!record.target_app.id.empty() && s.target_app != nullptr && record.target_app.id != s.target_app->app.id)
    return "target.app was " + record.target_app.name + std::string(frozen);
  if (!record.source_app.id.empty() && s.source_app != nullptr && record.source_app.id != s.source_app->app.id)
    return "source.app was " + record.source_app.name + std::string(frozen);
  if (s.facts.renamed_source)
    return "source.database means " + s.facts.renamed_source->name + " now and was " + record.source.name +
           std::string(frozen);
  const auto& wanted = s.desired.target.addon_name;
  if (wanted && !record.copy.name.empty() && *wanted != record.copy.name && *wanted != s.facts.copy->name)
    return "target.addon_name was " + record.copy.name + std::string(frozen);
  return std::nullopt;
}

/// With the record lost, what forbids to serve from the old database forbids to destroy the new one (safety S3).
std::optional<std::string> may_hold_writes(const Situation& s, Phase phase) {
  const bool unrecorded = s.recorded == nullptr || !s.recorded->attempt;
  if (phase != Phase::spent || !unrecorded || s.copy_may_be_in_use()) return std::nullopt;
  const Restoration back = plan_restoration(s, phase);
  if (back.refused.empty()) return std::nullopt;
  return back.refused + "; " + back.refused_remedy;
}

/// Why a copy that the stage has no use for stays.
Finding copy_in_use(const Situation& s) {
  const std::string& copy = s.facts.copy_name;
  const auto& target = s.desired.target;
  const auto stays = [](std::string why, std::string remedy) {
    return Finding{"copy-in-use", std::move(why), std::move(remedy), Group::prepare};
  };
  if (const auto users = s.users_of_the_copy(); !users.empty())
    return stays(and_list(users) + " has " + copy + " attached: an app may run on it",
                 "detach it there if that copy may go");
  if (target.consumer == Consumer::external)
    return stays(copy + " takes writes, and nothing shows whether its external consumer uses it",
                 "if nobody does: heroku addons:destroy " + copy + " -a " + target.app + ", then apply again");
  return stays(copy + " is the " + target.attachment + " of " + target.app +
                   ", whose dynos run or could not be read: an app may run on it",
               "scale " + target.app + " to zero if that copy may go; if it is in use, set stage live");
}

/// Why the stage can not be reached; nothing when it can.
std::optional<std::string> refusal(const Situation& s, Phase phase, const Course& course) {
  // What an app went live on is never destroyed or made again, whatever the spec calls it today (safety S3, S23).
  if (s.recorded != nullptr && s.recorded->live && phase > Phase::live)
    return "it went live on " + s.recorded->copy.name + ", and that is not the " + s.desired.target.attachment +
           " of " + s.desired.target.app + " now. Set the spec back to where it lives, or attach it there again";
  if (std::optional<std::string> frozen = changed_identity(s)) return frozen;
  if (s.copy_was_destroyed() && !s.destroyed_unused())
    return lost_with_the_copy(s) + ". To give those writes up and serve from it again: changeover restore SPEC " +
           s.desired.name + " --accept-lost-writes";
  if (std::optional<std::string> held = may_hold_writes(s, phase)) return held;
  if (course.refuse) return std::string(course.why);
  if (s.desired.stage >= Stage::live || phase <= Phase::live) return std::nullopt;
  // The matrix's column is "promoted, before the point of no return"; behind it there is only one way (safety S6).
  if (!s.way_back_is_closed() || s.destroyed_unused()) return std::nullopt;
  if (!s.past_point_of_no_return() && !s.users_of_the_copy().empty())
    return opened_by_somebody(s) + ". Detach it there if what it wrote may go, else set stage live and apply";
  const std::string why = s.past_point_of_no_return()
                              ? "the attempt is past its point of no return: writes may have reached the new database, "
                                "and going back would lose them"
                              : opened_by_somebody(s);
  return why + ". Set stage live and apply";
}

/// A refusal leaves the apps as they are, and then that has to be said first.
std::string still_down(const Situation& s) {
  const Attempt* open = s.open_attempt();
  if (open == nullptr || !open->downtime_began || open->downtime_ended) return {};
  return ", and service is down since " + format_time(*open->downtime_began);
}

/// A danger that the spec says has been dealt with stops nothing, and is still shown.
void accept_what_is_acknowledged(const Migration& migration, Findings& findings) {
  if (migration.acknowledge.empty()) return;
  std::vector<Finding> open;
  for (Finding& finding : findings.blockers) {
    const FindingRow* row = finding_row(finding.id);
    if (row == nullptr || !row->acknowledgeable || !migration.acknowledge.contains(finding.id)) {
      open.push_back(std::move(finding));
      continue;
    }
    finding.blocks.reset();
    finding.remedy = "acknowledged in the spec";
    findings.warnings.push_back(std::move(finding));
  }
  findings.blockers = std::move(open);
}

/// A blocker of what a later stage would ask for is said, and blocks nothing now (safety, Exact meanings).
void keep_what_the_stage_asks(Stage stage, Findings& findings) {
  if (stage >= Stage::live) return;
  std::vector<Finding> asked;
  for (Finding& finding : findings.blockers) {
    if (finding.blocks && *finding.blocks < Group::cutover) {
      asked.push_back(std::move(finding));
      continue;
    }
    finding.blocks.reset();
    findings.warnings.push_back(std::move(finding));
  }
  findings.blockers = std::move(asked);
}

}  // namespace

namespace {

MigrationPlan plan_one(const Desired& desired, const Neighbours& neighbours, const Migration& migration,
                       const Observed& observed, const MigrationFacts& facts, const RecordedMigration* recorded,
                       const Experience& experience, const PlanOptions& options) {
  const Situation situation = assess(migration, observed, facts, recorded);
  const PhaseRow& row = phase_of(situation);
  const Course& course = course_of(migration.stage, row.phase);
  MigrationPlan plan;
  plan.name = migration.name;
  plan.stage = migration.stage;
  plan.phase = row.phase;
  plan.phase_reason = std::string(row.meaning);
  plan.source = source_end(situation);
  plan.target = target_end(situation);
  plan.fingerprint = fingerprint(situation);
  plan.cost = cost_of(situation, row.phase);
  plan.copy_in_use = situation.copy_may_be_in_use();
  Due due = due_segments(situation, row.phase, course, options);
  // Service comes first also where the stage can not be reached any more.
  const std::optional<std::string> refused = due.restore_first ? std::nullopt : refusal(situation, row.phase, course);
  if (refused) due = Due{};
  plan.then = due.then;
  // A restore needs no more than the record of it.
  const bool restores = due.restore_first || situation.attempt_to_undo();
  const std::string not_known = restores ? std::string() : situation.not_known();
  if (!not_known.empty()) due = Due{};
  const bool cutover_asked = contains(course.segments, Segment::cutover) && !due.restore_first;
  PreflightContext context{desired, situation, neighbours, row.phase, options.in_ci, cutover_asked};
  Findings findings = preflight(context);
  keep_what_the_stage_asks(migration.stage, findings);
  accept_what_is_acknowledged(migration, findings);
  if (!not_known.empty()) {
    findings.blockers.push_back({"not-known", not_known + ", so it is not known where the migration stands",
                                 "apply again when Heroku answers", Group::prepare});
  } else if (refused) {
    plan.refused = true;
    findings.blockers.push_back({"stage-not-reachable",
                                 "stage " + std::string(to_string(migration.stage)) + " can not be reached from " +
                                     std::string(to_string(row.phase)) + still_down(situation),
                                 *refused, Group::prepare});
  } else if (contains(course.segments, Segment::destroy_copy) && situation.copy_may_be_in_use()) {
    findings.blockers.push_back(copy_in_use(situation));
  } else if (!options.allow_destroy && contains(course.segments, Segment::destroy_copy) && !due.restore_first) {
    findings.blockers.push_back(
        {"destroy-not-allowed",
         facts.copy_name + " would have to be destroyed for stage " + std::string(to_string(migration.stage)),
         "apply with --allow-destroy, if nobody needs that copy", Group::retire});
  }
  Graph graph = make_graph(situation, row.phase, due.segments);
  plan.actions = std::move(graph.actions);
  plan.point_of_no_return = std::move(graph.point_of_no_return);
  plan.blockers = std::move(findings.blockers);
  plan.warnings = std::move(findings.warnings);
  plan.manual = std::move(findings.manual);
  plan.unknowns = std::move(findings.unknowns);
  plan.estimate = estimate_of(plan, situation, experience);
  plan.way_back = way_back_of(situation, row.phase, experience);
  plan.gives_up = given_up_by(plan, situation, experience);
  return plan;
}

/// A copy that the spec does not name any more would be billed for ever (safety S23).
MigrationPlan forgotten(const RecordedMigration& record) {
  MigrationPlan plan;
  plan.name = record.name;
  plan.phase_reason = "recorded, and not in the spec any more";
  plan.source.app = record.source_app.name;
  plan.source.addon = record.source.name;
  plan.target.app = record.target_app.name;
  plan.target.addon = record.copy.name;
  plan.fingerprint = json::Value::object();
  plan.refused = true;
  plan.blockers.push_back({"recorded-not-in-spec",
                           "the record says that " + record.copy.name + " was made for migration " + record.name +
                               ", which the spec does not name",
                           "put the migration back; with stage source and --allow-destroy its copy is removed",
                           Group::prepare});
  return plan;
}

}  // namespace

MigrationPlan plan_migration(const Desired& desired, const Migration& migration, const Observed& observed,
                             const MigrationFacts& facts, const RecordedMigration* recorded,
                             const PlanOptions& options) {
  const Recorded own{{}, 0, recorded == nullptr ? std::vector<RecordedMigration>{} : std::vector{*recorded}};
  return plan_one(desired, Neighbours(desired, observed, own), migration, observed, facts, recorded, experience_of(own),
                  options);
}

Plan plan_migrations(const Desired& desired, const Observed& observed, const Recorded& recorded,
                     const PlanOptions& options) {
  Plan plan;
  plan.tool_version = options.tool_version;
  plan.spec_file = desired.file;
  plan.spec_sha256 = desired.spec_sha256;
  plan.observed_at = observed.at;
  const Neighbours neighbours(desired, observed, recorded);
  const NameIndex<Migration> migrations(desired.migrations);
  const NameIndex<RecordedMigration> records(recorded.migrations);
  const Experience experience = experience_of(recorded);
  for (const MigrationFacts& facts : observed.migrations) {
    const Migration* migration = migrations.find(facts.name);
    if (migration == nullptr || (!options.only.empty() && !options.only.contains(facts.name))) continue;
    plan.migrations.push_back(
        plan_one(desired, neighbours, *migration, observed, facts, records.find(facts.name), experience, options));
  }
  for (const RecordedMigration& record : recorded.migrations) {
    const bool chosen = options.only.empty() || options.only.contains(record.name);
    if (chosen && !record.live && !record.copy.id.empty() && migrations.find(record.name) == nullptr)
      plan.migrations.push_back(forgotten(record));
  }
  return plan;
}

const Finding* MigrationPlan::blocker_of(Group group) const {
  for (const Finding& blocker : blockers)
    if (blocker.blocks && *blocker.blocks <= group) return &blocker;
  return nullptr;
}

bool MigrationPlan::has_downtime() const {
  return std::ranges::any_of(actions, [](const Action& action) { return action.group == Group::cutover; });
}

bool Plan::changes_anything() const {
  return std::ranges::any_of(migrations, [](const MigrationPlan& plan) { return !plan.actions.empty(); });
}

bool Plan::is_blocked() const {
  return std::ranges::any_of(migrations, [](const MigrationPlan& plan) { return !plan.blockers.empty(); });
}

}  // namespace changeover
