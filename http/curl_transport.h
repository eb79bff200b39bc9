// The real network: HTTP over libcurl, many requests at once on the event loop's one thread.
//
// It is the program's Transport and also its Waiter, because a curl multi handle is what the loop blocks on.
// Owner: the wiring makes it before the loop, and attach()es the loop before the first send(); it outlives every task
// that sends. Thread rule: the loop's thread, except wake(). Failure: a request that fails or is dropped closes its own
// connection at most. Nothing that changes something is ever sent twice, not even by curl on a connection that died.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>

#include "core/environment.h"
#include "core/event_loop.h"
#include "http/transport.h"

namespace changeover {

struct CurlOptions {
  std::string user_agent{};  ///< empty: changeover/VERSION
  std::string ca_file{};     ///< PEM; empty: the system's
  std::string ca_folder{};
  std::chrono::milliseconds connect_timeout{10'000};
  std::size_t max_answer_bytes = std::size_t{64} * 1024 * 1024;  ///< of the body, unpacked

  /// SSL_CERT_FILE and SSL_CERT_DIR, as OpenSSL and the heroku CLI understand them (heroku-api.md 1.1).
  [[nodiscard]] static CurlOptions from(const Environment& environment);
};

class CurlTransport final : public Transport, public Waiter {
 public:
  explicit CurlTransport(CurlOptions options = {});
  CurlTransport(const CurlTransport&) = delete;
  CurlTransport& operator=(const CurlTransport&) = delete;
  ~CurlTransport() override;

  /// Says which loop resumes the senders. Once, before the first send().
  void attach(EventLoop& loop);

  /// By the contract of Transport. Redirects are not followed; proxies are those of the environment, but never for
  /// loopback. A token over plain http to anything but loopback is refused with `internal`.
  [[nodiscard]] Task<Result<HttpResponse>> send(HttpRequest request) override;

  void wait(std::optional<std::chrono::nanoseconds> at_most) override;
  void wake() override;

 private:
  class Multi;
  class Exchange;
  CurlOptions options_;
  std::unique_ptr<Multi> multi_;
  EventLoop* loop_ = nullptr;
};

}  // namespace changeover
