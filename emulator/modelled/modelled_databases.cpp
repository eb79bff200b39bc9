#include "emulator/modelled/modelled_databases.h"

#include <algorithm>

namespace changeover::emulator {
namespace {

constexpr const char* server_version = "15.18";
constexpr std::int64_t empty_bytes = 7'500'000;

DatabaseStatus::State state_of(ModelledServer::State state) {
  switch (state) {
    case ModelledServer::State::starting:
      return DatabaseStatus::State::starting;
    case ModelledServer::State::running:
      return DatabaseStatus::State::running;
    case ModelledServer::State::promoting:
      return DatabaseStatus::State::promoting;
    case ModelledServer::State::failed:
      break;
  }
  return DatabaseStatus::State::failed;
}

}  // namespace

void ModelledDatabases::create_leader(const std::string& id, const std::string& database, const std::string& user,
                                      const Secret& password, const std::string& /*seed_sql*/) {
  plane_.create_leader(id, {{}, 0, database, user, password});
}

void ModelledDatabases::create_follower(const std::string& id, const std::string& leader_id) {
  plane_.create_follower(id, leader_id);
}

void ModelledDatabases::create_fork(const std::string& id, const std::string& source_id) {
  plane_.create_fork(id, source_id);
}

void ModelledDatabases::promote(const std::string& id) { plane_.promote(id); }

void ModelledDatabases::stall_replay(const std::string& id, bool stalled) { plane_.stall(id, stalled); }

void ModelledDatabases::set_role(const std::string& id, const std::string& user, const Secret& password) {
  plane_.set_password(id, user, password);
}

void ModelledDatabases::drop_role(const std::string& id, const std::string& user) { plane_.drop_role(id, user); }

void ModelledDatabases::reset(const std::string& id, const std::vector<std::string>& /*extensions*/) {
  plane_.set_contents(id, empty_bytes, 0);
  plane_.end_sessions(id);
}

int ModelledDatabases::open_pool(const std::string& id) { return plane_.open_pool(id); }

void ModelledDatabases::reset_connections(const std::string& id) { plane_.end_sessions(id); }

void ModelledDatabases::destroy(const std::string& id) {
  samples_.erase(id);
  plane_.destroy(id);
}

DatabaseStatus ModelledDatabases::status(const std::string& id) const {
  plane_.settle();
  const ModelledServer* server = plane_.find(id);
  if (server == nullptr) return {DatabaseStatus::State::gone, false, {}, std::nullopt, {}};
  DatabaseStatus status{state_of(server->state), server->follows(), server->failure, std::nullopt, server->passwords};
  const bool answers =
      status.state == DatabaseStatus::State::running || status.state == DatabaseStatus::State::promoting;
  if (answers) status.endpoint = server->endpoint;
  return status;
}

void ModelledDatabases::request_sample(const std::string& id) {
  plane_.settle();
  const ModelledServer* server = plane_.find(id);
  if (server == nullptr) return;
  DatabaseSample sample;
  const std::int64_t position = plane_.position(*server);
  sample.current_transaction = position - 1;
  if (const ModelledServer* leader = plane_.find(server->leader); leader != nullptr)
    sample.commits_behind = std::max<std::int64_t>(0, plane_.position(*leader) - position);
  sample.bytes = server->bytes;
  sample.tables = server->tables;
  sample.connections_of = plane_.connections(id);
  for (const auto& [role, count] : sample.connections_of) sample.connections += count;
  sample.server_version = server_version;
  sample.taken_at = clock_.steady_now();
  samples_[id] = sample;
}

std::optional<DatabaseSample> ModelledDatabases::latest_sample(const std::string& id) const {
  const auto found = samples_.find(id);
  return found == samples_.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace changeover::emulator
