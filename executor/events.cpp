#include "executor/events.h"

#include <chrono>
#include <cstdint>

#include "core/text.h"

namespace changeover {

std::string_view to_string(EventType type) {
  switch (type) {
    case EventType::run_started:
      return "run_started";
    case EventType::migration_started:
      return "migration_started";
    case EventType::action_started:
      return "action_started";
    case EventType::action_waiting:
      return "action_waiting";
    case EventType::action_done:
      return "action_done";
    case EventType::action_failed:
      return "action_failed";
    case EventType::attempt_opened:
      return "attempt_opened";
    case EventType::downtime_began:
      return "downtime_began";
    case EventType::point_of_no_return:
      return "point_of_no_return";
    case EventType::downtime_ended:
      return "downtime_ended";
    case EventType::abort_began:
      return "abort_began";
    case EventType::abort_done:
      return "abort_done";
    case EventType::hook_ran:
      return "hook_ran";
    case EventType::warning:
      return "warning";
    case EventType::migration_done:
      return "migration_done";
    case EventType::run_done:
      return "run_done";
  }
  return "warning";
}

json::Value to_json(const Event& event) {
  json::Value value = json::Value::object();
  value.set("event", to_string(event.type)).set("at", format_time(event.at));
  const auto set_text = [&](std::string_view key, const std::string& text) {
    if (!text.empty()) value.set(key, text);
  };
  set_text("migration", event.migration);
  set_text("action", event.action);
  set_text("kind", event.kind);
  set_text("subject", event.subject);
  set_text("message", event.message);
  if (!event.data.is_null()) value.set("data", event.data);
  if (event.error) {
    json::Value error = json::Value::object();
    error.set("code", to_string(event.error->code)).set("what", event.error->what);
    if (!event.error->advice.empty()) error.set("advice", event.error->advice);
    if (!event.error->api_id.empty()) error.set("api_id", event.error->api_id);
    value.set("error", std::move(error));
  }
  return value;
}

void set_expected(json::Value& data, const std::optional<TimeRange>& expected) {
  if (!expected) return;
  data.set("expected_from_ms", static_cast<std::int64_t>(std::chrono::milliseconds{expected->from}.count()))
      .set("expected_to_ms", static_cast<std::int64_t>(std::chrono::milliseconds{expected->to}.count()));
}

}  // namespace changeover
