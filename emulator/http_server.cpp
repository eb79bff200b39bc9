#include "emulator/http_server.h"

#include <algorithm>
#include <utility>

#include "emulator/admin.h"

namespace changeover::emulator {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds engine_poll{5};   ///< while something waits for the engines
constexpr milliseconds dyno_watch{100};  ///< how late a crash may show
static_assert(engine_poll < dyno_watch);

}  // namespace

Result<std::unique_ptr<HttpServer>> HttpServer::start(Model& model, const Clock& clock, const ServerOptions& options) {
  std::unique_ptr<HttpServer> server(new HttpServer(model, clock, options));
  if (!options.request_log.empty())
    if (auto opened = server->log_.open(options.request_log); !opened) return fail(opened.error());
  if (!options.router_log.empty())
    if (auto opened = server->routed_.open(options.router_log); !opened) return fail(opened.error());
  if (options.router)
    if (auto started = server->start_router(*options.router); !started) return fail(started.error());
  auto listener =
      Listener::start(options.address, options.port, [raw = server.get()](Connection& guest) { raw->serve(guest); });
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
    Response response;
    if (!exchange(*request, response)) return connection.reset();
    if (!connection.write(response, request->method == "HEAD") || !connection.keeps_alive()) return;
  }
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
  return answered;
}

}  // namespace changeover::emulator
