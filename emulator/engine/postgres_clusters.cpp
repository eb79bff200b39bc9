#include "emulator/engine/postgres_clusters.h"

#include <deque>
#include <thread>
#include <utility>

#include "emulator/engine/relay.h"

namespace changeover::emulator {
namespace {

/// How often a worker without work looks whether its server still runs.
constexpr std::chrono::milliseconds look_after{250};

}  // namespace

/// One emulated database. `cluster` is the worker's; everything else is guarded by the engine's mutex.
struct PostgresClusters::Database {
  using Operation = std::function<Result<void>(Database&)>;

  std::string id{};
  std::filesystem::path home{};
  std::string leader_id{};  ///< of a follower, until it is promoted
  std::optional<ClusterAddress> leader{};
  DatabaseStatus status{};
  std::optional<DatabaseSample> sample{};
  std::deque<Operation> waiting{};
  bool busy = true;
  bool sample_asked = false;
  bool stop = false;
  bool finished = false;
  Cluster* running = nullptr;  ///< for cancel(); null while there is none
  std::condition_variable woken{};
  std::unique_ptr<Cluster> cluster{};
  std::unique_ptr<Relay> pool{};
  std::thread worker{};
};

PostgresClusters::PostgresClusters(const Keeper& keeper, const Clock& clock) : keeper_(keeper), clock_(clock) {}

PostgresClusters::~PostgresClusters() {
  while (true) {
    std::unique_lock lock(mutex_);
    if (databases_.empty()) break;
    const std::string id = databases_.begin()->first;
    lock.unlock();
    destroy(id);
  }
  for (const auto& database : leaving_) database->worker.join();
}

void PostgresClusters::create_leader(const std::string& id, const std::string& database, const std::string& user,
                                     const Secret& password, const std::string& seed_sql) {
  destroy(id);
  Database& made = begin(id);
  made.status.endpoint = Endpoint{"127.0.0.1", 0, database, user, password};
  made.status.roles = {{user, password}};
  const LeaderOrder order{database, user, password, seed_sql};
  made.worker =
      std::thread([this, &made, order] { run(made, [&](Cluster& cluster) { return cluster.start_leader(order); }); });
}

void PostgresClusters::create_follower(const std::string& id, const std::string& leader_id) {
  destroy(id);
  Database& made = begin(id);
  made.leader_id = leader_id;
  made.status.in_recovery = true;
  made.worker = std::thread([this, &made, leader_id] {
    run(made, [&](Cluster& cluster) -> Result<void> {
      const auto leader = await_source(leader_id, made);
      if (!leader) return fail(leader.error());
      std::unique_lock lock(mutex_);
      made.leader = *leader;
      const std::string database = made.status.endpoint->database;
      lock.unlock();
      return cluster.start_follower(*leader, database, made.id);
    });
  });
}

void PostgresClusters::create_fork(const std::string& id, const std::string& source_id) {
  destroy(id);
  Database& made = begin(id);
  made.worker = std::thread([this, &made, source_id] {
    run(made, [&](Cluster& cluster) -> Result<void> {
      const auto source = await_source(source_id, made);
      if (!source) return fail(source.error());
      std::unique_lock lock(mutex_);
      const std::string database = made.status.endpoint->database;
      lock.unlock();
      return cluster.start_fork(*source, database);
    });
  });
}

PostgresClusters::Database& PostgresClusters::begin(const std::string& id) {
  const std::lock_guard lock(mutex_);
  auto made = std::make_unique<Database>();
  made->id = id;
  made->home = keeper_.folder() / ("db" + std::to_string(++made_));
  Database& database = *made;
  databases_[id] = std::move(made);
  return database;
}

Result<const ClusterTemplate*> PostgresClusters::source() {
  const std::lock_guard lock(template_mutex_);
  if (!template_) template_ = ClusterTemplate::make(keeper_);
  if (!*template_) return fail(template_->error());
  return &**template_;
}

/// The life of a worker.
void PostgresClusters::run(Database& database, const Start& start) {
  Result<void> started;
  if (const auto from = source(); from) {
    database.cluster = std::make_unique<Cluster>(keeper_, **from, database.home);
    {
      const std::lock_guard lock(mutex_);
      database.running = database.cluster.get();
      if (database.stop) database.running->cancel();
    }
    started = start(*database.cluster);
  } else {
    started = fail(from.error());
  }
  if (started) {
    const std::lock_guard lock(mutex_);
    note_running(database, database.status.in_recovery);
  } else {
    note_failure(database, started.error());
  }
  work(database);
  {
    const std::lock_guard lock(mutex_);
    database.running = nullptr;
  }
  database.cluster.reset();
  const std::lock_guard lock(mutex_);
  database.finished = true;
  changed_.notify_all();
}

void PostgresClusters::work(Database& database) {
  std::unique_lock lock(mutex_);
  while (!database.stop) {
    if (database.waiting.empty()) {
      database.busy = false;
      changed_.notify_all();
      const bool work_came =
          database.woken.wait_for(lock, look_after, [&] { return database.stop || !database.waiting.empty(); });
      if (database.stop) return;
      if (!work_came && database.status.state != DatabaseStatus::State::failed) {
        lock.unlock();
        if (const auto runs = database.cluster->check_running(); !runs) note_failure(database, runs.error());
        lock.lock();
      }
      continue;
    }
    const Database::Operation operation = std::move(database.waiting.front());
    database.waiting.pop_front();
    database.busy = true;
    if (database.status.state == DatabaseStatus::State::failed) continue;
    lock.unlock();
    // What an operation could not do shows in what is observed next; only a server that has ended fails its database.
    static_cast<void>(operation(database));
    lock.lock();
  }
}

/// With mutex_ held.
void PostgresClusters::note_running(Database& database, bool in_recovery) {
  if (database.status.endpoint) database.status.endpoint->port = database.cluster->address().port;
  database.status.in_recovery = in_recovery;
  database.status.state = DatabaseStatus::State::running;
  changed_.notify_all();
}

void PostgresClusters::note_failure(Database& database, const Error& error) {
  const std::lock_guard lock(mutex_);
  database.status.state = DatabaseStatus::State::failed;
  database.status.failure = "database " + database.id + ": " + error.what;
  if (!error.advice.empty()) database.status.failure += "; " + error.advice;
  changed_.notify_all();
}

Result<ClusterAddress> PostgresClusters::await_source(const std::string& source_id, Database& copy) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] {
    const Database* const source = find(source_id);
    return copy.stop || source == nullptr || source->status.state != DatabaseStatus::State::starting;
  });
  const Database* const source = find(source_id);
  if (copy.stop) return fail(ErrorCode::cancelled, "destroyed while it waited for its leader");
  if (source == nullptr) return fail(ErrorCode::not_found, "there is no database " + source_id + " to copy");
  if (source->status.state == DatabaseStatus::State::failed) {
    return fail(ErrorCode::precondition, "it cannot copy a failed database: " + source->status.failure);
  }
  copy.status.endpoint = source->status.endpoint;
  copy.status.roles = source->status.roles;
  return source->cluster->address();
}

PostgresClusters::Database* PostgresClusters::find(const std::string& id) const {
  const auto found = databases_.find(id);
  return found == databases_.end() ? nullptr : found->second.get();
}

std::string PostgresClusters::owner_of(const Database& database) const {
  const std::lock_guard lock(mutex_);
  return database.status.endpoint->user;
}

void PostgresClusters::ask(const std::string& id, std::function<Result<void>(Database&)> operation) {
  const std::lock_guard lock(mutex_);
  Database* const database = find(id);
  if (database == nullptr) return;
  database->waiting.push_back(std::move(operation));
  database->busy = true;
  database->woken.notify_one();
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

std::optional<DatabaseSample> PostgresClusters::latest_sample(const std::string& id) const {
  const std::lock_guard lock(mutex_);
  const Database* const database = find(id);
  return database == nullptr ? std::nullopt : database->sample;
}

DatabaseStatus PostgresClusters::status(const std::string& id) const {
  const std::lock_guard lock(mutex_);
  const Database* const database = find(id);
  if (database != nullptr) {
    DatabaseStatus status = database->status;
    if (status.endpoint && status.endpoint->port == 0) status.endpoint.reset();
    return status;
  }
  DatabaseStatus gone;
  gone.state = DatabaseStatus::State::gone;
  return gone;
}

DatabaseStatus PostgresClusters::await_idle(const std::string& id) const {
  {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] {
      const Database* const database = find(id);
      return database == nullptr || (!database->busy && database->waiting.empty());
    });
  }
  return status(id);
}

void PostgresClusters::destroy(const std::string& id) {
  std::vector<std::unique_ptr<Database>> finished;
  {
    const std::lock_guard lock(mutex_);
    std::erase_if(leaving_, [&](std::unique_ptr<Database>& database) {
      if (!database->finished) return false;
      finished.push_back(std::move(database));
      return true;
    });
    if (const auto found = databases_.find(id); found != databases_.end()) {
      Database& database = *found->second;
      database.stop = true;
      if (database.running != nullptr) database.running->cancel();
      database.woken.notify_one();
      leaving_.push_back(std::move(found->second));
      databases_.erase(found);
      changed_.notify_all();
    }
  }
  for (const auto& database : finished) database->worker.join();
}

}  // namespace changeover::emulator
