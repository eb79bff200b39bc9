// The leader seen through SQL, as a port: what `proof: sql` asks of it, step by step (safety.md, "The proof").
//
// A LeaderSession is two connections to one leader: a control connection that looks and marks, and a fence connection
// whose table locks hold writers off for as long as it lives. Owner: the changeover that opened it; destroying it
// cancels what runs and ends the fence. Thread rule: the event loop's thread; one command at a time. The session must
// outlive every Task it gave; a Task that is dropped cancels its command and closes that connection: connect() again.
// What a failure leaves behind: a fence that fails leaves no lock; a session that is lost, or a tool that is killed,
// frees the source within the server's keepalive time (15 s) at most.
//
// Implementations: PostgresLeaderSessions (libpq), and FakeLeaderSessions of tests/support.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/result.h"
#include "core/secret.h"
#include "core/task.h"

namespace changeover::heroku {

/// Which server this is. A failover keeps the system identifier and takes a new timeline; a restored or forked database
/// has another identifier (safety S16).
struct LeaderIdentity {
  std::string system_identifier;
  std::int64_t timeline = 0;
  std::string server_version;     ///< "15.20"
  int server_version_number = 0;  ///< 150020
  std::string host;
  int port = 0;
  std::string database;
  std::string role;
  bool in_recovery = false;      ///< a follower: no leader at all
  bool sees_statistics = false;  ///< the role may read other sessions' state (pg_monitor); the proof needs it
};

/// pg_current_snapshot() in 64-bit transaction ids. xmax is one past the newest *finished* id, so an open transaction
/// with the newest id of all is not in it: xmin = xmax alone does not prove quiet.
struct Snapshot {
  std::int64_t xmin = 0;
  std::int64_t xmax = 0;
  [[nodiscard]] bool none_open() const { return xmin == xmax; }
  friend bool operator==(const Snapshot&, const Snapshot&) = default;
};

/// A session of somebody else on the leader. Never holds query text.
struct ClientBackend {
  int pid = 0;
  std::string role;
  std::string application;
  std::string state;          ///< "active", "idle", "idle in transaction", …
  std::string kind;           ///< backend_type: "client backend", "autovacuum worker", …; "prepared transaction"
  bool holds_xid = false;     ///< it has written, or is about to
  bool may_be_ended = false;  ///< our role has the right to end it
};

/// For a message: `pid 71 (role app, application "rails", idle in transaction)`.
[[nodiscard]] std::string to_text(const ClientBackend& backend);

/// A transaction that somebody has had open for longer than a minute.
struct OpenTransaction {
  ClientBackend backend;
  std::int64_t seconds = 0;
};

/// What inspect() finds, before any downtime (safety S14). Names are `schema.table`.
struct PreflightFacts {
  int tables = 0;                                ///< ordinary and partitioned tables of users
  std::vector<std::string> unlogged_tables;      ///< would arrive empty
  std::vector<std::string> unlockable_tables;    ///< no grant to lock them: unfenced
  std::vector<std::string> logical_slots;        ///< do not follow a promotion
  std::vector<std::string> outdated_collations;  ///< recorded version differs from the system's
  std::vector<std::string> unendable_roles;      ///< other login roles with rights here whose sessions we may not end
  int prepared_transactions = 0;                 ///< of this database
  int subscriptions = 0;  ///< enabled logical subscriptions into this database: writers that no dyno list shows
  int sequences = 0;      ///< unfenced; a change that is logged takes a transaction id, so it is detected
  std::int64_t large_objects = 0;  ///< unfenced, detected likewise
  int streaming_replicas = 0;      ///< physical standbys, Heroku's HA standby included
  std::int64_t lock_capacity = 0;  ///< relation locks that certainly fit (max_locks_per_transaction × sessions)
  std::int64_t database_bytes = 0;
  std::vector<std::string> foreign_servers;    ///< by name
  std::vector<OpenTransaction> open_for_long;  ///< the oldest few
  std::int64_t free_connections = -1;          ///< for ordinary roles, our two sessions counted; -1: not known
  bool read_only = false;  ///< new sessions of the database or of our role can not write (fence_permanently)
};

struct EndedClients {
  int ended = 0;                    ///< sessions we told to end, repeats by a reconnecting pool included
  std::vector<ClientBackend> left;  ///< still there and able to write; the fence or quiet() meets them
};

struct Quiet {
  bool quiet = false;
  std::string why;  ///< who still writes, when not quiet
  Snapshot snapshot;
};

/// Counters from which a later look can tell what was written (late_writes, `status` after the cutover). Taken before
/// the marker, so what happened between the two counts as late: too careful, never too bold.
struct Ledger {
  std::int64_t rows_changed = 0;      ///< inserted, updated, deleted; all tables but statistics and settings
  std::int64_t maintenance_runs = 0;  ///< autovacuum and autoanalyze runs in this database
  std::string sequences;       ///< hash of all sequence values; empty when some may not be read or there are over 1,000
  std::string counting_since;  ///< server start and last reset: another value means that counters began anew
  std::string taken_at;        ///< the server's clock
  friend bool operator==(const Ledger&, const Ledger&) = default;
};

/// The drain certificate's part from the leader (safety S1). To be stored durably before unfollow is called.
struct Marker {
  std::string system_identifier;
  std::int64_t timeline = 0;
  std::string fence_lsn;         ///< F, "0/16B3748": everything written before is at or below it
  std::int64_t xid = 0;          ///< X: the marker's own transaction
  Snapshot after;                ///< (X+1, X+1)
  std::optional<Ledger> ledger;  ///< when a fence stood at the time
};

struct Replica {
  std::string application;
  std::string state;       ///< "streaming", "catchup", "backup", …
  std::string replay_lsn;  ///< empty when not reported
  bool reached = false;    ///< replayed to the marker or past it
};

/// One look at everything that must hold right before unfollow (safety S2).
struct Drain {
  std::vector<Replica> replicas;  ///< physical ones
  bool fence_holds = false;       ///< the one that stood when the marker was written, without a break
  bool unmoved = false;           ///< same server, same snapshot as the marker's, and nobody holds a transaction id
  std::string why;                ///< what moved, when not unmoved, or what became of the fence
  /// Replicas that stream, and whether every one of them has reached the marker.
  [[nodiscard]] int streaming() const;
  [[nodiscard]] bool all_reached() const;
};

/// The answer of leader.verify_no_late_write.
struct LateWrites {
  enum class Verdict {
    none,             ///< no transaction id was taken since the marker
    autovacuum_only,  ///< ids were taken, autovacuum alone explains them, and no row and no sequence changed
    unexplained,      ///< abort: a write may have been missed
  };
  Verdict verdict = Verdict::unexplained;
  std::string why;    ///< what moved, in words
  Snapshot snapshot;  ///< of the look
};

/// What became of the old leader since the marker, long after the fence is gone (safety S9, S28).
struct Aftermath {
  enum class Verdict {
    none,       ///< no row and no sequence changed
    written,    ///< the counters show a change
    not_known,  ///< they can not tell: another server, counters that began anew, sessions at work
  };
  Verdict verdict = Verdict::not_known;
  std::string why;  ///< in words
};

struct PermanentFence {
  Snapshot after;  ///< what `status` compares with, together with `ledger`
  Ledger ledger;
  EndedClients clients;
};

class LeaderSession {
 public:
  virtual ~LeaderSession() = default;

  /// Opens both connections and says who answered. Again: opens what was lost; a fence that was lost stays lost.
  /// Errors: `unauthorized`, `not_found` (database), `unavailable`, `precondition` (a pooler answers).
  [[nodiscard]] virtual Task<Result<LeaderIdentity>> connect() = 0;
  /// Reads only, cheap; for preflight and plan.
  [[nodiscard]] virtual Task<Result<PreflightFacts>> inspect() = 0;
  /// Ends other roles' and pools' sessions until none that can write is listed, for 5 s at most. Superusers' sessions
  /// are the platform's and are let be (safety S22), idle ones that come back too.
  [[nodiscard]] virtual Task<Result<EndedClients>> end_client_backends() = 0;
  /// Locks every user table that may be locked in SHARE mode; three tries. `precondition` names who blocks.
  [[nodiscard]] virtual Task<Result<void>> fence() = 0;
  /// Whether anything may still be writing; a look that can be repeated.
  [[nodiscard]] virtual Task<Result<Quiet>> quiet() = 0;
  /// Writes the marker and proves that no transaction ran beside it; waits up to 3 s for an autovacuum in flight.
  /// `precondition` when one did, naming it.
  [[nodiscard]] virtual Task<Result<Marker>> mark() = 0;
  /// How far the replicas are, whether the fence holds and whether anything moved since the marker.
  [[nodiscard]] virtual Task<Result<Drain>> drain(Marker marker) = 0;
  [[nodiscard]] virtual Task<Result<Snapshot>> snapshot() = 0;
  /// Whether anything was written since the marker. Waits up to 3 s for an autovacuum in flight.
  [[nodiscard]] virtual Task<Result<LateWrites>> late_writes(Marker marker) = 0;
  /// Ends the fence. Writers that wait behind it go on, so on the way forward call end_client_backends() first.
  [[nodiscard]] virtual Task<Result<void>> release() = 0;
  /// The counters alone.
  [[nodiscard]] virtual Task<Result<Ledger>> ledger() = 0;
  /// Whether anything was written since the marker, with no fence between: for `status` and retire (safety S9, S28).
  [[nodiscard]] virtual Task<Result<Aftermath>> writes_since(Marker marker) = 0;
  /// Makes new sessions of this database read-only by default and ends the old ones. It replicates: only after
  /// detachment (safety S9). May be repeated. `outcome_unknown` when the answer was lost.
  [[nodiscard]] virtual Task<Result<PermanentFence>> fence_permanently() = 0;
  /// The same taken back: new sessions may write again. May be repeated. `outcome_unknown` when the answer was lost.
  [[nodiscard]] virtual Task<Result<void>> lift_permanent_fence() = 0;
};

class LeaderSessions {
 public:
  virtual ~LeaderSessions() = default;
  /// Does no I/O; connect() does.
  [[nodiscard]] virtual std::unique_ptr<LeaderSession> open(Secret database_url) = 0;
};

}  // namespace changeover::heroku
