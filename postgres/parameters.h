// A database URL as libpq's parameters, with ours over them: TLS, keepalives, our name.
//
// Owner: Connection, for the moment of connecting; includes libpq, so only connection.cpp includes this. Thread rule:
// none. A URL that cannot be read gives an error that shows no part of it.
#pragma once

#include <libpq-fe.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "core/secret.h"

namespace changeover::postgres {

struct FreeOptions {
  void operator()(PQconninfoOption* options) const { PQconninfoFree(options); }
};

/// The parameters of a database URL, ended by a null pair. Pointers into `parsed`; no copy of the password is made.
struct Parameters {
  std::unique_ptr<PQconninfoOption, FreeOptions> parsed;
  std::vector<const char*> names;
  std::vector<const char*> values;

  [[nodiscard]] const char* find(std::string_view name) const {
    for (const PQconninfoOption* option = parsed.get(); option->keyword != nullptr; ++option)
      if (name == option->keyword) return option->val;
    return nullptr;
  }
  void set(const char* name, const char* value) {
    names.push_back(name);
    values.push_back(value);
  }
};

/// The URL must name one host; `role` is what messages call it. Unless that is loopback, TLS is required (stricter
/// modes of the URL are kept).
[[nodiscard]] Result<Parameters> parse_parameters(const Secret& url, const std::string& role);

}  // namespace changeover::postgres
