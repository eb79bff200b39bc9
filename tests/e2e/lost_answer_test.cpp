// A call is carried out and its answer is lost, or it is turned away by a server that has no time: the tool looks at
// the world before it does anything again.
#include <gtest/gtest.h>

#include <algorithm>
#include <tuple>

#include "tests/e2e/changing_calls.h"
#include "tests/e2e/expectations.h"

namespace changeover::testing {
namespace {

enum class Trouble { reset_after, reset_before, refused_before, refused_after };

class LostAnswer : public ::testing::TestWithParam<std::tuple<ChangingCall, Trouble>> {};

TEST_P(LostAnswer, IsLookedForBeforeItIsRepeated) {
  const auto& [call, trouble] = GetParam();
  const bool effect = trouble == Trouble::reset_after || trouble == Trouble::refused_after;
  Sandbox sandbox({.one_off = "exec changeover-writer"});
  json::Value fault = call.fault();
  fault.set("when", effect ? "after" : "before");
  if (trouble == Trouble::refused_before || trouble == Trouble::refused_after) {
    fault.set("status", 503);
  } else {
    fault.set("reset", true);
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
  const std::string& call = std::get<0>(info.param).name;
  switch (std::get<1>(info.param)) {
    case Trouble::reset_after:
      return call + "DoneAndCutOff";
    case Trouble::reset_before:
      return call + "CutOff";
    case Trouble::refused_before:
      return call + "TurnedAway";
    case Trouble::refused_after:
      return call + "DoneAndTurnedAway";
  }
  return call;
}

INSTANTIATE_TEST_SUITE_P(EveryCall, LostAnswer,
                         ::testing::Combine(::testing::ValuesIn(changing_calls()),
                                            ::testing::Values(Trouble::reset_after, Trouble::reset_before,
                                                              Trouble::refused_before, Trouble::refused_after)),
                         trouble_name);

}  // namespace
}  // namespace changeover::testing
