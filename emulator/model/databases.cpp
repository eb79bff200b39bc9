#include "emulator/model/databases.h"

#include <algorithm>
#include <array>

#include "emulator/model/attachment_url.h"
#include "emulator/model/catalogue.h"

namespace changeover::emulator {
namespace {

/// heroku-api.md 8, row 5: a follower is ready when it is once this near.
constexpr std::int64_t near_commits = 200;

bool is_moving(const Database& database) {
  switch (database.phase) {
    case Database::Phase::waiting_for_leader:
    case Database::Phase::promoting:
      return true;
    case Database::Phase::starting:
      if (!database.endpoint) return true;
      break;
    case Database::Phase::running:
    case Database::Phase::unfollowing:
    case Database::Phase::rotating:
    case Database::Phase::failed:
      break;
  }
  return database.sample_requested.has_value() || database.new_password.has_value();
}

std::string hex_word(Random& random, std::string_view prefix, std::size_t digits) {
  std::string word(prefix);
  while (word.size() < prefix.size() + digits) {
    std::string uuid = random.uuid();
    std::erase(uuid, '-');
    word += uuid;
  }
  return word.substr(0, prefix.size() + digits);
}

}  // namespace

void Databases::begin(AddOn& addon, AddOn* leader, const std::string& seed_sql) {
  addon.database = std::make_unique<Database>();
  Database& database = *addon.database;
  database.formation = random_.uuid();
  database.primary = random_.uuid();
  database.seed_sql = seed_sql;
  if (leader != nullptr) {
    database.phase = Database::Phase::waiting_for_leader;
    database.leader_id = leader->id;
    database.leader_name = leader->name;
    database.credentials = leader->database->credentials;
    followers_of_[leader->id].insert(addon.id);
    step_wait_for_leader(addon);
  } else {
    Credential credential{random_.uuid(), "default", hex_word(random_, "u", 13), Secret(hex_word(random_, "p", 64))};
    engine_.create_leader(addon.id, hex_word(random_, "d", 13), credential.user, credential.password, seed_sql);
    database.credentials.push_back(std::move(credential));
  }
  moving_.insert(addon.id);
}

void Databases::create(AddOn& addon, AddOn* leader, const std::string& seed_sql) {
  begin(addon, leader, seed_sql);
  Database& database = *addon.database;
  const SteadyTime now = clock_.steady_now();
  database.known_at = now + timing_.data_404;
  database.provisioned_at = now + timing_.provisioning;
  database.fork_follow_at = now + timing_.fork_follow;
  database.standby_at = now + timing_.standby;
  wake_at(database.provisioned_at, addon.id);
}

void Databases::create_settled(AddOn& addon, AddOn* leader, const std::string& seed_sql) {
  begin(addon, leader, seed_sql);
}

void Databases::wake_at(SteadyTime time, const std::string& addon_id) {
  timers_.at(time, [this, addon_id] { moving_.insert(addon_id); });
}

void Databases::refresh() {
  const std::set<std::string> ids = moving_;
  for (const std::string& id : ids) {
    AddOn* addon = estate_.addons.find(id);
    const bool exists = addon != nullptr && addon->database != nullptr;
    if (exists) step(*addon);
    if (!exists || !is_moving(*addon->database)) moving_.erase(id);
  }
}

void Databases::step(AddOn& addon) {
  Database& database = *addon.database;
  if (database.sample_requested) take_sample(addon);
  if (database.phase == Database::Phase::waiting_for_leader) step_wait_for_leader(addon);
  if (database.phase == Database::Phase::starting) step_start(addon);
  if (database.phase == Database::Phase::promoting) step_promotion(addon);
  if (database.new_password) step_rotation(addon);
}

void Databases::step_wait_for_leader(AddOn& addon) {
  AddOn* leader = estate_.addons.find(addon.database->leader_id);
  if (leader == nullptr || leader->database->phase == Database::Phase::failed) return failed(addon);
  if (!leader->database->endpoint) return;
  addon.database->phase = Database::Phase::starting;
  engine_.create_follower(addon.id, leader->id);
}

void Databases::failed(AddOn& addon) {
  addon.database->phase = Database::Phase::failed;
  addon.state = AddOn::State::deprovisioned;
  addon.updated_at = clock_.wall_now();
}

void Databases::step_start(AddOn& addon) {
  Database& database = *addon.database;
  const DatabaseStatus status = engine_.status(addon.id);
  if (status.state == DatabaseStatus::State::failed || status.state == DatabaseStatus::State::gone)
    return failed(addon);
  if (status.state != DatabaseStatus::State::running || !status.endpoint) return;
  if (!database.endpoint) {
    database.endpoint = status.endpoint;
    sample_later(addon.id);
  }
  if (clock_.steady_now() >= database.provisioned_at) provisioned(addon);  // else wake_at() brings us back
}

void Databases::provisioned(AddOn& addon) {
  addon.database->phase = Database::Phase::running;
  if (addon.state != AddOn::State::provisioning) return;
  addon.state = AddOn::State::provisioned;
  addon.updated_at = clock_.wall_now();
  release_on_all_apps(addon, "completed provisioning, setting");
}

void Databases::release_on_all_apps(AddOn& addon, const std::string& what) {
  std::map<App*, std::vector<std::string>> names;
  std::vector<App*> order;  // by attachment, so that ids do not depend on addresses
  for (const Attachment* attachment : addon.attachments) {
    if (!names.contains(attachment->app)) order.push_back(attachment->app);
    names[attachment->app].push_back(attachment->name + "_URL");
  }
  for (App* app : order) {
    std::string list;
    for (const std::string& name : names[app]) list += (list.empty() ? "" : ", ") + name;
    releases_.make(*app, "@ref:" + addon.name + " " + what + " " + list + ".", Releases::By::provider);
  }
}

void Databases::sample_later(const std::string& addon_id) {
  AddOn* addon = estate_.addons.find(addon_id);
  if (addon == nullptr || addon->database == nullptr) return;
  Database& database = *addon->database;
  if (!database.sample_requested) {
    database.sample_requested = clock_.steady_now();
    engine_.request_sample(addon_id);
    moving_.insert(addon_id);
  }
  timers_.at(clock_.steady_now() + timing_.sampling, [this, addon_id] { sample_later(addon_id); });
}

void Databases::take_sample(AddOn& addon) {
  Database& database = *addon.database;
  std::optional<DatabaseSample> sample = engine_.latest_sample(addon.id);
  if (!sample || sample->taken_at < *database.sample_requested) return;
  const auto age = std::chrono::floor<std::chrono::milliseconds>(clock_.steady_now() - sample->taken_at);
  database.sample_requested.reset();
  if (database.follows() && !estate_.addons.find(database.leader_id)) {
    // The leader is gone: the lag says what it said last (heroku-api.md 8, row 11).
    sample->commits_behind = database.sample ? database.sample->sample.commits_behind : std::nullopt;
  }
  if (sample->commits_behind && *sample->commits_behind <= near_commits) database.caught_up = true;
  database.sample = PublishedSample{*std::move(sample), clock_.wall_now() - age};
}

void Databases::unfollow(AddOn& addon) {
  addon.database->phase = Database::Phase::unfollowing;
  timers_.at(clock_.steady_now() + timing_.unfollow, [this, id = addon.id] {
    AddOn* again = estate_.addons.find(id);
    if (again == nullptr || again->database->phase != Database::Phase::unfollowing) return;
    engine_.promote(id);
    again->database->phase = Database::Phase::promoting;
    moving_.insert(id);
  });
}

void Databases::step_promotion(AddOn& addon) {
  Database& database = *addon.database;
  const DatabaseStatus status = engine_.status(addon.id);
  if (status.state == DatabaseStatus::State::failed) return failed(addon);
  if (status.state != DatabaseStatus::State::running || status.in_recovery) return;
  if (switches_.rotate_on_unfollow && timing_.rotation.count() == 0) {
    database.phase = Database::Phase::rotating;  // `following` is null only when the new password is in force
    return rotate(addon);
  }
  standalone(addon);
  if (!switches_.rotate_on_unfollow) return;
  timers_.at(clock_.steady_now() + timing_.rotation, [this, id = addon.id] {
    if (AddOn* again = estate_.addons.find(id)) rotate(*again);
  });
}

void Databases::standalone(AddOn& addon) {
  Database& database = *addon.database;
  database.phase = Database::Phase::running;
  const AddOn* leader = estate_.addons.find(database.leader_id);
  if (leader != nullptr) database.forked_from = leader->database->formation;
  followers_of_[database.leader_id].erase(addon.id);
  database.leader_id.clear();
  database.leader_name.clear();
  database.frozen_following = Secret{};
  if (database.sample) database.sample->sample.commits_behind.reset();
  database.fork_follow_at = clock_.steady_now() + timing_.fork_follow;
  database.standby_at = clock_.steady_now() + timing_.standby;
  addon.updated_at = clock_.wall_now();
}

void Databases::rotate(AddOn& addon) {
  addon.database->new_password = Secret(hex_word(random_, "p", 64));
  engine_.set_role(addon.id, addon.database->credentials.front().user, *addon.database->new_password);
  moving_.insert(addon.id);
}

void Databases::step_rotation(AddOn& addon) {
  Database& database = *addon.database;
  const DatabaseStatus status = engine_.status(addon.id);
  if (status.state == DatabaseStatus::State::failed) return failed(addon);
  if (!status.endpoint || !(status.endpoint->password == *database.new_password)) return;
  const Secret password = *database.new_password;
  database.endpoint = status.endpoint;
  database.new_password.reset();
  if (database.phase == Database::Phase::rotating) standalone(addon);
  // A follower shares the leader's roles by replication (heroku-api.md 3.6).
  std::vector<AddOn*> changed = followers(addon);
  changed.insert(changed.begin(), &addon);
  const std::string user = database.credentials.front().user;
  for (AddOn* one : changed) {
    for (Credential& credential : one->database->credentials)
      if (credential.user == user) credential.password = password;
    if (one->state == AddOn::State::provisioned) release_on_all_apps(*one, "rotated its credential, setting");
  }
}

void Databases::destroy(AddOn& addon) {
  for (AddOn* follower : followers(addon))
    if (auto url = following(*follower)) follower->database->frozen_following = *url;
  if (addon.database->follows()) followers_of_[addon.database->leader_id].erase(addon.id);
  followers_of_.erase(addon.id);
  moving_.erase(addon.id);
  engine_.destroy(addon.id);
}

bool Databases::known_to_data_api(const AddOn& addon) const {
  return addon.database != nullptr && clock_.steady_now() >= addon.database->known_at &&
         (addon.state == AddOn::State::provisioning || addon.state == AddOn::State::provisioned);
}

bool Databases::waiting(const AddOn& addon) const {
  const Database& database = *addon.database;
  if (addon.state != AddOn::State::provisioned || database.phase != Database::Phase::running) return true;
  return database.follows() && !database.caught_up;
}

bool Databases::can_be_followed(const AddOn& addon) const {
  return addon.state == AddOn::State::provisioned && clock_.steady_now() >= addon.database->fork_follow_at;
}

bool Databases::has_standby(const AddOn& addon) const { return clock_.steady_now() >= addon.database->standby_at; }

std::optional<Secret> Databases::following(const AddOn& addon) const {
  const Database& database = *addon.database;
  if (!database.follows()) return std::nullopt;
  const AddOn* leader = estate_.addons.find(database.leader_id);
  if (leader == nullptr) return database.frozen_following;
  if (!leader->database->endpoint) return std::nullopt;
  return postgres_url(*leader->database->endpoint, leader->database->credentials.front());
}

std::vector<AddOn*> Databases::followers(const AddOn& addon) const {
  std::vector<AddOn*> list;
  const auto found = followers_of_.find(addon.id);
  if (found == followers_of_.end()) return list;
  for (const std::string& id : found->second)
    if (AddOn* follower = estate_.addons.find(id)) list.push_back(follower);
  return list;
}

}  // namespace changeover::emulator
