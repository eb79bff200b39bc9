// One emulated database inside PostgresClusters, shared by the files that are that class.
//
// Owner: PostgresClusters. Thread rule: `cluster` is the worker's; everything else is guarded by the engine's mutex.
#pragma once

#include <condition_variable>
#include <deque>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>

#include "emulator/engine/postgres_clusters.h"
#include "emulator/engine/relay.h"

namespace changeover::emulator {

struct PostgresClusters::Database {
  using Operation = std::function<Result<void>(Database&)>;

  std::string id{};
  std::filesystem::path home{};
  std::string leader_id{};  ///< of a follower, until it is promoted
  std::optional<ClusterAddress> leader{};
  DatabaseStatus status{};
  std::optional<DatabaseSample> sample{};
  std::deque<Operation> waiting{};
  bool busy = true;
  bool sample_asked = false;
  bool stop = false;
  bool finished = false;
  Cluster* running = nullptr;  ///< for cancel(); null while there is none
  std::condition_variable woken{};
  std::unique_ptr<Cluster> cluster{};
  std::unique_ptr<Relay> pool{};
  std::thread worker{};
};

}  // namespace changeover::emulator
