// The router in front of web dynos: a port for visitors, who choose an app by the Host header.
//
// A request goes to one dyno that is up; only when a dyno refuses the connection, which proves that nothing was sent,
// the next one is asked. While the first web dyno boots the visitor waits. Answers are carried whole, so an app that
// streams without end, or wants to change the protocol (WebSockets), is not for this router.
//
// Owner: the HTTP surface. Thread rule: start and stop from one thread; both functions of RouterWork are called from
// the threads of connections. The destructor ends every exchange.
#pragma once

#include <functional>
#include <latch>
#include <memory>
#include <string>

#include "core/random.h"
#include "core/result.h"
#include "emulator/http/listener.h"
#include "emulator/model/visits.h"
#include "emulator/router/dyno_exchange.h"
#include "emulator/router/router_log.h"

namespace changeover::emulator {

struct RouterOptions {
  std::string address = "127.0.0.1";
  int port = 0;  ///< 0: any free one
  std::chrono::milliseconds boot{75'000};
  DynoLimits limits{};
};

/// What the router needs of its surroundings.
struct RouterWork {
  std::function<Destination(const std::string& host)> choose;
  std::function<void(RoutedRequest)> log;  ///< sets the time
};

class Router {
 public:
  /// `unavailable` when the port cannot be had.
  [[nodiscard]] static Result<std::unique_ptr<Router>> start(const RouterOptions& options, RouterWork work);
  Router(const Router&) = delete;
  Router& operator=(const Router&) = delete;
  ~Router();

  [[nodiscard]] int port() const { return listener_->port(); }

 private:
  Router(const RouterOptions& options, RouterWork work);
  void serve(Connection& connection);
  [[nodiscard]] Response answer(const Request& request, RoutedRequest& log);
  [[nodiscard]] Destination await_destination(const std::string& host);
  [[nodiscard]] DynoExchange ask(const Destination& destination, const Request& request, RoutedRequest& log) const;

  const RouterOptions options_;
  const RouterWork work_;
  int stop_;                 ///< readable when the router ends
  std::latch listening_{1};  ///< until then a visitor waits: listener_ is not there yet
  std::unique_ptr<Listener> listener_;
};

}  // namespace changeover::emulator
