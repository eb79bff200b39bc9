// One request to a web dyno and its answer: a connection of its own, every wait bounded.
//
// Owner: a thread of the router; the call blocks it. Thread rule: any thread. A failure leaves nothing open; whether
// the dyno acted on the request is not known after any but `refused` and `connect_timeout`.
#pragma once

#include <chrono>
#include <optional>

#include "emulator/model/message.h"

namespace changeover::emulator {

struct DynoLimits {
  std::chrono::milliseconds connect{5'000};
  std::chrono::milliseconds answer{30'000};  ///< until the first byte
  std::chrono::milliseconds idle{55'000};    ///< between any two bytes after it
  std::chrono::milliseconds whole{600'000};  ///< for an answer that drips
  std::size_t head = std::size_t{64} << 10U;
  std::size_t body = std::size_t{32} << 20U;
};

enum class DynoFailure {
  refused,          ///< nobody listens there
  connect_timeout,  ///< nobody takes the connection
  answer_timeout,   ///< no byte of an answer came
  closed,           ///< the connection ended without an answer
  malformed,        ///< what came is no HTTP answer, or a larger one than the router carries
  interrupted,      ///< the answer stopped in the middle, or came to no end
  stopped,          ///< the router itself ends
};

struct DynoExchange {
  std::optional<DynoFailure> failure;
  Response response;  ///< without the headers that belong to the connection
  std::chrono::milliseconds connect{0};
  std::chrono::milliseconds service{0};
};

/// `stop`: a descriptor whose being readable ends every wait.
[[nodiscard]] DynoExchange ask_dyno(int port, const Request& request, const DynoLimits& limits, int stop);

}  // namespace changeover::emulator
