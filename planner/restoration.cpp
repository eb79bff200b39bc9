#include "planner/restoration.h"

#include <algorithm>
#include <map>
#include <utility>

#include "core/text.h"
#include "planner/graph.h"

namespace changeover {
namespace {

constexpr std::string_view forward = "go on with `changeover apply`; the way is forward";
constexpr std::string_view detach_or_go_forward =
    "detach it there if what it wrote may go, then restore again; else go on with `changeover apply`";
constexpr std::string_view accept_lost_writes =
    "to give those writes up and serve from the old database again, restore with --accept-lost-writes";
constexpr std::string_view look_and_accept =
    "look whether the new database has writes that the old one has not; if it has none, or they may be lost, restore "
    "with --accept-lost-writes, and service is back on the old one";
constexpr std::string_view by_hand =
    "find out which database the app wrote to last, make the other one read-only, and bring service back by hand";

int dynos_of(const std::vector<Process>& formation) {
  int dynos = 0;
  for (const Process& process : formation)
    if (process.type != "release") dynos += process.quantity;
  return dynos;
}

/// What the record proves, or else what the world can not rule out (safety S3, S6): writes on the new database.
void refuse_where_it_would_lose_writes(const Situation& s, Phase phase, bool accepted, Restoration& r) {
  const std::string& copy = s.facts.copy_name;
  const auto refuse = [&r](std::string why, std::string_view remedy) {
    r.refused = std::move(why);
    r.refused_remedy = std::string(remedy);
  };
  if (phase == Phase::retired || phase == Phase::live || (s.recorded != nullptr && s.recorded->live))
    return refuse("it is live on " + copy + ": writes have reached the new database, and going back would lose them",
                  "nothing has to be restored; `changeover status` or `plan` says how it stands");
  if (s.copy_was_destroyed()) {
    if (!s.destroyed_unused() && !accepted) refuse(lost_with_the_copy(s), accept_lost_writes);
    return;
  }
  if (s.way_back_is_closed() && !s.past_point_of_no_return())
    return refuse(opened_by_somebody(s), s.users_of_the_copy().empty() ? forward : detach_or_go_forward);
  if (s.way_back_is_closed())
    return refuse("its attempt is past the point of no return: writes may have reached " + copy +
                      ", and going back would lose them",
                  forward);
  if (s.open_attempt() != nullptr || s.restore_is_due()) return;
  if (!s.facts.copy_problem.empty())
    return refuse("no attempt is recorded, and " + copy + " could not be read: " + s.facts.copy_problem,
                  "restore again when Heroku answers");
  const Attachment* holder = s.target_attachment;
  const bool known = holder == nullptr || s.copy_is_attached ||
                     (s.facts.source && holder->addon.id == s.facts.source->id) ||
                     s.desired.target.replaces == holder->addon.name;
  if (!known)
    return refuse("no attempt is recorded, and " + holder->name + " of " + s.desired.target.app + " is " +
                      holder->addon.name + ", which this migration does not know: an app may have written to it",
                  by_hand);
  if (s.copy_exists() && !s.copy_follows_nobody()) return;
  const bool gone = !s.copy_exists() && !s.facts.stranger;
  const bool idle = s.copy_follows_nobody() && !s.copy_may_be_in_use();
  if (s.source_is_closed() && (gone || idle) && accepted) return;
  if (s.source_is_closed())
    return refuse(
        "no attempt is recorded, and the old database is read-only by default: that is done at the point of "
        "no return, so writes may have reached " +
            copy + (gone ? ", which is gone" : ""),
        gone   ? accept_lost_writes
        : idle ? look_and_accept
               : by_hand);
  if (!s.copy_follows_nobody()) return;
  const bool unused = !s.copy_is_attached && s.users_of_the_copy().empty();
  if (unused && s.desired.target.consumer == Consumer::app) return;
  if (s.desired.target.consumer == Consumer::external || s.copy_may_be_in_use() || s.has_release_phase() ||
      s.target_starts_jobs() || (s.desired.cutover.proof == Proof::sql && !s.facts.leader))
    return refuse("no attempt is recorded, and " + copy +
                      " takes writes where an app or a job may have found it: whether any has come can not be told",
                  by_hand);
}

using Pinned = std::map<std::string, DesiredProcess>;

/// What the spec says of this app for the day that the record is lost (safety S4).
Pinned pinned_for(const Migration& migration, const QuiescedApp& app) {
  if (app.is_source && !migration.source.formation.empty()) return migration.source.formation;
  if (app.is_source && app.is_target) return migration.target.formation;
  const auto named = migration.quiesce.formations.find(app.app.name);
  return named == migration.quiesce.formations.end() ? Pinned{} : named->second;
}

std::string key_for(const QuiescedApp& app) {
  return app.is_source ? "source.formation" : "quiesce.apps." + app.app.name + ".formation";
}

/// For a person to decide by; never used.
std::string what_was_recorded_once(const Situation& s, const std::string& app) {
  if (s.recorded == nullptr || !s.recorded->attempt) return {};
  const Baseline* baseline = s.recorded->attempt->baseline_of(app);
  if (baseline == nullptr || dynos_of(baseline->formation) == 0) return {};
  std::vector<std::string> words;
  for (const Process& process : baseline->formation)
    words.push_back(process.type + ": " + std::to_string(process.quantity));
  return "; its last attempt, of " + format_time(s.recorded->attempt->started_at) + ", had found {" + and_list(words) +
         "}";
}

std::vector<Process> with_pins(std::vector<Process> formation, const Pinned& pinned) {
  for (const auto& [type, wanted] : pinned) {
    auto process = std::ranges::find(formation, type, &Process::type);
    if (process == formation.end()) continue;
    process->quantity = wanted.quantity;
    if (wanted.size) process->size = *wanted.size;
  }
  return formation;
}

/// One app that can write to the source, as it stands, with nobody's word of how it was but the spec's.
void restore_from_spec(const Situation& s, const QuiescedApp& app, Attempt& attempt, Restoration& r) {
  const std::string& name = app.app.name;
  if (app.facts == nullptr || !app.facts->formation) {
    r.missing.push_back({"not-readable", name + " could not be read", "give the token access to it, and restore again",
                         Group::restore});
    return;
  }
  const std::vector<Process>& found = *app.facts->formation;
  const Pinned pinned = pinned_for(s.desired, app);
  std::vector<Process> wanted = with_pins(found, pinned);
  const bool page = app.facts->app.maintenance;
  if (dynos_of(wanted) == 0) {
    if (!page && !app.is_source) return;
    r.missing.push_back(
        {"baseline-lost",
         name + " has no dynos" + (page ? " and is in maintenance" : "") + ", and no record says what it had",
         "say " + key_for(app) + " in the spec, and restore again" + what_was_recorded_once(s, name), Group::restore});
    return;
  }
  std::vector<std::string> idle;
  for (const Process& process : wanted)
    if (process.quantity == 0 && process.type != "release" && !pinned.contains(process.type))
      idle.push_back(process.type);
  if (!idle.empty())
    r.remarks.push_back("no record says whether " + and_list(idle) + " of " + name +
                        " ran: it stays at zero; scale it yourself, or say " + key_for(app));
  if (page || wanted != found) attempt.baseline.push_back({app.app, false, std::move(wanted), 0});
}

void reopen(const Situation& s, Restoration& r) {
  if (!s.facts.source) return;
  std::vector<std::string> after;
  for (const Action& action : r.first) after.push_back(action.id);
  r.first.push_back(reopen_leader(s.desired, s.facts.source->name, std::move(after)));
}

}  // namespace

std::string opened_by_somebody(const Situation& s) {
  if (const auto users = s.users_of_the_copy(); !users.empty())
    return and_list(users) + " has " + s.facts.copy_name +
           " attached, which follows nobody: writes may have reached it, and going back would lose them";
  return "dynos of " + s.desired.target.app + " run, or could not be read, and " + s.facts.copy_name +
         " is their database: writes may have reached it, and going back would lose them";
}

std::string lost_with_the_copy(const Situation& s) {
  const std::string& copy = s.recorded->copy.name;
  return copy + " was destroyed, and writes may have reached it: they are gone with it, unless Heroku can bring it " +
         "back (open a ticket at once). " + s.recorded->source.name + " has everything from before " + copy +
         " was opened";
}

Restoration plan_restoration(const Situation& s, Phase phase, bool accepts_lost_writes) {
  Restoration r;
  refuse_where_it_would_lose_writes(s, phase, accepts_lost_writes, r);
  if (!r.refused.empty()) return r;
  if ((s.copy_is_attached && s.copy_follows_nobody()) || s.target_lost_its_database())
    r.first = make_graph(s, phase, {Segment::database_back}).actions;
  if (s.open_attempt() != nullptr || s.restore_is_due()) {
    r.recorded = true;
    r.attempt = *s.recorded->attempt;
    if (r.attempt->past_point_of_no_return) reopen(s, r);
    return r;
  }
  Attempt attempt;
  attempt.started_at = s.observed.at;
  attempt.max_downtime = s.desired.cutover.max_downtime;
  for (const QuiescedApp& app : s.quiesced) {
    if (app.writer) {
      restore_from_spec(s, app, attempt, r);
    } else if (app.facts != nullptr && app.facts->app.maintenance) {
      r.remarks.push_back(app.app.name +
                          " stays in maintenance as it is: no record says how it was, and it does not "
                          "serve from the source");
    }
  }
  if (s.source_is_closed() && (!s.copy_exists() || s.copy_follows_nobody())) {  // and that was accepted
    attempt.past_point_of_no_return = true;
    reopen(s, r);
  }
  if (!attempt.baseline.empty() || !r.first.empty()) r.attempt = std::move(attempt);
  return r;
}

}  // namespace changeover
