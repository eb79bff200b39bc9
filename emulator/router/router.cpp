#include "emulator/router/router.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

#include "emulator/router/pages.h"

namespace changeover::emulator {
namespace {

constexpr int boot_look_ms = 20;

/// As a dyno gets it: without what belongs to the visitor's connection, with what Heroku's router adds.
Request forwarded(const Request& request, int router_port) {
  constexpr std::array<std::string_view, 9> hops{"connection", "keep-alive",        "content-length",
                                                 "expect",     "transfer-encoding", "upgrade",
                                                 "te",         "trailer",           "proxy-connection"};
  Request result = request;
  std::erase_if(result.headers, [&](const auto& header) {
    return std::ranges::find(hops, header.first) != hops.end() || header.first.starts_with("x-forwarded-p");
  });
  result.headers.emplace_back("x-forwarded-proto", "http");
  result.headers.emplace_back("x-forwarded-port", std::to_string(router_port));
  result.headers.emplace_back("via", "1.1 changeover-emulator");
  SystemRandom random;
  if (request.header("x-request-id").empty()) result.headers.emplace_back("x-request-id", random.uuid());
  return result;
}

}  // namespace

Result<std::unique_ptr<Router>> Router::start(const RouterOptions& options, RouterWork work) {
  std::unique_ptr<Router> router(new Router(options, std::move(work)));
  auto listener =
      Listener::start(options.address, options.port, [raw = router.get()](Connection& guest) { raw->serve(guest); });
  if (!listener) return fail(listener.error().in("the router"));
  router->listener_ = *std::move(listener);
  router->listening_.count_down();
  return router;
}

Router::Router(const RouterOptions& options, RouterWork work)
    : options_(options), work_(std::move(work)), stop_(::eventfd(0, EFD_CLOEXEC)) {}

Router::~Router() {
  const std::uint64_t one = 1;
  static_cast<void>(!::write(stop_, &one, sizeof one));
  listener_.reset();
  ::close(stop_);
}

void Router::serve(Connection& connection) {
  listening_.wait();
  while (const std::optional<Request> request = connection.read()) {
    RoutedRequest log;
    log.method = request->method;
    log.path = request->path();
    log.host = request->header("host");
    const Response response = answer(*request, log);
    log.status = response.status;
    log.bytes = response.body.size();
    work_.log(std::move(log));
    if (!connection.write(response, request->method == "HEAD") || !connection.keeps_alive()) return;
  }
}

Response Router::answer(const Request& request, RoutedRequest& log) {
  const Destination destination = await_destination(std::string(request.header("host")));
  log.app = destination.app;
  const Refusal* refusal = nullptr;
  if (destination.kind == Destination::Kind::dyno) {
    DynoExchange exchange = ask(destination, request, log);
    if (!exchange.failure) return std::move(exchange.response);
    refusal = &refusal_of(*exchange.failure);
  } else {
    refusal = &refusal_of(destination.kind);
  }
  log.code = refusal->code;
  log.description = refusal->description;
  return page_of(*refusal);
}

Destination Router::await_destination(const std::string& host) {
  const auto looks = options_.boot.count() / boot_look_ms;
  for (std::int64_t look = 0;; ++look) {
    Destination destination = work_.choose(host);
    if (destination.kind != Destination::Kind::booting || look >= looks) return destination;
    pollfd stopped{stop_, POLLIN, 0};
    if (::poll(&stopped, 1, boot_look_ms) > 0) return destination;
  }
}

DynoExchange Router::ask(const Destination& destination, const Request& request, RoutedRequest& log) const {
  const Request sent = forwarded(request, port());
  DynoExchange exchange;
  for (const Destination::Dyno& dyno : destination.dynos) {
    exchange = ask_dyno(dyno.port, sent, options_.limits, stop_);
    log.dyno = dyno.name;
    log.connect = exchange.connect;
    log.service = exchange.service;
    if (exchange.failure != DynoFailure::refused) break;
  }
  return exchange;
}

}  // namespace changeover::emulator
