// The network, as a port: one HTTP request out, one answer back.
//
// Owner: the wiring makes one; the clients take a reference. Thread rule: the event loop's thread. Implementations:
// CurlTransport for the world, and in tests a scripted one or the emulator's model in process.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/result.h"
#include "core/secret.h"
#include "core/task.h"

namespace changeover {

struct HttpRequest {
  std::string method = "GET";
  std::string url;  ///< absolute, without credentials
  std::vector<std::pair<std::string, std::string>> headers;
  Secret authorization;  ///< value of the Authorization header; empty: none is sent
  std::string body;
  std::chrono::milliseconds timeout{30'000};  ///< the whole exchange
};

struct HttpResponse {
  int status = 0;
  std::vector<std::pair<std::string, std::string>> headers;  ///< names in lower case
  std::string body;

  /// The first header of that (lower-case) name, "" when absent.
  [[nodiscard]] std::string_view header(std::string_view name) const {
    for (const auto& [key, value] : headers)
      if (key == name) return value;
    return {};
  }
};

class Transport {
 public:
  virtual ~Transport() = default;

  /// Any HTTP status is a response. Errors: `unavailable` when nothing can have reached the server (name look-up,
  /// connection or TLS failed), `outcome_unknown` when the request may have been carried out though no whole answer
  /// came, `corrupt` when the answer breaks a bound. The request must outlive the await.
  [[nodiscard]] virtual Task<Result<HttpResponse>> send(HttpRequest request) = 0;
};

}  // namespace changeover
