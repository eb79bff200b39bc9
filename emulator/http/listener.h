// A TCP port that hands each connection to its own thread.
//
// Owner: the HTTP surface. Thread rule: start and stop from one thread; `serve` runs in the connections' threads. The
// destructor ends every connection and waits for their threads. Connections are bounded: when there are as many as may
// be, the oldest that only waits for a request makes room for the next; when all are busy, the next is told 503.
#pragma once

#include <condition_variable>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "core/result.h"
#include "emulator/http/connection.h"

namespace changeover::emulator {

struct ListenerLimits {
  std::size_t connections = 512;
  Patience patience{};
};

class Listener {
 public:
  using Serve = std::function<void(Connection&)>;

  /// `port` 0 takes any free one. `unavailable` when the port is taken.
  [[nodiscard]] static Result<std::unique_ptr<Listener>> start(const std::string& address, int port, Serve serve,
                                                               ListenerLimits limits = {});
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;
  ~Listener();

  [[nodiscard]] int port() const { return port_; }

 private:
  struct Guest {
    Guest(int descriptor, Patience patience) : connection(descriptor, patience) {}
    Connection connection;
    std::thread thread;
    bool leaving = false;  ///< told to; guarded by the listener's mutex, as is what follows
    bool done = false;
  };

  Listener(int descriptor, int port, Serve serve, ListenerLimits limits);
  void accept_all();
  void welcome(int descriptor);
  void sweep();
  /// Waits until one more connection may be; false when all are busy. Called with the lock.
  [[nodiscard]] bool make_room(std::unique_lock<std::mutex>& lock);
  [[nodiscard]] std::size_t present() const;

  int descriptor_;
  int port_;
  Serve serve_;
  ListenerLimits limits_;
  std::mutex mutex_;
  std::condition_variable left_;  ///< a connection's thread is done
  std::list<Guest> guests_;       ///< in the order they came; guarded by mutex_
  bool stopping_ = false;         ///< likewise
  std::thread acceptor_;
};

}  // namespace changeover::emulator
