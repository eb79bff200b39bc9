#include "planner/situation.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <utility>

#include "core/text.h"
#include "planner/moved_attachments.h"

namespace changeover {
namespace {

const AppFacts* facts_of(const Observed& observed, std::string_view name) { return observed.app(name); }

/// Attached apps that write, apps the spec names as writers, and the target.
std::vector<QuiescedApp> find_quiesced(const Migration& desired, const Observed& observed,
                                       const MigrationFacts& facts) {
  std::map<std::string, QuiescedApp> apps;
  const auto add = [&](const std::string& name, const std::string& id) -> QuiescedApp& {
    QuiescedApp& app = apps[name];
    app.facts = facts_of(observed, name);
    app.app = {app.facts != nullptr ? app.facts->app.id : id, name};
    return app;
  };
  for (const Attachment& attachment : facts.source_attachments)
    if (!desired.quiesce.read_only.contains(attachment.app.name))
      add(attachment.app.name, attachment.app.id).writer = true;
  for (const auto& [name, after] : desired.quiesce.apps) {
    QuiescedApp& app = add(name, "");
    app.writer = true;
    app.after = after;
  }
  QuiescedApp& source = add(desired.source.app, "");
  source.writer = true;
  source.is_source = true;
  source.after = desired.quiesce.source_after;
  if (desired.target.consumer == Consumer::app) {
    QuiescedApp& target = add(desired.target.app, "");
    target.is_target = true;
    target.after = After::resume;
  }
  std::vector<QuiescedApp> sorted;
  for (auto& [name, app] : apps) {
    const bool in_space = app.facts != nullptr && app.facts->app.space.has_value();
    app.keeps_web = in_space && !app.writer && desired.quiesce.space_web == SpaceWeb::keep;
    sorted.push_back(std::move(app));
  }
  return sorted;
}

/// Whether a release of the attempt's time may be such an attachment. Only the newest are read: when all of them are of
/// its time, another may have been before.
bool attached_since(const Attempt& attempt, const std::vector<Release>& newest, std::string_view attachment) {
  const auto since = [&](const Release& release) {
    return !release.created_at || *release.created_at >= attempt.started_at;
  };
  return newest.empty() || since(newest.back()) || std::ranges::any_of(newest, [&](const Release& release) {
           return since(release) && release.description.starts_with(attachment);
         });
}

}  // namespace

Situation assess(const Migration& desired, const Observed& observed, const MigrationFacts& facts,
                 const RecordedMigration* recorded) {
  Situation situation{desired, observed, facts, recorded, nullptr, nullptr, {}, nullptr, false};
  situation.source_app = facts_of(observed, desired.source.app);
  situation.target_app = facts_of(observed, desired.target.app);
  situation.quiesced = find_quiesced(desired, observed, facts);
  if (const auto on_target = observed.attachments_by_app.find(desired.target.app);
      on_target != observed.attachments_by_app.end()) {
    for (const Attachment& attachment : on_target->second)
      if (attachment.name == desired.target.attachment) situation.target_attachment = &attachment;
  }
  situation.copy_is_attached =
      situation.target_attachment != nullptr && facts.copy && situation.target_attachment->addon.id == facts.copy->id;
  return situation;
}

bool Situation::copy_available() const {
  return facts.copy && facts.copy->state == "provisioned" && facts.copy_database && facts.copy_database->available();
}

bool Situation::copy_follows_source() const {
  return facts.source && facts.copy_database && facts.copy_database->following && facts.copy_database->leader &&
         facts.copy_database->leader->id == facts.source->id;
}

bool Situation::copy_follows_nobody() const { return facts.copy_database && !facts.copy_database->following; }

bool Situation::within_start_lag() const {
  return facts.copy_database && facts.copy_database->behind_by &&
         *facts.copy_database->behind_by <= desired.cutover.start_lag;
}

bool Situation::is_parked(const QuiescedApp& app) const {
  if (app.facts == nullptr || !app.facts->formation || !app.facts->dynos || !app.facts->app.maintenance) return false;
  const bool scaled = std::ranges::all_of(
      *app.facts->formation, [&](const Process& process) { return process.quantity == 0 || !app.stops(process.type); });
  // A release phase runs whatever the formation says, and may write (safety S21).
  return scaled && std::ranges::none_of(*app.facts->dynos, [&](const Dyno& dyno) {
           return app.stops(dyno.type) || dyno.type == "release";
         });
}

bool Situation::writers_parked() const {
  return std::ranges::all_of(quiesced, [&](const QuiescedApp& app) { return !app.writer || is_parked(app); });
}

const Attempt* Situation::open_attempt() const { return recorded == nullptr ? nullptr : recorded->open_attempt(); }

bool Situation::target_lost_its_database() const {
  const bool under_way = open_attempt() != nullptr || restore_is_due();
  return under_way && !recorded->attempt->held_before.empty() && target_attachment == nullptr;
}

bool Situation::restore_is_due() const {
  return recorded != nullptr && recorded->attempt && recorded->attempt->state == Attempt::State::aborting;
}

bool Situation::past_point_of_no_return() const {
  const Attempt* attempt = open_attempt();
  return attempt != nullptr && attempt->past_point_of_no_return;
}

bool Situation::way_back_is_closed() const {
  const Attempt* attempt = open_attempt();
  const bool by_somebody =
      attempt != nullptr && attempt->unfollow_sent && copy_follows_nobody() && copy_may_be_in_use();
  return (past_point_of_no_return() && !never_opened()) || by_somebody;
}

bool Situation::never_opened() const {
  if (!past_point_of_no_return() || !copy_exists() || copy_is_attached) return false;
  if (desired.target.consumer == Consumer::external || target_app == nullptr || !target_app->releases) return false;
  // They need no DATABASE to find it.
  if (!users_of_the_copy().empty() ||
      (target_has_a_pool_of_the_copy() && !(target_app->dynos && target_app->dynos->empty())))
    return false;
  return !attached_since(*open_attempt(), *target_app->releases, "Attach " + desired.target.attachment + " ");
}

bool Situation::copy_was_destroyed() const {
  // To a token that may not see the target app an add-on of it is not found either.
  return open_attempt() != nullptr && facts.copy_gone && target_app != nullptr;
}

bool Situation::destroyed_unused() const {
  if (!copy_was_destroyed()) return false;
  const Attempt& attempt = *open_attempt();
  if (!attempt.unfollow_sent) return true;  // a copy that follows takes no write
  if (attempt.copy_opened || !target_app->dynos || !target_app->releases) return false;
  if (target_app->dynos->empty()) return true;
  return !attached_since(attempt, *target_app->releases, "Attach ");
}

bool Situation::attempt_to_undo() const {
  if (desired.stage >= Stage::live) return false;
  const bool way_back = !way_back_is_closed() || destroyed_unused();
  return restore_is_due() || (open_attempt() != nullptr && way_back);
}

bool Situation::target_has_a_pool_of_the_copy() const {
  return std::ranges::any_of(moved_attachments(*this), [](const MovedAttachment& moved) {
    return moved.standing == MovedAttachment::Standing::made;
  });
}

bool Situation::copy_may_be_in_use() const {
  if (!users_of_the_copy().empty()) return true;
  if (desired.target.consumer == Consumer::external) return copy_follows_nobody() && copy_available();
  if (!copy_is_attached || !copy_follows_nobody()) return false;
  return target_app == nullptr || !target_app->dynos || !target_app->dynos->empty();
}

std::string Situation::not_known() const {
  if (facts.copy && !facts.copy_database && !facts.copy_problem.empty())
    return "the database " + facts.copy->name + " could not be read: " + facts.copy_problem;
  if (!copy_follows_nobody() || !certificate_valid() || past_point_of_no_return()) return {};
  for (const QuiescedApp& app : quiesced) {
    if (!app.writer) continue;
    const bool zero = app.facts != nullptr && app.facts->formation && app.facts->app.maintenance;
    if (!zero && (app.facts == nullptr || !app.facts->formation)) return app.app.name + " could not be read";
    if (zero && !app.facts->dynos) return "the dynos of " + app.app.name + " could not be read";
  }
  return {};
}

bool Situation::certificate_valid() const {
  const Attempt* attempt = open_attempt();
  if (attempt == nullptr || !attempt->certificate || !facts.copy || !facts.source) return false;
  const Certificate& certificate = *attempt->certificate;
  if (certificate.copy_id != facts.copy->id || certificate.leader_id != facts.source->id) return false;
  // A leader that can not be read is not another leader: the late-write check asks it itself (safety S16).
  return !facts.source_database || facts.source_database->formation_primary == certificate.leader_primary;
}

bool Situation::latched_live() const {
  // Nobody can see an external consumer: only the record says that the copy was handed over.
  if (desired.target.consumer == Consumer::external) return recorded != nullptr && recorded->live;
  if (!copy_is_attached) return false;
  if (recorded != nullptr && recorded->live) return true;
  if (open_attempt() != nullptr || restore_is_due()) return false;
  if (target_app == nullptr || !target_app->dynos || !target_app->releases) return false;
  const std::vector<Release>& releases = *target_app->releases;
  const auto attach = std::ranges::find_if(releases, [&](const Release& release) {
    return release.description.starts_with("Attach " + desired.target.attachment + " ");
  });
  // Only the newest releases are read: an Attach that is not among them is older than all of them.
  const int attached_at = attach != releases.end() ? attach->version : releases.empty() ? 0 : releases.back().version;
  return attached_at > 0 && std::ranges::any_of(*target_app->dynos, [&](const Dyno& dyno) {
           return dyno.state == "up" && dyno.release_version >= attached_at;
         });
}

bool Situation::has_release_phase() const {
  return target_app != nullptr && target_app->formation &&
         std::ranges::any_of(*target_app->formation, [](const Process& process) { return process.type == "release"; });
}

bool Situation::target_starts_jobs() const {
  if (const auto addons = observed.addons_by_app.find(desired.target.app); addons != observed.addons_by_app.end())
    if (std::ranges::any_of(addons->second, is_scheduler)) return true;
  if (target_app == nullptr || !target_app->formation || !target_app->dynos) return false;
  return std::ranges::any_of(*target_app->dynos, [&](const Dyno& dyno) {
    return dyno.type != "release" &&
           std::ranges::find(*target_app->formation, dyno.type, &Process::type) == target_app->formation->end();
  });
}

std::vector<std::string> Situation::users_of_the_copy() const {
  std::set<std::string> apps;
  for (const Attachment& attachment : facts.copy_attachments) {
    const std::string& app = attachment.app.name;
    if (app != desired.target.app && find(app) == nullptr && !desired.quiesce.read_only.contains(app)) apps.insert(app);
  }
  return {apps.begin(), apps.end()};
}

bool Situation::target_serves_nobody() const {
  const QuiescedApp* target = find(desired.target.app);
  if (target == nullptr || target->writer || target->facts == nullptr || !target->facts->formation) return false;
  return !has_release_phase() && !target_starts_jobs() &&
         std::ranges::all_of(*target->facts->formation, [](const Process& process) { return process.quantity == 0; });
}

const QuiescedApp* Situation::find(std::string_view app_name) const {
  for (const QuiescedApp& app : quiesced)
    if (app.app.name == app_name) return &app;
  return nullptr;
}

std::vector<Attachment> by_app_and_name(std::vector<Attachment> attachments) {
  std::ranges::sort(attachments, {},
                    [](const Attachment& attachment) { return std::pair(attachment.app.name, attachment.name); });
  return attachments;
}

bool is_scheduler(const Addon& addon) {
  constexpr std::array<std::string_view, 3> known{"scheduler", "cron-to-go", "crontogo"};
  return std::ranges::any_of(known,
                             [&](std::string_view word) { return addon.service.find(word) != std::string::npos; });
}

bool is_autoscaler(const Addon& addon) {
  constexpr std::array<std::string_view, 3> known{"autoscal", "judoscale", "hirefire"};
  return std::ranges::any_of(known,
                             [&](std::string_view word) { return addon.service.find(word) != std::string::npos; });
}

std::string copy_name(const Migration& migration, std::string_view source_id, std::string_view target_app_id) {
  if (migration.target.addon_name) return *migration.target.addon_name;
  const std::string identity = std::string(source_id) + "\n" + std::string(target_app_id);
  return migration.name + "-" + sha256_hex(identity).substr(0, 8);
}

bool is_our_copy(const Addon& addon, const std::optional<Database>& database, const Addon& source,
                 std::string_view target_app_id, const RecordedMigration* recorded) {
  if (recorded != nullptr && !recorded->copy.id.empty()) return recorded->copy.id == addon.id;
  if (addon.app.id != target_app_id) return false;
  const bool certified = recorded != nullptr && recorded->attempt && recorded->attempt->certificate &&
                         recorded->attempt->certificate->copy_id == addon.id;
  if (certified) return true;
  // A create that was sent and whose answer was lost, before the Data API knows whom it follows.
  const bool intended = recorded != nullptr && recorded->create_intent == addon.name;
  if (!database) return intended;
  if (intended && !database->available() && !database->following) return true;  // still being made
  return database->following && database->leader && database->leader->id == source.id;
}

std::vector<Process> resumed_formation(const Situation& situation) {
  std::vector<Process> formation;
  const Baseline* baseline = nullptr;
  if (const Attempt* attempt = situation.open_attempt()) baseline = attempt->baseline_of(situation.desired.target.app);
  if (baseline != nullptr) {
    formation = baseline->formation;
  } else if (situation.target_app != nullptr && situation.target_app->formation) {
    formation = *situation.target_app->formation;
  }
  std::erase_if(formation, [](const Process& process) { return process.type == "release"; });
  for (Process& process : formation) {
    const auto wanted = situation.desired.target.formation.find(process.type);
    if (wanted == situation.desired.target.formation.end()) continue;
    process.quantity = wanted->second.quantity;
    if (wanted->second.size) process.size = *wanted->second.size;
  }
  return formation;
}

}  // namespace changeover
