// What has to be known of a URL before anything is sent there: its host, and whether that is this machine.
//
// Owner: nobody; plain values and pure functions. Thread rule: none.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace changeover {

/// The parts of "scheme://host[:port][/]".
struct BaseUrl {
  std::string scheme;
  std::string host;  ///< without brackets
  std::string port;  ///< "" when not written

  /// "name[:port]", with this URL's port; an IPv6 address gets its brackets.
  [[nodiscard]] std::string authority(std::string_view name) const;
  [[nodiscard]] std::string url(std::string_view name) const { return scheme + "://" + authority(name); }
};

/// A base URL of http or https and nothing more: credentials, a path or a query in it are refused.
[[nodiscard]] std::optional<BaseUrl> parse_base_url(std::string_view text);

/// Lower-case letters, digits, '-', '.' and '_', as a host name may have them.
[[nodiscard]] bool is_host_name(std::string_view host);
[[nodiscard]] bool is_ipv6(std::string_view host);

/// localhost, 127.0.0.0/8 or ::1 (also in brackets); a name that merely contains one of them is not.
[[nodiscard]] bool is_loopback(std::string_view host);

/// The host of an absolute http or https URL, in lower case and without port and brackets; "" when it is none.
[[nodiscard]] std::string host_of(std::string_view url);

/// ASCII letters only.
[[nodiscard]] std::string in_lower_case(std::string_view text);

}  // namespace changeover
