#include <gtest/gtest.h>

#include "core/text.h"
#include "executor/events.h"
#include "tests/support/schema_file.h"

namespace changeover {
namespace {

using testing::violation_of;

Event full_event(EventType type) {
  Event event;
  event.type = type;
  event.at = parse_time("2026-11-22T10:00:00.250Z").value();
  event.migration = "orders";
  event.action = "orders/follower.unfollow/orders-private";
  event.kind = "follower.unfollow";
  event.subject = "orders-private";
  event.message = "for people";
  event.error = Error{ErrorCode::conflict, "what", "advice", "delinquent"};
  return event;
}

json::Value data_of(EventType type) {
  json::Value data = json::Value::object();
  switch (type) {
    case EventType::run_started:
      return data.set("tool_version", "0.1.0").set("spec", "a.yaml").set("migrations", 1);
    case EventType::migration_started:
      return data.set("phase", "absent").set("stage", "live").set("actions", 14);
    case EventType::action_waiting:
      return data.set("progress", 0.5).set("waited_ms", 20);
    case EventType::action_done:
      return data.set("duration_ms", 20).set("changed", true);
    case EventType::attempt_opened:
      return data.set("attempt", "a").set("deadline", "2026-11-22T10:05:00Z");
    case EventType::downtime_began:
      return data.set("restore_by", "2026-11-22T10:05:00.125Z").set("max_downtime_ms", 300'000);
    case EventType::downtime_ended: {
      json::Value parts = json::Value::array();
      parts.push(json::Value::object().set("name", "unfollow").set("ms", 900));
      return data.set("downtime_ms", 4200).set("own_ms", 35).set("parts", parts);
    }
    case EventType::hook_ran:
      return data.set("argv", json::Value::array().push("./pause")).set("exit_code", 1).set("duration_ms", 5);
    case EventType::migration_done:
      return data.set("outcome", "in_downtime")
          .set("exit_code", 1)
          .set("phase", "promoted")
          .set("command", "changeover");
    case EventType::run_done:
      return data.set("exit_code", 0).set("requests", 31).set("polls", 54).set("migrations", 1);
    case EventType::action_started:
    case EventType::action_failed:
    case EventType::point_of_no_return:
    case EventType::abort_began:
    case EventType::abort_done:
    case EventType::warning:
      return {};
  }
  return {};
}

TEST(EventSchema, KnowsEveryEvent) {
  for (int type = 0; type <= static_cast<int>(EventType::run_done); ++type) {
    Event event = full_event(static_cast<EventType>(type));
    event.data = data_of(event.type);
    EXPECT_EQ(violation_of("event.schema.json", to_json(event)), "") << to_string(event.type);
    Event bare;
    bare.type = event.type;
    EXPECT_EQ(violation_of("event.schema.json", to_json(bare)), "") << to_string(event.type);
  }
}

TEST(EventSchema, KnowsEveryErrorCode) {
  for (int code = 0; code <= static_cast<int>(ErrorCode::internal); ++code) {
    Event event = full_event(EventType::action_failed);
    event.error->code = static_cast<ErrorCode>(code);
    EXPECT_EQ(violation_of("event.schema.json", to_json(event)), "") << to_string(event.error->code);
  }
}

TEST(EventSchema, RefusesWhatIsNotOurs) {
  json::Value event = to_json(full_event(EventType::warning));
  event.set("colour", "red");
  EXPECT_NE(violation_of("event.schema.json", event), "");
  Event odd = full_event(EventType::run_done);
  odd.data = json::Value::object().set("password", "x");
  EXPECT_NE(violation_of("event.schema.json", to_json(odd)), "");
  odd.data = json::Value::object().set("requests", "many");
  EXPECT_NE(violation_of("event.schema.json", to_json(odd)), "");
}

}  // namespace
}  // namespace changeover
