#include "postgres/parameters.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <string>

namespace changeover::postgres {

namespace {

bool is_loopback(std::string_view host) {
  if (host.starts_with('/') || host == "localhost" || host == "::1") return true;
  return host.starts_with("127.") && host.find_first_not_of("0123456789.") == std::string_view::npos;
}

}  // namespace

Result<Parameters> parse_parameters(const Secret& url, const std::string& role) {
  const std::string advice = "A database URL looks like postgres://user:password@host:5432/name.";
  if (!url.reveal().starts_with("postgres://") && !url.reveal().starts_with("postgresql://"))
    return fail(ErrorCode::invalid_spec, "the URL of " + role + " is not a postgres:// URL", advice);
  char* complaint = nullptr;
  Parameters parameters;
  parameters.parsed.reset(PQconninfoParse(url.reveal().c_str(), &complaint));
  // libpq's complaint may quote any part of the URL, so it is not shown.
  if (complaint != nullptr) PQfreemem(complaint);
  if (!parameters.parsed) return fail(ErrorCode::invalid_spec, "the URL of " + role + " cannot be read", advice);
  const char* host = parameters.find("hostaddr") != nullptr ? parameters.find("hostaddr") : parameters.find("host");
  if (host == nullptr || *host == '\0' || std::strchr(host, ',') != nullptr)
    return fail(ErrorCode::invalid_spec, "the URL of " + role + " does not name exactly one host", advice);
  static constexpr std::array<std::string_view, 3> strict = {"require", "verify-ca", "verify-full"};
  const char* mode = parameters.find("sslmode");
  const bool keep_mode = is_loopback(host) || (mode != nullptr && std::ranges::find(strict, mode) != strict.end());
  for (const PQconninfoOption* option = parameters.parsed.get(); option->keyword != nullptr; ++option)
    if (option->val != nullptr) parameters.set(option->keyword, option->val);
  // A later value of a name wins in libpq.
  if (!keep_mode) parameters.set("sslmode", "require");
  parameters.set("gssencmode", "disable");
  parameters.set("application_name", "changeover");
  parameters.set("client_encoding", "UTF8");
  parameters.set("keepalives", "1");
  parameters.set("keepalives_idle", "5");
  parameters.set("keepalives_interval", "2");
  parameters.set("keepalives_count", "3");
  parameters.set("tcp_user_timeout", "10000");
  parameters.set(nullptr, nullptr);
  return parameters;
}

}  // namespace changeover::postgres
