// One HTTP exchange as the model sees it: no socket, no framing.
//
// Owner: whoever carries it; plain values. Thread rule: none. Header names are in lower case.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace changeover::emulator {

using Headers = std::vector<std::pair<std::string, std::string>>;

/// The first header of that (lower-case) name, "" when absent.
[[nodiscard]] inline std::string_view header_of(const Headers& headers, std::string_view name) {
  for (const auto& [key, value] : headers)
    if (key == name) return value;
  return {};
}

struct Request {
  std::string method = "GET";
  std::string target;  ///< path and query as sent: "/apps/orders/releases?x=y"
  Headers headers;
  std::string body;

  [[nodiscard]] std::string_view header(std::string_view name) const { return header_of(headers, name); }
  [[nodiscard]] std::string_view path() const { return std::string_view(target).substr(0, target.find('?')); }
};

struct Response {
  int status = 200;
  Headers headers;
  std::string body;
  std::string file{};  ///< a path: what is in it is sent in the place of the body

  [[nodiscard]] std::string_view header(std::string_view name) const { return header_of(headers, name); }
};

}  // namespace changeover::emulator
