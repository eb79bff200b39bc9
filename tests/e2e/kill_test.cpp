// kill -9 at every call that changes something: right before its effect, and between its effect and its answer. The
// next applies finish what was begun.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <tuple>

#include "tests/e2e/changing_calls.h"
#include "tests/e2e/expectations.h"

namespace changeover::testing {
namespace {

using namespace std::chrono_literals;

constexpr int held_ms = 120'000;  // the emulator's end cuts it short
constexpr auto call_limit = 60s;
constexpr int most_further_applies = 3;

const WorldOptions world_with_one_off{.one_off = "exec changeover-writer"};

/// "/apps/x/formation" fits "/apps/*/formation".
bool fits(std::string_view pattern, std::string_view path) {
  while (!pattern.empty() && !path.empty()) {
    const std::size_t wanted = std::min(pattern.find('/', 1), pattern.size());
    const std::size_t found = std::min(path.find('/', 1), path.size());
    if (pattern.substr(0, wanted) != "/*" && pattern.substr(0, wanted) != path.substr(0, found)) return false;
    pattern.remove_prefix(wanted);
    path.remove_prefix(found);
  }
  return pattern.empty() && path.empty();
}

TEST(ChangingCalls, AreAllListed) {
  Sandbox sandbox(world_with_one_off);
  const long long since = sandbox.emulator().next_request();
  expect_done(sandbox.apply());
  std::map<std::string, int> expected;
  for (const ChangingCall& call : changing_calls()) ++expected[call.method + " " + call.path];
  std::map<std::string, int> seen;
  for (const Logged& request : changing_requests(sandbox, since)) {
    std::string name = request.method + " " + request.path;
    for (const ChangingCall& call : changing_calls())
      if (call.method == request.method && fits(call.path, request.path)) name = call.method + " " + call.path;
    ++seen[name];
  }
  EXPECT_EQ(seen, expected);
}

enum class Moment { before_effect, before_answer };
std::ostream& operator<<(std::ostream& out, Moment moment) {
  return out << (moment == Moment::before_effect ? "BeforeEffect" : "BeforeAnswer");
}

class Kill : public ::testing::TestWithParam<std::tuple<ChangingCall, Moment>> {};

TEST_P(Kill, IsFinishedByTheNextApply) {
  const auto& [call, moment] = GetParam();
  const bool after = moment == Moment::before_answer;
  Sandbox sandbox(world_with_one_off);
  json::Value fault = call.fault();
  fault.set("when", after ? "after" : "before").set("delay_ms", held_ms).set("reset", true);
  sandbox.emulator().add_fault(fault);

  const auto apply = sandbox.start_apply();
  const bool held =
      await([&] { return sandbox.emulator().holds(call.method, after) || apply->program.exit_code(0ms); }, call_limit);
  apply->program.kill();
  ASSERT_TRUE(held && sandbox.emulator().holds(call.method, after)) << apply->finish().out;
  sandbox.emulator().clear_faults();

  Finished again;
  for (int i = 0; i < most_further_applies && again.code != 0; ++i) again = sandbox.apply();
  expect_done(again);
  expect_live(sandbox);
}

std::string kill_name(const ::testing::TestParamInfo<Kill::ParamType>& info) {
  return std::get<0>(info.param).name + ::testing::PrintToString(std::get<1>(info.param));
}

INSTANTIATE_TEST_SUITE_P(EveryCall, Kill,
                         ::testing::Combine(::testing::ValuesIn(changing_calls()),
                                            ::testing::Values(Moment::before_effect, Moment::before_answer)),
                         kill_name);

/// Kills an apply at its n-th request, whatever that is; false when it came to its end before.
bool kill_at_request(Sandbox& sandbox, int nth) {
  sandbox.emulator().add_fault(json::Object{{"method", "*"},
                                            {"path", "/**"},
                                            {"nth", nth},
                                            {"times", 1},
                                            {"when", "after"},
                                            {"delay_ms", held_ms},
                                            {"reset", true}});
  const auto apply = sandbox.start_apply();
  static_cast<void>(
      await([&] { return sandbox.emulator().holds("*", true) || apply->program.exit_code(0ms); }, call_limit));
  const bool killed = !apply->program.exit_code(0ms);
  apply->program.kill();
  sandbox.emulator().clear_faults();
  return killed;
}

class KillTwice : public ::testing::TestWithParam<int> {};

TEST_P(KillTwice, AtAnyRequestAndAgainInTheNextApply) {
  constexpr int into_the_next = 13;  // behind its planning
  Sandbox sandbox(world_with_one_off);
  EXPECT_TRUE(kill_at_request(sandbox, GetParam()));
  kill_at_request(sandbox, into_the_next);
  Finished again;
  for (int i = 0; i < most_further_applies && again.code != 0; ++i) again = sandbox.apply();
  expect_done(again);
  expect_live(sandbox);
}

INSTANTIATE_TEST_SUITE_P(Request, KillTwice, ::testing::Range(14, 44, 5), ::testing::PrintToStringParamName());

}  // namespace
}  // namespace changeover::testing
