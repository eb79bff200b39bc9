// The two connections of a session, and what the worker's thread knows about them.
//
// Owner: the worker; only its thread touches this. Thread rule: that one thread. The functions of facts.h, clients.h,
// fence.h and proof.h work on it and block; what each leaves behind is said there.
#pragma once

#include <optional>
#include <string>
#include <utility>

#include "core/secret.h"
#include "postgres/connection.h"
#include "providers/heroku/leader/leader.h"

namespace changeover::heroku {

using postgres::answer_timeout;
using postgres::Connection;
using postgres::Interrupt;
using postgres::number;
using postgres::Row;
using postgres::Rows;
using postgres::SqlError;
using postgres::text;
using postgres::to_error;
using postgres::truth;

/// A fence that stands, as far as we know; fence_sql() in fence.h asks the server.
struct FenceHold {
  int tables = 0;
  std::string session_start;  ///< tells the session from a later one with the same pid
  Ledger ledger;              ///< taken under the fence
};

struct LeaderBackends {
  LeaderBackends(const Interrupt& bell, Secret database_url)
      : url(std::move(database_url)), interrupt(bell), control(bell, "the leader"), fence(bell, "the leader") {}

  /// The server sees both connections end, and with them the fence.
  void close() {
    fence.close();
    control.close();
  }

  Secret url;
  const Interrupt& interrupt;
  Connection control;
  Connection fence;
  LeaderIdentity identity;
  std::optional<FenceHold> hold;

  [[nodiscard]] std::string name() const { return "the leader at " + identity.host; }
};

}  // namespace changeover::heroku
