// What both APIs have in common: headers, errors, repeats, paging and the account's rate limit (heroku-api.md 1.3-1.9).
//
// Owner: the wiring makes one; PlatformClient and DataClient take a reference, and it outlives every task of theirs.
// Thread rule: the event loop's thread. Failure: a request that reads is repeated with backoff until its deadline. One
// that changes something is repeated only when it certainly was not carried out (nothing sent, or 429); otherwise the
// caller gets `outcome_unknown` and has to look at the world.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/event_loop.h"
#include "core/random.h"
#include "core/result.h"
#include "core/secret.h"
#include "http/transport.h"
#include "json/value.h"
#include "planner/observed.h"
#include "planner/origins.h"
#include "providers/heroku/hosts.h"

namespace changeover::heroku {

enum class Api { platform, data };

/// Requests of the account that Heroku gives back, until it has 4,500 again (heroku-api.md 1.7).
inline constexpr int requests_back_a_minute = 75;

/// What a caller may say about any call.
struct CallOptions {
  std::chrono::milliseconds timeout{30'000};   ///< of one attempt
  std::chrono::milliseconds deadline{90'000};  ///< of all attempts together, waiting between them included
  bool poll = false;                           ///< counted apart: its number follows Heroku's pace, not the plan
  Origin* noted = nullptr;                     ///< where an answer is noted; must outlive the call
};

/// One call, before it is sent.
struct Call {
  Api api = Api::platform;
  std::string method = "GET";
  std::string path;  ///< from the leading slash on, parts encoded by path_of()
  std::optional<json::Value> body{};
  std::vector<std::pair<std::string, std::string>> headers{};
  CallOptions options{};
  bool wants_answer = true;  ///< false: any 2xx is success, whatever its body

  [[nodiscard]] bool reads() const { return method == "GET" || method == "HEAD"; }
};

/// "/apps/orders/formation" from {"apps", "orders", "formation"}; every part is percent-encoded, so that a name from
/// outside can never reach another route. An empty part or a dot part makes a path that call() refuses.
[[nodiscard]] std::string path_of(const std::vector<std::string>& parts);

struct RequestCounts {
  int total = 0;  ///< requests handed to the transport, repeats and polls included
  int polls = 0;
};

class ApiClient {
 public:
  ApiClient(EventLoop& loop, Transport& transport, Random& random, Hosts hosts, Secret token);

  /// The answer's JSON (null when wants_answer is false and there is none).
  [[nodiscard]] Task<Result<json::Value>> call(Call call);

  /// A whole list over all its pages (heroku-api.md 1.4); the deadline is for each page. `corrupt` when the pages do
  /// not end. Data API lists have one page.
  [[nodiscard]] Task<Result<json::Array>> list(Call call);

  /// The answer as it came, whatever its status; sent once. For looking at Heroku itself (doctor).
  [[nodiscard]] Task<Result<HttpResponse>> look(Call call);

  /// Opens the connections to both hosts before they are needed; sends no token, and failure does not matter.
  [[nodiscard]] Task<void> warm();

  /// RateLimit-Remaining of the newest answer that had it; nothing before the first.
  [[nodiscard]] std::optional<int> rate_limit_remaining() const { return remaining_; }
  [[nodiscard]] RequestCounts counts() const { return counts_; }
  /// Warnings Heroku sent along (X-Heroku-Warning, Warning-Message), each text once, since the last call.
  [[nodiscard]] std::vector<std::string> take_warnings() { return std::exchange(warnings_, {}); }
  [[nodiscard]] EventLoop& loop() const { return loop_; }
  /// Of the answers since forget_round_trips(); nothing when there was none.
  [[nodiscard]] std::optional<RoundTrips> round_trips() const;
  void forget_round_trips() { trips_.clear(); }

 private:
  /// A 2xx answer, read.
  struct Answer {
    json::Value body;
    std::string next_range;
  };
  /// What one attempt brought: an answer, or an error and whether the call may be sent again, and when.
  struct Attempt {
    Result<Answer> answer;
    bool repeatable = false;
    std::optional<std::chrono::milliseconds> not_before{};
  };
  [[nodiscard]] Task<Result<Answer>> exchange(Call call);
  [[nodiscard]] Task<Attempt> attempt(const Call& call, std::chrono::milliseconds timeout);
  [[nodiscard]] Attempt judge(const Call& call, const HttpResponse& response) const;
  [[nodiscard]] HttpRequest request_for(const Call& call) const;
  [[nodiscard]] std::chrono::milliseconds backoff(int failures, const Attempt& last);
  [[nodiscard]] Task<void> touch(std::string url);
  void note(const HttpResponse& response);

  EventLoop& loop_;
  Transport& transport_;
  Random& random_;
  Hosts hosts_;
  Secret token_;
  std::optional<int> remaining_;
  RequestCounts counts_;
  std::vector<std::string> warnings_;
  std::vector<std::chrono::milliseconds> trips_;  ///< so many of them, the first
};

}  // namespace changeover::heroku
