// Status: where each migration stands now, what it costs and what is next, as data for two views of it.
//
// Owner: the status command; a plain value. Thread rule: none; pure functions. It is derived from the same facts,
// record and plan as an apply, so that it can not say another thing than the next apply does. The document is described
// by schemas/status.schema.json.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "cmd/view/text_style.h"
#include "executor/state/backend.h"
#include "json/value.h"
#include "planner/planner.h"

namespace changeover {

/// A cutover that has stopped service and not brought it back.
struct RunningDowntime {
  WallTime began;
  std::chrono::milliseconds for_now{0};
  std::optional<WallTime> restore_by;  ///< none: the way is forward
};

struct NextStep {
  std::string what;
  std::string command;  ///< "" when nothing is to be typed, or the spec is to be edited first
};

struct MigrationStatus {
  std::string name;
  Stage stage = Stage::source;
  Phase phase = Phase::absent;
  std::string meaning;  ///< of the phase
  End source;
  End target;
  bool copy_exists = false;
  std::optional<RunningDowntime> downtime;
  std::optional<std::int64_t> lag;  ///< commits
  std::optional<WallTime> lag_sampled_at;
  std::optional<WallTime> live_since;
  std::optional<WallTime> retire_from;      ///< when the old database may go
  std::optional<WritesSince> old_database;  ///< of a live migration whose old database is still there
  std::optional<Attempt> attempt;           ///< the newest
  std::optional<Holder> lock;
  std::optional<std::int64_t> cents_a_month;  ///< both databases, as far as they exist; none: a price is not known
  std::vector<Finding> blockers;
  NextStep next;
};

struct Status {
  std::string tool_version;
  std::string spec_file;
  WallTime at;
  std::string locks_problem;  ///< why it is not known who holds a lock; "" when it is
  std::vector<MigrationStatus> migrations;
};

struct StatusInputs {
  const Desired& desired;
  const Observed& observed;
  const Recorded& recorded;
  const Plan& plan;
  std::map<std::string, Holder> holders{};
  std::map<std::string, WritesSince> old_databases{};  ///< by migration, as far as asked
};

[[nodiscard]] Status status_of(const StatusInputs& inputs);

[[nodiscard]] std::string status_as_text(const Status& status, const TextStyle& style);
[[nodiscard]] json::Value status_as_json(const Status& status);

}  // namespace changeover
