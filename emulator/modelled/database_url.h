// A postgres:// URL taken apart, as far as a modelled client needs it.
//
// Owner: nobody; pure. Thread rule: none.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/secret.h"

namespace changeover::emulator {

struct DatabaseUrl {
  std::string user;
  Secret password;
  std::string host;
  int port = 0;
  std::string database;
};

/// Nothing for anything but postgres://USER:PASSWORD@HOST:PORT/DATABASE, which is what the emulator hands out.
[[nodiscard]] std::optional<DatabaseUrl> parse_database_url(std::string_view url);

}  // namespace changeover::emulator
