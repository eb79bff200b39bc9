// Worlds of thousands: how they are made.
#include <gtest/gtest.h>

#include "emulator/world_reader.h"

namespace changeover::emulator {
namespace {

std::optional<World> read(const std::string& yaml, std::string* said = nullptr) {
  Diagnostics diagnostics("world.yaml", yaml);
  auto world = read_world(yaml, {}, diagnostics);
  if (said != nullptr)
    for (const Diagnostic& diagnostic : diagnostics.sorted()) *said += to_text(diagnostic);
  return world;
}

TEST(Fleet, IsAddedByNumber) {
  const auto world = read("version: 1\ndatabases: modelled\nfleet: {databases: 12, plan: premium-2}\n");
  ASSERT_TRUE(world);
  ASSERT_EQ(world->addons.size(), 12U);
  EXPECT_EQ(world->addons.back().name, "fleet-0012-db");
  EXPECT_EQ(world->addons.back().plan, "heroku-postgresql:premium-2");
  EXPECT_EQ(world->apps.size(), 24U);
  EXPECT_EQ(world->apps[1].space, "fleet-space");
}

TEST(Fleet, OfServersIsSmall) {
  std::string said;
  EXPECT_FALSE(read("version: 1\nfleet: {databases: 500}\n", &said));
  EXPECT_NE(said.find("world.yaml:2:20"), said.npos) << said;
  EXPECT_NE(said.find("databases: modelled"), said.npos) << said;
}

TEST(Fleet, NeedsItsNamesFree) {
  std::string said;
  EXPECT_FALSE(read("version: 1\nfleet: {databases: 2}\napps: {fleet-0001: {}}\n", &said));
  EXPECT_NE(said.find("give the fleet another `name`"), said.npos) << said;
}

}  // namespace
}  // namespace changeover::emulator
