#include "planner/graph/builder.h"

#include <algorithm>
#include <chrono>

#include "planner/moved_attachments.h"

namespace changeover {
namespace {

using std::chrono::seconds;

/// Dynos get SIGTERM, then SIGKILL after 30 s (heroku-api.md 2.2); beyond that something is wrong.
constexpr seconds dynos_gone_most{45};
/// What Heroku does in seconds; beyond this a person has to look.
constexpr seconds heroku_most{600};
constexpr seconds release_phase_most{3600};

/// Heroku takes no add-on's last attachment from the app that pays for it (heroku-api.md 2.6).
bool loses_its_last_attachment(const Situation& s, const Attachment& attachment) {
  const bool is_source = s.facts.source && s.facts.source->id == attachment.addon.id;
  if (is_source && s.facts.source->app.name != s.desired.target.app) return false;
  const auto paid = s.observed.addons_by_app.find(s.desired.target.app);
  const auto attached = s.observed.attachments_by_app.find(s.desired.target.app);
  if (paid == s.observed.addons_by_app.end() || attached == s.observed.attachments_by_app.end()) return true;
  const bool pays =
      std::ranges::any_of(paid->second, [&](const Addon& addon) { return addon.id == attachment.addon.id; });
  return pays && std::ranges::none_of(attached->second, [&](const Attachment& other) {
           return other.addon.id == attachment.addon.id && other.name != attachment.name;
         });
}

}  // namespace

void GraphBuilder::cutover() {
  if (s_.desired.target.consumer == Consumer::external) {
    if (!done_by(Phase::standalone)) detach_from_leader(prove_drained(quiesce_apps()));
    hand_over();
    return choose_point_of_no_return();
  }
  const Attachment* holder = s_.target_attachment;
  if (holder != nullptr && !s_.copy_is_attached && holder->addon.id != (s_.facts.copy ? s_.facts.copy->id : "") &&
      loses_its_last_attachment(s_, *holder)) {
    Action& preserve = put(Kind::attachment_preserve, Group::prepare, holder->addon.name, after_last(),
                           "an add-on keeps at least one attachment on the app that pays for it");
    preserve.parameters.set("app", s_.desired.target.app).set("addon_id", holder->addon.id);
    preserve.parameters.set("attachment", s_.desired.target.attachment);
    preserve.undo = "the extra attachment may be removed at any time";
  }
  // Before downtime only where nobody reads them, and never in the way of an attempt that has begun.
  if (s_.target_serves_nobody() && s_.open_attempt() == nullptr && !done_by(Phase::standalone))
    attach_moved(Group::prepare, after_last());
  if (!done_by(Phase::standalone)) detach_from_leader(prove_drained(quiesce_apps()));
  promote();
  resume();
  choose_point_of_no_return();
}

/// Background dynos first: their 30 s of SIGTERM stay outside the downtime. False when there is nothing to gain.
bool GraphBuilder::stop_background(const QuiescedApp& app, const std::vector<Process>& processes, const Ids& after) {
  std::vector<Process> background;
  for (const Process& process : processes)
    if (process.type != "web" && process.quantity > 0 && app.stops(process.type))
      background.push_back({process.type, 0, {}});
  const bool has_web = std::ranges::any_of(processes, [&](const Process& process) {
    return process.type == "web" && process.quantity > 0 && app.stops("web");
  });
  if (background.empty() || !has_web) return false;
  Action& down = put(Kind::app_scale_down, Group::cutover, app.app.name, after,
                     "background dynos stop while the site still serves");
  down.id += "/background";
  down.parameters.set("formation", formation_as_json(background)).set("background", true);
  down.waits_for = "its background dynos to end";
  down.wait_most = dynos_gone_most;
  down.undo = "scale back to the recorded formation";
  return true;
}

Ids GraphBuilder::quiesce_apps() {
  const Ids prepared = after_last();
  Ids quieted;
  Ids stopping;
  for (const QuiescedApp& app : s_.quiesced) {
    if (!app.writer || app.facts == nullptr || !app.facts->formation) continue;
    if (stop_background(app, *app.facts->formation, prepared)) stopping.push_back(last());
  }
  const Ids before = stopping.empty() ? prepared : stopping;
  for (const QuiescedApp& app : s_.quiesced) {
    if (app.facts == nullptr) continue;
    if (!app.facts->app.maintenance) {
      Action& page = put(Kind::app_enable_maintenance, Group::cutover, app.app.name, before,
                         app.writer ? "no request may write to the old database from here on"
                                    : "visitors see the maintenance page until the new database serves");
      page.undo = "maintenance off";
      quieted.push_back(page.id);
    }
    if (!app.facts->formation) continue;
    std::vector<Process> stopped;
    for (const Process& process : *app.facts->formation)
      if (process.quantity > 0 && app.stops(process.type)) stopped.push_back({process.type, 0, {}});
    if (!stopped.empty()) {
      Action& down =
          put(Kind::app_scale_down, Group::cutover, app.app.name, before,
              app.writer ? "its dynos write to the old database" : "its dynos must not start on a read-only database");
      down.parameters.set("formation", formation_as_json(stopped)).set("background", false);
      down.undo = "scale back to " + formation_in_words(*app.facts->formation);
      quieted.push_back(down.id);
    }
  }
  for (const QuiescedApp& app : s_.quiesced) {
    if (!app.writer || app.facts == nullptr) continue;
    Ids own;
    for (const std::string& id : quieted)
      if (id.ends_with("/" + app.app.name)) own.push_back(id);
    Action& gone = put(Kind::app_stop_one_off_dynos, Group::cutover, app.app.name, own.empty() ? before : own,
                       "a dyno that still runs can still write, also a one-off or Scheduler job");
    gone.waits_for = "its last dyno to be gone";
    gone.wait_most = dynos_gone_most;
    gone.undo = "one-off dynos are not started again";
    quieted.push_back(gone.id);
  }
  return quieted.empty() ? before : quieted;
}

Ids GraphBuilder::prove_drained(const Ids& quieted) {
  const std::string source = s_.facts.source ? s_.facts.source->name : s_.desired.source.database;
  const std::string& copy = s_.facts.copy_name;
  const bool sql = s_.desired.cutover.proof == Proof::sql;
  // The fence does not wait for the last dyno: ending its connections makes it go sooner (safety, The proof 2).
  Ids asked;
  for (const std::string& id : quieted)
    if (id.find("/app.stop_one_off_dynos/") == std::string::npos) asked.push_back(id);
  Action& fence = sql ? put(Kind::leader_fence, Group::cutover, source, asked.empty() ? quieted : asked,
                            "no session, known or not, may write to the old database while it is handed over")
                      : put(Kind::database_reset_connections, Group::cutover, source, quieted,
                            "connections that outlived their dynos end here");
  fence.undo = sql ? "the fence ends with its session" : "clients connect again by themselves";
  fence.parameters.set("max_tries", 3);
  const std::string fence_id = fence.id;
  Ids both = quieted;
  both.push_back(fence_id);
  Action& drained = put(Kind::follower_wait_drained, Group::cutover, copy, both,
                        "unfollowing a copy that lacks a commit would lose it for good");
  drained.waits_for = sql ? "the copy to replay past a marker written behind the last write"
                          : "two samples of both databases, later than the last writer, that agree";
  drained.parameters.set("proof", to_string(s_.desired.cutover.proof));
  drained.undo = "nothing to undo";
  return {last()};
}

void GraphBuilder::detach_from_leader(const Ids& drained) {
  const std::string& copy = s_.facts.copy_name;
  Action& unfollow =
      put(Kind::follower_unfollow, Group::cutover, copy, drained, "the copy becomes a database of its own");
  unfollow.reversible = false;
  unfollow.undo = "the copy can not follow again; until the point of no return the old database takes service back";
}

/// Behind the unfollow: the copy is on its own, and it has everything.
void GraphBuilder::prove_nothing_is_lost() {
  const std::string& copy = s_.facts.copy_name;
  Action& standalone = put(Kind::database_wait_standalone, Group::cutover, copy, after_last(),
                           "Heroku answers an unfollow before it is done");
  standalone.waits_for = "the copy to accept writes";
  standalone.wait_most = heroku_most;
  standalone.undo = "nothing to undo";
  const std::string source = s_.facts.source ? s_.facts.source->name : s_.desired.source.database;
  Action& late = put(Kind::leader_verify_no_late_write, Group::cutover, source, after_last(),
                     "a write that reached the old database after the proof would be lost");
  late.parameters.set("proof", to_string(s_.desired.cutover.proof));
  late.undo = "nothing to undo";
}

/// `consumer: external`: no Heroku app reads the copy, so nothing is promoted and nobody resumed here.
void GraphBuilder::hand_over() {
  prove_nothing_is_lost();
  make_source_read_only(Group::cutover);
}

void GraphBuilder::promote() {
  const std::string& copy = s_.facts.copy_name;
  // Without a fence the old database may take a write at any time: under proof: api every run looks again.
  const bool checked =
      s_.open_attempt() != nullptr && s_.open_attempt()->late_write_checked && s_.desired.cutover.proof == Proof::sql;
  // A copy that was attached all along is promoted by its unfollow; whether it lacks a write is still to be seen.
  if (!done_by(Phase::promoted) || (!checked && !s_.past_point_of_no_return())) {
    prove_nothing_is_lost();
    if (!promotion_is_final().empty()) make_source_read_only(Group::cutover);
    Action& attach = put(Kind::attachment_promote, Group::cutover, copy, after_last(),
                         s_.desired.target.app + " finds its database under " + s_.desired.target.attachment);
    attach.parameters.set("app", s_.desired.target.app).set("attachment", s_.desired.target.attachment);
    attach.undo = "detach " + s_.desired.target.attachment;
    if (s_.target_attachment != nullptr && !s_.copy_is_attached) {
      attach.parameters.set("held_before", s_.target_attachment->addon.name);
      attach.undo = s_.desired.target.attachment + " back to " + s_.target_attachment->addon.name;
    }
  }
  if (s_.has_release_phase()) {
    Action& release = put(Kind::release_wait, Group::cutover, s_.desired.target.app, after_last(),
                          "its release phase runs on the new database before any dyno may start");
    release.waits_for = "the release phase to succeed";
    release.wait_most = release_phase_most;
    release.undo = "as for the attachment";
  }
}

void GraphBuilder::resume_app(const QuiescedApp& app, const Ids& after) {
  std::vector<Process> formation;
  if (app.is_target) {
    formation = resumed_formation(s_);
  } else if (const Attempt* attempt = s_.open_attempt();
             attempt != nullptr && attempt->baseline_of(app.app.name) != nullptr) {
    formation = attempt->baseline_of(app.app.name)->formation;
  } else if (app.facts != nullptr && app.facts->formation) {
    formation = *app.facts->formation;
  }
  std::erase_if(formation, [](const Process& process) { return process.type == "release"; });
  Ids before_page_off = after;
  if (!formation.empty()) {
    Action& up = put(Kind::app_scale_up, Group::resume, app.app.name, after,
                     app.is_target ? "the app starts on its new database" : "the spec resumes it after the cutover");
    up.parameters.set("formation", formation_as_json(formation));
    up.reversible = false;
    up.undo = "none: from here the new database takes writes that the old one never sees";
    before_page_off = {up.id};
  }
  Action& page = put(Kind::app_disable_maintenance, Group::resume, app.app.name, before_page_off,
                     "visitors come back once a web dyno is up");
  page.waits_for = "a web dyno on the current release";
  page.wait_most = heroku_most;
  page.undo = "maintenance on";
}

/// Safety S9. Before the new database takes its first write, so that no writer who waits behind the fence, or comes
/// back after it, splits the data when this run dies.
void GraphBuilder::make_source_read_only(Group group) {
  if (s_.desired.cutover.proof != Proof::sql || !s_.facts.source || find(Kind::leader_fence_permanently)) return;
  Action& fence = put(Kind::leader_fence_permanently, group, s_.facts.source->name, after_last(),
                      "from here on no writer may reach the old database: what it took would be lost");
  fence.reversible = false;
  fence.undo = "on the old database, RESET default_transaction_read_only of the database and of its role in it";
}

/// Poolers and named credentials under their names, from the copy: each not there yet, and where a name is taken over
/// only behind the unfollow. True when there was one.
bool GraphBuilder::attach_moved(Group group, const Ids& after) {
  bool any = false;
  for (const MovedAttachment& moved : moved_attachments(s_)) {
    using Standing = MovedAttachment::Standing;
    const bool taken = moved.standing == Standing::given_up;
    if (moved.standing == Standing::made || moved.standing == Standing::stranger) continue;
    if (taken && group == Group::prepare) continue;
    const Kind kind = moved.is_pool() ? Kind::pooler_attach : Kind::credential_attach;
    if (find_attach(kind, moved.name) != nullptr) continue;
    Action& attach = put(kind, group, s_.facts.copy_name, any ? after_last() : after,
                         s_.desired.target.app + " finds " + moved.name_space + " of its database under " + moved.name);
    attach.id += "/" + moved.name;
    attach.parameters.set("app", s_.desired.target.app).set("attachment", moved.name);
    attach.parameters.set("namespace", moved.name_space);
    if (taken) attach.parameters.set("replaces", moved.holder);
    attach.undo = taken ? "attach " + moved.holder + " as " + moved.name + " again" : "detach " + moved.name;
    any = true;
  }
  return any;
}

const Action* GraphBuilder::find_attach(Kind kind, std::string_view name) const {
  for (const Action& action : graph_.actions)
    if (action.kind == kind && action.parameters["attachment"].as_string() == name) return &action;
  return nullptr;
}

/// What could not be attached before downtime, before any dyno starts.
void GraphBuilder::attach_the_rest() {
  if (!attach_moved(Group::resume, after_last()) || !s_.has_release_phase()) return;
  Action& release = put(Kind::release_wait, Group::resume, s_.desired.target.app, after_last(),
                        "its release phase runs once more for what was attached last");
  release.id += "/attachments";
  release.waits_for = "the release phase to succeed";
  release.wait_most = release_phase_most;
  release.undo = "as for the attachment";
}

void GraphBuilder::resume() {
  const QuiescedApp* target = s_.find(s_.desired.target.app);
  if (target == nullptr) return;
  make_source_read_only(Group::resume);
  attach_the_rest();
  const Ids promoted = after_last();
  resume_app(*target, promoted);
  const Ids serving = after_last();
  // Live latches the attempt, so it is said when nobody is left in downtime.
  Ids all = serving;
  for (const QuiescedApp& app : s_.quiesced) {
    if (app.is_target || app.after != After::resume) continue;
    resume_app(app, serving);
    all.push_back(last());
  }
  Action& verify = put(Kind::database_verify_live, Group::resume, s_.facts.copy_name, all,
                       "live means: attached, writable, and the target's dynos run on that release");
  verify.parameters.set("app", s_.desired.target.app).set("attachment", s_.desired.target.attachment);
  verify.waits_for = "a dyno on the release that attached the database";
  verify.wait_most = heroku_most;
  verify.undo = "nothing to undo";
}

bool GraphBuilder::target_keeps_web() const {
  const QuiescedApp* target = s_.find(s_.desired.target.app);
  return target != nullptr && target->facts != nullptr && target->facts->formation &&
         std::ranges::any_of(*target->facts->formation, [&](const Process& process) {
           return process.quantity > 0 && !target->stops(process.type) && process.type != "release";
         });
}

/// Under its usual name, or by a pooler or named credential of it.
/// Why the new database may take writes as soon as it is the target's DATABASE; empty when it can not.
std::string GraphBuilder::promotion_is_final() const {
  if (s_.has_release_phase()) return "the target's release phase runs on the new database, and may write";
  if (target_keeps_web()) return "web dynos of the target are up, and restart on the new database";
  if (s_.target_starts_jobs()) return "jobs of the target may start at any time, and run on the new database";
  return {};
}

const Action* GraphBuilder::find(Kind kind, std::string_view subject) const {
  for (const Action& action : graph_.actions)
    if (action.kind == kind && (subject.empty() || action.subject == subject)) return &action;
  return nullptr;
}

/// Safety S6; under proof: sql the old database is closed right before.
void GraphBuilder::choose_point_of_no_return() {
  const Action* unfollow = find(Kind::follower_unfollow);
  const Action* closed = find(Kind::leader_fence_permanently);
  const auto turn_at = [&](const Action& action, const Action& opens, std::string why) {
    graph_.point_of_no_return = {action.id, std::move(why), opens.id};
  };
  if (s_.desired.target.consumer == Consumer::external) {
    if (unfollow != nullptr)
      turn_at(*unfollow, *unfollow,
              "whoever holds the copy's URL can write to it from then on, and nothing shows who does");
    return;
  }
  if (unfollow != nullptr && (s_.copy_is_attached || s_.target_has_a_pool_of_the_copy()) && target_keeps_web())
    return turn_at(*unfollow, *unfollow, "dynos of the target already hold the copy's URL");
  if (const auto users = s_.users_of_the_copy(); unfollow != nullptr && !users.empty())
    return turn_at(*unfollow, *unfollow, and_list(users) + " has the copy attached, and can write to it from then on");
  const Action* promote = find(Kind::attachment_promote);
  const std::string final = promotion_is_final();
  if (promote != nullptr && !final.empty()) return turn_at(closed != nullptr ? *closed : *promote, *promote, final);
  const Action* up = find(Kind::app_scale_up, s_.desired.target.app);
  if (closed == nullptr)
    for (const Action& action : graph_.actions)
      if (action.parameters.has("replaces"))
        return turn_at(action, action, "an attachment is taken over from the old database, and stays so");
  if (up != nullptr)
    turn_at(closed != nullptr ? *closed : *up, *up,
            "from the first dyno on, the new database takes writes that the old one never sees");
}

}  // namespace changeover
