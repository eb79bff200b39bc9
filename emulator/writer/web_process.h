// The writer as a web dyno: a row for each POST, acknowledged in the ledger before the visitor hears of it.
//
//     GET  /  200 {"dyno": "web.1", "writer": …, "database": "127.0.0.1:5433"}; database is null while there is none
//     POST /  200 {"dyno", "writer", "n", "database"}: the row is committed; 503 with {"error": …}: not, or not known
//
// Owner: main.cpp. Thread rule: one thread, with SIGTERM and SIGINT blocked; behind it a thread a visitor. It listens
// on loopback, where the router finds it.
#pragma once

#include <chrono>
#include <string>

#include "core/random.h"
#include "core/result.h"
#include "core/secret.h"

namespace changeover::writer {

struct ServeSettings {
  Secret url;
  std::string ledger;
  std::string dyno;
  int port = 0;
  std::chrono::milliseconds drain{0};  ///< how long it goes on serving after SIGTERM
};

/// Returns after SIGTERM or SIGINT, or with the error that makes serving senseless (port or ledger file).
[[nodiscard]] Result<void> serve_until_told(const ServeSettings& settings, Random& random);

}  // namespace changeover::writer
