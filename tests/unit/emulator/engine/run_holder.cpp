// A program that keeper_test kills: starts a leader, a follower, a dump that cannot get on and two dynos below the
// folder it is given, prints the run's folder and the word "ready", and waits for its end.
#include <unistd.h>

#include <cstdio>

#include "emulator/engine/dump_transfers.h"
#include "emulator/engine/postgres_clusters.h"
#include "emulator/engine/processes.h"

int main(int count, char** arguments) {
  using namespace changeover;
  using State = emulator::DatabaseStatus::State;
  if (count != 2) return 64;
  const auto keeper = emulator::Keeper::start(arguments[1]);
  if (!keeper) return 1;
  const SystemClock clock;
  emulator::PostgresClusters databases(**keeper, clock);
  emulator::ChildProcesses dynos(**keeper, {arguments[1], {}, "/usr/bin:/bin"});
  databases.create_leader("old", "orders", "app", Secret("secret"), "CREATE TABLE items(id int)");
  databases.create_follower("new", "old");
  dynos.start("web.1", "echo $$ >> dynos; sleep 600 & echo $! >> dynos; wait", {});
  dynos.start("worker.1", "trap '' TERM HUP; echo $$ >> dynos; while :; do sleep 1; done", {});
  if (databases.await_idle("new").state != State::running) return 1;
  const auto end = databases.status("old").endpoint.value();
  const Secret url("postgres://app:secret@127.0.0.1:" + std::to_string(end.port) + "/orders");
  auto holder = emulator::SqlSession::open(url, std::chrono::seconds{10});
  if (!holder || !holder->query("BEGIN; LOCK TABLE items", std::chrono::seconds{10})) return 1;
  emulator::DumpTransfers transfers(**keeper, clock, std::filesystem::path(arguments[1]) / "backups");
  transfers.start("b1", {emulator::TransferEnd{"old", url}, std::nullopt, {}, {}});
  const std::string waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted";
  while (holder->query(waiting, std::chrono::seconds{10}).value().front().front() != "1") continue;
  std::printf("%s\nready\n", (*keeper)->folder().c_str());
  std::fflush(stdout);
  while (true) pause();
}
