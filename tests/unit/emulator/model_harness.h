// A model of a small world on virtual time, with fake engines: what most tests of the emulator stand on.
//
// Owner: the test. Thread rule: one thread.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "core/random.h"
#include "emulator/model/model.h"
#include "emulator/world_reader.h"
#include "json/value.h"
#include "tests/support/fake_engines.h"
#include "tests/support/published_schema.h"
#include "tests/support/virtual_time.h"

namespace changeover::testing {

inline constexpr std::string_view small_world = R"(
version: 1
api_key: test-token
timing: {data_404: 5s, provisioning: 60s, sampling: 5s, unfollow: 4s, deprovision: 5s, fork_follow: 1h,
         dyno_boot: 2s, dyno_grace: 30s, crash_restart: 1s, crash_restart_most: 4s}
teams: [acme]
spaces:
  prod-va: {team: acme, region: virginia}
apps:
  orders:
    config: {RACK_ENV: production}
    formation:
      web: {quantity: 1, command: serve}
      worker: {quantity: 2, size: standard-2x, command: work}
  orders-space:
    space: prod-va
    formation:
      web: {command: serve}
      worker: {command: work}
addons:
  old-db: {app: orders, plan: standard-0, as: DATABASE}
)";

/// An answer with its body read.
struct Answer {
  int status = 0;
  emulator::Headers headers;
  std::string text;
  json::Value body;

  [[nodiscard]] std::string header(std::string_view name) const {
    return std::string(emulator::header_of(headers, name));
  }
  /// The members `key` of a list.
  [[nodiscard]] std::vector<std::string> all(std::string_view key) const {
    std::vector<std::string> values;
    for (const json::Value& item : body.items())
      values.push_back(item[key].is_string() ? item[key].as_string() : item[key].dump());
    return values;
  }
};

class Harness {
 public:
  explicit Harness(std::string_view yaml = small_world)
      : world(read(yaml)), model(world, time, random, {databases, transfers, processes}) {}

  Answer call(const std::string& method, const std::string& target, const std::string& body = {},
              emulator::Headers headers = {}) {
    emulator::Request request{method, target, std::move(headers), body};
    if (request.header("authorization").empty()) request.headers.emplace_back("authorization", "Bearer test-token");
    if (request.header("accept").empty())
      request.headers.emplace_back("accept", "application/vnd.heroku+json; version=3");
    emulator::Response response = model.handle(request);
    Answer answer{response.status, response.headers, response.body, {}};
    if (auto parsed = json::parse(response.body)) answer.body = *parsed;
    judge(request, answer);
    return answer;
  }
  [[nodiscard]] Answer get(const std::string& target, emulator::Headers headers = {}) {
    return call("GET", target, {}, std::move(headers));
  }

  /// Lets time pass, stopping wherever something is due.
  void advance(std::chrono::milliseconds by) {
    const SteadyTime end = time.steady_now() + by;
    model.tick();
    for (auto due = model.next_due(); due && *due <= end; due = model.next_due()) {
      time.advance(std::max(*due - time.steady_now(), SteadyTime::duration{0}));
      model.tick();
    }
    time.advance(end - time.steady_now());
    model.tick();
    model.watch();
  }

  /// Creates orders-private, a follower of old-db on orders-space; gives the add-on's id.
  std::string create_follower(const std::string& attachment = "FOLLOWER") {
    const Answer made =
        call("POST", "/apps/orders-space/addons",
             R"({"plan":{"name":"heroku-postgresql:private-4"},"name":"orders-private","attachment":{"name":")" +
                 attachment + R"("},"config":{"follow":"old-db"}})");
    EXPECT_EQ(made.status, 201) << made.text;
    return made.body["id"].as_string();
  }
  [[nodiscard]] std::string id_of(const std::string& addon) { return get("/addons/" + addon).body["id"].as_string(); }
  /// The value of an info row of the database, "(none)" when there is no such row.
  [[nodiscard]] std::string info(const std::string& addon, std::string_view row) {
    const Answer database = get("/client/v11/databases/" + addon);
    for (const json::Value& item : database.body["info"].items())
      if (item["name"].as_string() == row)
        return item["values"].items().empty() ? "" : item["values"].items().front().string_or("(number)");
    return "(none)";
  }
  [[nodiscard]] std::vector<std::string> dyno_names(const std::string& app) {
    return get("/apps/" + app + "/dynos").all("name");
  }
  [[nodiscard]] std::vector<std::string> release_words(const std::string& app) {
    return get("/apps/" + app + "/releases").all("description");
  }

  static emulator::World read(std::string_view yaml) {
    Diagnostics diagnostics("world.yaml", yaml);
    auto world = emulator::read_world(yaml, {}, diagnostics);
    for (const Diagnostic& diagnostic : diagnostics.sorted()) ADD_FAILURE() << to_text(diagnostic);
    return world.value_or(emulator::World{});
  }

  /// Whatever a test is about, what it is answered keeps Heroku's published schema.
  static void judge(const emulator::Request& request, const Answer& answer) {
    PublishedSchema* schema = PublishedSchema::find();
    if (schema == nullptr || answer.status < 200 || answer.status > 299) return;
    EXPECT_EQ(schema->complaint(request, answer.body), "")
        << request.method << " " << request.target << " answered " << answer.text.substr(0, 2000);
  }

  VirtualTime time;
  SeededRandom random{7};
  FakeDatabases databases{time};
  FakeTransfers transfers{time};
  FakeProcesses processes{time};
  emulator::World world;
  emulator::Model model;
};

}  // namespace changeover::testing
