// A slice of the seeded stories: what ./dev sim runs by the thousand.
#include <gtest/gtest.h>

#include "tests/simulation/incidents.h"
#include "tests/simulation/seeded.h"

namespace changeover::simulation {
namespace {

class Seeded : public ::testing::TestWithParam<int> {};

TEST_P(Seeded, StoriesHoldEveryInvariant) {
  constexpr std::uint64_t stories = 60;
  const std::uint64_t first = static_cast<std::uint64_t>(GetParam()) * stories;
  for (std::uint64_t seed = first; seed < first + stories; ++seed) {
    const SeededEnd end = simulate(seed);
    ASSERT_EQ(end.violations, "") << "seed " << seed << "\n" << end.log;
  }
}

INSTANTIATE_TEST_SUITE_P(Slice, Seeded, ::testing::Range(0, 5));

TEST(SeededStories, AreToldAgainByTheSameSeed) {
  for (const std::uint64_t seed : {7U, 453U, 3783U})
    EXPECT_EQ(simulate(seed, Telling::in_full).log, simulate(seed, Telling::in_full).log) << seed;
}

TEST(SeededStories, HaveTwoIncidentsOrMoreOfEveryKind) {
  std::set<std::size_t> kinds;
  for (std::uint64_t seed = 0; seed < 500; ++seed) {
    const Story story = story_of(seed);
    EXPECT_GE(story.incidents.size(), 2U);
    for (const Incident& incident : story.incidents) kinds.insert(incident.what.index());
  }
  EXPECT_EQ(kinds.size(), std::variant_size_v<decltype(Incident::what)>);
}

}  // namespace
}  // namespace changeover::simulation
