#include "emulator/model/databases.h"

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
      if (!database.endpoint || Credentials::under_way(database)) return true;
      break;
    case Database::Phase::running:
    case Database::Phase::unfollowing:
    case Database::Phase::rotating:
    case Database::Phase::failed:
      break;
  }
  return database.sample_requested.has_value() || database.phase == Database::Phase::rotating;
}

}  // namespace

void Databases::begin(AddOn& addon, const Birth& birth) {
  addon.database = std::make_unique<Database>();
  Database& database = *addon.database;
  database.formation = random_.uuid();
  database.primary = random_.uuid();
  if (birth.leader != nullptr) {
    begin_follower(addon, *birth.leader);
  } else if (birth.source != nullptr) {
    const Database& source = *birth.source->database;
    database.credentials = source.credentials;
    database.forked_from = source.formation;
    database.source_id = birth.source->id;
    lineage_.add_fork(birth.source->id, addon.id);
    engine_.create_fork(addon.id, birth.source->id);
  } else {
    Credential credential = credentials_.make_default();
    const std::string name = "d" + credential.user.substr(1);
    engine_.create_leader(addon.id, name, credential.user, credential.password, birth.seed_sql);
    database.credentials.push_back(std::move(credential));
  }
  moving_.insert(addon.id);
}

void Databases::begin_follower(AddOn& addon, AddOn& leader) {
  Database& database = *addon.database;
  database.phase = Database::Phase::waiting_for_leader;
  database.leader_id = leader.id;
  database.leader_name = leader.name;
  database.credentials = leader.database->credentials;
  if (switches_.follower_inherits_settings) {
    database.settings = leader.database->settings;
    database.window = leader.database->window;
  }
  lineage_.add(leader.id, addon.id);
  step_wait_for_leader(addon);
}

void Databases::create(AddOn& addon, const Birth& birth) {
  begin(addon, birth);
  Database& database = *addon.database;
  const SteadyTime now = clock_.steady_now();
  database.known_at = now + timing_.data_404;
  database.provisioned_at = now + timing_.provisioning;
  database.fork_follow_at = now + timing_.fork_follow;
  database.standby_at = now + timing_.standby;
  wake_at(database.provisioned_at, addon.id);
}

void Databases::create_settled(AddOn& addon, const Birth& birth) { begin(addon, birth); }

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
  if (database.phase == Database::Phase::rotating && !Credentials::under_way(database)) standalone(addon);
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
    // A fork has what its source has, but for the passwords.
    if (!database.source_id.empty())
      for (Credential& credential : database.credentials) credentials_.rotate(addon, credential, false);
  }
  if (Credentials::under_way(database)) return;
  if (database.follows() && switches_.provisioned_when_caught_up && !database.caught_up) return;  // a sample wakes us
  if (clock_.steady_now() >= database.provisioned_at) provisioned(addon);  // else wake_at() brings us back
}

void Databases::provisioned(AddOn& addon) {
  addon.database->phase = Database::Phase::running;
  if (addon.state != AddOn::State::provisioning) return;
  addon.state = AddOn::State::provisioned;
  addon.updated_at = clock_.wall_now();
  releases_.announce(addon, "completed provisioning, setting");
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

bool Databases::open_pool(AddOn& addon) {
  if (!addon.database->endpoint) return false;
  addon.database->pool_port = engine_.open_pool(addon.id);
  return addon.database->pool_port != 0;
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
    database.phase = Database::Phase::rotating;     // `following` is null only when the new password is in force
    lineage_.remove(database.leader_id, addon.id);  // its credentials are its own from here on
    return credentials_.rotate(addon, database.credentials.front(), false);
  }
  standalone(addon);
  if (!switches_.rotate_on_unfollow) return;
  timers_.at(clock_.steady_now() + timing_.rotation, [this, id = addon.id] {
    AddOn* again = estate_.addons.find(id);
    if (again != nullptr && again->database->phase == Database::Phase::running)
      credentials_.rotate(*again, again->database->credentials.front(), false);
  });
}

void Databases::standalone(AddOn& addon) {
  Database& database = *addon.database;
  database.phase = Database::Phase::running;
  const AddOn* leader = estate_.addons.find(database.leader_id);
  if (leader != nullptr && switches_.fork_on_unfollow) {
    database.forked_from = leader->database->formation;
    database.source_id = leader->id;
    lineage_.add_fork(leader->id, addon.id);
  }
  lineage_.remove(database.leader_id, addon.id);
  credentials_.settle_standalone(addon);
  database.leader_id.clear();
  database.leader_name.clear();
  database.frozen_following = Secret{};
  if (database.sample) database.sample->sample.commits_behind.reset();
  database.fork_follow_at = clock_.steady_now() + timing_.fork_follow;
  database.standby_at = clock_.steady_now() + timing_.standby;
  database.history_from = clock_.wall_now();
  addon.updated_at = clock_.wall_now();
}

void Databases::destroy(AddOn& addon) {
  for (AddOn* follower : lineage_.followers(addon))
    if (auto url = following(*follower)) follower->database->frozen_following = *url;
  if (addon.database->follows()) lineage_.remove(addon.database->leader_id, addon.id);
  lineage_.forget(addon.id);
  moving_.erase(addon.id);
  engine_.destroy(addon.id);
}

bool Databases::known_to_data_api(const AddOn& addon) const {
  return addon.database != nullptr && !is_advanced(addon.plan) && clock_.steady_now() >= addon.database->known_at &&
         (addon.state == AddOn::State::provisioning || addon.state == AddOn::State::provisioned);
}

bool Databases::waiting(const AddOn& addon) const {
  const Database& database = *addon.database;
  if (addon.state != AddOn::State::provisioned || database.phase != Database::Phase::running) return true;
  if (database.upgrade.state == Upgrade::State::running) return true;
  return database.follows() && switches_.wait_until_caught_up && !database.caught_up;
}

bool Databases::can_be_followed(const AddOn& addon) const {
  return addon.state == AddOn::State::provisioned && clock_.steady_now() >= addon.database->fork_follow_at;
}

bool Databases::has_standby(const AddOn& addon) const { return clock_.steady_now() >= addon.database->standby_at; }

std::optional<Secret> Databases::following(const AddOn& addon) const {
  const Database& database = *addon.database;
  if (!database.follows()) return std::nullopt;
  const AddOn* leader = estate_.addons.find(database.leader_id);
  if (leader == nullptr)
    return database.frozen_following.empty() ? std::nullopt : std::optional(database.frozen_following);
  if (!leader->database->endpoint) return std::nullopt;
  return postgres_url(*leader->database->endpoint, leader->database->credentials.front());
}

}  // namespace changeover::emulator
