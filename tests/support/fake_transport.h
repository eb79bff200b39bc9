// A scripted network: says what each request is answered with, and remembers what was sent.
//
// Owner: the test. Thread rule: one thread, on virtual time. A request that was not scripted fails the test and is
// answered with `internal`. It keeps the contract of Transport (tests/unit/http/transport_contract_test.cpp).
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/event_loop.h"
#include "http/transport.h"

namespace changeover::testing {

struct Reply {
  int status = 200;
  std::string body{};
  std::vector<std::pair<std::string, std::string>> headers{};  ///< names in lower case
  std::optional<Error> error{};                                ///< instead of an answer
  std::chrono::milliseconds takes{1};
};

/// Nothing reached the server.
inline Reply unreachable() { return {.error = Error{ErrorCode::unavailable, "connection refused", {}}}; }
/// It arrived, and the answer was lost.
inline Reply lost() { return {.error = Error{ErrorCode::outcome_unknown, "connection reset", {}}}; }

class FakeTransport final : public Transport {
 public:
  explicit FakeTransport(EventLoop& loop) : loop_(loop) {}

  /// The next answer to "GET /apps" (method, blank, path with query; any host). Answers of one request come in order;
  /// the last one stays for good when `for_good`.
  FakeTransport& on(const std::string& request, Reply reply, bool for_good = false) {
    Script& script = scripts_[request];
    script.replies.push_back(std::move(reply));
    script.for_good = for_good;
    return *this;
  }

  [[nodiscard]] Task<Result<HttpResponse>> send(HttpRequest request) override {
    const std::string name = request.method + " " + path_of_url(request.url);
    sent.push_back(request);
    auto& script = scripts_[name];
    if (script.replies.empty()) {
      ADD_FAILURE() << "not scripted: " << name;
      co_return fail(ErrorCode::internal, "not scripted: " + name);
    }
    const Reply reply = script.replies.front();
    if (!script.for_good || script.replies.size() > 1) script.replies.pop_front();
    const bool late = reply.takes >= request.timeout;
    const std::chrono::milliseconds takes = late ? request.timeout : reply.takes;
    co_await loop_.sleep_for(takes);
    if (late) co_return fail(ErrorCode::outcome_unknown, name + ": no answer in time");
    if (reply.error) co_return fail(*reply.error);
    if (reply.body.size() > max_answer_bytes) co_return fail(ErrorCode::corrupt, name + ": the answer is too large");
    ++answered;
    co_return HttpResponse{reply.status, reply.headers, reply.body};
  }

  /// How often that request was sent.
  [[nodiscard]] int times(const std::string& request) const {
    int count = 0;
    for (const auto& one : sent) count += one.method + " " + path_of_url(one.url) == request ? 1 : 0;
    return count;
  }

  std::vector<HttpRequest> sent;
  int answered = 0;
  std::size_t max_answer_bytes = std::size_t{64} * 1024 * 1024;

 private:
  struct Script {
    std::deque<Reply> replies;
    bool for_good = false;
  };
  static std::string path_of_url(const std::string& url) { return url.substr(url.find('/', url.find("://") + 3)); }

  EventLoop& loop_;
  std::map<std::string, Script> scripts_;
};

}  // namespace changeover::testing
