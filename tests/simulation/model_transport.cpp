#include "tests/simulation/model_transport.h"

#include <utility>

namespace changeover::simulation {
namespace {

/// "/apps/orders?x" of "https://api.heroku.com/apps/orders?x".
std::string target_of(const std::string& url) {
  const std::size_t scheme = url.find("://");
  const std::size_t path = url.find('/', scheme == url.npos ? 0 : scheme + 3);
  return path == url.npos ? "/" : url.substr(path);
}

HttpResponse as_client_sees(emulator::Response response) {
  return {response.status, std::move(response.headers), std::move(response.body)};
}

}  // namespace

emulator::Response ModelTransport::carry_out(const HttpRequest& request) {
  emulator::Request carried{request.method, target_of(request.url), {}, request.body};
  for (const auto& [name, value] : request.headers) {
    std::string lower = name;
    for (char& c : lower)
      if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    carried.headers.emplace_back(std::move(lower), value);
  }
  if (!request.authorization.empty()) carried.headers.emplace_back("authorization", request.authorization.reveal());
  if (arriving) arriving(request);
  emulator::Response response = model_.handle(carried);
  if (request.method == "GET") answered_[carried.target] = response;
  if (observe) observe();
  return response;
}

Task<Result<HttpResponse>> ModelTransport::send(HttpRequest request) {
  using Kind = Meddling::Kind;
  if (write_wrongly) write_wrongly(request);
  const Meddling meddling = meddle ? meddle(request, ++requests_) : (++requests_, Meddling{});
  co_await loop_.sleep_for(latency_ / 2);
  const auto die = [this] {
    if (kill) kill();
  };
  switch (meddling.kind) {
    case Kind::kill_before:
      die();
      co_await never_.passed();
      break;
    case Kind::refuse:
      co_return fail(ErrorCode::unavailable, "cannot reach Heroku: connection refused");
    case Kind::lose_request:
      co_return fail(ErrorCode::outcome_unknown, "the connection to Heroku broke before an answer came");
    case Kind::answer:
      co_await loop_.sleep_for(latency_ / 2);
      co_return as_client_sees(meddling.answer);
    case Kind::stale:
      if (const auto found = answered_.find(target_of(request.url));
          request.method == "GET" && found != answered_.end()) {
        const emulator::Response old = found->second;
        co_await loop_.sleep_for(latency_ / 2);
        co_return as_client_sees(old);
      }
      break;
    default:
      break;
  }
  emulator::Response response = carry_out(request);
  if (meddling.kind == Kind::kill_after) {
    die();
    co_await never_.passed();
  }
  if (meddling.kind == Kind::lose_answer)
    co_return fail(ErrorCode::outcome_unknown, "the connection to Heroku broke before an answer came");
  if (meddling.kind == Kind::time_out) {
    co_await loop_.sleep_for(request.timeout);
    co_return fail(ErrorCode::outcome_unknown, "Heroku did not answer in time");
  }
  co_await loop_.sleep_for(latency_ - latency_ / 2 + meddling.delay);
  HttpResponse seen = as_client_sees(std::move(response));
  if (read_wrongly) read_wrongly(request, seen);
  co_return seen;
}

}  // namespace changeover::simulation
