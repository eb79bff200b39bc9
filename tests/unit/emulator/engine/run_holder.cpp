// A program that keeper_test kills: starts a leader, a follower and two dynos below the folder it is given, prints the
// run's folder and the word "ready", and waits for its end.
#include <unistd.h>

#include <cstdio>

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
  std::printf("%s\nready\n", (*keeper)->folder().c_str());
  std::fflush(stdout);
  while (true) pause();
}
