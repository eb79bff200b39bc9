// Each exit code of design 8 by the real program, and the same with --json. 2 and 3 with a plan, the rest with apply.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>

#include "tests/e2e/expectations.h"

namespace changeover::testing {
namespace {

using namespace std::chrono_literals;

json::Value hold(const char* method, const char* path, int delay_ms) {
  return json::Object{{"method", method}, {"path", path},     {"nth", 1},
                      {"times", 1},       {"when", "before"}, {"delay_ms", delay_ms}};
}

std::vector<std::string> apply_words(bool json) {
  std::vector<std::string> words{"apply", "spec.yaml", "--auto-approve"};
  if (json) words.emplace_back("--json");
  return words;
}

class ExitCodes : public ::testing::TestWithParam<bool> {
 protected:
  Finished apply(std::vector<std::string> further = {}) {
    std::vector<std::string> words = apply_words(GetParam());
    words.insert(words.end(), further.begin(), further.end());
    return checked(sandbox_.run(std::move(words)));
  }
  /// With --json the last event says the same number.
  static Finished checked(Finished run) {
    if (const json::Value& last = run.event("run_done"); !last.is_null()) {
      EXPECT_EQ(last["data"]["exit_code"].as_integer(), run.code);
    }
    return run;
  }
  Sandbox sandbox_{{}, {.stage = "replicating"}};
};

TEST_P(ExitCodes, OfOneMigrationFromPlanToLive) {
  expect_done(sandbox_.run({"plan", "spec.yaml", "--detailed-exitcode"}), 2);
  expect_done(sandbox_.run({"apply", "spec.yaml", "--no-such-flag"}), 64);
  expect_done(apply());
  expect_done(sandbox_.run({"plan", "spec.yaml", "--detailed-exitcode"}), 0);
  expect_done(sandbox_.run({"apply", "no-such-spec.yaml", "--auto-approve"}), 1);

  expect_done(sandbox_.run({"plan", "spec.yaml", "--out", "plan.json"}));
  sandbox_.write_spec({.stage = "live"});
  expect_done(apply({"--plan", "plan.json"}), 3);

  sandbox_.write_spec({.stage = "retired"});
  expect_done(apply(), 4);
  expect_done(sandbox_.run({"plan", "spec.yaml"}), 4);
  sandbox_.write_spec({.stage = "source"});
  expect_done(apply(), 4);  // nobody allowed it to destroy the copy

  sandbox_.write_spec({.stage = "live", .max_downtime = "10s"});
  const std::string copy = sandbox_.copy_name();
  sandbox_.emulator().add_fault(hold("PATCH", "/apps/*", 1000));
  const auto aborted = sandbox_.start(apply_words(GetParam()));
  ASSERT_TRUE(await([&] { return sandbox_.emulator().holds("PATCH", false); }, 60s));
  sandbox_.emulator().stall(copy, true);
  expect_done(checked(aborted->finish()), 5);
  sandbox_.emulator().stall(copy, false);
  sandbox_.emulator().clear_faults();

  sandbox_.emulator().add_fault(hold("PATCH", "/apps/*", 2000));
  const auto interrupted = sandbox_.start(apply_words(GetParam()));
  ASSERT_TRUE(await([&] { return sandbox_.emulator().holds("PATCH", false); }, 60s));
  expect_done(apply(), 6);
  interrupted->program.signal(SIGTERM);
  expect_done(checked(interrupted->finish()), 130);
  sandbox_.emulator().clear_faults();
  expect_serving_on_source(sandbox_);
  expect_done(apply());
  expect_live(sandbox_);
}

TEST_P(ExitCodes, PendingWhileTheCopyIsMade) {
  sandbox_.write_spec({.stage = "live", .unattended = false});
  expect_done(apply(), 7);
  expect_serving_on_source(sandbox_);
}

INSTANTIATE_TEST_SUITE_P(Json, ExitCodes, ::testing::Bool(),
                         [](const auto& one) { return std::string(one.param ? "Events" : "Text"); });

}  // namespace
}  // namespace changeover::testing
