#include "emulator/http_server.h"

#include <algorithm>
#include <utility>

#include "emulator/admin.h"
#include "emulator/model/call.h"

namespace changeover::emulator {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds engine_poll{5};   ///< while something waits for the engines
constexpr milliseconds dyno_watch{100};  ///< how late a crash may show
static_assert(engine_poll < dyno_watch);
constexpr int most_followers = 16;
constexpr long long most_lines_a_piece = 500;
constexpr milliseconds follower_look{250};  ///< how late it shows that a follower is gone

}  // namespace

Result<std::unique_ptr<HttpServer>> HttpServer::start(Model& model, const Clock& clock, const ServerOptions& options) {
  std::unique_ptr<HttpServer> server(new HttpServer(model, clock, options));
  if (!options.request_log.empty())
    if (auto opened = server->log_.open(options.request_log); !opened) return fail(opened.error());
  if (!options.router_log.empty())
    if (auto opened = server->routed_.open(options.router_log); !opened) return fail(opened.error());
  if (options.router)
    if (auto started = server->start_router(*options.router); !started) return fail(started.error());
  auto listener = Listener::start(
      options.address, options.port, [raw = server.get()](Connection& guest) { raw->serve(guest); }, options.limits);
  if (!listener) return fail(listener.error());
  server->listener_ = *std::move(listener);
  server->ticker_ = std::thread([raw = server.get()] { raw->let_time_pass(); });
  return server;
}

HttpServer::HttpServer(Model& model, const Clock& clock, const ServerOptions& options)
    : model_(model), clock_(clock), latency_(options.latency) {
  for (const FaultRule& rule : options.faults) faults_.add(rule);
}

Result<void> HttpServer::start_router(const RouterOptions& options) {
  auto router = Router::start(options, {[this](const std::string& host) {
                                          const std::lock_guard lock(mutex_);
                                          changed_.notify_all();
                                          return model_.visit(host);
                                        },
                                        [this](RoutedRequest request) {
                                          const std::lock_guard lock(mutex_);
                                          request.at = clock_.wall_now();
                                          routed_.add(std::move(request));
                                        }});
  if (!router) return fail(router.error());
  router_ = *std::move(router);
  return {};
}

HttpServer::~HttpServer() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  router_.reset();
  listener_.reset();
  if (ticker_.joinable()) ticker_.join();
}

void HttpServer::pause(std::chrono::nanoseconds time) {
  if (time.count() <= 0) return;
  std::unique_lock lock(mutex_);
  const auto until = std::chrono::steady_clock::now() + time;
  while (!stopping_ && changed_.wait_until(lock, until) != std::cv_status::timeout) {
  }
}

void HttpServer::hold(const Request& request, const Fault& fault) {
  if (fault.delay.count() <= 0) return;
  long long ticket = 0;
  {
    const std::lock_guard lock(mutex_);
    ticket = log_.hold({request.method, std::string(request.path()), fault.when == Fault::When::after});
  }
  pause(fault.delay);
  const std::lock_guard lock(mutex_);
  log_.let_go(ticket);
}

void HttpServer::let_time_pass() {
  SteadyTime watched = clock_.steady_now();
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    model_.tick();
    const SteadyTime now = clock_.steady_now();
    if (now - watched >= dyno_watch) {
      model_.watch();
      watched = now;
    }
    std::chrono::nanoseconds wait = model_.moving() ? engine_poll : dyno_watch;
    if (const auto due = model_.next_due())
      wait = std::clamp<std::chrono::nanoseconds>(*due - now, milliseconds{0}, wait);
    changed_.wait_for(lock, wait);
  }
}

void HttpServer::serve(Connection& connection) {
  while (const std::optional<Request> request = connection.read()) {
    if (const auto number = followed_from(*request)) {
      stream_requests(connection, *number);
      if (!connection.keeps_alive()) return;
      continue;
    }
    Response response;
    if (!exchange(*request, response)) return connection.reset();
    if (!connection.write(response, request->method == "HEAD") || !connection.keeps_alive()) return;
  }
}

json::Value HttpServer::status() {
  const std::lock_guard lock(mutex_);
  return status_of({model_, faults_, log_, routed_, router_port()});
}

json::Value HttpServer::newest_requests(long long count) {
  const std::lock_guard lock(mutex_);
  return log_.newest(count);
}

void HttpServer::stream_requests(Connection& connection, long long number) {
  std::unique_lock lock(mutex_);
  if (followers_ >= most_followers) {
    lock.unlock();
    static_cast<void>(connection.write(
        error(503, "too_many_followers", "Sixteen others follow the requests. End one of them first."), false));
    return;
  }
  ++followers_;
  if (number == newest_only) number = log_.end();
  lock.unlock();
  bool going = connection.begin_pieces(200, "application/x-ndjson");
  lock.lock();
  while (going && !stopping_) {
    if (log_.end() <= number) changed_.wait_for(lock, follower_look);
    const std::string lines = log_.lines_since(number, most_lines_a_piece);
    lock.unlock();
    going = connection.write_piece(lines) && !connection.peer_is_gone();
    lock.lock();
  }
  --followers_;
  lock.unlock();
  if (going) static_cast<void>(connection.end_pieces());
}

bool HttpServer::exchange(const Request& request, Response& response) {
  const std::string path(request.path());
  if (is_admin_path(path)) {
    const std::lock_guard lock(mutex_);
    response = admin_answer(request, {model_, faults_, log_, routed_, router_port()});
    return true;
  }
  const SteadyTime began = clock_.steady_now();
  std::optional<Fault> fault;
  {
    const std::lock_guard lock(mutex_);
    fault = faults_.next(request.method, path);
  }
  // Half of the latency on the way there, half on the way back: where the effect lies between, as on a network.
  pause(latency_ / 2);
  const bool after = fault && fault->when == Fault::When::after;
  if (fault && !after) hold(request, *fault);
  const bool no_effect = fault && !after && (fault->reset || fault->status);
  if (!no_effect) {
    Request effective = request;
    if (effective.method == "HEAD") effective.method = "GET";
    const std::lock_guard lock(mutex_);
    response = model_.handle(effective);
    changed_.notify_all();
  }
  if (after) hold(request, *fault);
  if (fault) response = faulted(*fault, std::move(response));
  pause(latency_ - latency_ / 2);
  const bool answered = !(fault && fault->reset);
  const std::lock_guard lock(mutex_);
  const auto duration = std::chrono::duration_cast<std::chrono::microseconds>(clock_.steady_now() - began);
  log_.add({request.method, path, answered ? response.status : 0, duration, clock_.wall_now(), fault.has_value()});
  changed_.notify_all();
  return answered;
}

}  // namespace changeover::emulator
