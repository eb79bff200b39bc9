// A record with every field set, for the tests of what keeps records.
//
// Owner: the test. Thread rule: none.
#pragma once

#include <string_view>

#include "core/text.h"
#include "planner/recorded.h"

namespace changeover::testing {

inline WallTime time_at(std::string_view text) { return parse_time(text).value(); }

inline Certificate full_certificate() {
  Certificate certificate;
  certificate.copy_id = "copy-id";
  certificate.leader_id = "source-id";
  certificate.leader_primary = "primary-id";
  certificate.system_identifier = "7301234567890123456";
  certificate.proof = Proof::api;
  certificate.at = time_at("2026-11-22T10:00:03.001Z");
  certificate.fence_lsn = "1/6F5A2B8";
  certificate.transaction = 4294967297;
  certificate.evidence = "750:750:";
  certificate.writer_releases = {{"common-runtime-example", 41}, {"reports-example", 7}};
  return certificate;
}

inline Attempt full_attempt() {
  Attempt attempt;
  attempt.id = "attempt-id";
  attempt.state = Attempt::State::aborting;
  attempt.started_at = time_at("2026-11-22T10:00:00Z");
  attempt.plan_id = "plan-b";
  attempt.baseline = {{{"source-app-id", "common-runtime-example"},
                       false,
                       {{"web", 1, "standard-1x"}, {"worker", 2, "standard-2x"}},
                       41},
                      {{"target-app-id", "private-spaces-example"}, true, {}, 12}};
  attempt.downtime_began = time_at("2026-11-22T10:00:01.250Z");
  attempt.downtime_ended = time_at("2026-11-22T10:00:05Z");
  attempt.max_downtime = std::chrono::seconds(180);
  attempt.certificate = full_certificate();
  attempt.unfollow_sent = true;
  attempt.late_write_checked = true;
  attempt.past_point_of_no_return = true;
  attempt.copy_opened = true;
  attempt.abort_reason = "the \"copy\" stalled\nfor good";
  attempt.due_hooks = {"after_abort"};
  attempt.held_before = "old-space-db";
  attempt.downtime_expected = TimeRange{std::chrono::seconds(3), std::chrono::seconds(200)};
  return attempt;
}

/// Migrations `orders` with everything, and `accounts` with nothing, not in the order of a file.
inline Recorded full_record() {
  RecordedMigration orders;
  orders.name = "orders";
  orders.source = {"source-id", "looking-simply-2449"};
  orders.source_app = {"source-app-id", "common-runtime-example"};
  orders.target_app = {"target-app-id", "private-spaces-example"};
  orders.copy = {"copy-id", "orders-private"};
  orders.create_intent = "orders-private";
  orders.attempt = full_attempt();
  orders.live = true;
  orders.live_since = time_at("2026-11-22T10:05:00.125Z");
  orders.started_plan = "plan-c";
  orders.spent_plans = {"plan-a", "plan-b"};
  orders.history = {
      {time_at("2026-11-20T10:00:00Z"), "prepared", {}, {}},
      {time_at("2026-11-22T10:00:05Z"), "live", std::chrono::milliseconds(4200), std::chrono::milliseconds(37),
       time_at("2026-11-22T10:00:00Z"), 31, 54, TimeRange{std::chrono::seconds(3), std::chrono::seconds(200)},
       std::chrono::minutes(9), TimeRange{std::chrono::minutes(10), std::chrono::minutes(40)}, 12'000'000'000}};
  RecordedMigration accounts;
  accounts.name = "accounts";
  Recorded recorded;
  recorded.lineage = "4f0e1a52-0000-4000-8000-000000000001";
  recorded.serial = 7;
  recorded.migrations = {orders, accounts};
  return recorded;
}

}  // namespace changeover::testing
