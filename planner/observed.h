// Observed: the facts of the world that plans rest on, as Heroku and PostgreSQL reported them.
//
// Owner: whoever observed (providers/heroku/observe); plain values, the planner only reads them. Thread rule: none.
// What could not be read is absent, never a default: an absent fact makes the tool more careful, not bolder.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.h"
#include "core/secret.h"
#include "planner/origins.h"
#include "planner/vicinity.h"

namespace changeover {

/// An object another one points to.
struct Reference {
  std::string id;
  std::string name;
  friend bool operator==(const Reference&, const Reference&) = default;
};

/// heroku-api.md 2.1
struct App {
  std::string id;
  std::string name;
  bool maintenance = false;
  struct Space {
    std::string id;
    std::string name;
    bool shield = false;
    friend bool operator==(const Space&, const Space&) = default;
  };
  std::optional<Space> space;  ///< none: Common Runtime
  std::string region;
  std::string generation;  ///< "cedar" or "fir"; "" when not said
  std::string team;
};

/// One process type of a formation (heroku-api.md 2.2).
struct Process {
  std::string type;
  int quantity = 0;
  std::string size;
  friend bool operator==(const Process&, const Process&) = default;
};

/// heroku-api.md 2.3
struct Dyno {
  std::string id;
  std::string name;   ///< "web.1"
  std::string type;   ///< a process type, or run, scheduler, release
  std::string state;  ///< crashed, down, idle, starting, up
  int release_version = 0;
};

/// heroku-api.md 2.8
struct Release {
  std::string id;
  int version = 0;
  std::string status;  ///< succeeded, pending, failed, expired
  std::string description;
  bool current = false;
  std::optional<WallTime> created_at;
};

struct Price {
  std::int64_t cents = 0;
  std::string unit;  ///< "month"
  bool contract = false;
  bool metered = false;
  friend bool operator==(const Price&, const Price&) = default;
};

/// heroku-api.md 2.4
struct Addon {
  std::string id;
  std::string name;
  std::string service;  ///< "heroku-postgresql"
  std::string plan;     ///< "heroku-postgresql:private-4"
  std::string state;    ///< provisioning, provisioned, deprovisioning, deprovisioned
  Reference app;        ///< the billing app
  std::optional<Price> price;
  std::optional<WallTime> created_at;
};

/// heroku-api.md 2.6
struct Attachment {
  std::string id;
  std::string name;
  std::string name_space;  ///< "" is the default credential
  Reference app;
  Reference addon;
  std::vector<std::string> config_vars;
  std::optional<WallTime> created_at;
  friend bool operator==(const Attachment&, const Attachment&) = default;
};

/// heroku-api.md 2.9
struct PlanOffer {
  std::string id;
  std::string name;
  std::string state;
  bool inside_space = false;   ///< installable inside a private network
  bool outside_space = false;  ///< and outside
  std::optional<Price> price;
};

/// A database as the Data API shows it (heroku-api.md 3.2 and 3.3). Sampled by Heroku, so never newer than
/// `sampled_at`.
struct Database {
  std::string addon_id;
  std::string name;
  std::string plan;
  std::string status;  ///< info row Status: "Available", "Preparing", free text
  bool waiting = false;
  bool following = false;           ///< `following` is a URL
  std::optional<Reference> leader;  ///< of a follower
  std::string formation_id;
  std::string formation_primary;          ///< changes when the leader is replaced (safety S16)
  std::optional<std::int64_t> behind_by;  ///< commits; absent: not known, never zero
  std::optional<std::int64_t> current_transaction;
  std::optional<WallTime> sampled_at;  ///< status_updated_at
  std::optional<std::int64_t> bytes;
  std::optional<std::int64_t> connections;
  std::optional<std::int64_t> tables;
  std::string version;      ///< "16.4"
  std::string fork_follow;  ///< info row Fork/Follow
  std::string ha_status;
  std::string maintenance;
  std::string maintenance_window{};                 ///< "Tuesdays 21:00 to Wednesdays 01:00 UTC"
  std::optional<std::int64_t> connection_limit{};   ///< of the info row Connections: "12/120"
  std::vector<std::string> special{};               ///< "Mutual TLS: …": what its clients or its disk need beside a URL
  std::vector<std::string> follower_urls_masked{};  ///< how many followers Heroku lists; host and path only
  Secret url;

  /// Heroku has announced maintenance, or is at it.
  [[nodiscard]] bool maintenance_is_due() const {
    return !maintenance.empty() && maintenance != "not required" && maintenance != "completed" && maintenance != "none";
  }
  /// Reachable for its followers and its app: provisioned and no longer preparing.
  [[nodiscard]] bool available() const { return !waiting && status != "Preparing"; }
};

/// A session that has had a transaction open for long. Never holds query text.
struct LongTransaction {
  int pid = 0;
  std::string role;
  std::string state;  ///< "active", "idle in transaction", …
  std::chrono::seconds age{0};
};

/// What a leader said over SQL before downtime (safety S14, S22).
struct LeaderFacts {
  std::string system_identifier;
  std::string server_version;
  std::vector<std::string> unlogged_tables;
  std::vector<std::string> unlockable_tables;  ///< tables of roles we have no right on: unfenced
  int prepared_transactions = 0;
  int logical_slots = 0;
  std::vector<std::string> collation_mismatches;
  bool read_only = false;  ///< by default, for new sessions
  int tables = 0;
  std::int64_t lock_capacity = 0;              ///< tables that the fence can lock for certain; 0: not known
  int sequences = 0;                           ///< unfenced, and seen when they change
  std::int64_t large_objects = 0;              ///< likewise
  int subscriptions = 0;                       ///< logical replication into it: writers that no dyno list shows
  std::vector<std::string> unendable_roles{};  ///< roles that may write and whose sessions we may not end
  std::vector<std::string> foreign_servers{};  ///< data links of Heroku are some of these
  std::vector<LongTransaction> long_transactions{};
  std::optional<std::int64_t> free_connections{};  ///< with our two sessions open
};

/// What became of the old database since the proof, as far as anybody can tell (safety S9, S28).
struct WritesSince {
  enum class Verdict { none, written, not_known };
  Verdict verdict = Verdict::not_known;
  std::string why;  ///< in words
};

/// What retiring rests on; read only when the stage asks for it.
struct RetirementFacts {
  std::optional<WallTime> attached_at;  ///< when the copy became the target's DATABASE
  WritesSince writes;
  std::vector<std::string> unfinished_transfers;  ///< of the old database, ours apart: "b012 of common-runtime-example"
  std::string transfers_problem;                  ///< why they could not be read; "" when they were
};

/// One app with everything of it that was read; absent: not asked for, or not readable.
struct AppFacts {
  App app;
  std::optional<std::vector<Process>> formation;
  std::optional<std::vector<Dyno>> dynos;
  std::optional<std::vector<Release>> releases;  ///< the newest few, newest first
};

/// A fact that was wanted and could not be had.
struct Unreadable {
  std::string what;
  std::string why;
};

/// What one migration rests on.
struct MigrationFacts {
  std::string name;
  std::optional<Addon> source;
  std::string source_problem;  ///< why there is no source, in words; "" when there is one
  std::optional<Database> source_database;
  /// What source.database means by the spec alone, when that is neither what the record says nor the copy (safety S23).
  std::optional<Reference> renamed_source;
  std::vector<Attachment> source_attachments;  ///< on every app: these find the writers
  bool only_listed_attachments = false;        ///< those are of the account's list; others were not asked for
  std::optional<Addon> copy;
  std::optional<Database> copy_database;
  std::vector<Attachment> copy_attachments;  ///< on every app of the account's lists
  std::string copy_problem;                  ///< its database could not be read, and that is no "not yet"
  bool copy_gone = false;         ///< the recorded copy of an attempt was asked for by its uuid, and is destroyed
  std::string copy_name;          ///< the add-on name that the copy has or will have (safety S15)
  std::optional<Addon> stranger;  ///< an add-on of that name that is not our copy
  std::optional<PlanOffer> plan;  ///< of target.plan
  std::optional<LeaderFacts> leader;
  std::optional<std::string> leader_problem;  ///< SQL was tried and failed
  std::optional<RetirementFacts> retirement;
  std::string retirement_unasked{};  ///< why that was not read although the stage asks for it; "" otherwise
  std::optional<Vicinity> vicinity{};
  std::string not_looked_at{};  ///< why the vicinity was not read although a cutover is asked; "" otherwise
  std::vector<Unreadable> unreadable;
};

/// How long Heroku took to answer what this observation asked.
struct RoundTrips {
  std::chrono::milliseconds median{0};
  std::chrono::milliseconds slow{0};  ///< nine in ten were quicker
};

struct Observed {
  WallTime at;
  std::optional<RoundTrips> round_trips{};
  std::map<std::string, AppFacts> apps;                     ///< by name: every app a migration touches
  std::map<std::string, std::vector<Addon>> addons_by_app;  ///< by app name: billed there (Scheduler, autoscalers)
  std::map<std::string, std::vector<Attachment>> attachments_by_app;
  std::vector<MigrationFacts> migrations;  ///< in the order of the spec
  Origins origins;                         ///< where and when all this was read

  [[nodiscard]] const AppFacts* app(std::string_view name) const {
    const auto found = apps.find(std::string(name));
    return found == apps.end() ? nullptr : &found->second;
  }
  /// What one of the migrations rests on, without the others': a fleet's facts are not copied for each of its members.
  [[nodiscard]] Observed of_one(std::string_view migration, const std::set<std::string>& its_apps) const;
};

}  // namespace changeover
