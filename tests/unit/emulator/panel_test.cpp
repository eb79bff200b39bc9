// The live status as text: golden files, and what no width, height or client may break.
#include "emulator/panel.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/support/golden.h"

namespace changeover::emulator {
namespace {

using changeover::testing::expect_golden;
using ::testing::HasSubstr;
using ::testing::Not;

json::Value parsed(const std::string& text) {
  auto value = json::parse(text);
  EXPECT_TRUE(value) << text;
  return value.value_or(json::Value());
}

json::Value sample_status() {
  return parsed(R"({"ready":true,"apps":[
    {"name":"common-runtime-example","space":null,"maintenance":true,"current_release":9,
     "processes":[{"type":"web","wanted":0,"up":0},{"type":"worker","wanted":2,"up":1}],"others":["run.1000"]},
    {"name":"private-spaces-example","space":"example-space","maintenance":false,"current_release":4,
     "processes":[{"type":"web","wanted":1,"up":1},{"type":"worker","wanted":1,"up":1}],"others":[]}],
   "databases":[
    {"name":"looking-simply-2449","plan":"heroku-postgresql:standard-0","phase":"running","follows":null,"lag":null},
    {"name":"sailing-boldly-1111","plan":"heroku-postgresql:private-4","phase":"running",
     "follows":"looking-simply-2449","lag":12},
    {"name":"resting-deeply-2222","plan":"heroku-postgresql:private-4","phase":"failed","follows":null,"lag":null}],
   "dynos":[{"state":"up"},{"state":"starting"},{"state":"crashed"}],
   "router":{"port":40124,"requests":12,"codes":{"H14":1,"H80":3},
     "last":{"method":"POST","host":"common-runtime-example.localhost","path":"/carts","status":503}},
   "faults":[{"words":"PUT /client/**: call 2, after its effect: reset"}]})");
}

json::Value sample_requests() {
  return parsed(R"({"next":48,"requests":[
    {"method":"GET","path":"/apps/common-runtime-example/dynos","status":200,"duration_ms":71.2,"faulted":false},
    {"method":"PATCH","path":"/apps/common-runtime-example/formation","status":422,"duration_ms":0.4,"faulted":false},
    {"method":"PUT","path":"/client/v11/databases/sailing-boldly-1111/unfollow","status":0,"duration_ms":1250,
     "faulted":true},
    {"method":"GET","path":"/apps","status":503,"duration_ms":70,"faulted":true}],
   "held":[{"method":"POST","path":"/apps/private-spaces-example/addons","effect_done":true}]})");
}

std::string joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return text;
}

/// Columns on a terminal: one a code point, none for an escape.
std::size_t columns(const std::string& line) {
  std::size_t count = 0;
  bool escape = false;
  for (const char c : line) {
    if (c == '\x1b') escape = true;
    if (!escape && (static_cast<unsigned char>(c) & 0xc0U) != 0x80U) ++count;
    if (escape && c == 'm') escape = false;
  }
  return count;
}

TEST(Panel, ShowsWhatThereIs) {
  expect_golden("panel.txt", joined(panel_lines(sample_status(), sample_requests(), {100, 30, false})));
}

TEST(Panel, InColour) {
  expect_golden("panel_colour.txt", joined(panel_lines(sample_status(), sample_requests(), {100, 30, true})));
}

TEST(Panel, OnANarrowTerminal) {
  expect_golden("panel_narrow.txt", joined(panel_lines(sample_status(), sample_requests(), {48, 30, false})));
}

TEST(Panel, OfAFleetShowsWhereSomethingGoesOn) {
  json::Value status = sample_status();
  json::Array apps;
  json::Array databases;
  for (int i = 0; i < 200; ++i) {
    const std::string name = "app-" + std::to_string(i);
    apps.push_back(parsed(R"({"name":")" + name + R"(","maintenance":)" + (i == 150 ? "true" : "false") +
                          R"(,"current_release":3,"processes":[{"type":"web","wanted":1,"up":1}],"others":[]})"));
    databases.push_back(parsed(R"({"name":"db-)" + std::to_string(i) +
                               R"(","plan":"heroku-postgresql:standard-0","phase":")" +
                               (i == 170 ? "promoting" : "running") + R"(","follows":null,"lag":null})"));
  }
  status.set("apps", std::move(apps));
  status.set("databases", std::move(databases));
  const auto lines = panel_lines(status, sample_requests(), {90, 24, false});
  EXPECT_LE(lines.size(), 24U);
  expect_golden("panel_fleet.txt", joined(lines));
}

TEST(Panel, FitsEverySize) {
  for (std::size_t width = 1; width < 130; ++width) {
    for (const std::size_t height : {0U, 1U, 3U, 7U, 12U, 20U, 50U}) {
      for (const bool colour : {false, true}) {
        const auto lines = panel_lines(sample_status(), sample_requests(), {width, height, colour});
        EXPECT_LE(lines.size(), height);
        for (const std::string& line : lines) EXPECT_LE(columns(line), width) << line;
      }
    }
  }
}

TEST(Panel, NothingAClientSendsMovesTheCursor) {
  json::Value requests = sample_requests();
  requests.member("requests")
      .mutable_items()[0]
      .set("path",
           "/a\x1b[2J\n\xc2\x9b"
           "3Jb");
  requests.member("requests").mutable_items()[1].set("method", "G\x07T");
  const std::string text = joined(panel_lines(sample_status(), requests, {120, 30, false}));
  EXPECT_THAT(text, HasSubstr("/a?[2J???3Jb"));
  EXPECT_THAT(text, HasSubstr("G?T"));
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
}

TEST(Panel, OfNothingIsShort) {
  const auto lines = panel_lines(parsed(R"({"apps":[],"databases":[],"router":{"port":null},"faults":[]})"),
                                 parsed(R"({"next":0,"requests":[],"held":[]})"), {80, 24, false});
  EXPECT_THAT(lines, ::testing::ElementsAre("Apps", "Databases", "0 requests"));
}

TEST(Panel, TheStartSaysWhatItWaitsFor) {
  json::Value status = sample_status();
  EXPECT_THAT(starting_lines(status, {100, 24, false}),
              ::testing::ElementsAre("starting: 2 of 3 databases run - waiting for resting-deeply-2222"));
  EXPECT_THAT(starting_lines(status, {29, 24, false}), ::testing::ElementsAre("starting: 2 of 3 databases r…"));
}

TEST(Panel, TheEndSaysWhatRan) { EXPECT_EQ(what_runs(sample_status()), "3 databases and 2 dynos"); }

}  // namespace
}  // namespace changeover::emulator
