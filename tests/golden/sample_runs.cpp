#include "tests/golden/sample_runs.h"

#include <algorithm>
#include <string>
#include <utility>

#include "core/text.h"

namespace changeover::testing {
namespace {

using std::chrono::milliseconds;

constexpr const char* source_app = "common-runtime-example";
constexpr const char* target_app = "private-spaces-example";
constexpr const char* leader = "looking-simply-2449";
constexpr const char* copy = "orders-private";

class Story {
 public:
  Story() {
    add(EventType::run_started, 0).data =
        json::Value::object().set("tool_version", "0.1.0").set("spec", "orders.yaml").set("migrations", 1);
    Event& started = about(EventType::migration_started, 0);
    started.data = json::Value::object().set("phase", "replicating").set("stage", "live").set("actions", 14);
  }

  /// What happens at once is told action by action; the stream is in the order of time.
  Event& add(EventType type, std::int64_t at_ms) {
    Event event;
    event.type = type;
    event.at = start_ + milliseconds{at_ms};
    return *events_.insert(std::ranges::upper_bound(events_, event.at, {}, &Event::at), std::move(event));
  }
  Event& about(EventType type, std::int64_t at_ms, std::string message = {}) {
    Event& event = add(type, at_ms);
    event.migration = "orders";
    event.message = std::move(message);
    return event;
  }
  Event& action(EventType type, std::int64_t at_ms, const std::string& kind, const std::string& subject) {
    Event& event = about(type, at_ms);
    event.action = "orders/" + kind + "/" + subject;
    event.kind = kind;
    event.subject = subject;
    return event;
  }
  void done(std::int64_t from_ms, std::int64_t to_ms, const std::string& kind, const std::string& subject,
            bool changed = true) {
    action(EventType::action_started, from_ms, kind, subject);
    action(EventType::action_done, to_ms, kind, subject).data =
        json::Value::object().set("duration_ms", to_ms - from_ms).set("changed", changed);
  }
  void wait(std::int64_t at_ms, const std::string& kind, const std::string& subject, std::string why, double progress) {
    Event& event = action(EventType::action_waiting, at_ms, kind, subject);
    event.message = std::move(why);
    event.data = json::Value::object().set("progress", progress);
  }
  void downtime(std::int64_t at_ms) {
    about(EventType::attempt_opened, at_ms - 5).data = json::Value::object().set("attempt", "a1");
    about(EventType::downtime_began, at_ms).data =
        json::Value::object().set("restore_by", format_time(start_ + milliseconds{at_ms + 300'000}));
  }
  void end(std::int64_t at_ms, std::string outcome, int exit_code, std::string message, std::string phase) {
    about(EventType::migration_done, at_ms, std::move(message)).data =
        json::Value::object().set("outcome", outcome).set("exit_code", exit_code).set("phase", phase);
    add(EventType::run_done, at_ms + 40).data =
        json::Value::object().set("exit_code", exit_code).set("requests", 31).set("polls", 54).set("migrations", 1);
  }
  /// Up to the drain, as every cutover begins.
  void quiesce() {
    done(400, 450, "follower.wait_caught_up", copy, false);
    downtime(5'100);
    done(5'100, 5'320, "app.enable_maintenance", source_app);
    done(5'100, 5'700, "app.scale_down", source_app);
    done(5'330, 5'800, "leader.fence", leader);
  }
  /// From the drain to the attached copy.
  void promote() {
    done(5'800, 6'100, "follower.wait_drained", copy);
    done(6'100, 6'300, "follower.unfollow", copy);
    done(6'300, 7'900, "database.wait_standalone", copy, false);
    done(7'900, 7'950, "leader.verify_no_late_write", leader, false);
    done(7'950, 8'300, "attachment.promote", copy);
    about(EventType::point_of_no_return, 8'300, "the first dyno of private-spaces-example may write to orders-private");
    done(8'300, 8'310, "leader.fence_permanently", leader);
  }
  std::vector<Event> take() { return std::move(events_); }

 private:
  WallTime start_{std::chrono::seconds{1'790'000'000}};
  std::vector<Event> events_;
};

}  // namespace

std::vector<Event> happy_run() {
  Story story;
  story.quiesce();
  story.promote();
  story.done(8'310, 9'100, "app.scale_up", target_app);
  story.done(9'100, 9'290, "app.disable_maintenance", target_app);
  json::Value parts = json::Value::array();
  const std::vector<std::pair<std::string, int>> ended{
      {"app.scale_down common-runtime-example", 600},     {"leader.fence looking-simply-2449", 100},
      {"follower.wait_drained orders-private", 300},      {"follower.unfollow orders-private", 200},
      {"database.wait_standalone orders-private", 1'600}, {"leader.verify_no_late_write looking-simply-2449", 0},
      {"attachment.promote orders-private", 400},         {"leader.fence_permanently looking-simply-2449", 10},
      {"app.scale_up private-spaces-example", 1'000}};
  for (const auto& [name, ms] : ended) parts.push(json::Value::object().set("name", name).set("ms", ms));
  story.about(EventType::downtime_ended, 9'300).data = json::Value::object()
                                                           .set("downtime_ms", 4'200)
                                                           .set("own_ms", 35)
                                                           .set("expected_from_ms", 7'000)
                                                           .set("expected_to_ms", 200'000)
                                                           .set("parts", std::move(parts));
  story.done(9'300, 9'700, "database.verify_live", copy, false);
  Event& hook = story.about(EventType::hook_ran, 10'600);
  hook.data = json::Value::object()
                  .set("argv", json::Array{json::Value("./tell-everyone")})
                  .set("exit_code", 0)
                  .set("duration_ms", 480);
  story.end(10'600, "done", 0, "orders-private is live; private-spaces-example runs on it", "live");
  return story.take();
}

std::vector<Event> aborted_run() {
  Story story;
  story.quiesce();
  story.action(EventType::action_started, 5'800, "follower.wait_drained", copy);
  for (int i = 1; i <= 6; ++i)
    story.wait(5'800 + i * 5'000, "follower.wait_drained", copy, "replay at or past the fence", 0.1 * i);
  Event& failed = story.action(EventType::action_failed, 65'800, "follower.wait_drained", copy);
  failed.error = Error{ErrorCode::precondition,
                       "orders-private is still 412 commits behind after 1 min",
                       "look for a long replay on the copy, then apply again",
                       {}};
  story.about(EventType::abort_began, 65'810, "the copy did not drain within its time");
  story.done(65'820, 66'400, "restore.formation", source_app);
  story.done(65'820, 66'100, "restore.maintenance", source_app);
  story.about(EventType::abort_done, 66'900, "common-runtime-example serves on the source as before");
  story.end(66'950, "aborted", 5, "given up, service restored on the source: the copy did not drain within its time",
            "replicating");
  return story.take();
}

std::vector<Event> run_that_ends_in_downtime() {
  Story story;
  story.quiesce();
  story.promote();
  Event& failed = story.action(EventType::action_failed, 38'400, "app.scale_up", target_app);
  failed.error = Error{ErrorCode::precondition,
                       "web.1 of private-spaces-example crashed 3 times (H10)",
                       "read its log with `heroku logs`, repair the app, then go on",
                       {}};
  story.end(38'450, "in_downtime", 1, "the way is forward: web.1 of private-spaces-example crashed 3 times (H10)",
            "promoted");
  return story.take();
}

std::vector<Event> pending_run() {
  Story story;
  story.action(EventType::action_started, 200, "database.wait_available", copy);
  for (const std::int64_t at : {1'000, 3'000, 30'000, 70'000, 650'000})
    story.wait(at, "database.wait_available", copy, "the base copy of 12 GB", static_cast<double>(at) / 1'000'000);
  story.end(650'200, "pending", 7, "still waiting: the base copy of 12 GB; apply again to go on", "provisioning");
  return story.take();
}

}  // namespace changeover::testing
