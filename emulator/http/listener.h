// A TCP port that hands each connection to its own thread.
//
// Owner: the HTTP surface. Thread rule: start and stop from one thread; `serve` runs in the connections' threads. The
// destructor ends every connection and waits for their threads.
#pragma once

#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "core/result.h"
#include "emulator/http/connection.h"

namespace changeover::emulator {

class Listener {
 public:
  using Serve = std::function<void(Connection&)>;

  /// `port` 0 takes any free one. `unavailable` when the port is taken.
  [[nodiscard]] static Result<std::unique_ptr<Listener>> start(const std::string& address, int port, Serve serve);
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;
  ~Listener();

  [[nodiscard]] int port() const { return port_; }

 private:
  struct Guest {
    explicit Guest(int descriptor) : connection(descriptor) {}
    Connection connection;
    std::thread thread;
    bool done = false;  ///< guarded by the listener's mutex
  };

  Listener(int descriptor, int port, Serve serve);
  void accept_all();
  void sweep();

  int descriptor_;
  int port_;
  Serve serve_;
  std::mutex mutex_;
  std::list<Guest> guests_;  ///< guarded by mutex_
  std::thread acceptor_;
};

}  // namespace changeover::emulator
