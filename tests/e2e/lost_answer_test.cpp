// A call is carried out and its answer is lost, or it is turned away by a server that has no time: the tool looks at
// the world before it does anything again.
#include <gtest/gtest.h>

#include <algorithm>
#include <tuple>

#include "tests/e2e/changing_calls.h"
#include "tests/e2e/expectations.h"

namespace changeover::testing {
namespace {

enum class Trouble { answer_lost, turned_away };
std::ostream& operator<<(std::ostream& out, Trouble trouble) {
  return out << (trouble == Trouble::answer_lost ? "AnswerLost" : "TurnedAway");
}

class LostAnswer : public ::testing::TestWithParam<std::tuple<ChangingCall, Trouble>> {};

TEST_P(LostAnswer, IsLookedForBeforeItIsRepeated) {
  const auto& [call, trouble] = GetParam();
  const bool effect = trouble == Trouble::answer_lost;
  Sandbox sandbox({.one_off = "exec changeover-writer"});
  json::Value fault = call.fault();
  fault.set("when", effect ? "after" : "before");
  if (effect) {
    fault.set("reset", true);
  } else {
    fault.set("status", 503);
  }
  sandbox.emulator().add_fault(fault);
  const long long since = sandbox.emulator().next_request();
  expect_done(sandbox.apply());
  expect_live(sandbox);

  const std::vector<Logged> changes = changing_requests(sandbox, since);
  EXPECT_EQ(changes.size(), changing_calls().size() + (effect ? 0 : 1)) << ::testing::PrintToString(changes);
  EXPECT_EQ(std::ranges::count(changes, true, &Logged::faulted), 1);
}

std::string trouble_name(const ::testing::TestParamInfo<LostAnswer::ParamType>& info) {
  return std::get<0>(info.param).name + ::testing::PrintToString(std::get<1>(info.param));
}

INSTANTIATE_TEST_SUITE_P(EveryCall, LostAnswer,
                         ::testing::Combine(::testing::ValuesIn(changing_calls()),
                                            ::testing::Values(Trouble::answer_lost, Trouble::turned_away)),
                         trouble_name);

}  // namespace
}  // namespace changeover::testing
