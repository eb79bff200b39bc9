// The leader's port over libpq: a session is a worker thread with two connections.
//
// Owner: the wiring makes one PostgresLeaderSessions, after the event loop and for as long as the loop turns; sessions
// belong to their changeovers. Thread rule: the event loop's thread. See leader.h for what failures leave behind.
#pragma once

#include <memory>

#include "core/event_loop.h"
#include "core/mailroom.h"
#include "providers/heroku/leader/leader.h"

namespace changeover::heroku {

class PostgresLeaderSessions final : public LeaderSessions {
 public:
  explicit PostgresLeaderSessions(EventLoop& loop) : loop_(loop) {}
  [[nodiscard]] std::unique_ptr<LeaderSession> open(Secret database_url) override;

 private:
  EventLoop& loop_;
  Mailroom mailroom_;
};

}  // namespace changeover::heroku
