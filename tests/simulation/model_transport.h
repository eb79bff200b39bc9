// The client's network, straight into the emulator's model: no socket, on virtual time.
//
// Owner: one simulated tool, whose death ends it; the model outlives it. Thread rule: the event loop's thread. Half of
// the latency passes before the effect and half after it. An observer may meddle with every request and looks at the
// world after every effect.
#pragma once

#include <functional>
#include <map>
#include <string>

#include "core/event_loop.h"
#include "emulator/model/model.h"
#include "http/transport.h"
#include "tests/simulation/meddling.h"

namespace changeover::simulation {

class ModelTransport final : public Transport {
 public:
  using Meddle = std::function<Meddling(const HttpRequest& request, int number)>;

  ModelTransport(EventLoop& loop, emulator::Model& model, std::chrono::milliseconds latency)
      : loop_(loop), model_(model), latency_(latency), never_(loop) {}

  std::function<void(HttpRequest&)> write_wrongly{};                      ///< a mutant's: what it sends instead
  std::function<void(const HttpRequest&, HttpResponse&)> read_wrongly{};  ///< a mutant's: what it takes the answer for
  Meddle meddle{};                                     ///< asked before each request; numbers start at 1
  std::function<void()> kill{};                        ///< ends the tool; the request is never heard of again
  std::function<void(const HttpRequest&)> arriving{};  ///< right before each effect
  std::function<void()> observe{};                     ///< after each effect

  [[nodiscard]] Task<Result<HttpResponse>> send(HttpRequest request) override;
  [[nodiscard]] int requests() const { return requests_; }

 private:
  [[nodiscard]] emulator::Response carry_out(const HttpRequest& request);

  EventLoop& loop_;
  emulator::Model& model_;
  const std::chrono::milliseconds latency_;
  Gate never_;
  int requests_ = 0;
  std::map<std::string, emulator::Response> answered_;  ///< GETs, by target
};

}  // namespace changeover::simulation
