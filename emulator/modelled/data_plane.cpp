#include "emulator/modelled/data_plane.h"

#include <algorithm>
#include <utility>

namespace changeover::emulator {
namespace {

constexpr std::int64_t first_transaction = 700;  // what initdb leaves, roughly
constexpr int postgres_port = 5432;
constexpr int pool_port = 5433;
constexpr std::chrono::milliseconds shortest_period{1};
constexpr int hosts_a_net = 250;

/// Addresses of the machine's own that nobody listens on: a client that tries one is refused at once.
std::string address(int number) {
  return "127.64." + std::to_string(number / hosts_a_net) + "." + std::to_string(number % hosts_a_net + 1);
}

bool is_application(const Stretch& stretch) { return stretch.writer != no_writer; }

}  // namespace

void DataPlane::settle() {
  const SteadyTime now = clock_.steady_now();
  while (const auto due = agenda_.next()) {
    if (*due > now) break;
    advance(*due);
    agenda_.run(*due);
  }
  advance(now);
}

void DataPlane::advance(SteadyTime to) {
  for (auto& [id, writer] : writers_) advance(writer, to);
  settled_ = std::max(settled_, to);
}

void DataPlane::advance(ModelledWriter& writer, SteadyTime to) {
  const auto found = servers_.find(writer.server);
  ModelledServer* server = found == servers_.end() ? nullptr : &found->second;
  if (writer.waits_at_fence || writer.due > to) {
    if (server != nullptr && writer.commits_at) advance_held(writer, *server, to);
    return;
  }
  // What holds a writer off has held since the last look, and goes at the earliest now.
  if (server == nullptr || !connect(writer, server) || !takes_writes(*server)) {
    writer.due = to + timing_.reconnect;
    return;
  }
  if (!server->fences.empty()) {
    writer.waits_at_fence = true;
    return;
  }
  if (writer.holds.count() > 0) return advance_held(writer, *server, to);
  const Stretch written{writer.id, writer.next, (to - writer.due) / writer.period + 1, writer.due, writer.period};
  logs_[server->log].append(written);
  writer.next += written.count;
  writer.due = written.at(written.count);
}

void DataPlane::advance_held(ModelledWriter& writer, ModelledServer& server, SteadyTime to) {
  const auto held = std::chrono::duration_cast<SteadyTime::duration>(writer.holds);
  while (true) {
    if (!writer.commits_at) {
      if (writer.due > to || !server.fences.empty()) return;
      writer.commits_at = writer.due + held;
    }
    if (*writer.commits_at > to) return;
    logs_[server.log].append({writer.id, writer.next++, 1, *writer.commits_at, writer.period});
    writer.due =
        std::max(writer.due + std::chrono::duration_cast<SteadyTime::duration>(writer.period), *writer.commits_at);
    writer.commits_at.reset();
  }
}

bool DataPlane::connect(ModelledWriter& writer, const ModelledServer* server) const {
  if (writer.connected) return true;
  if (server->state != ModelledServer::State::running) return false;
  const auto password = server->passwords.find(writer.role);
  writer.connected = password != server->passwords.end() && password->second == writer.password;
  return writer.connected;
}

bool DataPlane::takes_writes(const ModelledServer& server) const {
  return server.state == ModelledServer::State::running && !server.follows() && !server.read_only;
}

void DataPlane::create_leader(const std::string& id, const Endpoint& owner) {
  settle();
  ModelledServer server;
  server.id = id;
  server.endpoint = owner;
  server.endpoint.host = address(++last_address_);
  server.endpoint.port = postgres_port;
  server.passwords[owner.user] = owner.password;
  server.log = logs_.size();
  logs_.emplace_back();
  by_address_[{server.endpoint.host, postgres_port}] = id;
  servers_[id] = std::move(server);
  later(clock_.steady_now() + timing_.start, [this, id] {
    if (const auto found = servers_.find(id); found != servers_.end())
      found->second.state = ModelledServer::State::running;
  });
}

void DataPlane::create_follower(const std::string& id, const std::string& leader_id) {
  settle();
  ModelledServer server = at(leader_id);
  server.id = id;
  server.state = ModelledServer::State::starting;
  server.leader = leader_id;
  server.endpoint.host = address(++last_address_);
  server.stalled_at.reset();
  server.frozen_at.reset();
  server.fences.clear();
  by_address_[{server.endpoint.host, postgres_port}] = id;
  servers_[id] = std::move(server);
  later(clock_.steady_now() + timing_.base_copy, [this, id] {
    if (const auto found = servers_.find(id); found != servers_.end())
      found->second.state = ModelledServer::State::running;
  });
}

void DataPlane::create_fork(const std::string& id, const std::string& source_id) {
  settle();
  const SteadyTime now = clock_.steady_now();
  const SteadyTime until = std::min(now, horizon(at(source_id)));
  const std::size_t source_log = at(source_id).log;
  create_follower(id, source_id);
  ModelledServer& fork = at(id);
  logs_.emplace_back(TransactionLog::Origin{source_log, until, committed(source_log, until)});
  fork.log = logs_.size() - 1;
  fork.leader.clear();
  ++fork.timeline;
}

void DataPlane::promote(const std::string& id) {
  settle();
  if (!at(id).follows() || at(id).state != ModelledServer::State::running) return;
  at(id).state = ModelledServer::State::promoting;
  const SteadyTime done = clock_.steady_now() + timing_.promotion;
  later(done, [this, id, done] {
    const auto found = servers_.find(id);
    if (found == servers_.end()) return;
    ModelledServer& server = found->second;
    // What was received is replayed first; what was not is lost.
    const SteadyTime until = horizon(server, done);
    logs_.emplace_back(TransactionLog::Origin{server.log, until, committed(server.log, until)});
    server.log = logs_.size() - 1;
    server.leader.clear();
    ++server.timeline;
    server.state = ModelledServer::State::running;
  });
}

void DataPlane::stall(const std::string& id, bool stalled) {
  settle();
  ModelledServer& server = at(id);
  if (!stalled) {
    server.stalled_at.reset();
  } else if (!server.stalled_at) {
    server.stalled_at = horizon(server);
  }
}

void DataPlane::set_password(const std::string& id, const std::string& role, const Secret& password) {
  settle();
  at(id).passwords[role] = password;
  if (role == at(id).endpoint.user) at(id).endpoint.password = password;
  for (auto& [other, server] : servers_)
    if (server.leader == id) {
      server.passwords[role] = password;
      if (role == server.endpoint.user) server.endpoint.password = password;
    }
}

void DataPlane::drop_role(const std::string& id, const std::string& role) {
  settle();
  for (auto& [other, server] : servers_) {
    if (other != id && server.leader != id) continue;
    server.passwords.erase(role);
    end_sessions(other, role);
  }
}

int DataPlane::open_pool(const std::string& id) {
  const ModelledServer* server = find(id);
  if (server == nullptr) return 0;
  by_address_[{server->endpoint.host, pool_port}] = id;
  return pool_port;
}

void DataPlane::set_contents(const std::string& id, std::int64_t bytes, int tables) {
  for (auto& [other, server] : servers_) {
    if (other != id && server.leader != id) continue;
    server.bytes = bytes;
    server.tables = tables;
  }
}

void DataPlane::destroy(const std::string& id) {
  settle();
  const auto found = servers_.find(id);
  if (found == servers_.end()) return;
  end_sessions(id);
  for (auto& [other, server] : servers_)
    if (server.leader == id && !server.frozen_at) server.frozen_at = horizon(server);
  by_address_.erase({found->second.endpoint.host, postgres_port});
  by_address_.erase({found->second.endpoint.host, pool_port});
  servers_.erase(found);
}

void DataPlane::fail(const std::string& id, std::string why) {
  settle();
  at(id).state = ModelledServer::State::failed;
  at(id).failure = std::move(why);
  end_sessions(id);
}

void DataPlane::fail_over(const std::string& id) {
  settle();
  ModelledServer& server = at(id);
  ++server.machine;
  if (!server.follows()) ++server.timeline;
  server.fences.clear();
  end_sessions(id);
}

int DataPlane::end_sessions(const std::string& id, const std::string& role) {
  settle();
  int ended = 0;
  for (auto& [number, writer] : writers_) {
    if (writer.server != id || !writer.connected || (!role.empty() && writer.role != role)) continue;
    ++ended;
    if (writer.waits_at_fence || writer.commits_at) ++writer.next;  // a row that was tried and never acknowledged
    writer.connected = writer.waits_at_fence = false;
    writer.commits_at.reset();
    writer.due = clock_.steady_now() + timing_.reconnect;
  }
  return ended;
}

void DataPlane::add_fence(const std::string& id, int session) {
  settle();
  at(id).fences.insert(session);
}

void DataPlane::remove_fence(const std::string& id, int session) {
  settle();
  const auto found = servers_.find(id);
  if (found == servers_.end()) return;
  found->second.fences.erase(session);
  if (!found->second.fences.empty()) return;
  for (auto& [number, writer] : writers_) {
    if (writer.server != id || !writer.waits_at_fence) continue;
    writer.waits_at_fence = false;
    writer.due = clock_.steady_now();
  }
  settle();
}

void DataPlane::set_read_only(const std::string& id, bool read_only) {
  settle();
  at(id).read_only = read_only;
  for (auto& [other, server] : servers_)  // a setting of the database replicates
    if (server.leader == id) server.read_only = read_only;
  end_sessions(id);
}

std::int64_t DataPlane::commit(const std::string& id) {
  settle();
  const std::int64_t transaction = position(at(id));
  logs_[at(id).log].append({no_writer, transaction, 1, clock_.steady_now(), {}});
  return transaction;
}

WriterId DataPlane::add_writer(ModelledWriter writer) {
  settle();
  writer.id = ++last_writer_;
  writer.period = std::max<std::chrono::nanoseconds>(writer.period, shortest_period);
  writer.due = clock_.steady_now();
  const WriterId id = writer.id;
  writers_[id] = std::move(writer);
  return id;
}

void DataPlane::remove_writer(WriterId id) { writers_.erase(id); }

const ModelledServer* DataPlane::find(const std::string& id) const {
  const auto found = servers_.find(id);
  return found == servers_.end() ? nullptr : &found->second;
}

const ModelledServer* DataPlane::find_at(const std::string& host, int number) const {
  const auto found = by_address_.find({host, number});
  return found == by_address_.end() ? nullptr : find(found->second);
}

std::vector<std::string> DataPlane::open_transactions(const std::string& id) const {
  std::vector<std::string> names;
  for (const auto& [number, writer] : writers_)
    if (writer.server == id && writer.commits_at) names.push_back(writer.name);
  return names;
}

std::map<std::string, int> DataPlane::connections(const std::string& id) const {
  std::map<std::string, int> counts;
  for (const auto& [number, writer] : writers_)
    if (writer.server == id && writer.connected) ++counts[writer.role];
  return counts;
}

std::vector<const ModelledServer*> DataPlane::followers(const std::string& id) const {
  std::vector<const ModelledServer*> found;
  for (const auto& [other, server] : servers_)
    if (server.leader == id) found.push_back(&server);
  return found;
}

SteadyTime DataPlane::horizon(const ModelledServer& server, SteadyTime now) const {
  if (!server.follows()) return SteadyTime::max();
  if (server.stalled_at) return *server.stalled_at;
  if (server.frozen_at) return *server.frozen_at;
  return now - timing_.replay_delay;
}

SteadyTime DataPlane::horizon(const ModelledServer& server) const { return horizon(server, clock_.steady_now()); }

std::int64_t DataPlane::position(const ModelledServer& server) const {
  return first_transaction + committed(server.log, horizon(server));
}

std::int64_t DataPlane::committed(std::size_t log, SteadyTime until) const {
  const auto& origin = logs_[log].origin();
  return (origin ? origin->base : 0) + logs_[log].committed(until);
}

std::optional<SteadyTime> DataPlane::shared_until(std::size_t log, std::size_t own, SteadyTime limit) const {
  while (own != log) {
    const auto& origin = logs_[own].origin();
    if (!origin) return std::nullopt;
    limit = std::min(limit, origin->until);
    own = origin->log;
  }
  return limit;
}

std::int64_t DataPlane::acknowledged() const {
  std::int64_t count = 0;
  for (const TransactionLog& log : logs_)
    for (const Stretch& stretch : log.stretches())
      if (is_application(stretch)) count += stretch.count;
  return count;
}

std::int64_t DataPlane::lost_on(const std::string& id) const {
  const ModelledServer& server = servers_.at(id);
  std::int64_t lost = 0;
  for (std::size_t log = 0; log < logs_.size(); ++log) {
    if (written_off_.contains(log)) continue;
    const auto until = shared_until(log, server.log, horizon(server));
    for (const Stretch& stretch : logs_[log].stretches())
      if (is_application(stretch)) lost += stretch.count - (until ? stretch.until(*until) : 0);
  }
  return lost;
}

void DataPlane::write_off(const std::string& id) { written_off_.insert(servers_.at(id).log); }

const std::vector<Stretch>* DataPlane::own_writes(const std::string& id) const {
  const ModelledServer* server = find(id);
  return server == nullptr || server->follows() ? nullptr : &logs_[server->log].stretches();
}

std::optional<SteadyTime> DataPlane::last_write(const std::string& id) const {
  std::optional<SteadyTime> last;
  if (const auto* writes = own_writes(id))
    for (const Stretch& stretch : *writes)
      if (is_application(stretch) && (!last || *last < stretch.end())) last = stretch.end();
  return last;
}

std::optional<SteadyTime> DataPlane::first_write(const std::string& id) const {
  std::optional<SteadyTime> first;
  if (const auto* writes = own_writes(id))
    for (const Stretch& stretch : *writes)
      if (is_application(stretch) && (!first || stretch.start < *first)) first = stretch.start;
  return first;
}

}  // namespace changeover::emulator
