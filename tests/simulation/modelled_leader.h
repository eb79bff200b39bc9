// The leader's SQL over the modelled data plane: the port of providers/heroku/leader/leader.h without PostgreSQL.
//
// Owner: one simulated tool; the data plane outlives it. Thread rule: the event loop's thread. The rules are the real
// one's: a marker takes a transaction id and needs quiet, the fence stands in the way of writers and of nobody else and
// ends with its session, an unmoved snapshot is no late write. Every call takes `round_trip` and may be meddled with.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "core/event_loop.h"
#include "emulator/modelled/data_plane.h"
#include "providers/heroku/leader/leader.h"

namespace changeover::simulation {

class ModelledLeaders final : public heroku::LeaderSessions {
 public:
  /// Asked before each call, by the method's name: an Error is what the call gives instead of acting.
  using Before = std::function<std::optional<Error>(const std::string& call)>;

  ModelledLeaders(EventLoop& loop, emulator::DataPlane& plane, int& next_session)
      : loop_(loop), plane_(plane), next_session_(next_session) {}

  std::chrono::milliseconds round_trip{2};
  Before before{};
  std::function<void(const std::string& call)> observe{};  ///< when one arrives

  [[nodiscard]] std::unique_ptr<heroku::LeaderSession> open(Secret database_url) override;

 private:
  class Session;
  EventLoop& loop_;
  emulator::DataPlane& plane_;
  int& next_session_;  ///< of the world: two tools never have the same
};

}  // namespace changeover::simulation
