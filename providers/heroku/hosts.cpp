#include "providers/heroku/hosts.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

namespace changeover::heroku {
namespace {

constexpr std::array<std::string_view, 4> allowed_domains{"heroku.com", "herokai.com", "herokuspace.com",
                                                          "herokudev.com"};

std::string lower(std::string_view text) {
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

bool is_allowed(std::string_view host) {
  if (is_loopback(host) || host.ends_with(".localhost")) return true;
  return std::ranges::any_of(allowed_domains, [host](std::string_view domain) {
    return host == domain || (host.ends_with(domain) && host[host.size() - domain.size() - 1] == '.');
  });
}

/// The parts of "scheme://host[:port][/]".
struct Base {
  std::string scheme;
  std::string host;  ///< without brackets
  std::string port;  ///< "" when not written

  [[nodiscard]] std::string authority(std::string_view name) const {
    std::string text = is_ipv6(name) ? "[" + std::string(name) + "]" : std::string(name);
    return port.empty() ? text : text + ":" + port;
  }
  [[nodiscard]] std::string url(std::string_view name) const { return scheme + "://" + authority(name); }
};

/// A base URL and nothing more: credentials, a path or a query in it are refused.
std::optional<Base> parse_base(std::string_view text) {
  Base base;
  const std::string lowered = lower(text);
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

Result<Base> platform_base(const std::string& value) {
  const std::string advice =
      "unset HEROKU_HOST for Heroku itself; else give a host of " +
      std::string("heroku.com, herokai.com, herokuspace.com or herokudev.com, or a URL such as ") +
      "http://localhost:8080";
  std::optional<Base> base;
  if (value.find("://") != std::string::npos)
    base = parse_base(value);
  else if (const std::string name = lower(value); is_host_name(name))
    base = Base{"https", "api." + name, ""};
  // The text is not repeated when it is no host: it might hold a password.
  if (!base)
    return fail(ErrorCode::invalid_spec, "HEROKU_HOST is neither a host name nor a URL of the form https://host:port",
                advice);
  if (!is_allowed(base->host))
    return fail(
        ErrorCode::invalid_spec,
        "HEROKU_HOST names " + base->host + ", which is no Heroku domain and not loopback: the token stays here",
        advice);
  if (base->scheme == "http" && !is_loopback(base->host))
    return fail(ErrorCode::invalid_spec,
                "HEROKU_HOST asks for plain http to " + base->host + ": a token travels unencrypted to loopback only",
                "write https://" + base->authority(base->host));
  return *base;
}

}  // namespace

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
  const auto base = parse_base(url.substr(0, end));
  return base ? base->host : std::string{};
}

Result<Hosts> find_hosts(const Environment& environment) {
  Base base{"https", "api.heroku.com", ""};
  const std::string host = environment.get("HEROKU_HOST").value_or("");
  if (!host.empty()) {
    auto found = platform_base(host);
    if (!found) return fail(std::move(found.error()));
    base = *found;
  }
  std::string variable = "HEROKU_DATA_HOST";
  std::string data = environment.get(variable).value_or("");
  if (data.empty()) {
    const std::string older = environment.get("HEROKU_POSTGRESQL_HOST").value_or("");
    if (!older.empty()) variable = "HEROKU_POSTGRESQL_HOST";
    data = older.empty() ? "api.data.heroku.com" : older;
  }
  data = lower(data);
  if (data.starts_with('[') && data.ends_with(']')) data = data.substr(1, data.size() - 2);
  if (!is_host_name(data) && !is_ipv6(data))
    return fail(ErrorCode::invalid_spec, variable + " must be a bare host name: scheme and port come from HEROKU_HOST",
                "for a local Heroku set HEROKU_HOST=http://localhost:PORT and " + variable + "=localhost");
  if (base.scheme == "http" && !is_loopback(data))
    return fail(ErrorCode::invalid_spec,
                "HEROKU_HOST is plain http, and the Data API would be asked at " + data +
                    " the same way: a token travels unencrypted to loopback only",
                "set " + variable + "=localhost as well");
  return Hosts{base.url(base.host), base.url(data), base.authority(base.host)};
}

}  // namespace changeover::heroku
