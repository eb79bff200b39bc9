// Where the two Heroku APIs are: the base URLs, by the rules of the heroku CLI (heroku-api.md 1.1), made safe.
//
// Owner: nobody; plain values and pure functions. Thread rule: none. Other than the CLI, a host that is not allowed is
// an error and never silently the default, and a token never travels over plain http except to loopback.
#pragma once

#include <string>

#include "core/environment.h"
#include "core/result.h"

namespace changeover::heroku {

struct Hosts {
  std::string platform = "https://api.heroku.com";   ///< no slash at the end
  std::string data = "https://api.data.heroku.com";  ///< no slash at the end
  std::string netrc_machine = "api.heroku.com";      ///< heroku-api.md 1.2, with the port when there is one
};

/// Reads HEROKU_HOST, HEROKU_DATA_HOST and HEROKU_POSTGRESQL_HOST. `invalid_spec` when one of them is not a host that
/// may be given the token, naming the variable and what would be right.
[[nodiscard]] Result<Hosts> find_hosts(const Environment& environment);

}  // namespace changeover::heroku
