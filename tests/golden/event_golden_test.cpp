#include <gtest/gtest.h>

#include <sstream>
#include <string>
#include <vector>

#include "cmd/view/event_json.h"
#include "cmd/view/event_text.h"
#include "tests/golden/sample_plans.h"
#include "tests/golden/sample_runs.h"
#include "tests/support/golden.h"

namespace changeover::testing {
namespace {

/// Both streams as a reader sees them one after the other.
std::string told(const std::vector<Event>& run, EventText::Options options = {}) {
  std::ostringstream log;
  std::ostringstream result;
  EventText view(log, result, options);
  view.learn(plan_of(cutover_plan()));
  for (const Event& event : run) view.emit(event);
  return "--- stderr\n" + log.str() + "--- stdout\n" + result.str();
}

TEST(EventText, AHappyRun) { expect_golden("run_happy.txt", told(happy_run())); }

TEST(EventText, AnAbort) { expect_golden("run_aborted.txt", told(aborted_run())); }

TEST(EventText, AnEndInDowntime) { expect_golden("run_in_downtime.txt", told(run_that_ends_in_downtime())); }

TEST(EventText, AWaitThatGoesOnInTheNextRun) { expect_golden("run_pending.txt", told(pending_run())); }

TEST(EventText, ATerminalRedrawsOneLine) {
  EventText::Options options;
  options.redraw = true;
  options.log.colour = true;
  expect_golden("run_terminal.txt", told(aborted_run(), options));
}

TEST(EventText, TheStatusLineNeverIsWiderThanTheScreen) {
  std::ostringstream log;
  std::ostringstream result;
  EventText::Options options;
  options.redraw = true;
  options.log.width = 40;
  EventText view(log, result, options);
  view.learn(plan_of(cutover_plan()));
  for (const Event& event : aborted_run()) {
    view.emit(event);
    const std::string text = log.str();
    const std::size_t at = text.rfind("\r\x1b[2K");
    if (at == std::string::npos || text.find('\n', at) != std::string::npos) continue;
    EXPECT_LT(columns(text.substr(at + 5)), 40U);
  }
}

TEST(EventText, TimeThatPassesWithoutEventsIsSeen) {
  std::ostringstream log;
  std::ostringstream result;
  EventText view(log, result, {});
  view.learn(plan_of(cutover_plan()));
  const std::vector<Event> run = pending_run();
  for (std::size_t i = 0; i < 3; ++i) view.emit(run[i]);  // the wait has begun
  const std::string before = log.str();
  view.tick(run[2].at + std::chrono::seconds{1});
  EXPECT_EQ(log.str(), before) << "a second of silence is no news";
  view.tick(run[2].at + std::chrono::seconds{3});
  EXPECT_NE(log.str().find("wait until orders-private is available, since 3.0 s"), std::string::npos) << log.str();
}

TEST(EventJson, OneEventALineAndTheAlarmOnStderr) {
  std::ostringstream out;
  std::ostringstream log;
  EventJson view(out, log);
  for (const Event& event : run_that_ends_in_downtime()) view.emit(event);
  expect_golden("run_in_downtime.jsonl", out.str());
  EXPECT_TRUE(log.str().starts_with("IN DOWNTIME: orders")) << log.str();
  EXPECT_NE(log.str().find("changeover apply orders.yaml"), std::string::npos);
}

}  // namespace
}  // namespace changeover::testing
