#include "providers/heroku/hosts.h"

#include <algorithm>
#include <array>
#include <optional>

#include "http/url.h"

namespace changeover::heroku {
namespace {

constexpr std::array<std::string_view, 4> allowed_domains{"heroku.com", "herokai.com", "herokuspace.com",
                                                          "herokudev.com"};

bool is_allowed(std::string_view host) {
  if (is_loopback(host) || host.ends_with(".localhost")) return true;
  return std::ranges::any_of(allowed_domains, [host](std::string_view domain) {
    return host == domain || (host.ends_with(domain) && host[host.size() - domain.size() - 1] == '.');
  });
}

Result<BaseUrl> platform_base(const std::string& value) {
  const std::string advice =
      "unset HEROKU_HOST for Heroku itself; else give a host of " +
      std::string("heroku.com, herokai.com, herokuspace.com or herokudev.com, or a URL such as ") +
      "http://localhost:8080";
  std::optional<BaseUrl> base;
  if (value.find("://") != std::string::npos)
    base = parse_base_url(value);
  else if (const std::string name = in_lower_case(value); is_host_name(name))
    base = BaseUrl{"https", "api." + name, ""};
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

Result<Hosts> find_hosts(const Environment& environment) {
  BaseUrl base{"https", "api.heroku.com", ""};
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
  data = in_lower_case(data);
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
