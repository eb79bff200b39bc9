// Databases, dumps and dynos that exist in memory and follow a virtual clock: the engines of the emulator's model in
// tests.
//
// Owner: the test. Thread rule: one thread. Every duration is virtual; with all of them zero an operation is done at
// the next look. A leader counts transactions, a follower is at its leader's count unless it is held. Roles hold no
// data: what would become of it is the real engine's to show.
#pragma once

#include <algorithm>
#include <chrono>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/clock.h"
#include "emulator/engine.h"

namespace changeover::testing {

class FakeDatabases final : public emulator::DatabaseEngine {
 public:
  explicit FakeDatabases(const Clock& clock) : clock_(clock) {}

  std::chrono::milliseconds start_time{0};
  std::chrono::milliseconds promote_time{0};
  std::chrono::milliseconds sample_time{0};
  std::chrono::milliseconds password_time{0};

  /// Transactions on a leader.
  void commit(const std::string& id, std::int64_t transactions) { at(id).own_position += transactions; }
  void fail(const std::string& id) { at(id).failed = true; }
  void set_bytes(const std::string& id, std::int64_t bytes) { at(id).bytes = bytes; }
  [[nodiscard]] bool exists(const std::string& id) const { return databases_.contains(id); }
  [[nodiscard]] std::size_t size() const { return databases_.size(); }
  [[nodiscard]] bool in_recovery(const std::string& id) const { return recovering(databases_.at(id)); }
  [[nodiscard]] std::int64_t position(const std::string& id) const { return position_of(databases_.at(id)); }
  [[nodiscard]] int resets() const { return resets_; }
  /// What was asked of a database besides the rest: "repair", "reset hstore", "terminate 7".
  [[nodiscard]] const std::vector<std::string>& asked(const std::string& id) { return at(id).asked_for; }
  /// What a sample says of the open connections.
  void connect(const std::string& id, const std::string& user, int count) { at(id).connections[user] = count; }
  std::string failed_text = "the disk is full";

  void create_leader(const std::string& id, const std::string& database, const std::string& user,
                     const Secret& password, const std::string&) override {
    Database made;
    made.endpoint = {"127.0.0.1", next_port_++, database, user, password};
    made.roles = {{user, password}};
    made.ready_at = clock_.steady_now() + start_time;
    databases_[id] = made;
  }
  void create_follower(const std::string& id, const std::string& leader_id) override {
    Database made;
    made.endpoint = at(leader_id).endpoint;
    made.endpoint.port = next_port_++;
    made.leader = leader_id;
    made.roles = roles_of(at(leader_id));
    made.ready_at = clock_.steady_now() + start_time;
    databases_[id] = made;
  }
  void create_fork(const std::string& id, const std::string& source_id) override {
    Database made;
    made.endpoint = status(source_id).endpoint.value();
    made.endpoint.port = next_port_++;
    made.roles = status(source_id).roles;
    made.own_position = position_of(at(source_id));
    made.ready_at = clock_.steady_now() + start_time;
    databases_[id] = made;
  }
  void promote(const std::string& id) override {
    at(id).roles = roles_of(at(id));
    at(id).promoted_at = clock_.steady_now() + promote_time;
  }
  void stall_replay(const std::string& id, bool stalled) override {
    Database& database = at(id);
    database.held = stalled ? std::optional(position_of(database)) : std::nullopt;
  }
  void set_role(const std::string& id, const std::string& user, const Secret& password) override {
    at(id).changes.push_back({clock_.steady_now() + password_time, user, password});
  }
  void drop_role(const std::string& id, const std::string& user) override {
    at(id).changes.push_back({clock_.steady_now() + password_time, user, std::nullopt});
  }
  [[nodiscard]] int open_pool(const std::string& id) override {
    return databases_.contains(id) ? at(id).endpoint.port + 10'000 : 0;
  }
  void repair_owner(const std::string& id) override { at(id).asked_for.emplace_back("repair"); }
  void reset(const std::string& id, const std::vector<std::string>& extensions) override {
    std::string words = "reset";
    for (const std::string& extension : extensions) words += " " + extension;
    at(id).asked_for.push_back(words);
  }
  void terminate(const std::string& id, int pid) override {
    at(id).asked_for.push_back("terminate " + std::to_string(pid));
  }
  void reset_connections(const std::string&) override { ++resets_; }
  void destroy(const std::string& id) override {
    for (auto& [other, database] : databases_)
      if (database.leader == id) database.roles = roles_of(database);
    databases_.erase(id);
  }

  [[nodiscard]] emulator::DatabaseStatus status(const std::string& id) const override {
    using State = emulator::DatabaseStatus::State;
    const auto found = databases_.find(id);
    if (found == databases_.end()) return {State::gone, false, {}, std::nullopt, {}};
    const Database& database = found->second;
    if (database.failed) return {State::failed, false, failed_text, std::nullopt, {}};
    if (clock_.steady_now() < database.ready_at) return {State::starting, false, {}, std::nullopt, {}};
    emulator::Endpoint endpoint = database.endpoint;
    const std::map<std::string, Secret> roles = roles_of(database);
    endpoint.password = roles.at(endpoint.user);
    const bool promoting = database.promoted_at && recovering(database);
    return {promoting ? State::promoting : State::running, recovering(database), {}, endpoint, roles};
  }
  void request_sample(const std::string& id) override {
    Database& database = at(id);
    emulator::DatabaseSample sample;
    sample.current_transaction = position_of(database);
    const auto leader = databases_.find(database.leader);
    if (recovering(database) && leader != databases_.end())
      sample.commits_behind = position_of(leader->second) - position_of(database);
    sample.bytes = database.bytes;
    sample.tables = 3;
    sample.connections_of = database.connections;
    for (const auto& [user, count] : database.connections) sample.connections += count;
    sample.server_version = "15.18";
    sample.taken_at = clock_.steady_now();
    database.asked = sample;
  }
  [[nodiscard]] std::optional<emulator::DatabaseSample> latest_sample(const std::string& id) const override {
    const Database& database = databases_.at(id);
    if (!database.asked || clock_.steady_now() < database.asked->taken_at + sample_time) return std::nullopt;
    return database.asked;
  }

 private:
  struct RoleChange {
    SteadyTime at;
    std::string user;
    std::optional<Secret> password;  ///< none: dropped
  };
  struct Database {
    emulator::Endpoint endpoint;
    std::map<std::string, Secret> roles;
    std::vector<RoleChange> changes;
    std::map<std::string, int> connections;
    std::vector<std::string> asked_for;
    std::string leader;
    SteadyTime ready_at{};
    std::optional<SteadyTime> promoted_at;
    std::int64_t own_position = 700;
    std::optional<std::int64_t> held;
    std::optional<emulator::DatabaseSample> asked;
    std::int64_t bytes = 8'000'000;
    bool failed = false;
  };

  [[nodiscard]] Database& at(const std::string& id) { return databases_.at(id); }
  [[nodiscard]] bool recovering(const Database& database) const {
    return !database.leader.empty() && !(database.promoted_at && clock_.steady_now() >= *database.promoted_at);
  }
  /// A follower has its leader's until it is promoted.
  [[nodiscard]] std::map<std::string, Secret> roles_of(const Database& database) const {
    const auto leader = databases_.find(database.leader);
    std::map<std::string, Secret> roles =
        recovering(database) && leader != databases_.end() ? roles_of(leader->second) : database.roles;
    for (const RoleChange& change : database.changes) {
      if (clock_.steady_now() < change.at) continue;
      if (change.password)
        roles[change.user] = *change.password;
      else
        roles.erase(change.user);
    }
    return roles;
  }
  [[nodiscard]] std::int64_t position_of(const Database& database) const {
    if (database.held) return *database.held;
    const auto leader = databases_.find(database.leader);
    return recovering(database) && leader != databases_.end() ? position_of(leader->second) : database.own_position;
  }

  const Clock& clock_;
  std::map<std::string, Database> databases_;
  int next_port_ = 40'000;
  int resets_ = 0;
};

class FakeTransfers final : public emulator::TransferEngine {
 public:
  explicit FakeTransfers(const Clock& clock) : clock_(clock) {}

  std::chrono::milliseconds duration{0};
  std::int64_t bytes = 1'000'000;
  std::string folder{};  ///< where dumps lie as ID.dump; nobody writes them
  int warnings = 0;

  /// The order of a transfer, or nullptr when there is none.
  [[nodiscard]] const emulator::TransferOrder* order(const std::string& id) const {
    const auto found = transfers_.find(id);
    return found == transfers_.end() ? nullptr : &found->second.order;
  }
  [[nodiscard]] std::size_t size() const { return transfers_.size(); }
  void fail(const std::string& why) { failure_ = why; }

  void start(const std::string& id, const emulator::TransferOrder& order) override {
    transfers_[id] = {order, clock_.steady_now(), clock_.wall_now(), false};
  }
  void cancel(const std::string& id) override { transfers_.at(id).cancelled = true; }
  void remove(const std::string& id) override { transfers_.erase(id); }
  [[nodiscard]] emulator::TransferStatus status(const std::string& id) const override {
    using State = emulator::TransferStatus::State;
    emulator::TransferStatus status;
    const auto found = transfers_.find(id);
    if (found == transfers_.end()) {
      status.state = State::failed;
      return status;
    }
    const Transfer& transfer = found->second;
    const auto passed = clock_.steady_now() - transfer.begun_at;
    status.log.push_back({transfer.began, "began"});
    status.processed_bytes =
        passed >= duration ? bytes : bytes * (passed / std::chrono::milliseconds{1}) / duration.count();
    if (transfer.cancelled) {
      status.state = State::cancelled;
    } else if (passed >= duration) {
      status.state = failure_.empty() ? State::succeeded : State::failed;
      status.warnings = warnings;
      status.log.push_back({transfer.began, failure_.empty() ? "done" : failure_});
      if (failure_.empty() && !transfer.order.to) status.file = folder + "/" + id + ".dump";
    }
    return status;
  }

 private:
  struct Transfer {
    emulator::TransferOrder order;
    SteadyTime begun_at;
    WallTime began;
    bool cancelled = false;
  };
  const Clock& clock_;
  std::map<std::string, Transfer> transfers_;
  std::string failure_;
};

class FakeProcesses final : public emulator::ProcessEngine {
 public:
  explicit FakeProcesses(const Clock& clock) : clock_(clock) {}

  struct Process {
    std::string command;
    std::map<std::string, std::string> environment;
    SteadyTime ready_at{};
    std::optional<SteadyTime> gone_at;
    int exit_code = 0;
  };

  std::chrono::milliseconds start_time{0};
  /// From SIGTERM until a process is gone, unless its grace is shorter; DRAIN_MS of its environment counts instead.
  std::chrono::milliseconds drain{0};
  bool no_ports = false;  ///< none is left to reserve

  /// The process whose DYNO is `dyno` and whose APP is `app`, or nullptr.
  [[nodiscard]] const Process* find(const std::string& app, const std::string& dyno) const {
    for (const auto& [id, process] : processes_)
      if (process.environment.at("APP") == app && process.environment.at("DYNO") == dyno) return &process;
    return nullptr;
  }
  /// Ends it by itself.
  void exit(const std::string& app, const std::string& dyno, int code) {
    for (auto& [id, process] : processes_) {
      if (process.environment.at("APP") != app || process.environment.at("DYNO") != dyno) continue;
      process.gone_at = clock_.steady_now();
      process.exit_code = code;
    }
  }
  [[nodiscard]] std::size_t size() const { return processes_.size(); }
  [[nodiscard]] int started() const { return started_; }

  [[nodiscard]] int reserve_port(const std::string&) override { return no_ports ? 0 : next_port_++; }
  /// Every process prints that, when it is kept.
  std::string printed = "migrating\n";
  void keep_output(const std::string& id) override { kept_.insert(id); }
  [[nodiscard]] std::string output(const std::string& id) const override { return kept_.contains(id) ? printed : ""; }
  void start(const std::string& id, const std::string& command,
             const std::map<std::string, std::string>& environment) override {
    ++started_;
    processes_[id] = {command, environment, clock_.steady_now() + start_time, std::nullopt, 0};
  }
  void stop(const std::string& id, std::chrono::milliseconds grace) override {
    Process& process = processes_.at(id);
    const auto own = process.environment.find("DRAIN_MS");
    const auto takes = own == process.environment.end() ? drain : std::chrono::milliseconds(std::stoi(own->second));
    process.gone_at = clock_.steady_now() + std::min(grace, takes);
    process.exit_code = takes > grace ? 137 : 143;
  }
  [[nodiscard]] emulator::ProcessStatus status(const std::string& id) const override {
    using State = emulator::ProcessStatus::State;
    const auto found = processes_.find(id);
    if (found == processes_.end()) return {State::exited, 0};
    const Process& process = found->second;
    if (process.gone_at && clock_.steady_now() >= *process.gone_at) return {State::exited, process.exit_code};
    if (process.gone_at) return {State::stopping, 0};
    return {clock_.steady_now() >= process.ready_at ? State::up : State::starting, 0};
  }
  void forget(const std::string& id) override {
    processes_.erase(id);
    kept_.erase(id);
  }

 private:
  const Clock& clock_;
  std::map<std::string, Process> processes_;
  std::set<std::string> kept_;
  int started_ = 0;
  int next_port_ = 20'000;
};

}  // namespace changeover::testing
