// The data plane of arithmetic: what is acknowledged, replayed, fenced, lost, without a server.
#include <gtest/gtest.h>

#include "emulator/modelled/data_plane.h"
#include "emulator/modelled/modelled_databases.h"
#include "emulator/modelled/modelled_processes.h"
#include "emulator/modelled/modelled_transfers.h"
#include "tests/support/virtual_time.h"

namespace changeover::emulator {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::VirtualTime;

struct ModelledTest : ::testing::Test {
  ModelledTest() {
    databases.create_leader("old", "d1", "u1", Secret("p1"), "");
    databases.create_follower("copy", "old");
    plane.settle();
  }
  std::map<std::string, std::string> environment(const std::string& server, const std::string& dyno = "web.1") {
    const Endpoint& endpoint = plane.find(server)->endpoint;
    return {{"APP", "orders"},
            {"DYNO", dyno},
            {"WRITE_EVERY_MS", "10"},
            {"DATABASE_URL", "postgres://u1:" + endpoint.password.reveal() + "@" + endpoint.host + ":" +
                                 std::to_string(endpoint.port) + "/d1"}};
  }
  void start(const std::string& id, std::map<std::string, std::string> with) {
    processes.start(id, "exec changeover-writer", with);
  }
  void pass(milliseconds time) {
    clock.advance(time);
    plane.settle();
  }

  VirtualTime clock;
  DataPlane plane{clock, {milliseconds{0}, milliseconds{0}, milliseconds{50}, milliseconds{30}, milliseconds{2}}};
  ModelledDatabases databases{plane, clock};
  ModelledProcesses processes{plane, clock};
};

TEST_F(ModelledTest, AWriterKeepsItsPaceAndTheFollowerIsBehindByItsDelay) {
  start("p", environment("old"));
  pass(milliseconds{990});
  EXPECT_EQ(plane.acknowledged(), 100);
  EXPECT_EQ(plane.lost_on("old"), 0);
  EXPECT_EQ(plane.lost_on("copy"), 5) << "50 ms at one row each 10 ms";
  databases.request_sample("copy");
  EXPECT_EQ(databases.latest_sample("copy")->commits_behind, 5);
}

TEST_F(ModelledTest, LookingOftenOrOnceGivesTheSame) {
  start("p", environment("old"));
  for (int i = 0; i < 97; ++i) pass(milliseconds{7});
  const std::int64_t often = plane.acknowledged();
  EXPECT_EQ(often, 97 * 7 / 10 + 1);
  EXPECT_EQ(plane.last_write("old"), SteadyTime{milliseconds{670}});
}

TEST_F(ModelledTest, APromotionUnderWritersLosesAndTheLedgerSaysHowMany) {
  start("p", environment("old"));
  pass(seconds{1});
  databases.promote("copy");
  pass(milliseconds{30});
  EXPECT_FALSE(plane.find("copy")->follows());
  EXPECT_EQ(plane.acknowledged(), 104);
  EXPECT_EQ(plane.lost_on("copy"), 5) << "what was committed after the newest replayed row";
  pass(seconds{1});
  EXPECT_EQ(plane.lost_on("copy"), 105) << "and all that still goes to the old one";
}

TEST_F(ModelledTest, StoppedAndDrainedNothingIsLost) {
  start("p", environment("old"));
  pass(seconds{1});
  processes.stop("p", seconds{30});
  EXPECT_EQ(processes.status("p").state, ProcessStatus::State::exited);
  EXPECT_EQ(processes.status("p").exit_code, 143);
  pass(milliseconds{50});
  databases.promote("copy");
  pass(milliseconds{30});
  start("q", environment("copy"));
  pass(seconds{1});
  EXPECT_EQ(plane.lost_on("copy"), 0);
  EXPECT_EQ(plane.lost_on("old"), 101) << "the new rows are not there";
  EXPECT_GT(*plane.first_write("copy"), *plane.last_write("old"));
}

TEST_F(ModelledTest, AFollowerTakesNoWritesUntilItIsPromoted) {
  start("p", environment("copy"));
  pass(seconds{1});
  EXPECT_EQ(plane.acknowledged(), 0);
  databases.promote("copy");
  pass(milliseconds{130});
  EXPECT_NEAR(static_cast<double>(plane.acknowledged()), 10.0, 1.0);
}

TEST_F(ModelledTest, AStallHoldsTheFollowerBackAndIsMadeUpFor) {
  start("p", environment("old"));
  pass(seconds{1});
  databases.stall_replay("copy", true);
  pass(seconds{1});
  EXPECT_EQ(plane.lost_on("copy"), 105);
  databases.stall_replay("copy", false);
  EXPECT_EQ(plane.lost_on("copy"), 5);
}

TEST_F(ModelledTest, AWriterWaitsAtTheFenceAndCommitsWhenItGoes) {
  start("p", environment("old"));
  pass(milliseconds{95});
  plane.add_fence("old", 1);
  pass(seconds{5});
  EXPECT_EQ(plane.acknowledged(), 10);
  plane.remove_fence("old", 1);
  EXPECT_EQ(plane.acknowledged(), 11);
}

TEST_F(ModelledTest, AWriterWhoseSessionWasEndedBehindTheFenceQueuesAgainOnlyAfterItReconnects) {
  start("p", environment("old"));
  pass(milliseconds{95});
  plane.add_fence("old", 1);
  pass(seconds{5});
  EXPECT_EQ(plane.end_sessions("old"), 1);
  plane.remove_fence("old", 1);
  EXPECT_EQ(plane.acknowledged(), 10);
  pass(milliseconds{10});
  EXPECT_EQ(plane.acknowledged(), 11);
}

TEST_F(ModelledTest, ALongTransactionIsSeenOpenAndCommitsAtItsEnd) {
  auto with = environment("old");
  with["TRANSACTION_MS"] = "400";
  with["WRITE_EVERY_MS"] = "1000";
  start("p", with);
  pass(milliseconds{100});
  EXPECT_EQ(plane.open_transactions("old"), std::vector<std::string>{"orders/web.1"});
  EXPECT_EQ(plane.acknowledged(), 0);
  pass(milliseconds{300});
  EXPECT_TRUE(plane.open_transactions("old").empty());
  EXPECT_EQ(plane.acknowledged(), 1);
  pass(seconds{2});
  EXPECT_EQ(plane.acknowledged(), 3);
}

TEST_F(ModelledTest, AnOldPasswordServesOnlyTheSessionThatIsOpen) {
  start("p", environment("old"));
  pass(milliseconds{95});
  databases.set_role("old", "u1", Secret("p2"));
  pass(milliseconds{100});
  EXPECT_EQ(plane.acknowledged(), 20);
  databases.reset_connections("old");
  pass(seconds{1});
  EXPECT_EQ(plane.acknowledged(), 20);
  EXPECT_EQ(databases.status("copy").endpoint->password, Secret("p2")) << "roles replicate";
}

TEST_F(ModelledTest, ADroppedRoleHasNoSessionAndNoWayIn) {
  databases.set_role("old", "report", Secret("p3"));
  auto with = environment("old");
  with["DATABASE_URL"].replace(with["DATABASE_URL"].find("u1:p1"), 5, "report:p3");
  start("p", with);
  pass(milliseconds{95});
  databases.request_sample("old");
  EXPECT_EQ(databases.latest_sample("old")->connections_of, (std::map<std::string, int>{{"report", 1}}));
  EXPECT_EQ(databases.status("copy").roles.size(), 2U);
  databases.drop_role("old", "report");
  pass(seconds{1});
  EXPECT_EQ(plane.acknowledged(), 10);
  EXPECT_EQ(databases.status("copy").roles.size(), 1U);
}

TEST_F(ModelledTest, APoolLeadsToTheSameServer) {
  auto with = environment("old");
  std::string& url = with["DATABASE_URL"];
  url.replace(url.find(":5432"), 5, ":" + std::to_string(databases.open_pool("old")));
  start("p", with);
  pass(milliseconds{95});
  EXPECT_EQ(plane.acknowledged(), 10);
  databases.destroy("old");
  pass(seconds{1});
  EXPECT_EQ(plane.acknowledged(), 10);
}

TEST_F(ModelledTest, AForkHasWhatWasThereAndNothingAfter) {
  start("p", environment("old"));
  pass(milliseconds{95});
  databases.create_fork("fork", "old");
  pass(seconds{1});
  EXPECT_EQ(databases.status("fork").state, DatabaseStatus::State::running);
  EXPECT_FALSE(databases.status("fork").in_recovery);
  EXPECT_EQ(plane.lost_on("old"), 0);
  EXPECT_EQ(plane.acknowledged() - plane.lost_on("fork"), 10);
}

TEST_F(ModelledTest, ADumpTakesItsTimeAndARestoreBringsItsFigures) {
  plane.set_contents("old", 40'000'000, 9);
  ModelledTransfers transfers(plane, clock);
  transfers.start("b1", {TransferEnd{"old", {}}, std::nullopt, "", {}});
  pass(seconds{1});
  EXPECT_EQ(transfers.status("b1").state, TransferStatus::State::running);
  EXPECT_EQ(transfers.status("b1").processed_bytes, 20'000'000);
  pass(seconds{1});
  EXPECT_EQ(transfers.status("b1").state, TransferStatus::State::succeeded);
  databases.create_leader("new", "d1", "u1", Secret("p1"), "");
  transfers.start("r1", {std::nullopt, TransferEnd{"new", {}}, "b1", {}});
  pass(seconds{1});
  EXPECT_NE(plane.find("new")->tables, 9);
  pass(seconds{1});
  EXPECT_EQ(plane.find("new")->tables, 9);
  transfers.start("r2", {std::nullopt, TransferEnd{"new", {}}, "b1", {}});
  transfers.cancel("r2");
  databases.reset("new", {});
  pass(seconds{9});
  EXPECT_EQ(transfers.status("r2").state, TransferStatus::State::cancelled);
  EXPECT_EQ(plane.find("new")->tables, 0);
  transfers.remove("b1");
  transfers.start("r3", {std::nullopt, TransferEnd{"new", {}}, "b1", {}});
  EXPECT_EQ(transfers.status("r3").state, TransferStatus::State::failed);
}

TEST_F(ModelledTest, ReadOnlyReplicates) {
  plane.set_read_only("old");
  databases.promote("copy");
  pass(milliseconds{30});
  EXPECT_FALSE(plane.takes_writes(*plane.find("copy")));
}

TEST_F(ModelledTest, DrainAndGraceAreKept) {
  auto with = environment("old");
  with["DRAIN_MS"] = "500";
  start("p", with);
  with["DRAIN_MS"] = "60000";
  start("q", with);
  pass(milliseconds{5});
  processes.stop("p", seconds{30});
  processes.stop("q", seconds{30});
  pass(milliseconds{400});
  EXPECT_EQ(processes.status("p").state, ProcessStatus::State::stopping);
  pass(seconds{40});
  EXPECT_EQ(processes.status("p").exit_code, 143);
  EXPECT_EQ(processes.status("q").exit_code, 137);
  const std::int64_t written = plane.acknowledged();
  pass(seconds{40});
  EXPECT_EQ(plane.acknowledged(), written);
}

TEST_F(ModelledTest, CommandsOfSleepsAndExitsEndByThemselves) {
  processes.start("release", "sleep 3 && exit 1", {});
  processes.start("serve", "bin/serve", {});
  pass(seconds{2});
  EXPECT_EQ(processes.status("release").state, ProcessStatus::State::up);
  pass(seconds{1});
  EXPECT_EQ(processes.status("release").exit_code, 1);
  pass(seconds{1000});
  EXPECT_EQ(processes.status("serve").state, ProcessStatus::State::up);
}

}  // namespace
}  // namespace changeover::emulator
