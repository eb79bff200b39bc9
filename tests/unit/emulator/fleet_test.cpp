// Worlds of thousands: how they are made, and that a list of them is quick.
#include <gtest/gtest.h>

#include <algorithm>
#include <ctime>

#include "core/random.h"
#include "emulator/model/model.h"
#include "emulator/modelled/data_plane.h"
#include "emulator/modelled/modelled_databases.h"
#include "emulator/modelled/modelled_processes.h"
#include "emulator/modelled/modelled_transfers.h"
#include "emulator/world_reader.h"
#include "json/value.h"
#include "tests/support/virtual_time.h"

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

TEST(Fleet, OfTenThousandAnswersAListPageWithinFiftyMilliseconds) {
  const auto world = read("version: 1\nseed: 1\ndatabases: modelled\nfleet: {databases: 10000}\n");
  ASSERT_TRUE(world);
  testing::VirtualTime clock;
  SeededRandom random(1);
  DataPlane plane(clock);
  ModelledDatabases databases(plane, clock);
  ModelledTransfers transfers(plane, clock);
  ModelledProcesses processes(plane, clock);
  Model model(*world, clock, random, {databases, transfers, processes});
  for (int i = 0; i < 2; ++i) {  // ready, and every dyno up
    clock.advance(std::chrono::seconds{10});
    plane.settle();
    model.tick();
  }
  ASSERT_TRUE(model.ready());
  const auto ask = [&](const std::string& path, const std::string& range) {
    Request request{
        "GET",
        path,
        {{"authorization", "Bearer " + world->api_key.reveal()}, {"accept", "application/vnd.heroku+json; version=3"}},
        {}};
    if (!range.empty()) request.headers.emplace_back("range", range);
    return model.handle(request);
  };
  for (const char* path : {"/addons", "/apps", "/addon-attachments"}) {
    std::string range;
    std::size_t found = 0;
    std::vector<double> spent;
    while (spent.empty() || !range.empty()) {
      const std::clock_t began = std::clock();
      const Response response = ask(path, range);
      spent.push_back(1000.0 * static_cast<double>(std::clock() - began) / CLOCKS_PER_SEC);
      ASSERT_TRUE(response.status == 200 || response.status == 206) << response.body;
      found += json::parse(response.body)->items().size();
      range = std::string(response.header("next-range"));
    }
    EXPECT_EQ(found, std::string_view(path) == "/apps" ? 20'000U : 10'000U) << path;
    std::ranges::sort(spent);
    const double median = spent[spent.size() / 2];
    EXPECT_LT(median, 50.0) << path;
    std::printf("%s: %zu pages, median %.1f ms of CPU, most %.1f\n", path, spent.size(), median, spent.back());
  }
}

}  // namespace
}  // namespace changeover::emulator
