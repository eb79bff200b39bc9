// A second port for a server on loopback: what Heroku's pooler is to a database, without the pooling.
//
// Owner: the engine, one for a database that somebody has a pool of. Thread rule: open and destroy from one thread; a
// thread of its own carries the bytes. When the server is gone a new connection is closed at once. The destructor
// closes every connection.
#pragma once

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "core/result.h"

namespace changeover::emulator {

class Relay {
 public:
  /// Listens on a free port of 127.0.0.1 and carries everything to `target_port` there.
  [[nodiscard]] static Result<std::unique_ptr<Relay>> open(int target_port);
  Relay(const Relay&) = delete;
  Relay& operator=(const Relay&) = delete;
  ~Relay();

  [[nodiscard]] int port() const { return port_; }

 private:
  /// One way of a connection: what was read and not yet written.
  struct Way {
    int from = -1;
    int to = -1;
    std::string waiting;
    bool ended = false;
  };
  struct Connection {
    Way there;
    Way back;
  };

  Relay(int listener, int port, int target_port, int stop);
  void carry();
  void accept_one();
  /// False when the connection is over.
  [[nodiscard]] static bool move(Way& way, short from_events, short to_events);

  const int listener_;
  const int port_;
  const int target_port_;
  const int stop_;  ///< eventfd
  std::vector<std::unique_ptr<Connection>> connections_;
  std::thread worker_;
};

}  // namespace changeover::emulator
