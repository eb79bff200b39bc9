// What PostgresClusters does to a database that runs. Each is asked of the database's worker and done in its turn.
#include <utility>

#include "emulator/engine/postgres_clusters.h"
#include "emulator/engine/postgres_database.h"

namespace changeover::emulator {

std::string PostgresClusters::owner_of(const Database& database) const {
  const std::lock_guard lock(mutex_);
  return database.status.endpoint->user;
}

void PostgresClusters::promote(const std::string& id) {
  {
    const std::lock_guard lock(mutex_);
    Database* const database = find(id);
    if (database == nullptr || !database->status.in_recovery) return;
    if (database->status.state == DatabaseStatus::State::running) {
      database->status.state = DatabaseStatus::State::promoting;
    }
  }
  ask(id, [this](Database& database) -> Result<void> {
    {
      const std::lock_guard lock(mutex_);
      if (!database.status.in_recovery) return {};  // asked for twice
      database.status.state = DatabaseStatus::State::promoting;
    }
    auto promoted = database.cluster->promote();
    if (!promoted) {
      note_failure(database, promoted.error().in("promotion"));
      return promoted;
    }
    const std::lock_guard lock(mutex_);
    database.leader.reset();
    database.leader_id.clear();
    note_running(database, false);
    return {};
  });
}

void PostgresClusters::stall_replay(const std::string& id, bool stalled) {
  ask(id, [stalled](Database& database) { return database.cluster->stall_replay(stalled); });
}

/// With mutex_ held: what the leader's followers get by replication.
void PostgresClusters::share_roles(const Database& leader) {
  for (const auto& [id, other] : databases_) {
    if (other->leader_id != leader.id || !other->status.endpoint) continue;
    other->status.endpoint->password = leader.status.endpoint->password;
    other->status.roles = leader.status.roles;
  }
  changed_.notify_all();
}

void PostgresClusters::set_role(const std::string& id, const std::string& user, const Secret& password) {
  ask(id, [this, user, password](Database& database) -> Result<void> {
    auto set = database.cluster->set_role(user, password);
    if (!set) return set;
    const std::lock_guard lock(mutex_);
    database.status.roles[user] = password;
    if (user == database.status.endpoint->user) database.status.endpoint->password = password;
    share_roles(database);
    return {};
  });
}

void PostgresClusters::drop_role(const std::string& id, const std::string& user) {
  ask(id, [this, user](Database& database) -> Result<void> {
    auto dropped = database.cluster->drop_role(user, owner_of(database));
    if (!dropped) return dropped;
    const std::lock_guard lock(mutex_);
    database.status.roles.erase(user);
    share_roles(database);
    return {};
  });
}

void PostgresClusters::repair_owner(const std::string& id) {
  ask(id, [this](Database& database) { return database.cluster->repair_owner(owner_of(database)); });
}

void PostgresClusters::reset(const std::string& id, const std::vector<std::string>& extensions) {
  ask(id, [this, extensions](Database& database) { return database.cluster->reset(owner_of(database), extensions); });
}

int PostgresClusters::open_pool(const std::string& id) {
  const std::lock_guard lock(mutex_);
  Database* const database = find(id);
  if (database == nullptr || !database->status.endpoint || database->status.endpoint->port == 0) return 0;
  if (!database->pool) {
    auto opened = Relay::open(database->status.endpoint->port);
    if (!opened) return 0;
    database->pool = std::move(*opened);
  }
  return database->pool->port();
}

void PostgresClusters::terminate(const std::string& id, int pid) {
  ask(id, [pid](Database& database) { return database.cluster->terminate(pid); });
}

void PostgresClusters::reset_connections(const std::string& id) {
  ask(id, [](Database& database) { return database.cluster->reset_connections(); });
}

void PostgresClusters::request_sample(const std::string& id) {
  {
    const std::lock_guard lock(mutex_);
    Database* const database = find(id);
    if (database == nullptr || database->sample_asked) return;
    database->sample_asked = true;
  }
  ask(id, [this](Database& database) -> Result<void> {
    std::unique_lock lock(mutex_);
    database.sample_asked = false;  // before the reading: one asked for from now on must begin later
    const auto leader = database.leader;
    lock.unlock();
    const SteadyTime begun = clock_.steady_now();
    auto sample = database.cluster->sample(leader);
    if (!sample) return fail(sample.error());
    sample->taken_at = begun;
    lock.lock();
    database.sample = std::move(*sample);
    return {};
  });
}

}  // namespace changeover::emulator
