// A slice of the sweep: one story in some, another one for each fault, so that every step and every fault is met.
#include "tests/simulation/sweep.h"

#include <gtest/gtest.h>

namespace changeover::simulation {
namespace {

class Sweeping : public ::testing::TestWithParam<Leg> {};

TEST_P(Sweeping, LosesNothingAndLeadsOnWhateverTheFault) {
  constexpr std::size_t one_in = 13;  // no divisor of how many faults a step meets
  const std::vector<Sweep> all = all_of(GetParam());
  ASSERT_GT(all.size(), 400U);
  for (std::size_t i = 0; i < all.size(); i += one_in) {
    const SeededEnd end = tell(all[i]);
    ASSERT_EQ(end.violations, "") << end.log;
  }
}

INSTANTIATE_TEST_SUITE_P(Legs, Sweeping,
                         ::testing::Values(Leg::straight, Leg::replicate, Leg::cut_over, Leg::go_back, Leg::restore,
                                           Leg::retire),
                         [](const auto& one) {
                           const std::string words = to_text(Sweep{one.param});
                           return words.substr(0, words.find(','));
                         });

TEST(WholeSweep, MeetsEveryKindOfFaultInEveryLeg) {
  std::set<std::pair<Leg, std::size_t>> met;
  for (const Sweep& sweep : whole_sweep()) met.insert({sweep.leg, sweep.fault.what.index()});
  // Requests, SQL, files and signals; retiring asks the old database over SQL too.
  EXPECT_GE(met.size(), 6U * 3U);
}

}  // namespace
}  // namespace changeover::simulation
