// Databases and dynos that exist in memory and follow a virtual clock: the engines of the emulator's model in tests.
//
// Owner: the test. Thread rule: one thread. Every duration is virtual; with all of them zero an operation is done at
// the next look. A leader counts transactions, a follower is at its leader's count unless it is held.
#pragma once

#include <algorithm>
#include <chrono>
#include <map>
#include <optional>
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
  [[nodiscard]] bool exists(const std::string& id) const { return databases_.contains(id); }
  [[nodiscard]] std::size_t size() const { return databases_.size(); }
  [[nodiscard]] bool in_recovery(const std::string& id) const { return recovering(databases_.at(id)); }
  [[nodiscard]] std::int64_t position(const std::string& id) const { return position_of(databases_.at(id)); }
  [[nodiscard]] int resets() const { return resets_; }
  std::string failed_text = "the disk is full";

  void create_leader(const std::string& id, const std::string& database, const std::string& user,
                     const Secret& password, const std::string&) override {
    Database made;
    made.endpoint = {"127.0.0.1", next_port_++, database, user, password};
    made.ready_at = clock_.steady_now() + start_time;
    databases_[id] = made;
  }
  void create_follower(const std::string& id, const std::string& leader_id) override {
    Database made;
    made.endpoint = at(leader_id).endpoint;
    made.endpoint.port = next_port_++;
    made.leader = leader_id;
    made.ready_at = clock_.steady_now() + start_time;
    databases_[id] = made;
  }
  void promote(const std::string& id) override { at(id).promoted_at = clock_.steady_now() + promote_time; }
  void stall_replay(const std::string& id, bool stalled) override {
    Database& database = at(id);
    database.held = stalled ? std::optional(position_of(database)) : std::nullopt;
  }
  void set_password(const std::string& id, const Secret& password) override {
    at(id).password_at = clock_.steady_now() + password_time;
    at(id).next_password = password;
  }
  void reset_connections(const std::string&) override { ++resets_; }
  void destroy(const std::string& id) override { databases_.erase(id); }

  [[nodiscard]] emulator::DatabaseStatus status(const std::string& id) const override {
    using State = emulator::DatabaseStatus::State;
    const auto found = databases_.find(id);
    if (found == databases_.end()) return {State::gone, false, {}, std::nullopt};
    const Database& database = found->second;
    if (database.failed) return {State::failed, false, failed_text, std::nullopt};
    if (clock_.steady_now() < database.ready_at) return {State::starting, false, {}, std::nullopt};
    emulator::Endpoint endpoint = database.endpoint;
    if (database.next_password && clock_.steady_now() >= database.password_at)
      endpoint.password = *database.next_password;
    const bool promoting = database.promoted_at && recovering(database);
    return {promoting ? State::promoting : State::running, recovering(database), {}, endpoint};
  }
  void request_sample(const std::string& id) override {
    Database& database = at(id);
    emulator::DatabaseSample sample;
    sample.current_transaction = position_of(database);
    const auto leader = databases_.find(database.leader);
    if (recovering(database) && leader != databases_.end())
      sample.commits_behind = position_of(leader->second) - position_of(database);
    sample.bytes = 8'000'000;
    sample.tables = 3;
    sample.connections = 2;
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
  struct Database {
    emulator::Endpoint endpoint;
    std::string leader;
    SteadyTime ready_at{};
    std::optional<SteadyTime> promoted_at;
    std::optional<Secret> next_password;
    SteadyTime password_at{};
    std::int64_t own_position = 700;
    std::optional<std::int64_t> held;
    std::optional<emulator::DatabaseSample> asked;
    bool failed = false;
  };

  [[nodiscard]] Database& at(const std::string& id) { return databases_.at(id); }
  [[nodiscard]] bool recovering(const Database& database) const {
    return !database.leader.empty() && !(database.promoted_at && clock_.steady_now() >= *database.promoted_at);
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
  std::chrono::milliseconds drain{0};  ///< from SIGTERM until a process is gone, unless its grace is shorter

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

  void start(const std::string& id, const std::string& command,
             const std::map<std::string, std::string>& environment) override {
    ++started_;
    processes_[id] = {command, environment, clock_.steady_now() + start_time, std::nullopt, 0};
  }
  void stop(const std::string& id, std::chrono::milliseconds grace) override {
    Process& process = processes_.at(id);
    process.gone_at = clock_.steady_now() + std::min(grace, drain);
    process.exit_code = drain > grace ? 137 : 143;
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
  void forget(const std::string& id) override { processes_.erase(id); }

 private:
  const Clock& clock_;
  std::map<std::string, Process> processes_;
  int started_ = 0;
};

}  // namespace changeover::testing
