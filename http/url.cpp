#include "http/url.h"

#include <algorithm>
#include <charconv>

namespace changeover {

std::string in_lower_case(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return result;
}

bool is_host_name(std::string_view host) {
  return !host.empty() && host.front() != '-' && host.front() != '.' && std::ranges::all_of(host, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_';
  });
}

bool is_ipv6(std::string_view host) {
  return host.find(':') != std::string_view::npos && std::ranges::all_of(host, [](char c) {
           return (c >= 'a' && c <= 'f') || (c >= '0' && c <= '9') || c == ':' || c == '.';
         });
}

std::string BaseUrl::authority(std::string_view name) const {
  std::string text = is_ipv6(name) ? "[" + std::string(name) + "]" : std::string(name);
  return port.empty() ? text : text + ":" + port;
}

std::optional<BaseUrl> parse_base_url(std::string_view text) {
  BaseUrl base;
  const std::string lowered = in_lower_case(text);
  std::string_view rest = lowered;
  for (const std::string_view scheme : {"https", "http"}) {
    if (!rest.starts_with(scheme) || !rest.substr(scheme.size()).starts_with("://")) continue;
    base.scheme = scheme;
    rest.remove_prefix(scheme.size() + 3);
    break;
  }
  if (base.scheme.empty()) return std::nullopt;
  if (rest.ends_with('/')) rest.remove_suffix(1);
  if (rest.starts_with('[')) {
    const auto end = rest.find(']');
    if (end == std::string_view::npos || !is_ipv6(rest.substr(1, end - 1))) return std::nullopt;
    base.host = rest.substr(1, end - 1);
    rest.remove_prefix(end + 1);
  } else {
    const auto end = std::min(rest.find(':'), rest.size());
    base.host = rest.substr(0, end);
    if (!is_host_name(base.host)) return std::nullopt;
    rest.remove_prefix(end);
  }
  if (rest.empty()) return base;
  if (!rest.starts_with(':')) return std::nullopt;
  rest.remove_prefix(1);
  unsigned port = 0;
  const auto [stop, error] = std::from_chars(rest.data(), rest.data() + rest.size(), port);
  if (error != std::errc{} || stop != rest.data() + rest.size() || port == 0 || port > 65535) return std::nullopt;
  base.port = rest;
  return base;
}

bool is_loopback(std::string_view host) {
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  if (host == "localhost" || host == "::1") return true;
  int numbers = 0;
  for (std::string_view rest = host; numbers < 4; ++numbers) {
    const auto end = std::min(rest.find('.'), rest.size());
    unsigned value = 256;
    const auto [stop, error] = std::from_chars(rest.data(), rest.data() + end, value);
    if (error != std::errc{} || stop != rest.data() + end || value > 255) return false;
    if (numbers == 0 && value != 127) return false;
    if (end == rest.size()) return numbers == 3;
    rest.remove_prefix(end + 1);
  }
  return false;
}

std::string host_of(std::string_view url) {
  const auto scheme = url.find("://");
  if (scheme == std::string_view::npos) return {};
  const auto end = url.find_first_of("/?#", scheme + 3);
  const auto base = parse_base_url(url.substr(0, end));
  return base ? base->host : std::string{};
}

}  // namespace changeover
