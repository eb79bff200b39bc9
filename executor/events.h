// Events: everything a run tells, as one stream of data; a terminal and --json are two views of it.
//
// Owner: the executor emits, one sink receives (cmd/view). Thread rule: the event loop's thread. No event holds a
// secret. The JSON form is schemas/event.schema.json: `event`, `at`, and the members below that are not empty.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/clock.h"
#include "core/result.h"
#include "json/value.h"
#include "planner/time_range.h"

namespace changeover {

enum class EventType {
  run_started,         ///< data: tool_version, spec, migrations
  migration_started,   ///< data: phase, stage, actions
  action_started,      ///< an action is about to change something, or begins to wait
  action_waiting,      ///< message: what it waits for; data: progress
  action_done,         ///< data: duration_ms, changed (false: it was so already)
  action_failed,       ///< error
  attempt_opened,      ///< data: attempt, deadline
  downtime_began,      ///< data: restore_by
  point_of_no_return,  ///< message: what made it so
  downtime_ended,      ///< data: downtime_ms, own_ms, expected_from_ms, expected_to_ms, parts
  abort_began,         ///< message: why
  abort_done,          ///< service restored on the source
  hook_ran,            ///< data: hook, argv, exit_code, duration_ms, output
  warning,
  migration_done,  ///< data: outcome, exit_code, phase
  run_done,        ///< data: exit_code, requests, polls, migrations
};

[[nodiscard]] std::string_view to_string(EventType type);

struct Event {
  EventType type = EventType::warning;
  WallTime at;
  std::string migration;
  std::string action;   ///< id
  std::string kind;     ///< "follower.unfollow"
  std::string subject;  ///< app or add-on name
  std::string message;
  json::Value data;
  std::optional<Error> error;
};

[[nodiscard]] json::Value to_json(const Event& event);

/// expected_from_ms and expected_to_ms, beside what was measured; nothing where nothing was predicted.
void set_expected(json::Value& data, const std::optional<TimeRange>& expected);

class EventSink {
 public:
  virtual ~EventSink() = default;
  virtual void emit(const Event& event) = 0;
};

}  // namespace changeover
