// What may happen to one request on its way: the weather that a simulation makes.
//
// Owner: whoever decides; plain values. Thread rule: none.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "emulator/model/message.h"

namespace changeover::simulation {

struct Meddling {
  enum class Kind {
    none,
    kill_before,   ///< the tool dies before the request reaches Heroku
    kill_after,    ///< the tool dies when Heroku has carried it out
    refuse,        ///< nothing was sent: the connection could not be made
    lose_request,  ///< the connection breaks before the effect; the tool cannot tell
    lose_answer,   ///< the connection breaks after the effect
    time_out,      ///< no answer comes within the request's time; the effect came
    answer,        ///< `answer` instead, without effect
    stale,         ///< for a GET: what the same GET said last time
    slow,          ///< carried out and answered after `delay`
  };
  Kind kind = Kind::none;
  std::chrono::milliseconds delay{0};
  emulator::Response answer{};
};

}  // namespace changeover::simulation
