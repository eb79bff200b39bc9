// PostgreSQL and its clients as arithmetic: servers that commit, replay and are promoted, and writers that keep a pace.
//
// Nothing happens by itself: settle() brings everything to the clock's now, in the order in which it would have
// happened, so that minutes cost microseconds and a run repeats exactly. What is acknowledged to a writer is in the log
// of the server it wrote to; lost_on() says which of it a database does not have. The rules are PostgreSQL's as far as
// a changeover meets them: a follower replays what its leader committed, a fence (SHARE locks) lets writers wait, a
// writer that waits commits when the fence goes unless its session was ended, a promotion branches the history off.
//
// Owner: whoever runs a model without clusters (the emulator for a fleet, a simulation). Thread rule: one thread.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/clock.h"
#include "core/secret.h"
#include "emulator/engine.h"
#include "emulator/modelled/transaction_log.h"
#include "emulator/timers.h"

namespace changeover::emulator {

/// How long the servers take. All virtual when the clock is.
struct DataPlaneTiming {
  std::chrono::milliseconds start{0};         ///< of a leader
  std::chrono::milliseconds base_copy{0};     ///< of a follower
  std::chrono::milliseconds replay_delay{2};  ///< a commit is replayed this much later
  std::chrono::milliseconds promotion{0};     ///< from promote() until it takes writes
  std::chrono::milliseconds reconnect{2};     ///< of a writer whose session ended
};

struct ModelledServer {
  enum class State { starting, running, promoting, failed };
  State state = State::starting;
  std::string id;
  Endpoint endpoint;                          ///< its password is that of the owner
  std::map<std::string, Secret> passwords{};  ///< by role
  std::size_t log = 0;                        ///< own, or its leader's while it follows
  std::string leader{};                       ///< id; empty once promoted
  std::optional<SteadyTime> stalled_at{};     ///< replay stands still since
  std::optional<SteadyTime> frozen_at{};      ///< its leader is gone since
  int timeline = 1;
  int machine = 1;         ///< which one it runs on: sessions end with it
  bool read_only = false;  ///< for every new transaction
  std::set<int> fences{};  ///< sessions whose locks hold writers off; SHARE locks let each other be
  std::string failure{};
  std::int64_t bytes = 8'000'000;
  int tables = 3;

  [[nodiscard]] bool follows() const { return !leader.empty(); }
};

/// A session that inserts a row each `period`, reconnects when it is ended, and notes what was acknowledged.
struct ModelledWriter {
  WriterId id = no_writer;
  std::string name;    ///< "orders/web.1"
  std::string server;  ///< id of the one its URL names; empty: nobody answers there
  std::string role;
  Secret password;
  std::chrono::nanoseconds period{0};
  std::chrono::nanoseconds holds{0};  ///< each write is a transaction that stays open this long
  SteadyTime due{};
  std::int64_t next = 1;
  bool connected = false;
  bool waits_at_fence = false;
  std::optional<SteadyTime> commits_at{};  ///< of the transaction that is open
};

class DataPlane {
 public:
  explicit DataPlane(const Clock& clock, DataPlaneTiming timing = {}) : clock_(clock), timing_(timing) {}
  DataPlane(const DataPlane&) = delete;
  DataPlane& operator=(const DataPlane&) = delete;
  ~DataPlane() = default;

  /// Everything that happens up to now. Each call below begins with it.
  void settle();
  /// When the next thing happens that a look at the servers or processes would show.
  [[nodiscard]] std::optional<SteadyTime> next_event() const { return agenda_.next(); }

  void create_leader(const std::string& id, const Endpoint& owner);
  void create_follower(const std::string& id, const std::string& leader_id);
  /// A copy as of now that follows nobody.
  void create_fork(const std::string& id, const std::string& source_id);
  void promote(const std::string& id);
  void stall(const std::string& id, bool stalled);
  void set_password(const std::string& id, const std::string& role, const Secret& password);
  void drop_role(const std::string& id, const std::string& role);
  /// A second port of its host that leads to it; 0 when there is no such server.
  int open_pool(const std::string& id);
  /// What it holds, in figures.
  void set_contents(const std::string& id, std::int64_t bytes, int tables);
  void destroy(const std::string& id);
  void fail(const std::string& id, std::string why);
  /// Its standby takes over, and has everything: sessions and locks are gone, the address stays.
  void fail_over(const std::string& id);

  /// Ends every session of writers, or of one role's; they reconnect.
  int end_sessions(const std::string& id, const std::string& role = {});
  void add_fence(const std::string& id, int session);
  /// Writers that wait go on when it was the last.
  void remove_fence(const std::string& id, int session);
  void set_read_only(const std::string& id, bool read_only = true);
  /// A transaction of no application's: a marker. Gives its id.
  std::int64_t commit(const std::string& id);

  WriterId add_writer(ModelledWriter writer);
  void remove_writer(WriterId id);
  /// Work at a time, in the order of everything else.
  void later(SteadyTime time, std::function<void()> work) { agenda_.at(time, std::move(work)); }

  [[nodiscard]] const ModelledServer* find(const std::string& id) const;
  /// By id.
  [[nodiscard]] const std::map<std::string, ModelledServer>& all() const { return servers_; }
  /// The server a URL's host and port name.
  [[nodiscard]] const ModelledServer* find_at(const std::string& host, int port) const;
  /// Sessions that hold a transaction open on it, by the writers' names.
  [[nodiscard]] std::vector<std::string> open_transactions(const std::string& id) const;
  /// By role.
  [[nodiscard]] std::map<std::string, int> connections(const std::string& id) const;
  [[nodiscard]] bool takes_writes(const ModelledServer& server) const;
  /// The transaction id that comes next, as far as the server knows.
  [[nodiscard]] std::int64_t position(const ModelledServer& server) const;
  [[nodiscard]] std::vector<const ModelledServer*> followers(const std::string& id) const;

  /// Acknowledged rows, on any server at any time.
  [[nodiscard]] std::int64_t acknowledged() const;
  /// How many of them this database does not have.
  [[nodiscard]] std::int64_t lost_on(const std::string& id) const;
  /// Somebody decided to lose what this server has taken since it follows nobody: nobody misses it from here on.
  void write_off(const std::string& id);
  /// When an application last wrote to this server itself, not through replay.
  [[nodiscard]] std::optional<SteadyTime> last_write(const std::string& id) const;
  [[nodiscard]] std::optional<SteadyTime> first_write(const std::string& id) const;

 private:
  [[nodiscard]] ModelledServer& at(const std::string& id) { return servers_.at(id); }
  /// Up to when the leader's commits are replayed on it.
  [[nodiscard]] SteadyTime horizon(const ModelledServer& server, SteadyTime now) const;
  [[nodiscard]] SteadyTime horizon(const ModelledServer& server) const;
  [[nodiscard]] std::int64_t committed(std::size_t log, SteadyTime until) const;
  /// How much of a log a database with `own` at `horizon` has: until when, nothing when it has none of it.
  [[nodiscard]] std::optional<SteadyTime> shared_until(std::size_t log, std::size_t own, SteadyTime horizon) const;
  void advance(SteadyTime to);
  void advance(ModelledWriter& writer, SteadyTime to);
  void advance_held(ModelledWriter& writer, ModelledServer& server, SteadyTime to);
  [[nodiscard]] bool connect(ModelledWriter& writer, const ModelledServer* server) const;
  [[nodiscard]] const std::vector<Stretch>* own_writes(const std::string& id) const;

  const Clock& clock_;
  const DataPlaneTiming timing_;
  Timers agenda_;
  SteadyTime settled_{};
  std::map<std::string, ModelledServer> servers_;
  std::map<std::pair<std::string, int>, std::string> by_address_;
  std::map<WriterId, ModelledWriter> writers_;
  std::vector<TransactionLog> logs_;
  std::set<std::size_t> written_off_;  ///< of logs_
  WriterId last_writer_ = 0;
  int last_address_ = 0;
};

}  // namespace changeover::emulator
