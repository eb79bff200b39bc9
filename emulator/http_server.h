// The model on a port: both APIs and the admin routes, with latency, faults, a log, and a thread that lets time pass;
// and the router on another.
//
// Owner: the program's wiring or a test; model and clock outlive it. Thread rule: start and stop from one thread. While
// it lives nobody else may touch the model except through with_model(). The destructor ends all connections.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "core/clock.h"
#include "core/result.h"
#include "emulator/faults.h"
#include "emulator/http/listener.h"
#include "emulator/model/model.h"
#include "emulator/request_log.h"
#include "emulator/router/router.h"

namespace changeover::emulator {

struct ServerOptions {
  std::string address = "127.0.0.1";
  int port = 0;  ///< 0: any free one
  std::chrono::milliseconds latency{0};
  std::vector<FaultRule> faults;
  std::string request_log;  ///< a file for JSON lines; empty: none
  std::optional<RouterOptions> router;
  std::string router_log;  ///< a file for its lines; empty: none
  ListenerLimits limits{};
};

class HttpServer {
 public:
  /// `unavailable` when the port or the log file cannot be had.
  [[nodiscard]] static Result<std::unique_ptr<HttpServer>> start(Model& model, const Clock& clock,
                                                                 const ServerOptions& options);
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;
  ~HttpServer();

  [[nodiscard]] int port() const { return listener_->port(); }
  /// 0 when there is no router.
  [[nodiscard]] int router_port() const { return router_ != nullptr ? router_->port() : 0; }

  /// As GET /_emulator/status and the newest of GET /_emulator/requests have it.
  [[nodiscard]] json::Value status();
  [[nodiscard]] json::Value newest_requests(long long count);

  /// Runs `work` with the model to itself.
  template <class Work>
  auto with_model(Work work) {
    const std::lock_guard lock(mutex_);
    return work(model_);
  }

 private:
  HttpServer(Model& model, const Clock& clock, const ServerOptions& options);
  [[nodiscard]] Result<void> start_router(const RouterOptions& options);
  void serve(Connection& connection);
  /// Streams the request log from that number on, until either side goes.
  void stream_requests(Connection& connection, long long number);
  /// False when the connection ends without an answer.
  [[nodiscard]] bool exchange(const Request& request, Response& response);
  void pause(std::chrono::nanoseconds time);
  /// Waits out the fault's delay, and shows the call as held meanwhile.
  void hold(const Request& request, const Fault& fault);
  void let_time_pass();

  Model& model_;
  const Clock& clock_;
  const std::chrono::milliseconds latency_;
  std::mutex mutex_;  ///< guards model_, faults_, log_, routed_ and stopping_
  std::condition_variable changed_;
  Faults faults_;
  RequestLog log_;
  RouterLog routed_;
  bool stopping_ = false;
  int followers_ = 0;  ///< streams under way
  std::thread ticker_;
  std::unique_ptr<Router> router_;
  std::unique_ptr<Listener> listener_;
};

}  // namespace changeover::emulator
