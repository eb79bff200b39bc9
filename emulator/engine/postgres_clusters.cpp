#include "emulator/engine/postgres_clusters.h"

#include <thread>
#include <utility>

#include "emulator/engine/postgres_database.h"

namespace changeover::emulator {
namespace {

/// How often a worker without work looks whether its server still runs.
constexpr std::chrono::milliseconds look_after{250};

}  // namespace

PostgresClusters::PostgresClusters(const Keeper& keeper, const Clock& clock, std::filesystem::path cache)
    : keeper_(keeper), clock_(clock), cache_(std::move(cache)) {}

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
  if (!template_) template_ = ClusterTemplate::make(keeper_, cache_);
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

void PostgresClusters::ask(const std::string& id, std::function<Result<void>(Database&)> operation) {
  const std::lock_guard lock(mutex_);
  Database* const database = find(id);
  if (database == nullptr) return;
  database->waiting.push_back(std::move(operation));
  database->busy = true;
  database->woken.notify_one();
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
