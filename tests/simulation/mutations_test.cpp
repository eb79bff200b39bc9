// The simulation can fail: each small fault of ours is seen, by the invariant that it breaks, in a story that holds
// without it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/simulation/mutations.h"
#include "tests/simulation/seeded.h"

namespace changeover::simulation {
namespace {

using ::testing::HasSubstr;

class MutationTest : public ::testing::TestWithParam<std::size_t> {};

TEST_P(MutationTest, IsCaught) {
  const Mutation& mutation = all_mutations()[GetParam()];
  const SeededEnd held = tell(mutation.story);
  EXPECT_EQ(held.violations, "") << "without the mutation\n" << held.log;
  const SeededEnd broken = tell(mutation.story, mutation.mutant);
  EXPECT_THAT(broken.violations, HasSubstr(mutation.caught_by + ": ")) << mutation.rule << "\n" << broken.log;
}

INSTANTIATE_TEST_SUITE_P(Every, MutationTest, ::testing::Range<std::size_t>(0, all_mutations().size()),
                         [](const auto& one) { return all_mutations()[one.param].name; });

TEST(Mutations, AreAtLeastFifteenAndBreakEveryInvariant) {
  EXPECT_GE(all_mutations().size(), 15U);
  std::set<std::string> caught;
  for (const Mutation& mutation : all_mutations()) caught.insert(mutation.caught_by);
  for (int invariant = 1; invariant <= 10; ++invariant)
    EXPECT_THAT(caught, ::testing::Contains("invariant " + std::to_string(invariant)));
}

}  // namespace
}  // namespace changeover::simulation
