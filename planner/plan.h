// Plan: what one apply will do and why, as data (design 7).
//
// Owner: whoever planned; a plain value. Thread rule: none. As JSON: planner/plan_file.h; for people: cmd/view.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.h"
#include "json/value.h"
#include "planner/action.h"
#include "planner/desired.h"
#include "planner/phase.h"
#include "planner/time_range.h"

namespace changeover {

/// Something a person must know: refused, warned about, to be done by hand, or not known. Ids are stable and documented
/// in docs/checks.md.
struct Finding {
  std::string id;               ///< "unquiesced-writer"
  std::string what;             ///< what was found, on which object
  std::string remedy;           ///< what to do; may be empty for warnings
  std::optional<Group> blocks;  ///< blockers: from which group on nothing is done
};

/// Where service stops being restorable (safety S6).
struct PointOfNoReturn {
  std::string action;  ///< id of the action that is it; "" when the plan has none
  std::string why;
  /// Of the action that lets the copy take writes: the same, or one behind it when the old database is closed first.
  std::string opens{};
};

/// In cents; absent where a price is not known. Not compared (design 7).
struct Cost {
  std::optional<Price> source;
  std::optional<Price> target;
  std::string note;                             ///< "both are billed until the old one is retired"
  std::optional<std::int64_t> now{};            ///< a month, of what exists
  std::optional<std::int64_t> overlap_a_day{};  ///< while both databases run, for the two of them
  std::optional<std::int64_t> after{};          ///< a month, once only the one that stays is left
};

/// What is expected; no promise, and not compared (design 7).
struct Estimate {
  bool downtime = false;
  std::chrono::seconds at_most{0};  ///< max_downtime
  std::string note;
  std::optional<TimeRange> preparation{};        ///< until the copy keeps up; service runs meanwhile
  std::optional<TimeRange> expected_downtime{};  ///< never beyond at_most
  std::vector<std::string> rests_on{};
};

/// Whether the source can have service back, from where this plan begins, and what that costs. Not compared.
struct WayBack {
  bool open = true;
  std::string how;                           ///< or why there is none; "" where nothing has begun
  std::vector<std::string> loses{};          ///< by going back
  std::optional<std::int64_t> paid_cents{};  ///< for the copy until now, which would be for nothing
};

struct End {
  std::string app;
  std::string app_id;
  std::string addon;
  std::string addon_id;
  std::string plan;
  std::string where;  ///< "Common Runtime, us" or "Private Space example-space, virginia"
};

struct MigrationPlan {
  std::string name;
  Stage stage = Stage::source;
  Phase phase = Phase::absent;
  std::string phase_reason;
  End source;
  End target;
  json::Value fingerprint;  ///< the facts this plan rests on (safety A4)
  std::vector<Action> actions;
  std::vector<Finding> blockers;
  std::vector<Finding> warnings;
  std::vector<Finding> manual;
  std::vector<Finding> unknowns;
  PointOfNoReturn point_of_no_return;
  Cost cost;
  Estimate estimate;
  WayBack way_back;
  std::vector<std::string> gives_up;  ///< what this apply itself gives up for good
  std::string then;  ///< what is left after this apply: "cutover: run apply again"; "" when the stage will be reached
  bool copy_in_use = false;  ///< an app may run on the copy already
  bool refused = false;      ///< the stage cannot be reached from this phase (exit 4); `blockers` says why

  /// The first blocker that stops this group.
  [[nodiscard]] const Finding* blocker_of(Group group) const;
  [[nodiscard]] bool has_downtime() const;
};

struct Plan {
  std::string tool_version;
  std::string spec_file;
  std::string spec_sha256;
  WallTime observed_at;
  std::vector<MigrationPlan> migrations;

  [[nodiscard]] bool changes_anything() const;
  [[nodiscard]] bool is_blocked() const;
};

}  // namespace changeover
