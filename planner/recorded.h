// Recorded: what earlier runs wrote down because nobody could observe it later (design 9, safety S1, S3, S4, S17).
//
// Owner: the state backend keeps it, the journal of a run changes it; the planner only reads it. Plain values, no
// secrets. Thread rule: none. Losing it never loses data: every use of it only makes the tool more careful.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.h"
#include "planner/desired.h"
#include "planner/observed.h"
#include "planner/time_range.h"

namespace changeover {

/// How an app was before we touched it (safety S4): recorded once per attempt, never overwritten.
struct Baseline {
  Reference app;
  bool maintenance = false;
  std::vector<Process> formation;
  int release_version = 0;  ///< of the newest release then
  friend bool operator==(const Baseline&, const Baseline&) = default;
};

/// Proof that everything acknowledged had reached the copy after the last writer was gone (safety S1).
struct Certificate {
  std::string copy_id;
  std::string leader_id;
  std::string leader_primary;     ///< formation primary of the leader
  std::string system_identifier;  ///< of the leader's cluster; "" under proof: api
  Proof proof = Proof::sql;
  WallTime at;
  std::string fence_lsn;                       ///< flush position that was replayed; "" under proof: api
  std::int64_t transaction = 0;                ///< the marker's transaction id, or the sampled one under proof: api
  std::string evidence;                        ///< the leader's own snapshot text, compared again after the unfollow
  std::map<std::string, int> writer_releases;  ///< newest release of each writer app (safety S21)
  friend bool operator==(const Certificate&, const Certificate&) = default;
};

/// One try at a cutover.
struct Attempt {
  enum class State {
    open,      ///< under way; a later run goes on with it
    aborting,  ///< given up, service not yet restored: the next run restores first
    aborted,   ///< given up, every app as its baseline says
    finished,  ///< live
  };

  std::string id;
  State state = State::open;
  WallTime started_at;
  std::string plan_id;  ///< "" when applied without a plan file
  std::vector<Baseline> baseline;
  std::optional<WallTime> downtime_began;
  std::optional<WallTime> downtime_ended;
  std::chrono::seconds max_downtime{0};
  std::optional<Certificate> certificate;  ///< voided by removing it
  bool unfollow_sent = false;              ///< journaled before the call: from here the way may be forward only
  bool late_write_checked = false;         ///< the leader was seen unmoved after the unfollow (safety S2)
  bool past_point_of_no_return = false;
  bool copy_opened = false;  ///< from here on somebody may have written to the copy; never before the line above
  std::string abort_reason;
  std::string
      held_before;  ///< name of the add-on that the target's attachment named before the promotion; "": none did
  std::vector<std::string> due_hooks{};          ///< named in the write that makes them due, gone when they have ended
  std::optional<TimeRange> downtime_expected{};  ///< by the plan that was applied

  [[nodiscard]] const Baseline* baseline_of(std::string_view app_name) const;
};

/// What retiring the old database did, and nobody could observe later (safety S28).
struct Retirement {
  std::int64_t transfers_before = 0;  ///< number of the newest transfer when a capture was sent; set before the call
  Reference backup;                   ///< id "" until the capture was answered or recognised; "b012"
  std::optional<WallTime> backed_up_at;
  std::optional<WallTime> retired_at;  ///< the old database was seen to be gone
};

/// One finished run, for `report`.
struct RunRecord {
  WallTime at;
  std::string outcome;  ///< "prepared", "live", "aborted: ...", ...
  std::optional<std::chrono::milliseconds> downtime;
  std::optional<std::chrono::milliseconds> downtime_own;  ///< the part that was the tool's
  std::optional<WallTime> began{};                        ///< when the run took this migration up
  std::optional<int> requests{};  ///< of the whole run until then, those of its other migrations included
  std::optional<int> polls{};     ///< likewise
  std::optional<TimeRange> downtime_expected{};
  std::optional<std::chrono::milliseconds> preparation{};  ///< from the making of the copy until it kept up
  std::optional<TimeRange> preparation_expected{};
  std::optional<std::int64_t> bytes{};  ///< of the source, as far as `preparation` is known
};

struct RecordedMigration {
  std::string name;
  Reference source;  ///< the add-on that was moved; id "" when not known yet
  Reference source_app;
  Reference target_app;
  Reference copy;                  ///< id "" until the create was answered
  std::string create_intent;       ///< the name a create was sent for; set before the call (safety S23)
  std::optional<Attempt> attempt;  ///< the newest
  bool live = false;               ///< the latch (safety S3)
  std::optional<WallTime> live_since;
  std::optional<Retirement> retirement;
  std::string started_plan;              ///< the plan file that was begun and may be resumed (design 7)
  std::vector<std::string> spent_plans;  ///< finished or given up: never applied again
  std::vector<RunRecord> history;

  /// The attempt that a run left unfinished, or is at.
  [[nodiscard]] const Attempt* open_attempt() const {
    return attempt && attempt->state == Attempt::State::open ? &*attempt : nullptr;
  }
};

/// An attempt has its apps down and is not over: nothing but service counts for it (safety S17).
[[nodiscard]] bool is_in_downtime(const RecordedMigration& record);

struct Recorded {
  std::string lineage;
  std::int64_t serial = 0;
  std::vector<RecordedMigration> migrations;

  [[nodiscard]] const RecordedMigration* find(std::string_view name) const;
};

}  // namespace changeover
