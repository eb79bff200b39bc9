// A call is carried out and its answer is lost: the tool looks at the world before it does anything twice.
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/e2e/changing_calls.h"
#include "tests/e2e/expectations.h"

namespace changeover::testing {
namespace {

class LostAnswer : public ::testing::TestWithParam<ChangingCall> {};

TEST_P(LostAnswer, IsLookedForAndNotRepeated) {
  const ChangingCall& call = GetParam();
  Sandbox sandbox({.one_off = "exec changeover-writer"});
  json::Value fault = call.fault();
  fault.set("when", "after").set("reset", true);
  sandbox.emulator().add_fault(fault);
  const long long since = sandbox.emulator().next_request();
  expect_done(sandbox.apply());
  expect_live(sandbox);

  const std::vector<Logged> changes = changing_requests(sandbox, since);
  EXPECT_EQ(changes.size(), changing_calls().size()) << "something was sent twice";
  EXPECT_EQ(std::ranges::count(changes, true, &Logged::faulted), 1);
}

INSTANTIATE_TEST_SUITE_P(EveryCall, LostAnswer, ::testing::ValuesIn(changing_calls()),
                         [](const auto& tested) { return tested.param.name; });

}  // namespace
}  // namespace changeover::testing
