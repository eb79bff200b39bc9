#include "providers/heroku/api_client.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <set>

#include "core/text.h"
#include "providers/heroku/api_error.h"

namespace changeover::heroku {
namespace {

using std::chrono::milliseconds;

constexpr int max_attempts = 6;  // rate-limited answers do not count: they are bounded by the deadline alone
constexpr milliseconds first_wait{250};
constexpr milliseconds longest_wait{8'000};
constexpr milliseconds one_token{60'000 / requests_back_a_minute};
constexpr std::size_t most_trips = 1000;  // remembered of one observation
constexpr int max_pages = 200;            // of up to 1,000 objects

std::string named(const Call& call) { return call.method + " " + call.path; }

bool is_unreserved(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
         c == '_' || c == '~' || c == ':';
}

/// Paths with an empty or dot part address another object than was meant.
bool is_exact(std::string_view path) {
  if (!path.starts_with('/')) return false;
  path = path.substr(0, path.find('?'));
  while (!path.empty()) {
    path.remove_prefix(1);
    const std::string_view part = path.substr(0, path.find('/'));
    if (part.empty() || part == "." || part == "..") return false;
    path.remove_prefix(part.size());
  }
  return true;
}

/// Seconds of a Retry-After header; the date form is not used by Heroku.
std::optional<milliseconds> retry_after(const HttpResponse& response) {
  const std::string_view text = response.header("retry-after");
  int seconds = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (text.empty() || error != std::errc{} || stop != text.data() + text.size() || seconds < 0) return std::nullopt;
  return std::chrono::seconds{seconds};
}

}  // namespace

std::string path_of(const std::vector<std::string>& parts) {
  constexpr std::string_view hex = "0123456789ABCDEF";
  std::string path;
  for (const std::string& part : parts) {
    path += '/';
    for (const char c : part) {
      if (is_unreserved(c)) {
        path += c;
        continue;
      }
      const auto byte = static_cast<unsigned char>(c);
      path += '%';
      path += hex[byte >> 4U];
      path += hex[byte & 0x0fU];
    }
  }
  return path;
}

ApiClient::ApiClient(EventLoop& loop, Transport& transport, Random& random, Hosts hosts, Secret token)
    : loop_(loop), transport_(transport), random_(random), hosts_(std::move(hosts)), token_(std::move(token)) {}

HttpRequest ApiClient::request_for(const Call& call) const {
  HttpRequest request;
  request.method = call.method;
  request.url = (call.api == Api::platform ? hosts_.platform : hosts_.data) + call.path;
  request.headers = call.headers;
  request.headers.emplace_back("Accept", "application/vnd.heroku+json; version=3");
  if (call.body) {
    request.headers.emplace_back("Content-Type", "application/json");
    request.body = call.body->dump();
  }
  request.authorization = Secret("Bearer " + token_.reveal());
  return request;
}

void ApiClient::note(const HttpResponse& response) {
  if (const std::string_view text = response.header("ratelimit-remaining"); !text.empty()) {
    int value = 0;
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error == std::errc{} && stop == text.data() + text.size()) remaining_ = value;
  }
  for (const std::string_view name : {"x-heroku-warning", "warning-message"}) {
    const std::string text = masked(response.header(name), token_);
    if (!text.empty() && std::ranges::find(warnings_, text) == warnings_.end()) warnings_.push_back(text);
  }
}

ApiClient::Attempt ApiClient::judge(const Call& call, const HttpResponse& response) const {
  if (response.status >= 200 && response.status < 300) {
    if (!call.wants_answer) return {Answer{}};
    Result<json::Value> document = json::parse(response.body);
    if (document) return {Answer{std::move(*document), std::string(response.header("next-range"))}};
    return {fail(call.reads() ? ErrorCode::corrupt : ErrorCode::outcome_unknown,
                 named(call) + " answered " + std::to_string(response.status) + ", but its body is not JSON",
                 "look at HEROKU_HOST and at proxies on the way"),
            call.reads()};
  }
  Error error = error_from(response, named(call), call.reads(), token_);
  const bool repeatable = error.code == ErrorCode::rate_limited || error.code == ErrorCode::unavailable;
  return {fail(std::move(error)), repeatable, retry_after(response)};
}

Task<ApiClient::Attempt> ApiClient::attempt(const Call& call, milliseconds timeout) {
  HttpRequest request = request_for(call);
  request.timeout = timeout;
  ++counts_.total;
  if (call.options.poll) ++counts_.polls;
  const SteadyTime sent = loop_.clock().steady_now();
  Task<Result<HttpResponse>> sending = transport_.send(std::move(request));
  Result<HttpResponse> response = co_await sending;
  if (response) {
    note(*response);
    if (trips_.size() < most_trips)
      trips_.push_back(std::chrono::ceil<milliseconds>(loop_.clock().steady_now() - sent));
    Attempt judged = judge(call, *response);
    co_return judged;
  }
  Error error = std::move(response.error());
  // A read that got no answer has changed nothing, whatever became of it.
  if (call.reads() && error.code == ErrorCode::outcome_unknown) error.code = ErrorCode::unavailable;
  if (!call.reads() && error.code == ErrorCode::corrupt) error.code = ErrorCode::outcome_unknown;
  error.what = masked(error.what, token_);
  const bool repeatable = error.code == ErrorCode::unavailable;
  Attempt failed{fail(std::move(error)), repeatable};
  co_return failed;
}

std::optional<RoundTrips> ApiClient::round_trips() const {
  if (trips_.empty()) return std::nullopt;
  std::vector<milliseconds> sorted = trips_;
  std::ranges::sort(sorted);
  return RoundTrips{sorted[sorted.size() / 2], sorted[sorted.size() * 9 / 10]};
}

milliseconds ApiClient::backoff(int failures, const Attempt& last) {
  const bool limited = last.answer.error().code == ErrorCode::rate_limited;
  const double base = static_cast<double>((limited ? one_token : first_wait).count()) * std::exp2(failures - 1);
  const double bounded = std::min(base, static_cast<double>(longest_wait.count()));
  // Jitter on the upper half, so that tasks refused together do not come back together, and none at once.
  const milliseconds wait{static_cast<long long>(bounded * (0.5 + random_.unit() / 2))};
  const milliseconds least = limited ? one_token : milliseconds{0};
  return std::max({wait, least, last.not_before.value_or(milliseconds{0})});
}

Task<Result<ApiClient::Answer>> ApiClient::exchange(Call call) {
  if (!is_exact(call.path)) co_return fail(ErrorCode::internal, named(call) + " has an empty part and was not sent");
  const SteadyTime end = loop_.clock().steady_now() + call.options.deadline;
  int failures = 0;
  int counted_failures = 0;
  for (;;) {
    const auto left = std::chrono::floor<milliseconds>(end - loop_.clock().steady_now());
    Task<Attempt> trying = attempt(call, std::min(call.options.timeout, std::max(left, milliseconds{1})));
    Attempt last = co_await trying;
    if (last.answer) {
      Origin* noted = call.options.noted;
      if (noted != nullptr && noted->call.empty()) *noted = {named(call), loop_.clock().wall_now()};
      co_return std::move(last.answer);
    }
    ++failures;
    if (last.answer.error().code != ErrorCode::rate_limited) ++counted_failures;
    const milliseconds wait = backoff(failures, last);
    const bool in_time = loop_.clock().steady_now() + wait < end;
    if (!last.repeatable || !in_time || counted_failures >= max_attempts) {
      if (failures > 1) last.answer.error().what += " (asked " + counted(failures, "time") + ")";
      co_return std::move(last.answer);
    }
    co_await loop_.sleep_for(wait);
  }
}

Task<Result<json::Value>> ApiClient::call(Call call) {
  Task<Result<Answer>> exchanging = exchange(std::move(call));
  Result<Answer> answer = co_await exchanging;
  if (!answer) co_return fail(std::move(answer.error()));
  co_return std::move(answer->body);
}

Task<Result<json::Array>> ApiClient::list(Call call) {
  json::Array all;
  std::set<std::string> asked;
  const std::string name = named(call);
  for (int page = 0; page < max_pages; ++page) {
    Task<Result<Answer>> exchanging = exchange(call);
    Result<Answer> answer = co_await exchanging;
    if (!answer) co_return fail(std::move(answer.error()));
    if (!answer->body.is_array())
      co_return fail(ErrorCode::corrupt, name + " did not answer with a list",
                     "look at HEROKU_HOST and at proxies on the way");
    json::Array& items = answer->body.mutable_items();
    all.insert(all.end(), std::make_move_iterator(items.begin()), std::make_move_iterator(items.end()));
    const std::string next = std::move(answer->next_range);
    if (next.empty()) co_return std::move(all);
    if (!asked.insert(next).second)
      co_return fail(ErrorCode::corrupt, name + " names the same next page twice: the list would never end");
    std::erase_if(call.headers, [](const auto& header) { return header.first == "Range"; });
    call.headers.emplace_back("Range", next);
  }
  co_return fail(ErrorCode::corrupt, name + " has more than " + std::to_string(max_pages) + " pages");
}

Task<Result<HttpResponse>> ApiClient::look(Call call) {
  HttpRequest request = request_for(call);
  request.timeout = call.options.timeout;
  ++counts_.total;
  Task<Result<HttpResponse>> sending = transport_.send(std::move(request));
  Result<HttpResponse> response = co_await sending;
  if (response) note(*response);
  co_return response;
}

Task<void> ApiClient::touch(std::string url) {
  HttpRequest request;
  request.method = "HEAD";
  request.url = std::move(url);
  request.timeout = std::chrono::seconds{10};
  ++counts_.total;
  Task<Result<HttpResponse>> sending = transport_.send(std::move(request));
  const Result<HttpResponse> ignored = co_await sending;
}

Task<void> ApiClient::warm() {
  std::vector<Task<void>> touches;
  touches.push_back(touch(hosts_.platform + "/"));
  if (hosts_.data != hosts_.platform) touches.push_back(touch(hosts_.data + "/"));
  Task<void> all = all_of(std::move(touches));
  co_await all;
}

}  // namespace changeover::heroku
